/**
 * What a level of latents carries, from the means and log-variances of q at some examples: of networks,
 * where no moments tell it. Arrays are [count, units], row-major.
 */
import { choleskyOrNull } from "./axes.ts";
import type { LevelMeasurement } from "./measure.ts";
import type { KlCounts } from "./metrics.ts";
import { countKl, emptyCounts } from "./metrics.ts";

/** q at each example. */
export interface Posteriors {
  readonly mean: ArrayLike<number>;
  readonly logVar: ArrayLike<number>;
}

/** q(z1 given x), a draw z from it, and the mean of p(z1 given z2) for a z2 drawn from q(z2 given z). */
export interface FirstLevelDraw extends Posteriors {
  readonly z: ArrayLike<number>;
  readonly prior: ArrayLike<number>;
}

/** As in `LevelMeasurement`; `std` is the root of the mean variance over the examples. */
export interface PosteriorSummary extends Pick<
  LevelMeasurement,
  "klPerUnit" | "std" | "meanVariance" | "dataVariance" | "informationBound"
> {
  readonly counts: KlCounts;
}

/**
 * Of z given x, with the prior N(0, priorVariance I). In a conditional model `informationBound` bounds
 * I(x, y; z), thus I(y; z given x), which moments can bound more closely.
 */
export function summarizePosterior(
  posterior: Posteriors,
  count: number,
  units: number,
  priorVariance: number,
): PosteriorSummary {
  const entry = closedKl(posterior, priorVariance);
  return summarize([posterior], [entry], count, units);
}

/**
 * Of z1 in a hierarchical model. A unit's term at an example is the average over the draws of
 * ln q(z1 given x) - ln p(z1 given z2), with `variance` that of p; it may be negative. Where q is p
 * every draw's term is 0, which it would not be with the entropy in closed form.
 */
export function summarizeFirstLevel(
  draws: readonly FirstLevelDraw[],
  count: number,
  units: number,
  variance: number,
): PosteriorSummary {
  const entries = draws.map((draw) => drawnKl(draw, variance));
  return summarize(draws.slice(0, 1), entries, count, units);
}

/**
 * Of z2 in a hierarchical model, from its q at two or more draws of z1. A unit's KL at an example
 * is the average over the draws; `meanVariance` counts the noise of z1, `dataVariance` does
 * not, and `informationBound` bounds I(z1; z2), thus I(x; z2).
 */
export function summarizeSecondLevel(
  draws: readonly Posteriors[],
  count: number,
  units: number,
  priorVariance: number,
): PosteriorSummary {
  if (draws.length < 2) {
    throw new Error(
      `second level: got ${draws.length} draws of z1, expected two or more to tell data from noise`,
    );
  }
  const entries = draws.map((draw) => closedKl(draw, priorVariance));
  return summarize(draws, entries, count, units);
}

/** Nats of the entry [example, unit] at a place in the arrays. */
type EntryKl = (at: number) => number;

/** KL(N(mean, exp(logVar)) || N(0, variance)). */
function closedKl({ mean, logVar }: Posteriors, variance: number): EntryKl {
  const log = Math.log(variance);
  return (at) =>
    (mean[at] ** 2 / variance +
      Math.exp(logVar[at]) / variance -
      (logVar[at] - log) -
      1) /
    2;
}

/** ln N(z; mean, exp(logVar)) - ln N(z; prior, variance). */
function drawnKl(
  { z, mean, logVar, prior }: FirstLevelDraw,
  variance: number,
): EntryKl {
  const log = Math.log(variance);
  return (at) =>
    ((z[at] - prior[at]) ** 2 / variance -
      (z[at] - mean[at]) ** 2 / Math.exp(logVar[at]) -
      (logVar[at] - log)) /
    2;
}

/** @param draws draws between which `mean` and `logVar` may differ */
function summarize(
  draws: readonly Posteriors[],
  entries: readonly EntryKl[],
  count: number,
  units: number,
): PosteriorSummary {
  const counts = emptyCounts(units);
  counts.rows = count;
  for (let at = 0; at < count * units; at++) {
    let kl = 0;
    for (const entry of entries) kl += entry(at) / entries.length;
    countKl(counts, at % units, kl);
  }
  const { covariance, within } = covariances(draws, count, units);
  const variance = new Float64Array(units);
  let logs = 0;
  for (const { logVar } of draws) {
    for (let at = 0; at < count * units; at++) {
      variance[at % units] += Math.exp(logVar[at]) / (count * draws.length);
      logs += logVar[at] / (count * draws.length);
    }
  }
  const meanVariance = variance.map((_, i) => covariance[i * (units + 1)]);
  return {
    counts,
    klPerUnit: counts.sum.map((sum) => sum / count),
    std: variance.map(Math.sqrt),
    meanVariance,
    dataVariance: meanVariance.map((all, i) => Math.max(0, all - within[i])),
    informationBound: informationBound(covariance, variance, logs),
  };
}

/** Covariance of the means over examples and draws, and the variance within an example that is in it. */
function covariances(
  draws: readonly Posteriors[],
  count: number,
  units: number,
): { covariance: Float64Array; within: Float64Array } {
  const total = count * draws.length;
  const center = new Float64Array(units);
  for (const { mean } of draws) {
    for (let at = 0; at < count * units; at++) {
      center[at % units] += mean[at] / total;
    }
  }
  const covariance = new Float64Array(units * units);
  const within = new Float64Array(units);
  const own = new Float64Array(units);
  const off = new Float64Array(units);
  for (let row = 0; row < count; row++) {
    own.fill(0);
    for (const { mean } of draws) {
      for (let i = 0; i < units; i++) {
        own[i] += mean[row * units + i] / draws.length;
      }
    }
    for (const { mean } of draws) {
      for (let i = 0; i < units; i++) {
        const value = mean[row * units + i];
        off[i] = value - center[i];
        // The variance of an example's draws, without the bias of few of them.
        if (draws.length > 1) {
          within[i] += (value - own[i]) ** 2 / (count * (draws.length - 1));
        }
      }
      for (let i = 0; i < units; i++) {
        for (let j = 0; j < units; j++) {
          covariance[i * units + j] += (off[i] * off[j]) / total;
        }
      }
    }
  }
  return { covariance, within };
}

/**
 * h(z) - h(z given its source) with h(z) at most that of a Gaussian of its covariance:
 * 1/2 [ ln det(Cov(mean) + E Sigma) - E ln det Sigma ]. NaN where there is no such number.
 */
function informationBound(
  covariance: Float64Array,
  variance: Float64Array,
  meanLogDeterminant: number,
): number {
  const k = variance.length;
  const all = covariance.slice();
  variance.forEach((value, i) => {
    all[i * (k + 1)] += value;
  });
  const lower = all.every(Number.isFinite) ? choleskyOrNull(all, k) : null;
  if (!lower) return NaN;
  let log = 0;
  for (let i = 0; i < k; i++) log += 2 * Math.log(lower[i * (k + 1)]);
  return (log - meanLogDeterminant) / 2;
}
