/**
 * The linear conditional VAE: z given x and y is N(W1 x + W2 y + b, diag(exp(logVar))), the prior of z
 * given x is N(0, etaEnc^2 I), y given x and z is N(U1 z + U2 x + c, etaDec^2 I).
 *
 * The encoder variance depends on neither x nor y, as in the theory; it is trained or constant.
 */
import type { Settings } from "../experiment/config.ts";
import type { Ops, ParamSpec } from "./ops.ts";

/**
 * encWx [k, dx], encWy [k, dy], decUz [dy, k], decUx [dy, dx], logVar [1, k]; with biases also
 * encB [1, k] and decB [1, dy]. dx is `columns`, dy is `outputs`.
 */
export function cvaeParams(
  settings: Pick<Settings, "latents" | "encoderVariance" | "biases">,
  columns: number,
  outputs: number,
): ParamSpec[] {
  const { latents, encoderVariance, biases } = settings;
  const specs: ParamSpec[] = [
    { name: "encWx", shape: [latents, columns], trained: true },
    { name: "encWy", shape: [latents, outputs], trained: true },
    { name: "decUz", shape: [outputs, latents], trained: true },
    { name: "decUx", shape: [outputs, columns], trained: true },
    {
      name: "logVar",
      shape: [1, latents],
      trained: encoderVariance.kind === "learnable",
    },
  ];
  if (biases) {
    specs.push(
      { name: "encB", shape: [1, latents], trained: true },
      { name: "decB", shape: [1, outputs], trained: true },
    );
  }
  return specs;
}

/** One minibatch: reconstruction + beta * kl, in nats per example. */
export function cvaeForward<T>(
  ops: Ops<T>,
  settings: Pick<Settings, "beta" | "etaDec" | "etaEnc" | "biases">,
): void {
  const { beta, etaDec, etaEnc, biases } = settings;
  const x = ops.input("x");
  const y = ops.input("y");
  const logVar = ops.param("logVar");
  const fromX = biases
    ? ops.linear(x, ops.param("encWx"), ops.param("encB"))
    : ops.linear(x, ops.param("encWx"));
  const mean = ops.add(fromX, ops.linear(y, ops.param("encWy")));
  const z = ops.reparameterize(mean, logVar, "latent");
  const fromZ = biases
    ? ops.linear(z, ops.param("decUz"), ops.param("decB"))
    : ops.linear(z, ops.param("decUz"));
  const predicted = ops.add(fromZ, ops.linear(x, ops.param("decUx")));
  ops.gaussianNll("reconstruction", y, predicted, etaDec * etaDec, 1);
  ops.gaussianKl("kl", mean, logVar, etaEnc * etaEnc, beta);
}
