/**
 * Judging a training against theory: how far it is, which units carry nothing, and when a
 * claim may be made. Pure functions of what was measured.
 */
import type { Prediction, Verdict } from "./prediction.ts";

/** Largest difference of a singular value from theory that still counts as being there. */
export const TOLERANCE = { exact: 0.02, sampled: 0.1 } as const;
export type Estimator = keyof typeof TOLERANCE;

/**
 * A unit carries information if its dependence on x costs more than this, in nats: 1/2 Var[mu] /
 * etaEnc^2, the KL above what its std costs anyway. That is Var[mu] > 0.02 etaEnc^2: Burda's rule
 * for active units (Var[mu] > 0.01; "Importance weighted autoencoders", 2016) freed of the scale
 * of z, and twice as high because the noise of minibatches alone reaches 0.01. It speaks of
 * dependence on x, not of the KL, which a fixed std keeps above zero even in a dead unit.
 */
export const DEAD_NATS = 0.01;

/** A mode is used above this share of its noise scale, in variance. */
export const ALIVE_SHARE = 0.01;

/** Read-outs a verdict looks back on, and the least steps they must span. */
const WINDOW = { readouts: 5, steps: 50, share: 0.2, shareAway: 0.5 };

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
 * Units that carry no information about x now. Of a lane in training it says just that, not
 * that they have collapsed: a unit may yet grow.
 *
 * @param meanVariance variance over the data of each unit's posterior mean, [k]
 */
export function deadUnits(
  meanVariance: ArrayLike<number>,
  etaEnc: number,
): boolean[] {
  return Array.from(
    meanVariance,
    (variance) => variance / (2 * etaEnc * etaEnc) <= DEAD_NATS,
  );
}

/**
 * Modes that both halves of the model use: the decoder adds more than 1 % of its noise variance
 * along the mode (omega^2 etaEnc^2 > 0.01 etaDec^2) and the encoder's mean moves by more than
 * 1 % of the prior variance (lambda^2 > 0.01 etaEnc^2).
 *
 * A bound on omega relative to the largest would lose weak modes: at theta = 1.02 theory
 * has omega = 0.20 and lambda = 0.20, which both rules call alive.
 */
export function activeModes(
  measured: Measured,
  settings: { readonly etaDec: number; readonly etaEnc: number },
): number {
  const { etaDec, etaEnc } = settings;
  const least = Math.sqrt(ALIVE_SHARE);
  const above = (values: ArrayLike<number>, bound: number): number =>
    Array.from(values).filter((value) => value > bound).length;
  return Math.min(
    above(measured.omega, (least * etaDec) / etaEnc),
    above(measured.lambda, least * etaEnc),
  );
}

/** Distance to theory at a step, as read out. */
export interface DistancePoint {
  readonly step: number;
  readonly distance: number;
}

/**
 * The read-outs a verdict rests on: the last fifth of the steps, or the last half while away from
 * theory, where a flat distance may be a saddle that a mode leaves too slowly to show. Empty
 * if they are fewer than 5 or span less than 50 steps.
 */
function recent(
  history: readonly DistancePoint[],
  tolerance: number,
): readonly number[] {
  const last = history.at(-1);
  if (!last) return [];
  const window = (share: number): number[] => {
    const steps = Math.max(WINDOW.steps, share * (last.step - history[0].step));
    if (last.step - history[0].step < steps) return [];
    const points = history.filter(({ step }) => step >= last.step - steps);
    return points.length < WINDOW.readouts
      ? []
      : points.map((point) => point.distance);
  };
  const near = window(WINDOW.share);
  return median(near) <= tolerance ? near : window(WINDOW.shareAway);
}

/**
 * Whether the distance has stopped changing: between the two halves of the recent read-outs its
 * mean moves by at most a quarter of the tolerance, and it varies by at most twice the
 * tolerance. Away from theory a tenth: the slow turning of units with close theta must not
 * pass for rest. Noise of minibatches and of a constant learning rate is not movement.
 */
export function settled(
  history: readonly DistancePoint[],
  estimator: Estimator,
): boolean {
  const tolerance = TOLERANCE[estimator];
  const values = recent(history, tolerance);
  if (values.length === 0 || !values.every(Number.isFinite)) return false;
  const half = values.length >> 1;
  const drift = mean(values.slice(-half)) - mean(values.slice(0, half));
  const spread = Math.max(...values) - Math.min(...values);
  const rest = median(values) <= tolerance ? tolerance / 4 : tolerance / 10;
  return Math.abs(drift) <= rest && spread <= 2 * tolerance;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Distances in the last tenth of the steps; the last one at least. */
function latest(history: readonly DistancePoint[]): number[] {
  const [first, last] = [history[0], history[history.length - 1]];
  const since = last.step - (last.step - first.step) / 10;
  return history
    .filter(({ step }) => step >= since)
    .map((point) => point.distance);
}

/** Upper median; NaN of nothing. */
function median(values: readonly number[]): number {
  return values.length === 0
    ? NaN
    : values.toSorted((a, b) => a - b)[values.length >> 1];
}

export interface Judgement {
  readonly verdict: Verdict;
  /** The distance the verdict rests on: a median of recent read-outs. */
  readonly distance: number;
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
 * saddle on the way. Until either it is settling.
 */
export function judge(input: VerdictInput): Judgement {
  const { history, estimator, finished, diverged, prediction } = input;
  if (history.length === 0) {
    return { verdict: diverged ? "diverged" : "waiting", distance: NaN };
  }
  const tolerance = TOLERANCE[estimator];
  // What rests is judged by its median; what was cut short, by where it stands.
  const rests = settled(history, estimator);
  const distance = median(rests ? recent(history, tolerance) : latest(history));
  const near = distance <= tolerance;
  if (diverged) return { verdict: "diverged", distance };
  if (!prediction) return { verdict: "waiting", distance };
  if (finished) return { verdict: near ? "at-theory" : "away", distance };
  return { verdict: rests && near ? "at-theory" : "settling", distance };
}
