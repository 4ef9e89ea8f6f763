/** What a history of read-outs shows: where a lane stands and whether it rests. */

/** Read-outs a verdict looks back on, and the least steps they must span. */
const WINDOW = { readouts: 5, steps: 50, share: 0.2, shareAway: 0.5 };

/** Distance to theory at a step, as read out. */
export interface DistancePoint {
  readonly step: number;
  readonly distance: number;
  /** Expected loss in nats; needed where theory leaves singular values free. */
  readonly loss?: number;
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
  tolerance: number,
): boolean {
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

/** What rests is judged by its median; what was cut short, by where it stands. */
export function look(
  history: readonly DistancePoint[],
  tolerance: number,
): { rests: boolean; near: boolean; distance: number } {
  const rests = settled(history, tolerance);
  const distance = median(rests ? recent(history, tolerance) : latest(history));
  return { rests, near: distance <= tolerance, distance };
}
