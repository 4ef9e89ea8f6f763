/**
 * The linear VAE: z given x is N(W x + b, diag(exp(logVar))), x given z is N(U z + c, etaDec^2 I).
 *
 * The encoder variance does not depend on x, as in the theory; it is trained or constant.
 */
import type { Settings } from "../experiment/config.ts";
import type { Ops, ParamSpec } from "./ops.ts";

/** encW [k, D], decU [D, k], logVar [1, k]; with biases also encB [1, k] and decB [1, D]. */
export function vaeParams(
  settings: Pick<Settings, "latents" | "encoderVariance" | "biases">,
  columns: number,
): ParamSpec[] {
  const { latents, encoderVariance, biases } = settings;
  const specs: ParamSpec[] = [
    { name: "encW", shape: [latents, columns], trained: true },
    { name: "decU", shape: [columns, latents], trained: true },
    {
      name: "logVar",
      shape: [1, latents],
      trained: encoderVariance.kind === "learnable",
    },
  ];
  if (biases) {
    specs.push(
      { name: "encB", shape: [1, latents], trained: true },
      { name: "decB", shape: [1, columns], trained: true },
    );
  }
  return specs;
}

/** One minibatch: reconstruction + beta * kl, in nats per example. */
export function vaeForward<T>(
  ops: Ops<T>,
  settings: Pick<Settings, "beta" | "etaDec" | "etaEnc" | "biases">,
): void {
  const { beta, etaDec, etaEnc, biases } = settings;
  const x = ops.input("x");
  const logVar = ops.param("logVar");
  const mean = biases
    ? ops.linear(x, ops.param("encW"), ops.param("encB"))
    : ops.linear(x, ops.param("encW"));
  const z = ops.reparameterize(mean, logVar, "latent");
  const y = biases
    ? ops.linear(z, ops.param("decU"), ops.param("decB"))
    : ops.linear(z, ops.param("decU"));
  ops.gaussianNll("reconstruction", x, y, etaDec * etaDec, 1);
  ops.gaussianKl("kl", mean, logVar, etaEnc * etaEnc, beta);
}
