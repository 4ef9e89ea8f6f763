/**
 * Judging a training against theory: how far it is, which units carry nothing, and when a
 * claim may be made. Pure functions of what was measured.
 */
import type { Settings } from "../experiment/config.ts";
import { look } from "./history.ts";
import type { DistancePoint } from "./history.ts";
import type { Prediction, Verdict } from "./prediction.ts";

export type { DistancePoint };

/**
 * Largest difference of a singular value from theory that still counts as being there; relative to
 * its noise scale also what tells a mode in use from none (`activeModes`).
 */
export const TOLERANCE = { exact: 0.02, sampled: 0.1 } as const;
export type Estimator = keyof typeof TOLERANCE;

/**
 * Largest gap of the loss from theory that still counts as being there, relative to the loss
 * (absolute below one nat). It decides where theory leaves singular values free.
 */
export const LOSS_TOLERANCE = { exact: 0.001, sampled: 0.005 } as const;

/**
 * A unit carries information if its dependence on x costs more than this, in nats: 1/2 Var[mu] /
 * etaEnc^2, the KL above what its std costs anyway. That is Var[mu] > 0.02 etaEnc^2: Burda's rule
 * for active units (Var[mu] > 0.01; "Importance weighted autoencoders", 2016) freed of the scale
 * of z, and twice as high because the noise of minibatches alone reaches 0.01. It speaks of
 * dependence on x, not of the KL, which a fixed std keeps above zero even in a dead unit.
 */
export const DEAD_NATS = 0.01;

export interface Measured {
  readonly omega: ArrayLike<number>;
  readonly lambda: ArrayLike<number>;
}

/**
 * Largest absolute difference of a singular value of U or of W A^(1/2) from its prediction.
 *
 * Both sides are sorted first: with fixed stds the lambda of theory need not descend. NaN if a
 * measured value is not finite.
 */
export function distance(prediction: Measured, measured: Measured): number {
  return Math.max(
    sortedDistance(prediction.omega, measured.omega),
    sortedDistance(prediction.lambda, measured.lambda),
  );
}

/** Singular values of one level. */
export interface LevelValues {
  readonly encoder: ArrayLike<number>;
  readonly decoder: ArrayLike<number>;
}

/**
 * Largest absolute difference of a singular value from its prediction, over all levels.
 *
 * Values that theory leaves free (NaN) are passed over: where a list is known in part, its known
 * values are the smallest. The shorter list of a pair is padded with zeros: a matrix has
 * no more singular values than its shorter side. NaN if a measured value is not finite, or if
 * nothing is predicted.
 */
export function levelDistance(
  predicted: readonly LevelValues[],
  measured: readonly LevelValues[],
): number {
  if (predicted.length !== measured.length) {
    throw new Error(
      `distance: ${measured.length} levels measured, ${predicted.length} predicted`,
    );
  }
  const gaps = predicted.flatMap(({ encoder, decoder }, i) => [
    ...knownGaps(encoder, measured[i].encoder),
    ...knownGaps(decoder, measured[i].decoder),
  ]);
  return gaps.length === 0 ? NaN : Math.max(...gaps);
}

function knownGaps(
  predicted: ArrayLike<number>,
  measured: ArrayLike<number>,
): number[] {
  const count = Math.max(predicted.length, measured.length);
  const found = ascending(measured, count);
  return Array.from(ascending(predicted, count), (value, i) => [
    value,
    Math.abs(value - found[i]),
  ])
    .filter(([value]) => !Number.isNaN(value))
    .map(([, gap]) => gap);
}

/** Padded with zeros to `count`; NaN sorts last. */
function ascending(values: ArrayLike<number>, count: number): Float64Array {
  const padded = new Float64Array(count);
  padded.set(values);
  return padded.sort();
}

function sortedDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) {
    throw new Error(
      `distance: ${b.length} singular values measured, ${a.length} predicted`,
    );
  }
  const left = Float64Array.from(a).sort();
  const right = Float64Array.from(b).sort();
  return left.reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value - right[i])),
    0,
  );
}

