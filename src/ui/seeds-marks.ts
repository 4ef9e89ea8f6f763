/** Medians and bands of many seeds behind a series' lines. */
import type { Chart } from "chart.js";
import type { LaneState } from "../session/store.ts";
import type { SeriesKey } from "./series-table.ts";

/** What is drawn of one lane's seeds. */
export interface SeedsMark {
  readonly color: string;
  readonly steps: readonly number[];
  readonly low: readonly number[];
  readonly median: readonly number[];
  readonly high: readonly number[];
}

export function seedsMarks(
  all: readonly LaneState[],
  key: SeriesKey,
  colors: readonly string[],
): SeedsMark[] {
  return all.flatMap(({ seeds }, lane) =>
    seeds && seeds.steps.length > 1
      ? [
          {
            color: colors[lane % colors.length],
            steps: seeds.steps,
            ...seeds.bands[key],
          },
        ]
      : [],
  );
}

/** Of the looks at the seeds, those that show the start. */
const START = 1 / 3;

/** What an axis must hold: all after the start, where losses are large. */
export function seedsRange(
  marks: readonly SeedsMark[],
): readonly [number, number] | null {
  const all = marks
    .flatMap(({ low, high }) => {
      const from = Math.floor(START * low.length);
      return [...low.slice(from), ...high.slice(from)];
    })
    .filter(Number.isFinite);
  return all.length === 0 ? null : [Math.min(...all), Math.max(...all)];
}

export function drawSeeds(chart: Chart, marks: readonly SeedsMark[]): void {
  const { top, bottom, left, right } = chart.chartArea;
  const context = chart.ctx;
  const x = (step: number): number => chart.scales.x.getPixelForValue(step);
  const y = (value: number): number =>
    Math.min(
      bottom + 1,
      Math.max(top - 1, chart.scales.y.getPixelForValue(value)),
    );
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  for (const { color, steps, low, median, high } of marks) {
    const known = [...steps.keys()].filter((i) => Number.isFinite(median[i]));
    if (known.length < 2) continue;
    context.fillStyle = color;
    context.strokeStyle = color;
    context.globalAlpha = 0.22;
    context.beginPath();
    for (const i of known) context.lineTo(x(steps[i]), y(high[i]));
    for (const i of known.toReversed()) context.lineTo(x(steps[i]), y(low[i]));
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    context.beginPath();
    for (const i of known) context.lineTo(x(steps[i]), y(median[i]));
    context.stroke();
  }
  context.restore();
}
