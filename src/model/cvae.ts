/**
 * The conditional VAE: z given x and y is N(mean(x, y), diag(exp(logVar))), the prior of z given x is
 * N(0, etaEnc^2 I), y given x and z is N(mean(z, x), etaDec^2 I) or Bernoulli.
 *
 * Without hidden layers mean(x, y) = W1 x + W2 y + b and mean(z, x) = U1 z + U2 x + c; an encoder
 * variance that depends on neither x nor y, trained or constant, is what theory covers. The first
 * layer of a network takes both inputs (`maps` "joint"), or each has a network of its own.
 */
import type { Settings } from "../experiment/config.ts";
import { reconstruction } from "./likelihood.ts";
import { decoder, encoder, placesOf } from "./network.ts";
import type { Ops } from "./ops.ts";
import type { DataShape, ModelParam } from "./param.ts";

function models(
  settings: Settings,
  { columns, outputs = columns, image, parts }: DataShape,
) {
  const { latents, encoderVariance } = settings;
  const whole = image && parts ? { image, parts } : null;
  const pixels = whole ? whole.image.width * whole.image.height : 0;
  const sides = whole ? { image: whole.image } : {};
  const place = (part: readonly number[] | undefined) =>
    part ? { from: placesOf(part, pixels) } : {};
  return {
    encode: encoder(settings, {
      level: "",
      sources: [
        { suffix: "x", width: columns, ...place(whole?.parts.x) },
        { suffix: "y", width: outputs, ...place(whole?.parts.y) },
      ],
      latents,
      variance: encoderVariance,
      ...sides,
    }),
    decode: decoder(settings, {
      level: "",
      sources: [
        { suffix: "z", width: latents },
        { suffix: "x", width: columns },
      ],
      width: outputs,
      ...sides,
      ...(whole && { pixels: Int32Array.from(whole.parts.y) }),
    }),
  };
}

/**
 * Linear: encWx [k, dx], encWy [k, dy], decUz [dy, k], decUx [dy, dx], logVar [1, k]; with biases also
 * encB [1, k] and decB [1, dy]. dx is `columns`, dy is `outputs`.
 */
export function cvaeParams(settings: Settings, shape: DataShape): ModelParam[] {
  const { encode, decode } = models(settings, shape);
  return [...encode.params, ...decode.params];
}

/** One minibatch: reconstruction + beta * kl, in nats per example. */
export function cvaeForward<T>(
  ops: Ops<T>,
  settings: Settings,
  shape: DataShape,
): void {
  const { beta, etaEnc, freeBits } = settings;
  const { encode, decode } = models(settings, shape);
  const x = ops.input("x");
  const y = ops.input("y");
  const { mean, logVar } = encode.apply(ops, [x, y]);
  const z = ops.reparameterize(mean, logVar, "latent");
  const output = decode.apply(ops, [z, x]);
  ops.mark("mean", mean);
  ops.mark("logVar", logVar);
  ops.mark("z", z);
  ops.mark("output", output);
  reconstruction(ops, settings, y, output);
  ops.gaussianKl("kl", mean, logVar, etaEnc * etaEnc, beta, freeBits);
}

/** From latents "z" and the given x to the output. */
export function cvaeDecode<T>(
  ops: Ops<T>,
  settings: Settings,
  shape: DataShape,
): void {
  const { decode } = models(settings, shape);
  ops.mark("output", decode.apply(ops, [ops.input("z"), ops.input("x")]));
}
