/**
 * The modes picture of a level: a column per data singular value theta, the waterline, what was
 * learned above it (sqrt(line^2 + value^2), so a full bar meets its theory tick), and the theory
 * ticks. Where theta decides nothing there are no columns and no line, only values from zero up.
 */
import { svg, type SVGTemplateResult } from "lit";
import { niceTicks, setting } from "./format.ts";
import { guideTick, unitColumn } from "./guide-view.ts";
import { laneClassOf } from "./lane-text.ts";
import { type LevelView, predictedAlive } from "./levels.ts";
import { text } from "./strings.ts";
import { reach, sameLines, survivors } from "./waterline.ts";

export interface ModesLayout {
  readonly width: number;
  readonly height: number;
  /** Left margin in pixels: the value axis. */
  readonly left: number;
  /** One for each column drawn; the handle speaks of these. */
  readonly theta: readonly number[];
  /** Upper end of the value axis, in units of theta. */
  readonly max: number;
  /** Sparse mode numbers below the axis, for more columns than fit with a table. */
  readonly dense: boolean;
  /** Right end of the columns in pixels: dense ones leave room for the handle. */
  readonly end: number;
}

export const modesTop = 10;

/** A line that is on the axis: latents without a mode have theirs at infinity. */
const finite = (line: number) => (Number.isFinite(line) ? line : 0);

function lineOf(view: LevelView, mode: number): number {
  return finite(view.lines?.[mode] ?? 0);
}

/** Upper end of the axis that shows data, predictions and waterlines of these lanes. */
export function modesMax(views: readonly LevelView[]): number {
  let max = 0;
  for (const view of views) {
    if (view.lines) max = Math.max(max, ...view.theta);
    max = Math.max(max, ...(view.lines ?? []).map(finite));
    const predicted = view.bars.predicted ?? [];
    const values = [
      ...predicted,
      // Without a line the axis has nothing else to hold on to.
      ...(view.lines ? [] : (view.bars.measured ?? [])),
    ];
    values.forEach((value, i) => {
      const height = reach(
        lineOf(view, i % view.theta.length),
        view.scale * value,
      );
      if (Number.isFinite(height)) max = Math.max(max, height);
    });
  }
  // A network's bars are nats: what reads 0.00 is drawn as nothing.
  if (views.some(({ network }) => network)) max = Math.max(max, 0.1);
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
  readonly view: LevelView;
  /** Mode, from 0. */
  readonly mode: number;
  readonly x: number;
  readonly width: number;
  readonly tickWidth: number;
  /** Drawn beside another lane's: data behind, B in outline. */
  readonly over: boolean;
}

