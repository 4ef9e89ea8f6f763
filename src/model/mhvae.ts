/**
 * The Markovian hierarchical VAE of two levels. Encoder: z1 given x is N(mean1(x), diag(exp(logVar1))),
 * z2 given z1 is N(mean2(z1), diag(exp(logVar2))). Decoder: z2 is N(0, etaEnc^2 I), z1 given z2 is
 * N(prior(z2), etaDec^2 I), x given z1 is N(mean(z1), etaDec^2 I) or Bernoulli.
 *
 * Without hidden layers all four maps are linear (W1, W2, U2, U1, each with a bias if biases are
 * on). z2 is drawn from z1, so the first level's term E[ln q(z1|x) - ln p(z1|z2)] has no closed form of
 * a KL: it is the expected -ln p less the entropy, and may be negative.
 */
import type { Settings } from "../experiment/config.ts";
import { reconstruction } from "./likelihood.ts";
import { decoder, encoder } from "./network.ts";
import type { Ops } from "./ops.ts";
import type { DataShape, ModelParam } from "./param.ts";

function parts(settings: Settings, { columns, image }: DataShape) {
  const { latents, latents2, encoderVariance, encoderVariance2 } = settings;
  const sides = image ? { image } : {};
  return {
    encode1: encoder(settings, {
      level: "1",
      sources: [{ suffix: "", width: columns }],
      latents,
      variance: encoderVariance,
      ...sides,
    }),
    encode2: encoder(settings, {
      level: "2",
      sources: [{ suffix: "", width: latents }],
      latents: latents2,
      variance: encoderVariance2,
    }),
    decode1: decoder(settings, {
      level: "1",
      sources: [{ suffix: "", width: latents }],
      width: columns,
      ...sides,
    }),
    decode2: decoder(settings, {
      level: "2",
      sources: [{ suffix: "", width: latents2 }],
      width: latents,
    }),
  };
}

/**
 * Linear: encW1 [k1, D], encW2 [k2, k1], decU1 [D, k1], decU2 [k1, k2], logVar1 [1, k1], logVar2 [1, k2];
 * with biases also encB1 [1, k1], encB2 [1, k2], decB1 [1, D], decB2 [1, k1].
 */
export function mhvaeParams(
  settings: Settings,
  shape: DataShape,
): ModelParam[] {
  const { encode1, encode2, decode1, decode2 } = parts(settings, shape);
  return [encode1, encode2, decode1, decode2].flatMap(({ params }) => params);
}

/** One minibatch: reconstruction + beta * kl + beta2 * kl2, in nats per example. */
export function mhvaeForward<T>(
  ops: Ops<T>,
  settings: Settings,
  shape: DataShape,
): void {
  const { beta, beta2, etaDec, etaEnc, freeBits } = settings;
  const { encode1, encode2, decode1, decode2 } = parts(settings, shape);
  const x = ops.input("x");
  const first = encode1.apply(ops, [x]);
  const z1 = ops.reparameterize(first.mean, first.logVar, "latent");
  const second = encode2.apply(ops, [z1]);
  const z2 = ops.reparameterize(second.mean, second.logVar, "latent2");
  const output = decode1.apply(ops, [z1]);
  const prior = decode2.apply(ops, [z2]);
  ops.mark("mean", first.mean);
  ops.mark("logVar", first.logVar);
  ops.mark("z", z1);
  ops.mark("mean2", second.mean);
  ops.mark("logVar2", second.logVar);
  ops.mark("z2", z2);
  ops.mark("prior", prior);
  ops.mark("output", output);
  reconstruction(ops, settings, x, output);
  ops.gaussianNll("kl", z1, prior, etaDec * etaDec, beta);
  ops.gaussianEntropy("kl", first.logVar, beta);
  const variance2 = etaEnc * etaEnc;
  ops.gaussianKl("kl2", second.mean, second.logVar, variance2, beta2, freeBits);
}

/** From latents "z" of the first level to the output. */
export function mhvaeDecode<T>(
  ops: Ops<T>,
  settings: Settings,
  shape: DataShape,
): void {
  const { decode1 } = parts(settings, shape);
  ops.mark("output", decode1.apply(ops, [ops.input("z")]));
}

/** From latents "z2" to the mean of z1 given them, and the output at that mean. */
export function mhvaeDecode2<T>(
  ops: Ops<T>,
  settings: Settings,
  shape: DataShape,
): void {
  const { decode1, decode2 } = parts(settings, shape);
  const prior = decode2.apply(ops, [ops.input("z2")]);
  ops.mark("prior", prior);
  ops.mark("output", decode1.apply(ops, [prior]));
}
