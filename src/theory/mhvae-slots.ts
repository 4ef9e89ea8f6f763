/**
 * The hierarchical model mode by mode. At its optima everything is diagonal in one basis: slot i
 * holds the i-th mode of the data, a direction of z1 with variance s, and, for the first
 * m = min(latents, latents2) slots, a direction of z2. The case files choose s, omega and the
 * stds; what follows from them is here.
 */
import type { Settings } from "../experiment/config.ts";
import { gaussianKl } from "./modes.ts";
import type { Criterion } from "./prediction.ts";

export type MhvaeSettings = Pick<
  Settings,
  | "beta"
  | "beta2"
  | "etaDec"
  | "etaEnc"
  | "encoderVariance"
  | "encoderVariance2"
  | "latents"
  | "latents2"
>;

/** What the minimisation decides of a slot. */
export interface Choice {
  readonly theta: number;
  /** Variance of z1 along it, E[z1^2] = lambda^2 + std1^2. */
  readonly s: number;
  /** Std of q(z1|x) along it. */
  readonly std1: number;
  readonly criterion1: Criterion;
  /** z2 along it; null in slots beyond the number of its latents. */
  readonly second: {
    readonly omega: number;
    readonly std: number;
    readonly criterion: Criterion;
  } | null;
}

/** All values of a slot; KL terms in nats, `square` the doubled reconstruction times etaDec^2. */
export interface Slot extends Choice {
  readonly lambda: number;
  readonly u1: number;
  readonly omega: number;
  readonly w2: number;
  readonly kl1: number;
  readonly kl2: number;
  /** I(z1; x) and I(z2; x) along it, nats, for Gaussian x. */
  readonly information1: number;
  readonly information2: number;
  /** E of the squared residual of y along it. */
  readonly square: number;
}

/** Decoder U1 and encoder W2 are the best given the choice: u1 = theta lambda / s, w2 = omega / (omega^2 + kappa). */
export function fillSlot(choice: Choice, settings: MhvaeSettings): Slot {
  const { beta, beta2, etaDec, etaEnc } = settings;
  const { theta, s, std1, second, criterion1 } = choice;
  const noise = std1 * std1;
  const square1 = criterion1.alive ? Math.max(0, s - noise) : 0;
  const lambda = Math.sqrt(square1);
  const omega = second?.omega ?? 0;
  const std2 = second?.std ?? 0;
  const kappa = (beta2 / beta) * (etaDec / etaEnc) ** 2;
  const w2 = omega / (omega * omega + kappa);
  const residual = (omega * w2 - 1) ** 2 * s + (omega * std2) ** 2;
  const variance2 = w2 * w2 * s + std2 * std2;
  return {
    ...choice,
    lambda,
    u1: (theta * lambda) / s,
    omega,
    w2,
    kl1: (residual / etaDec ** 2 - 1 - 2 * Math.log(std1 / etaDec)) / 2,
    kl2: second ? gaussianKl(w2 * w2 * s, std2, etaEnc) : 0,
    information1: Math.log1p(square1 / noise) / 2,
    information2: second
      ? -Math.log1p((-w2 * w2 * square1) / variance2) / 2
      : 0,
    square: criterion1.alive ? (theta * theta * noise) / s : theta * theta,
  };
}
