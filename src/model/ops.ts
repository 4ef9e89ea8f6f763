/**
 * The vocabulary a model writes its forward pass in.
 *
 * Each engine implements `Ops` once (float64 in `reference/`, recorded GPU dispatches in
 * `engine/tape.ts`) and owns the hand-written backward of every op; a model never sees a
 * gradient. Matrices are row-major.
 */
import type { Stream } from "../math/rng.ts";

export type Activation = "none" | "relu" | "tanh" | "gelu";

/** Loss terms, unweighted, in nats per example. */
export type Term = "reconstruction" | "kl" | "kl2";

export interface Ops<T> {
  /** The minibatch, [B, d]. */
  input(name: "x" | "y"): T;
  /** A trained tensor or a constant one (`ParamSpec.trained`). */
  param(name: string): T;
  /** [B, in] -> [B, out]; weight [out, in], bias [1, out]. */
  linear(x: T, weight: T, bias?: T, activation?: Activation): T;
  add(a: T, b: T): T;
  /** mean + exp(logVar / 2) * eps(seed, step, stream); logVar [B, d] or [1, d]. */
  reparameterize(mean: T, logVar: T, stream: Stream): T;
  /** `target` may be a latent: its gradient flows too. Adds weight * (||target - mean||^2 / (2 variance) + (d / 2) ln(2 pi variance)), mean over rows, to the loss. */
  gaussianNll(
    term: Term,
    target: T,
    mean: T,
    variance: number,
    weight: number,
  ): void;
  /** Subtracts weight * H(N(., exp(logVar))) = weight * sum (logVar + ln(2 pi) + 1) / 2, mean over rows, from the loss and from `term`. */
  gaussianEntropy(term: Term, logVar: T, weight: number): void;
  /** Adds weight * KL(N(mean, exp(logVar)) || N(0, priorVariance I)), mean over rows, to the loss. */
  gaussianKl(
    term: Term,
    mean: T,
    logVar: T,
    priorVariance: number,
    weight: number,
  ): void;
}

/** A named tensor of a model. */
export interface ParamSpec {
  readonly name: string;
  readonly shape: readonly [number, number];
  /** False for constants, e.g. the log-variance of a fixed encoder variance. */
  readonly trained: boolean;
}

/** Named tensors, row-major. */
export type ParamSet = Readonly<Record<string, Float32Array>>;
