/**
 * Collapse measured over a whole data set: counts of each unit's KL at every example, and what is
 * made of them. The counts may come from a kernel as well; `addCounts` is its float64 twin.
 */
import type { Dataset } from "../data/dataset.ts";
import type { KlForm } from "./kl-forms.ts";
import { klForms } from "./kl-forms.ts";
import { meanLogLikelihood } from "./likelihood.ts";
import type { LaneParams, LevelMeasurement, MeasuredLane } from "./measure.ts";
import { measureLane, MeasureScratch } from "./measure.ts";

/** Thresholds of the collapse curve in nats: 41 from 1e-4 to 10, evenly spaced in their logarithm. */
export const EPSILONS: readonly number[] = Array.from(
  { length: 41 },
  (_, i) => 10 ** (-4 + i / 8),
);
/** Share of examples at which a collapsed unit may have a KL of epsilon or more. */
export const DELTA = 0.05;
/** The authors' rule: a pair of example and unit is active from this KL on, nats. */
export const ACTIVE_KL = 0.01;
/** Burda's rule: a unit is active above this variance of its mean. */
export const ACTIVE_VARIANCE = 0.01;

/** What is counted over the examples, by unit. */
export interface KlCounts {
  rows: number;
  /** Sum of KL, [units]. */
  readonly sum: Float64Array;
  /** Examples with a KL below each epsilon, [units, epsilons]. */
  readonly below: Float64Array;
  /** Examples with a KL of ACTIVE_KL or more, [units]. */
  readonly active: Float64Array;
}

/** Metrics of one level. */
export interface LevelMetrics {
  /** Mean KL of each unit over the examples, nats. */
  readonly klPerUnit: readonly number[];
  /** (epsilon, delta)-collapse: share of collapsed units for each epsilon. */
  readonly epsilon: readonly number[];
  readonly delta: number;
  readonly collapsed: readonly number[];
  /** Burda's rule: units with Var_x[mean] > ACTIVE_VARIANCE. */
  readonly activeUnitsBurda: number;
  /** The authors' rule: share of (example, unit) pairs with KL >= ACTIVE_KL. */
  readonly activePairs: number;
  /** Upper bound on I(x; z): 1/2 ln det(I + Sigma^-1 Cov(mean)). */
  readonly informationBound: number;
}

export interface ModelMetrics {
  readonly levels: readonly LevelMetrics[];
  /** Exact mean log-likelihood, nats per example. */
  readonly logLikelihood: number;
}

export function emptyCounts(units: number, epsilons = EPSILONS): KlCounts {
  return {
    rows: 0,
    sum: new Float64Array(units),
    below: new Float64Array(units * epsilons.length),
    active: new Float64Array(units),
  };
}

/** Counts the KL of one unit at one example in; `rows` is left to the caller. */
export function countKl(
  counts: KlCounts,
  unit: number,
  kl: number,
  epsilons = EPSILONS,
): void {
  counts.sum[unit] += kl;
  if (kl >= ACTIVE_KL) counts.active[unit]++;
  // Epsilons ascend: all from the first above the KL on.
  let at = epsilons.length;
  while (at > 0 && kl < epsilons[at - 1]) at--;
  for (; at < epsilons.length; at++) {
    counts.below[unit * epsilons.length + at]++;
  }
}

/** Counts the examples [from, to) of `data` in; part by part if others need a turn. */
export function addCounts(
  counts: KlCounts,
  { units, inputs, map, offset, scale, constants }: KlForm,
  data: Pick<Dataset, "columns" | "y"> & { readonly x: ArrayLike<number> },
  from: number,
  to: number,
  epsilons = EPSILONS,
): void {
  const { columns, x, y } = data;
  const split = y ? columns : inputs;
  const mean = new Float64Array(units);
  const add = (value: number, column: number): void => {
    if (value === 0) return;
    for (let i = 0; i < units; i++) {
      mean[i] += value * map[i * inputs + column];
    }
  };
  for (let row = from; row < to; row++) {
    mean.set(offset);
    for (let c = 0; c < split; c++) add(x[row * columns + c], c);
    if (y) {
      for (let c = 0; c < y.outputs; c++) {
        add(y.values[row * y.outputs + c], split + c);
      }
    }
    for (let i = 0; i < units; i++) {
      const kl = ((mean[i] * mean[i]) / scale + constants[i]) / 2;
      countKl(counts, i, kl, epsilons);
    }
  }
  counts.rows += to - from;
}

/**
 * Share of units with a KL below epsilon at (1 - delta) of the examples or more, for each epsilon.
 */
export function collapsedShare(
  { rows, below, sum }: KlCounts,
  delta = DELTA,
): number[] {
  const units = sum.length;
  const epsilons = below.length / units;
  return Array.from({ length: epsilons }, (_, at) => {
    let collapsed = 0;
    for (let i = 0; i < units; i++) {
      if (below[i * epsilons + at] >= (1 - delta) * rows) collapsed++;
    }
    return collapsed / units;
  });
}

/** Share of pairs of example and unit that are active by the authors' rule. */
export function activePairs({ rows, active }: KlCounts): number {
  const pairs = active.reduce((sum, value) => sum + value, 0);
  return pairs / (rows * active.length);
}

/** Metrics of a level out of its counts and what was measured of it. */
export function levelMetrics(
  level: Pick<LevelMeasurement, "dataVariance" | "informationBound">,
  counts: KlCounts,
): LevelMetrics {
  return {
    klPerUnit: Array.from(counts.sum, (sum) => sum / counts.rows),
    epsilon: EPSILONS,
    delta: DELTA,
    collapsed: collapsedShare(counts),
    activeUnitsBurda: level.dataVariance.filter((v) => v > ACTIVE_VARIANCE)
      .length,
    activePairs: activePairs(counts),
    informationBound: level.informationBound,
  };
}

/** Metrics out of the counts of each level. */
export function summarizeMetrics(
  params: LaneParams,
  lane: MeasuredLane,
  counts: readonly KlCounts[],
  scratch = new MeasureScratch(),
): ModelMetrics {
  const measured = measureLane(params, lane, scratch);
  return {
    levels: measured.levels.map((level, at) => levelMetrics(level, counts[at])),
    logLikelihood: meanLogLikelihood(params, lane, scratch),
  };
}

/** All metrics of a lane on the CPU, in one go. */
export function evaluateMetrics(
  params: LaneParams,
  lane: MeasuredLane & { readonly data: Dataset },
): ModelMetrics {
  const counts = klForms(params, lane.settings).map((form) => {
    const level = emptyCounts(form.units);
    addCounts(level, form, lane.data, 0, lane.data.rows);
    return level;
  });
  return summarizeMetrics(params, lane, counts);
}
