/**
 * Log-likelihood by importance sampling (Burda et al., "Importance weighted autoencoders", 2016):
 * ln p(x) is about ln mean_s w_s with w = p(x, z) / q(z given x) and z drawn from q. In a conditional
 * model all of it is given x and of y.
 */
import type { Settings } from "../experiment/config.ts";

/** One draw for each of some examples: marks of a forward pass, [examples, units], and its reconstruction. */
export interface ImportanceDraw {
  /** -ln p of the target given the latents drawn, nats, [examples]. */
  readonly reconstruction: ArrayLike<number>;
  readonly z: ArrayLike<number>;
  readonly mean: ArrayLike<number>;
  readonly logVar: ArrayLike<number>;
  /** Hierarchical models: the second level, and the mean of p(z1 given z2). */
  readonly second?: {
    readonly z2: ArrayLike<number>;
    readonly mean2: ArrayLike<number>;
    readonly logVar2: ArrayLike<number>;
    readonly prior: ArrayLike<number>;
  };
}

/** ln w of each example, nats. Throws if a hierarchical model's second level is missing. */
export function logWeights(
  { model, etaDec, etaEnc }: Pick<Settings, "model" | "etaDec" | "etaEnc">,
  { reconstruction, z, mean, logVar, second }: ImportanceDraw,
): Float64Array {
  const log = Float64Array.from(reconstruction, (nats) => -nats);
  const top = etaEnc ** 2;
  if (model !== "mhvae") {
    addRatio(log, { z, mean, logVar }, null, top);
    return log;
  }
  if (!second) {
    throw new Error(
      "importance weights of a hierarchical model need z2, mean2, logVar2 and prior",
    );
  }
  const { z2, mean2, logVar2, prior } = second;
  addRatio(log, { z, mean, logVar }, prior, etaDec ** 2);
  addRatio(log, { z: z2, mean: mean2, logVar: logVar2 }, null, top);
  return log;
}

/** Adds ln N(z; center, variance I) - ln N(z; mean, diag(exp(logVar))); no center is 0. */
function addRatio(
  log: Float64Array,
  { z, mean, logVar }: Pick<ImportanceDraw, "z" | "mean" | "logVar">,
  center: ArrayLike<number> | null,
  variance: number,
): void {
  const units = z.length / log.length;
  const constant = Math.log(variance);
  for (let at = 0; at < z.length; at++) {
    const fromPrior = z[at] - (center ? center[at] : 0);
    const fromMean = z[at] - mean[at];
    log[Math.floor(at / units)] -=
      (fromPrior ** 2 / variance +
        constant -
        fromMean ** 2 / Math.exp(logVar[at]) -
        logVar[at]) /
      2;
  }
}

/** Means are over the examples, nats per example. */
export interface LikelihoodEstimate {
  /** Examples with draws. */
  readonly examples: number;
  /** Draws of each; the fewest. */
  readonly samples: number;
  /** Mean of ln mean_s w_s: a lower bound in expectation. NaN without examples. */
  readonly mean: number;
  /** How far below the truth the mean is expected to be: mean of Var(w) / (2 S E(w)^2); positive. */
  readonly bias: number;
  /** Root mean square Monte Carlo error, `bias` included. NaN with fewer than two draws. */
  readonly monteCarloError: number;
  /** The same with the standard error of a sample of these examples. NaN with fewer than two. */
  readonly error: number;
  /** Effective draws (sum w)^2 / sum w^2 of the example with the fewest: near 1, errors mean nothing. */
  readonly effectiveSamples: number;
}

/** Sums of weights of each example, so that draws come a few at a time. */
export class ImportanceSums {
  /** Draws so far, largest ln w, and sums of w and w^2 over its exponential. */
  readonly #draws: Uint32Array;
  readonly #largest: Float64Array;
  readonly #sum: Float64Array;
  readonly #squares: Float64Array;

  constructor(examples: number) {
    this.#draws = new Uint32Array(examples);
    this.#largest = new Float64Array(examples).fill(-Infinity);
    this.#sum = new Float64Array(examples);
    this.#squares = new Float64Array(examples);
  }

  /** One more draw of ln w for the examples from `first` on. */
  add(logWeights: ArrayLike<number>, first = 0): void {
    for (let i = 0; i < logWeights.length; i++) {
      this.#addOne(first + i, logWeights[i]);
    }
  }

  #addOne(at: number, log: number): void {
    this.#draws[at]++;
    // A weight of 0 adds nothing.
    if (log === -Infinity) return;
    const largest = this.#largest[at];
    if (log > largest) {
      const shrink = Math.exp(largest - log);
      this.#largest[at] = log;
      this.#sum[at] = this.#sum[at] * shrink + 1;
      this.#squares[at] = this.#squares[at] * shrink ** 2 + 1;
    } else {
      const weight = Math.exp(log - largest);
      this.#sum[at] += weight;
      this.#squares[at] += weight ** 2;
    }
  }

  /** ln mean_s w_s of an example, nats. */
  logLikelihood(at: number): number {
    return (
      this.#largest[at] + Math.log(this.#sum[at]) - Math.log(this.#draws[at])
    );
  }

  /** Relative variance of an example's mean weight: of ln mean_s w_s by the delta method. */
  #variance(at: number): number {
    const draws = this.#draws[at];
    if (draws < 2) return NaN;
    const mean = this.#sum[at] / draws;
    const variance = this.#squares[at] / draws - mean * mean;
    return Math.max(0, variance) / ((draws - 1) * mean * mean);
  }

  /** Of the examples that have draws so far. */
  estimate(): LikelihoodEstimate {
    let [examples, total, variance] = [0, 0, 0];
    let [samples, effectiveSamples] = [Infinity, Infinity];
    this.#draws.forEach((draws, at) => {
      if (draws === 0) return;
      examples++;
      total += this.logLikelihood(at);
      variance += this.#variance(at);
      samples = Math.min(samples, draws);
      effectiveSamples = Math.min(
        effectiveSamples,
        this.#sum[at] ** 2 / this.#squares[at],
      );
    });
    if (examples === 0) {
      return {
        examples,
        samples: 0,
        mean: NaN,
        bias: NaN,
        monteCarloError: NaN,
        error: NaN,
        effectiveSamples: 0,
      };
    }
    const mean = total / examples;
    const bias = variance / (2 * examples);
    let spread = 0;
    this.#draws.forEach((draws, at) => {
      if (draws > 0) spread += (this.logLikelihood(at) - mean) ** 2;
    });
    return {
      examples,
      samples,
      mean,
      bias,
      monteCarloError: Math.sqrt(variance / examples ** 2 + bias ** 2),
      // The spread over examples has the Monte Carlo variance of each in it.
      error: Math.sqrt(spread / ((examples - 1) * examples) + bias ** 2),
      effectiveSamples,
    };
  }
}
