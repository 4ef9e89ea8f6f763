/** The two axes of a time series. */
import type { Scale, ScaleOptions } from "chart.js";
import type { ChartColors } from "./chart-colors.ts";
import type { Marks } from "./chart-marks.ts";
import { niceTicks, setting } from "./format.ts";
import { seedsRange } from "./seeds-marks.ts";
import type { SeriesKey } from "./series-table.ts";

/** Share of the budget whose values do not stretch the axis upwards. */
const TRANSIENT = 0.03;

function tickStyle(colors: ChartColors) {
  return {
    color: colors.inkMute,
    font: { family: colors.font, size: colors.fontSize },
    autoSkip: false,
  };
}

/** Puts exactly these ticks on the axis. */
function fixedTicks(values: readonly number[]) {
  return (axis: Scale): void => {
    axis.ticks = values.map((value) => ({ value }));
  };
}

const write = (value: string | number) =>
  setting(Number(value)).replace("-", "−");

/** Steps from 0 to the budget: it does not grow while training. */
export function stepAxis(
  steps: number,
  colors: ChartColors,
  width: number,
): ScaleOptions<"linear"> {
  const ticks = niceTicks(0, steps, width < 165 ? 2 : 3).filter(
    (tick) => tick <= steps,
  );
  const options = {
    type: "linear",
    min: 0,
    max: steps,
    border: { color: colors.edge },
    grid: { display: false },
    afterBuildTicks: fixedTicks(ticks),
    ticks: {
      ...tickStyle(colors),
      align: "inner",
      callback: write,
      maxRotation: 0,
    },
  };
  return options as unknown as ScaleOptions<"linear">;
}

function decades(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (
    let power = Math.floor(Math.log10(low) + 1e-9);
    10 ** power <= high * 1.0001;
    power += 1
  ) {
    ticks.push(Number((10 ** power).toPrecision(1)));
  }
  return ticks;
}

/** Every decade, or every second or third where they would crowd. */
function thinned(ticks: readonly number[]): readonly number[] {
  const every = Math.ceil(ticks.length / 5);
  return ticks.filter((_, i) => (ticks.length - 1 - i) % every === 0);
}

const writeDecade = (value: string | number) => {
  const x = Number(value);
  return x < 1e-3 ? x.toExponential(0).replace("-", "−") : setting(x);
};

function range(series: SeriesKey, marks: Marks): [low: number, high: number] {
  const theory = marks.lines.flatMap((line) =>
    line.theory === null ? [] : [line.theory],
  );
  const ranges = marks.lines.map((line) => line.series.range(TRANSIENT));
  const seeds = seedsRange(marks.seeds);
  const all = seeds ? [...ranges, seeds] : ranges;
  const low = Math.min(...theory, ...all.map((entry) => entry[0]));
  const high = Math.max(...theory, ...all.map((entry) => entry[1]));
  if (series === "distance") {
    const floor = Number.isFinite(low)
      ? 10 ** Math.floor(Math.log10(Math.max(low, 1e-6)))
      : 0.01;
    return [
      Math.min(0.01, floor),
      Math.max(2, Number.isFinite(high) ? high * 1.2 : 2),
    ];
  }
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const start = series === "kl" || series === "kl2" ? Math.min(0, low) : low;
  return [
    start,
    Math.max(
      high,
      start + 1.35 * (Math.max(...theory, low) - start),
      start + 1e-6,
    ),
  ];
}

/** Nats, linear from round number to round number; the distance on a log scale. */
export function valueAxis(
  series: SeriesKey,
  marks: Marks,
): ScaleOptions<"linear"> {
  const log = series === "distance";
  const [low, high] = range(series, marks);
  const ticks = log ? decades(low, high) : niceTicks(low, high, 2.5);
  const options = {
    type: log ? "logarithmic" : "linear",
    min: ticks[0],
    max: log ? high : ticks[ticks.length - 1],
    border: { display: false },
    grid: { color: marks.colors.rule, drawTicks: false },
    afterBuildTicks: fixedTicks(log ? thinned(ticks) : ticks),
    afterFit: (axis: Scale) => {
      axis.width = Math.max(axis.width, 26);
    },
    ticks: {
      ...tickStyle(marks.colors),
      padding: 6,
      callback: log ? writeDecade : write,
    },
  };
  return options as unknown as ScaleOptions<"linear">;
}