function column(
  layout: ModesLayout,
  { view, mode, x, width, tickWidth, over }: Column,
): SVGTemplateResult {
  const row = (value: number) => modesRow(layout, value);
  const { lane, lines, scale } = view;
  const bottom = half(modesBottom(layout));
  if (view.network) {
    const bar = { x, width, tickWidth, over };
    return svg`<g class=${laneClassOf(lane)}>${unitColumn(view, mode, bar, bottom, row)}</g>`;
  }
  const line = lineOf(view, mode);
  const level = half(row(line));
  const theta = lines ? (view.theta.at(mode) ?? 0) : 0;
  const predicted = view.bars.predicted?.[mode] ?? 0;
  const under = lines
    ? theta <= lines[mode]
    : predictedAlive(view, mode) === false;
  const dead = under && !(predicted > 0);
  const value = view.bars.measured?.[mode];
  const top =
    value === undefined ? level : Math.max(row(reach(line, scale * value)), 0);
  const height = Math.max(0, level - top);
  const outline = lines ? half(row(theta)) : bottom - 16;
  const data =
    lines || dead
      ? svg`<rect class="data-column" x=${x + 0.5} y=${outline} width=${Math.max(0.5, width - 1)}
    height=${Math.max(0, bottom - outline)} fill=${dead ? "url(#hatch)" : "none"} />`
      : null;
  const learned =
    !over || lane.name === "A"
      ? svg`<rect class="lane-fill" x=${x} y=${top} width=${width} height=${height} />`
      : svg`<rect class="lane-outline" x=${x + 0.75} y=${top} width=${width - 1.5} height=${height} />`;
  const bar = height > (over ? 1 : 0.4) ? learned : null;
  const tick =
    predicted > 0
      ? (view.guide ? guideTick : theoryTick)(
          x + width / 2,
          row(reach(line, scale * predicted)),
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

/** Steps of the line; a mode that no latent can take breaks it. */
function linePath(
  layout: ModesLayout,
  lines: readonly number[],
  end: number,
): string {
  const shown = lines.findIndex((line) => !Number.isFinite(line));
  const last = (shown < 0 ? lines.length : shown) - 1;
  const pitch = (layout.end - layout.left) / lines.length;
  return lines
    .slice(0, last + 1)
    .map((line, i) => {
      const from = layout.left + pitch * i;
      const to = i === lines.length - 1 ? end : from + pitch;
      return `${i ? "L" : "M"}${String(from)} ${String(half(modesRow(layout, line)))}H${String(to)}`;
    })
    .join("");
}

/** The word at the right of the survivors, where there is room for it. */
function collapseWord(
  layout: ModesLayout,
  view: LevelView,
  lines: readonly number[],
): SVGTemplateResult | null {
  const { left, end, theta, width, dense } = layout;
  const alive = survivors(theta, lines);
  const x = left + ((end - left) / theta.length) * alive + 2;
  if (dense || alive >= theta.length || x + 112 >= width) return null;
  if (!Number.isFinite(lines[alive])) return null;
  // A mode that lives on the first level's noise has its tick where the word would be.
  const noise = (view.bars.predicted?.[alive] ?? 0) > 0;
  const line = half(modesRow(layout, lines[alive]));
  const y = noise ? (line > 40 ? line - 16 : line + 16) : line - 7;
  return svg`<text class="soft halo" x=${x} y=${y}>${noise ? text.lane.noise : text.lane.collapse}</text>`;
}

function waterMarks(
  layout: ModesLayout,
  lines: readonly number[],
): SVGTemplateResult {
  const { left, width } = layout;
  const path = linePath(layout, lines, width);
  return svg`<path class="water" d=${`${path}V${String(modesBottom(layout))}H${String(left)}Z`} />`;
}

/** Everything but the waterline's handle. `views`: one lane, or two drawn side by side. */
export function modesMarks(
  layout: ModesLayout,
  views: readonly LevelView[],
): SVGTemplateResult {
  const { width, left, end, theta } = layout;
  const pitch = (end - left) / theta.length;
  const over = views.length > 1;
  const lines = views[0].lines;
  const others = views.slice(1).filter((view) => !sameLines(lines, view.lines));
  return svg`${hatchPattern("hatch")}
    ${lines ? waterMarks(layout, lines) : null}
    ${valueAxis(left, width, layout.max, (value) => modesRow(layout, value), 3)}
    ${theta.map((_, mode) => {
      const {
        x,
        width: bar,
        tickWidth,
      } = barsAround(left + pitch * (mode + 0.5), pitch, views.length);
      return views.map((view, j) =>
        column(layout, { view, mode, x: x[j], width: bar, tickWidth, over }),
      );
    })}
    ${layout.dense ? sparseNumbers(left, pitch, theta.length, layout.height - 3) : null}
    ${lines ? svg`<path class="water-line ${views[0].guide ? "guide" : ""}" d=${linePath(layout, lines, width)} />` : null}
    ${others.map((view) =>
      view.lines
        ? svg`<path class="water-line other ${laneClassOf(view.lane)}" d=${linePath(layout, view.lines, width)} />`
        : null,
    )}
    ${lines && !over ? collapseWord(layout, views[0], lines) : null}`;
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
