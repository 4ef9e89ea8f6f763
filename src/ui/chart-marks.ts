/** What a time series shows beside its lines: bands, theory levels, the present step, heads, failures. */
import type { Chart, Plugin } from "chart.js";
import type { ChartColors } from "./chart-colors.ts";
import type { PixelSeries } from "./decimate.ts";
import { drawSeeds, type SeedsMark } from "./seeds-marks.ts";
import { text } from "./strings.ts";

/** What is drawn for one lane. */
export interface LaneLine {
  readonly name: string;
  readonly series: PixelSeries;
  readonly color: string;
  readonly dashed: boolean;
  /** Predicted level, if any. */
  readonly theory: number | null;
}

/** What the marks are drawn from; the chart's owner keeps it current. */
export interface Marks {
  lines: readonly LaneLine[];
  seeds: readonly SeedsMark[];
  colors: ChartColors;
  step: number;
}

interface Frame {
  readonly chart: Chart;
  readonly x: (step: number) => number;
  readonly y: (value: number) => number;
}

function frameOf(chart: Chart): Frame {
  const { top, bottom } = chart.chartArea;
  return {
    chart,
    x: (step) => chart.scales.x.getPixelForValue(step),
    y: (value) =>
      Math.min(bottom, Math.max(top, chart.scales.y.getPixelForValue(value))),
  };
}

function band({ chart, x, y }: Frame, line: LaneLine): void {
  const { series } = line;
  const context = chart.ctx;
  const filled = Array.from(series.high.keys()).filter(
    (i) => series.high[i] > -Infinity,
  );
  if (filled.length < 2) return;
  context.save();
  context.globalAlpha = 0.16;
  context.fillStyle = line.color;
  context.beginPath();
  for (const i of filled)
    context.lineTo(x(series.stepOf(i)), y(series.high[i]));
  for (const i of filled.reverse())
    context.lineTo(x(series.stepOf(i)), y(series.low[i]));
  context.fill();
  context.restore();
}

function theory({ chart, y }: Frame, marks: Marks): void {
  const { left, right, bottom } = chart.chartArea;
  const context = chart.ctx;
  const levels = marks.lines.flatMap(({ name, theory: level }) =>
    level !== null && Number.isFinite(level)
      ? [{ name, at: Math.round(y(level)) + 0.5 }]
      : [],
  );
  levels.sort((a, b) => a.at - b.at);
  // Labels leave it so: the first mark is drawn like all others.
  context.lineJoin = "round";
  let lastLabel = -Infinity;
  levels.forEach(({ name, at }, i) => {
    context.strokeStyle = marks.colors.inkMute;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(left, at);
    context.lineTo(right - 12, at);
    context.stroke();
    context.strokeStyle = marks.colors.ink;
    context.lineWidth = 1.25;
    context.fillStyle = marks.colors.background;
    context.fillRect(right - 12.5, at - 2, 12, 4);
    context.strokeRect(right - 12.5, at - 2, 12, 4);
    // The lower of two close levels is named below its line.
    const near = i > 0 && at - levels[i - 1].at < 24;
    const y = near ? at + 15 : at - 7;
    if (y - lastLabel < 13 || y + 3 > bottom) return;
    lastLabel = y;
    label(context, marks.colors, text.series.theory(name), right, y);
  });
}

function label(
  context: CanvasRenderingContext2D,
  colors: ChartColors,
  words: string,
  x: number,
  y: number,
): void {
  context.font = `400 ${String(colors.fontSize)}px ${colors.font}`;
  context.textAlign = "right";
  context.lineWidth = 4;
  context.lineJoin = "round";
  context.strokeStyle = colors.background;
  context.strokeText(words, x, y);
  context.fillStyle = colors.inkSoft;
  context.fillText(words, x, y);
}

function present({ chart, x }: Frame, marks: Marks): void {
  if (marks.step <= 0) return;
  const { top, bottom } = chart.chartArea;
  const at = Math.round(x(marks.step)) + 0.5;
  const context = chart.ctx;
  context.strokeStyle = marks.colors.edge;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(at, top);
  context.lineTo(at, bottom);
  context.stroke();
}

function head(
  { chart, x, y }: Frame,
  line: LaneLine,
  index: number,
  colors: ChartColors,
): void {
  const { series } = line;
  let bucket = series.width - 1;
  while (bucket >= 0 && series.high[bucket] === -Infinity) bucket -= 1;
  if (bucket < 0) return;
  const [cx, cy] = [x(series.lastStep), y(series.last[bucket])];
  const context = chart.ctx;
  context.fillStyle = line.color;
  context.strokeStyle = colors.background;
  context.lineWidth = 1;
  context.beginPath();
  if (index === 0) context.arc(cx, cy, 3.5, 0, 2 * Math.PI);
  else context.rect(cx - 3.5, cy - 3.5, 7, 7);
  context.fill();
  context.stroke();
}

/** A cross at the step where a lane stopped being finite. */
function failure({ chart, x }: Frame, line: LaneLine): void {
  if (line.series.notFinite === null) return;
  const context = chart.ctx;
  const [cx, cy] = [x(line.series.notFinite), chart.chartArea.top + 8];
  context.strokeStyle = line.color;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(cx - 4, cy - 4);
  context.lineTo(cx + 4, cy + 4);
  context.moveTo(cx + 4, cy - 4);
  context.lineTo(cx - 4, cy + 4);
  context.stroke();
}

/** A Chart.js plugin that draws them. */
export function marksPlugin(marks: Marks): Plugin<"line"> {
  return {
    id: "marks",
    beforeDatasetsDraw(chart) {
      const frame = frameOf(chart);
      present(frame, marks);
      drawSeeds(chart, marks.seeds);
      theory(frame, marks);
      for (const line of marks.lines) band(frame, line);
    },
    afterDatasetsDraw(chart) {
      const frame = frameOf(chart);
      marks.lines.forEach((line, i) => {
        head(frame, line, i, marks.colors);
        failure(frame, line);
      });
    },
  };
}
