/**
 * Judging a training against theory: how far it is, which units carry nothing, and when a
 * claim may be made. Pure functions of what was measured.
 */
import type { Prediction, Verdict } from "./prediction.ts";

/** Largest difference of a singular value from theory that still counts as being there. */
export const TOLERANCE = { exact: 0.02, sampled: 0.1 } as const;
export type Estimator = keyof typeof TOLERANCE;

/**
 * A unit or mode is alive above this share of its noise scale, in variance: Burda's rule for
 * active units (Var[mu] > 0.01; "Importance weighted autoencoders", 2016) in units of the prior
 * variance etaEnc^2, so that it does not depend on the scale of z. It is a statement about
 * dependence on x, not about the KL, which a fixed std keeps above zero even in a dead unit.
 */
export const ALIVE_SHARE = 0.01;

/** Read-outs a verdict looks back on, and the least steps they must span. */
const WINDOW = { readouts: 5, steps: 50, share: 0.2 };

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
 * Units that carry no information about x now: Var_x[mean_i] <= 0.01 etaEnc^2, i.e. at most
 * 1/200 nat of KL above the floor that the unit's std alone costs.
 *
 * @param meanVariance variance over the data of each unit's posterior mean, [k]
 */
export function deadUnits(
  meanVariance: ArrayLike<number>,
  etaEnc: number,
): boolean[] {
  return Array.from(
    meanVariance,
    (variance) =>
      Number.isFinite(variance) && variance <= ALIVE_SHARE * etaEnc * etaEnc,
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
 * Whether the distance has stopped changing: over the last fifth of the steps (at least 5
 * read-outs and 50 steps) it stays within half the tolerance.
 *
 * Away from theory a flat distance may be a saddle, where a mode grows too slowly to show; only
 * the last half of the run being flat counts there.
 */
export function settled(
  history: readonly DistancePoint[],
  estimator: Estimator,
): boolean {
  const last = history.at(-1);
  if (!last || !Number.isFinite(last.distance)) return false;
  const tolerance = TOLERANCE[estimator];
  const share = last.distance <= tolerance ? WINDOW.share : 0.5;
  const since =
    last.step - Math.max(WINDOW.steps, share * (last.step - history[0].step));
  if (history[0].step > since) return false;
  let [low, high, count] = [Infinity, -Infinity, 0];
  for (let i = history.length - 1; i >= 0 && history[i].step >= since; i--) {
    low = Math.min(low, history[i].distance);
    high = Math.max(high, history[i].distance);
    count++;
  }
  return count >= WINDOW.readouts && high - low <= tolerance / 2;
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
 * What may be said of a lane. Being at theory or away from it is claimed only of a lane that
 * no longer moves; until then it is settling.
 */
export function verdict(input: VerdictInput): Verdict {
  const { history, estimator, finished, diverged, prediction } = input;
  if (diverged) return "diverged";
  const last = history.at(-1);
  if (!last || !prediction) return "waiting";
  if (!finished && !settled(history, estimator)) return "settling";
  return last.distance <= TOLERANCE[estimator] ? "at-theory" : "away";
}
