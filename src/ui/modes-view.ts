/**
 * The modes picture: a column per data singular value theta, the waterline, what was learned
 * above it (sqrt(line^2 + omega^2), so a full bar meets its theory tick), and the theory ticks.
 */
import { svg, type SVGTemplateResult } from "lit";
import type { LaneState } from "../session/store.ts";
import { niceTicks, setting } from "./format.ts";
import { laneClassOf } from "./lane-text.ts";
import { text } from "./strings.ts";
import { reach, sameLines, survivors, waterline } from "./waterline.ts";

export interface ModesLayout {
  readonly width: number;
  readonly height: number;
  /** Left margin in pixels: the value axis. */
  readonly left: number;
  /** Data singular values drawn, descending. */
  readonly theta: readonly number[];
  /** Upper end of the value axis, in units of theta. */
  readonly max: number;
  /** Sparse mode numbers below the axis, for more columns than fit with a table. */
  readonly dense: boolean;
  /** Right end of the columns in pixels: dense ones leave room for the handle. */
  readonly end: number;
}

export const modesTop = 10;

/** Upper end of the axis that shows data, predictions and waterlines of these lanes. */
export function modesMax(
  lanes: readonly LaneState[],
  theta: readonly number[],
): number {
  let max = Math.max(...theta, 0);
  for (const lane of lanes) {
    const lines = waterline(lane.settings, theta.length);
    max = Math.max(max, ...lines);
    lane.prediction?.omega.forEach((omega, i) => {
      if (i < lines.length)
        max = Math.max(max, reach(lane.settings, lines[i], omega));
    });
  }
  return (max || 1) * 1.027;
}

export function modesBottom(layout: ModesLayout): number {
  return layout.height - (layout.dense ? 18 : 6);
}

/** Pixel row of a value. */
export function modesRow(layout: ModesLayout, value: number): number {
  const bottom = modesBottom(layout);
  return bottom - (value / layout.max) * (bottom - modesTop);
}

/** Value at a pixel row. */
export function modesValue(layout: ModesLayout, row: number): number {
  const bottom = modesBottom(layout);
  return ((bottom - row) / (bottom - modesTop)) * layout.max;
}

const half = (x: number) => Math.round(x) + 0.5;

export function hatchPattern(id: string): SVGTemplateResult {
  return svg`<defs><pattern id=${id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
    <line class="hatch-line" x1=".5" y1="0" x2=".5" y2="5" /></pattern></defs>`;
}

/** A hollow theory tick centered at (x, y). */
export function theoryTick(
  x: number,
  y: number,
  width: number,
): SVGTemplateResult {
  return svg`<rect class="theory-tick" x=${half(x - width / 2)} y=${half(y) - 2} width=${Math.round(width)} height="4" />`;
}

/** Value axis with grid lines. */
export function valueAxis(
  left: number,
  right: number,
  max: number,
  row: (value: number) => number,
  wanted: number,
): SVGTemplateResult[] {
  return niceTicks(0, max, wanted)
    .filter((tick) => tick <= max * 1.001)
    .map(
      (tick) => svg`
      <line class=${tick ? "grid-line" : "axis-line"} x1=${left} x2=${right} y1=${half(row(tick))} y2=${half(row(tick))} />
      <text class="end" x=${left - 8} y=${row(tick) + 4}>${setting(tick, tick && max < 2 ? 1 : 0)}</text>`,
    );
}

interface Column {
  readonly lane: LaneState;
  /** Mode, from 0. */
  readonly mode: number;
  /** Waterline at this mode, in units of theta. */
  readonly line: number;
  readonly x: number;
  readonly width: number;
  readonly tickWidth: number;
  /** Drawn beside another lane's: data behind, B in outline. */
  readonly over: boolean;
}

function column(
  layout: ModesLayout,
  { lane, mode, line, x, width, tickWidth, over }: Column,
): SVGTemplateResult {
  const row = (value: number) => modesRow(layout, value);
  const bottom = half(modesBottom(layout));
  const level = half(row(line));
  const theta = layout.theta[mode];
  const dead = theta <= line;
  const omega = lane.readout?.omega[mode];
  const top =
    omega === undefined ? level : row(reach(lane.settings, line, omega));
  const height = Math.max(0, level - top);
  const outline = half(row(theta));
  const data = svg`<rect class="data-column" x=${x + 0.5} y=${outline} width=${Math.max(0.5, width - 1)}
    height=${Math.max(0, bottom - outline)} fill=${dead ? "url(#hatch)" : "none"} />`;
  const learned =
    !over || lane.name === "A"
      ? svg`<rect class="lane-fill" x=${x} y=${top} width=${width} height=${height} />`
      : svg`<rect class="lane-outline" x=${x + 0.75} y=${top} width=${width - 1.5} height=${height} />`;
  const bar = height > (over ? 1 : 0.4) ? learned : null;
  const omegaPredicted = lane.prediction?.omega[mode] ?? 0;
  const tick =
    omegaPredicted > 0 && !dead
      ? theoryTick(
          x + width / 2,
          row(reach(lane.settings, line, omegaPredicted)),
          tickWidth,
        )
      : null;
  return svg`<g class=${laneClassOf(lane)}>${over ? [data, bar] : [bar, data]}${tick}</g>`;
}

