/**
 * The vocabulary a model writes its forward pass in.
 *
 * Each engine implements `Ops` once (float64 in `reference/`, recorded GPU dispatches in
 * `engine/tape.ts`) and owns the hand-written backward of every op; a model never sees a
 * gradient. Matrices are row-major; an image of a row is [height, width, channels] in that order.
 */
import type { Stream } from "../math/rng.ts";

export type Activation = "none" | "relu" | "tanh" | "gelu";

/** Loss terms, unweighted, in nats per example. */
export type Term = "reconstruction" | "kl" | "kl2";

/**
 * Values of a forward pass that others may ask for: mean and log-variance of q(z given x) and the z drawn
 * from it, the same of a second level, the mean of p(z1 given z2), and the mean of the
 * reconstruction (logits of a Bernoulli one).
 */
export type Mark =
  "mean" | "logVar" | "z" | "mean2" | "logVar2" | "z2" | "prior" | "output";

/** A convolution from [height, width, channels] to [outHeight, outWidth, outChannels]. */
export interface ConvShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  /** Side of the square kernel. */
  readonly kernel: number;
  readonly stride: number;
  /** Zeros on each side of the input. */
  readonly padding: number;
}

export interface Ops<T> {
  /** The minibatch, [B, d]; or latents to decode, where a pass starts from them. */
  input(name: "x" | "y" | "z" | "z2"): T;
  /** A trained tensor or a constant one (`ParamSpec.trained`). */
  param(name: string): T;
  /** [B, in] -> [B, out]; weight [out, in], bias [1, out]. */
  linear(x: T, weight: T, bias?: T, activation?: Activation): T;
  add(a: T, b: T): T;
  activate(x: T, activation: Activation): T;
  /** Column j of the result is column `from[j]` of x, or zero where that is negative; no column is taken twice. */
  select(x: T, from: Int32Array): T;
  /** [B, in] -> [B, out] with the sides of `shape`; weight [outChannels, kernel * kernel * channels], bias [1, outChannels]. */
  conv(x: T, weight: T, bias: T | undefined, shape: ConvShape): T;
  /**
   * The adjoint of `conv` of that shape: [B, out] -> [B, in]; weight [kernel * kernel * channels,
   * outChannels], bias [1, channels].
   */
  convTranspose(x: T, weight: T, bias: T | undefined, shape: ConvShape): T;
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
  /** Adds weight * sum (ln(1 + exp(logits)) - target * logits), mean over rows, to the loss; targets in 0..1 have no gradient. */
  bernoulliNll(term: Term, target: T, logits: T, weight: number): void;
  /** Subtracts weight * H(N(., exp(logVar))) = weight * sum (logVar + ln(2 pi) + 1) / 2, mean over rows, from the loss and from `term`. */
  gaussianEntropy(term: Term, logVar: T, weight: number): void;
  /**
   * Adds weight * KL(N(mean, exp(logVar)) || N(0, priorVariance I)), mean over rows, to the loss. With
   * `freeBits` above zero: weight * sum_i max(freeBits, mean over rows of KL_i), while `term` stays the KL.
   */
  gaussianKl(
    term: Term,
    mean: T,
    logVar: T,
    priorVariance: number,
    weight: number,
    freeBits?: number,
  ): void;
  /** Names a value; changes nothing. */
  mark(name: Mark, value: T): void;
}

/** A named tensor. */
export interface ParamSpec {
  readonly name: string;
  readonly shape: readonly [number, number];
  /** False for constants, e.g. the log-variance of a fixed encoder variance. */
  readonly trained: boolean;
}

/** Named tensors, row-major. */
export type ParamSet = Readonly<Record<string, Float32Array>>;
