/**
 * The VAE: z given x is N(mean(x), diag(exp(logVar))), x given z is N(mean(z), etaDec^2 I) or Bernoulli.
 *
 * Without hidden layers mean(x) = W x + b and mean(z) = U z + c, and an encoder variance that does not
 * depend on x, trained or constant, is what theory covers.
 */
import type { Settings } from "../experiment/config.ts";
import { reconstruction } from "./likelihood.ts";
import { decoder, encoder } from "./network.ts";
import type { Ops } from "./ops.ts";
import { logVarLast, type DataShape, type ModelParam } from "./param.ts";

function parts(settings: Settings, { columns, image }: DataShape) {
  const { latents, encoderVariance } = settings;
  const sides = image ? { image } : {};
  return {
    encode: encoder(settings, {
      level: "",
      sources: [{ suffix: "", width: columns }],
      latents,
      variance: encoderVariance,
      ...sides,
    }),
    decode: decoder(settings, {
      level: "",
      sources: [{ suffix: "", width: latents }],
      width: columns,
      ...sides,
    }),
  };
}

/** Linear: encW [k, D], decU [D, k], logVar [1, k]; with biases also encB [1, k] and decB [1, D]. */
export function vaeParams(settings: Settings, shape: DataShape): ModelParam[] {
  const { encode, decode } = parts(settings, shape);
  return logVarLast([...encode.params, ...decode.params]);
}

/** One minibatch: reconstruction + beta * kl, in nats per example. */
export function vaeForward<T>(
  ops: Ops<T>,
  settings: Settings,
  shape: DataShape,
): void {
  const { beta, etaEnc, freeBits } = settings;
  const { encode, decode } = parts(settings, shape);
  const x = ops.input("x");
  const { mean, logVar } = encode.apply(ops, [x]);
  const z = ops.reparameterize(mean, logVar, "latent");
  const output = decode.apply(ops, [z]);
  ops.mark("mean", mean);
  ops.mark("logVar", logVar);
  ops.mark("z", z);
  ops.mark("output", output);
  reconstruction(ops, settings, x, output);
  ops.gaussianKl("kl", mean, logVar, etaEnc * etaEnc, beta, freeBits);
}

/** From latents "z" to the output. */
export function vaeDecode<T>(
  ops: Ops<T>,
  settings: Settings,
  shape: DataShape,
): void {
  const { decode } = parts(settings, shape);
  ops.mark("output", decode.apply(ops, [ops.input("z")]));
}
