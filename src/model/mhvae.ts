/**
 * The linear Markovian hierarchical VAE of two levels. Encoder: z1 given x is
 * N(W1 x + b1, diag(exp(logVar1))), z2 given z1 is N(W2 z1 + b2, diag(exp(logVar2))). Decoder: z2 is
 * N(0, etaEnc^2 I), z1 given z2 is N(U2 z2 + c2, etaDec^2 I), x given z1 is N(U1 z1 + c1, etaDec^2 I).
 *
 * z2 is drawn from z1, so the first level's term E[ln q(z1|x) - ln p(z1|z2)] has no closed form of a
 * KL: it is the expected -ln p less the entropy, and may be negative.
 */
import type { Settings } from "../experiment/config.ts";
import type { Ops, ParamSpec } from "./ops.ts";

/**
 * encW1 [k1, D], encW2 [k2, k1], decU1 [D, k1], decU2 [k1, k2], logVar1 [1, k1], logVar2 [1, k2];
 * with biases also encB1 [1, k1], encB2 [1, k2], decB1 [1, D], decB2 [1, k1].
 */
export function mhvaeParams(
  settings: Pick<
    Settings,
    "latents" | "latents2" | "encoderVariance" | "encoderVariance2" | "biases"
  >,
  columns: number,
): ParamSpec[] {
  const { latents: k1, latents2: k2, biases } = settings;
  const learns1 = settings.encoderVariance.kind === "learnable";
  const learns2 = settings.encoderVariance2.kind === "learnable";
  const specs: ParamSpec[] = [
    { name: "encW1", shape: [k1, columns], trained: true },
    { name: "encW2", shape: [k2, k1], trained: true },
    { name: "decU1", shape: [columns, k1], trained: true },
    { name: "decU2", shape: [k1, k2], trained: true },
    { name: "logVar1", shape: [1, k1], trained: learns1 },
    { name: "logVar2", shape: [1, k2], trained: learns2 },
  ];
  if (biases) {
    specs.push(
      { name: "encB1", shape: [1, k1], trained: true },
      { name: "encB2", shape: [1, k2], trained: true },
      { name: "decB1", shape: [1, columns], trained: true },
      { name: "decB2", shape: [1, k1], trained: true },
    );
  }
  return specs;
}

/** One minibatch: reconstruction + beta * kl + beta2 * kl2, in nats per example. */
export function mhvaeForward<T>(
  ops: Ops<T>,
  settings: Pick<Settings, "beta" | "beta2" | "etaDec" | "etaEnc" | "biases">,
): void {
  const { beta, beta2, etaDec, etaEnc, biases } = settings;
  const layer = (input: T, weight: string, bias: string): T =>
    biases
      ? ops.linear(input, ops.param(weight), ops.param(bias))
      : ops.linear(input, ops.param(weight));
  const variance = etaDec * etaDec;
  const x = ops.input("x");
  const logVar1 = ops.param("logVar1");
  const logVar2 = ops.param("logVar2");
  const mean1 = layer(x, "encW1", "encB1");
  const z1 = ops.reparameterize(mean1, logVar1, "latent");
  const mean2 = layer(z1, "encW2", "encB2");
  const z2 = ops.reparameterize(mean2, logVar2, "latent2");
  ops.gaussianNll(
    "reconstruction",
    x,
    layer(z1, "decU1", "decB1"),
    variance,
    1,
  );
  ops.gaussianNll("kl", z1, layer(z2, "decU2", "decB2"), variance, beta);
  ops.gaussianEntropy("kl", logVar1, beta);
  ops.gaussianKl("kl2", mean2, logVar2, etaEnc * etaEnc, beta2);
}
