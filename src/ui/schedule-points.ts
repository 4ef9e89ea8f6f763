/** Points of a KL schedule moved, added and removed; steps stay whole and rising. Pure functions. */
import type { Corner } from "./schedule-curve.ts";

/** Factors as fine as the chart can be read, steps to a hundredth of the run by keys. */
const FACTOR_STEP = 0.05;
/** Most that dragging and keys reach; numbers may be typed beyond. */
const MOST_FACTOR = 10;
/** Most points a schedule has. */
const MOST_POINTS = 32;

function round(factor: number): number {
  return Number(Math.min(MOST_FACTOR, Math.max(0, factor)).toFixed(2));
}

/** Point `index` at another place, between its neighbours. */
export function movedPoint(
  points: readonly Corner[],
  index: number,
  [step, factor]: Corner,
  steps: number,
): Corner[] {
  const least = index === 0 ? 0 : points[index - 1][0] + 1;
  const most =
    index === points.length - 1
      ? Math.max(least, steps, points[index][0])
      : points[index + 1][0] - 1;
  const to = Math.round(Math.min(most, Math.max(least, step)));
  return points.map((point, i) => (i === index ? [to, round(factor)] : point));
}

/** What a key makes of the points; null for other keys. With Shift ten times as far. */
export function pointByKey(
  points: readonly Corner[],
  index: number,
  key: string,
  shift: boolean,
  steps: number,
): Corner[] | null {
  const [step, factor] = points[index];
  const far = shift ? 10 : 1;
  const across = far * Math.max(1, Math.round(steps / 100));
  const up = far * FACTOR_STEP;
  const moved = (to: Corner): Corner[] => movedPoint(points, index, to, steps);
  switch (key) {
    case "ArrowLeft":
      return moved([step - across, factor]);
    case "ArrowRight":
      return moved([step + across, factor]);
    case "ArrowDown":
      return moved([step, factor - up]);
    case "ArrowUp":
      return moved([step, factor + up]);
    case "Delete":
    case "Backspace":
      return withoutPoint(points, index);
    default:
      return null;
  }
}

/** One point more, on the line in the middle of the widest stretch; none where there is no room. */
export function withPoint(points: readonly Corner[], steps: number): Corner[] {
  if (points.length >= MOST_POINTS) return [...points];
  const last = points[points.length - 1];
  const ends: Corner[] = [
    ...(points[0][0] > 0 ? [[0, points[0][1]] as const] : []),
    ...points,
    ...(last[0] < steps ? [[steps, last[1]] as const] : []),
  ];
  let widest = 0;
  for (let i = 1; i + 1 < ends.length; i++) {
    const wide = (at: number): number => ends[at + 1][0] - ends[at][0];
    if (wide(i) > wide(widest)) widest = i;
  }
  const next = ends.at(widest + 1);
  if (!next) return [...points];
  const middle = Math.round((ends[widest][0] + next[0]) / 2);
  if (points.some(([step]) => step === middle)) return [...points];
  const factor = round((ends[widest][1] + next[1]) / 2);
  return [...points, [middle, factor] as const].sort(([a], [b]) => a - b);
}

/** One point less, but never none. */
export function withoutPoint(
  points: readonly Corner[],
  index: number,
): Corner[] {
  return points.length < 2 ? [...points] : points.filter((_, i) => i !== index);
}