/**
 * Units that carry no information about x now (of a second level: about z1). Of a lane in training
 * it says just that, not that they have collapsed: a unit may yet grow.
 *
 * @param meanVariance variance of each unit's posterior mean, [k]: over the data, (W A W^T)_ii; of
 * a second level over z1, (W2 S W2^T)_jj
 * @param scale etaEnc; of the first of two levels, whose prior has no scale of its own, the
 * std of each unit, [k]
 */
export function deadUnits(
  meanVariance: ArrayLike<number>,
  scale: number | ArrayLike<number>,
): boolean[] {
  return Array.from(meanVariance, (variance, i) => {
    const unit = typeof scale === "number" ? scale : scale[i];
    return variance / (2 * unit * unit) <= DEAD_NATS;
  });
}

/**
 * Modes that both halves of the model use: omega etaEnc / etaDec and lambda / etaEnc, the stds that
 * z adds to x and x to z relative to their noise, are both further from zero than what
 * counts as zero when they are compared with theory: 0.02 of the expected loss's, 0.1 of
 * what minibatches' noise leaves.
 *
 * A bound on omega relative to the largest would lose weak modes: at theta = 1.02 theory
 * has omega = 0.20 and lambda = 0.20, which both rules call alive.
 */
export function activeModes(
  measured: Measured,
  settings: Pick<Settings, "etaDec" | "etaEnc" | "estimator">,
): number {
  const { etaDec, etaEnc } = settings;
  const least = TOLERANCE[settings.estimator];
  const above = (values: ArrayLike<number>, bound: number): number =>
    Array.from(values).filter((value) => value > bound).length;
  return Math.min(
    above(measured.omega, (least * etaDec) / etaEnc),
    above(measured.lambda, least * etaEnc),
  );
}

export interface Judgement {
  readonly verdict: Verdict;
  /** The distance the verdict rests on: a median of recent read-outs. */
  readonly distance: number;
  /** The same of the loss's gap from theory, relative (absolute below one nat), where it is judged. */
  readonly lossGap?: number;
}

export interface VerdictInput {
  /** Read-outs since the settings last changed, oldest first. */
  readonly history: readonly DistancePoint[];
  readonly estimator: Estimator;
  /** The lane will not move again: its step budget is spent. */
  readonly finished: boolean;
  readonly diverged: boolean;
  /** Null where no theorem covers the lane. */
  readonly prediction: Prediction | null;
}

/**
 * What may be said of a lane. Being at theory is claimed only of a lane that no longer moves,
 * being away from it only once the budget is spent: before that, a flat distance may be a
 * saddle on the way. Until either it is settling. A lane whose loss has no minimum is neither.
 *
 * Where theory leaves singular values free the loss is judged too; of a continuum of optima
 * it alone.
 */
export function judge(input: VerdictInput): Judgement {
  const { history, estimator, finished, diverged, prediction } = input;
  if (history.length === 0) {
    return { verdict: diverged ? "diverged" : "waiting", distance: NaN };
  }
  const values = look(history, TOLERANCE[estimator]);
  const loss =
    prediction && leavesFree(prediction)
      ? look(lossGaps(history, prediction.loss), LOSS_TOLERANCE[estimator])
      : null;
  const told = {
    distance: values.distance,
    ...(loss && { lossGap: loss.distance }),
  };
  if (diverged) return { verdict: "diverged", ...told };
  if (!prediction) return { verdict: "waiting", ...told };
  if (prediction.kind === "unbounded") return { verdict: "unbounded", ...told };
  const judged = [prediction.kind === "continuum" ? null : values, loss].filter(
    (one) => one !== null,
  );
  const near = judged.every((one) => one.near);
  if (finished) return { verdict: near ? "at-theory" : "away", ...told };
  const there = near && judged.every((one) => one.rests);
  return { verdict: there ? "at-theory" : "settling", ...told };
}

/** An optimum, or many, of which singular values are not all predicted. */
function leavesFree({ kind, levels }: Prediction): boolean {
  return (
    kind === "continuum" ||
    (kind === "optimum" &&
      levels.some((level) =>
        [...level.encoder, ...level.decoder].some(Number.isNaN),
      ))
  );
}

function lossGaps(
  history: readonly DistancePoint[],
  optimum: number,
): DistancePoint[] {
  return history.map(({ step, loss = NaN }) => ({
    step,
    distance: Math.abs(loss - optimum) / Math.max(1, Math.abs(optimum)),
  }));
}
