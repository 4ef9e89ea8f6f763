/** What every lane had at a step of a series. */
import type { LaneSeries } from "../session/store.ts";
import { quantity } from "./format.ts";
import type { SeriesKey } from "./series-table.ts";

/** The columns of a series: `length` entries are valid in each, steps ascending. */
export interface Columns {
  readonly steps: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly length: number;
}

/** A distance is measured less often than the terms of the loss are. */
export function columnsOf(series: LaneSeries, key: SeriesKey): Columns {
  return key === "distance"
    ? {
        steps: series.distanceStep,
        values: series.distance,
        length: series.distanceLength,
      }
    : { steps: series.step, values: series[key], length: series.length };
}

/** Index of the last entry at or before `step`; -1 if all come later. */
export function entryAt({ steps, length }: Columns, step: number): number {
  let [from, to] = [0, length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (steps[middle] <= step) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}

export interface Reading {
  /** The step the values are of: the last one measured, at or before the step asked for. */
  readonly step: number;
  /** One of each lane; null where the lane was not measured at that step. */
  readonly values: readonly (number | null)[];
}

/** What the lanes had at `step`; null before the first measurement. */
export function readingAt(
  all: readonly Columns[],
  step: number,
): Reading | null {
  const entries = all.map((columns) => entryAt(columns, step));
  const found = Math.max(
    ...all.map(({ steps }, i) =>
      entries[i] < 0 ? -Infinity : steps[entries[i]],
    ),
  );
  if (!Number.isFinite(found)) return null;
  return {
    step: found,
    values: all.map(({ steps, values }, i) =>
      entries[i] >= 0 && steps[entries[i]] === found
        ? values[entries[i]]
        : null,
    ),
  };
}

/** First and last step of any lane; null before the first. */
export function stepsOf(
  all: readonly Columns[],
): readonly [first: number, last: number] | null {
  const some = all.filter(({ length }) => length > 0);
  if (some.length === 0) return null;
  return [
    Math.min(...some.map(({ steps }) => steps[0])),
    Math.max(...some.map(({ steps, length }) => steps[length - 1])),
  ];
}

/** A number that is read off by itself: five significant digits. */
export function exact(x: number): string {
  const words = x.toPrecision(5);
  return Number.isFinite(x) && !words.includes("e")
    ? words.replace("-", "−")
    : quantity(x);
}