/** Where the bars of one mode or unit stand: side by side around `center`, on whole pixels if wide. */
export function barsAround(
  center: number,
  pitch: number,
  lanes: number,
): {
  readonly x: readonly number[];
  readonly width: number;
  readonly tickWidth: number;
} {
  const wide = pitch > 14;
  const snap = (x: number) => (wide ? Math.round(x) : x);
  const over = lanes > 1;
  const width = snap(
    over
      ? Math.min(24, pitch * 0.29)
      : wide
        ? Math.min(30, pitch * 0.56)
        : pitch * 0.7,
  );
  const gap = over ? Math.min(4, pitch * 0.1) : 0;
  const first = center - (lanes * (width + gap) - gap) / 2;
  const x = Array.from({ length: lanes }, (_, j) =>
    snap(first + j * (width + gap)),
  );
  return {
    x,
    width,
    tickWidth: over
      ? width + 3
      : Math.min(width + 10, Math.max(width + 2, pitch - 2)),
  };
}

function linePath(
  layout: ModesLayout,
  lines: readonly number[],
  end: number,
): string {
  const pitch = (layout.end - layout.left) / lines.length;
  return lines
    .map((line, i) => {
      const from = layout.left + pitch * i;
      const to = i === lines.length - 1 ? end : from + pitch;
      return `${i ? "L" : "M"}${String(from)} ${String(half(modesRow(layout, line)))}H${String(to)}`;
    })
    .join("");
}

/** Everything but the waterline's handle. `lanes`: one, or two drawn side by side. */
export function modesMarks(
  layout: ModesLayout,
  lanes: readonly LaneState[],
): SVGTemplateResult {
  const { width, left, end, theta } = layout;
  const pitch = (end - left) / theta.length;
  const over = lanes.length > 1;
  const lines = lanes.map((lane) => waterline(lane.settings, theta.length));
  const path = linePath(layout, lines[0], width);
  const bottom = modesBottom(layout);
  const alive = survivors(theta, lines[0]);
  const labelX = left + pitch * alive + 2;
  const named =
    !over && !layout.dense && alive < theta.length && labelX + 112 < width;
  const others = lanes
    .slice(1)
    .filter((_, j) => !sameLines(lines[0], lines[j + 1]));
  return svg`${hatchPattern("hatch")}
    <path class="water" d=${`${path}V${String(bottom)}H${String(left)}Z`} />
    ${valueAxis(left, width, layout.max, (value) => modesRow(layout, value), 3)}
    ${theta.map((_, mode) => {
      const {
        x,
        width: bar,
        tickWidth,
      } = barsAround(left + pitch * (mode + 0.5), pitch, lanes.length);
      return lanes.map((lane, j) =>
        column(layout, {
          lane,
          mode,
          line: lines[j][mode],
          x: x[j],
          width: bar,
          tickWidth,
          over,
        }),
      );
    })}
    ${layout.dense ? sparseNumbers(left, pitch, theta.length, layout.height - 3) : null}
    <path class="water-line" d=${path} />
    ${others.map(
      (lane) =>
        svg`<path class="water-line other ${laneClassOf(lane)}" d=${linePath(layout, waterline(lane.settings, theta.length), width)} />`,
    )}
    ${
      named
        ? svg`<text class="soft halo" x=${labelX} y=${half(modesRow(layout, lines[0][alive])) - 7}>${text.lane.collapse}</text>`
        : null
    }`;
}

/** 1, 5, 10, ... below columns too narrow for a number each. */
export function sparseNumbers(
  left: number,
  pitch: number,
  n: number,
  y: number,
): SVGTemplateResult[] {
  const every = pitch * 5 > 22 ? 5 : 10;
  return Array.from({ length: n }, (_, i) => i + 1)
    .filter((i) => i === 1 || i % every === 0)
    .map(
      (i) =>
        svg`<text class="middle" x=${left + pitch * (i - 0.5)} y=${y}>${i}</text>`,
    );
}
