/**
 * The modes picture: a column per data singular value theta, the waterline, what was learned
 * above it (sqrt(line^2 + omega^2), so a full bar meets its theory tick), and the theory ticks.
 */
import { svg, type SVGTemplateResult } from "lit";
import type { LaneState } from "../session/store.ts";
import { niceTicks, setting } from "./format.ts";
import { laneClassOf } from "./lane-text.ts";
import { text } from "./strings.ts";
import { reach, waterline } from "./waterline.ts";

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
    max = Math.max(max, ...lines.slice(0, 1));
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

function column(
  layout: ModesLayout,
  lane: LaneState,
  i: number,
  x: number,
  width: number,
  over: boolean,
) {
  const row = (value: number) => modesRow(layout, value);
  const line = waterline(lane.settings, layout.theta.length)[i];
  const bottom = half(modesBottom(layout));
  const level = half(row(line));
  const dead = layout.theta[i] <= line;
  const omega = lane.readout?.omega[i];
  const top =
    omega === undefined ? level : row(reach(lane.settings, line, omega));
  const height = Math.max(0, level - top);
  const outline = half(row(layout.theta[i]));
  const data = svg`<rect class="data-column" x=${x + 0.5} y=${outline} width=${Math.max(0.5, width - 1)}
    height=${Math.max(0, bottom - outline)} fill=${dead ? "url(#hatch)" : "none"} />`;
  const learned =
    !over || lane.name === "A"
      ? svg`<rect class="lane-fill" x=${x} y=${top} width=${width} height=${height} />`
      : svg`<rect class="lane-outline" x=${x + 0.75} y=${top} width=${width - 1.5} height=${height} />`;
  const predicted = lane.prediction?.omega[i];
  const tick =
    predicted === undefined || dead
      ? null
      : theoryTick(
          x + width / 2,
          row(reach(lane.settings, line, predicted)),
          over ? width + 3 : Math.min(width + 10, width * 1.5 + 2),
        );
  return svg`<g class=${laneClassOf(lane)}>${over ? [data, height > 1 ? learned : null] : [height > 0.4 ? learned : null, data]}${tick}</g>`;
}

/** Everything but the waterline's handle. `lanes`: one, or two drawn side by side. */
export function modesMarks(
  layout: ModesLayout,
  lanes: readonly LaneState[],
): SVGTemplateResult {
  const { width, left, theta } = layout;
  const row = (value: number) => modesRow(layout, value);
  const pitch = (width - left) / theta.length;
  const over = lanes.length > 1;
  const lines = waterline(lanes[0].settings, theta.length);
  const bottom = modesBottom(layout);
  const steps = lines
    .map(
      (line, i) =>
        `${i ? "L" : "M"}${left + pitch * i} ${half(row(line))}H${left + pitch * (i + 1)}`,
    )
    .join("");
  const alive = theta.filter((t, i) => t > lines[i]).length;
  const labelX = left + pitch * alive + 2;
  return svg`${hatchPattern("hatch")}
    <path class="water" d=${`${steps}V${bottom}H${left}Z`} />
    ${valueAxis(left, width, layout.max, row, 3)}
    ${theta.map((_, i) => {
      const center = left + pitch * (i + 0.5);
      const bar = over
        ? Math.min(24, pitch * 0.29)
        : pitch > 14
          ? Math.min(30, pitch * 0.56)
          : pitch * 0.7;
      const size = pitch > 14 ? Math.round(bar) : bar;
      if (!over)
        return column(
          layout,
          lanes[0],
          i,
          pitch > 14 ? Math.round(center - size / 2) : center - size / 2,
          size,
          false,
        );
      const gap = Math.min(4, pitch * 0.1);
      return lanes.map((lane, j) =>
        column(
          layout,
          lane,
          i,
          Math.round(
            center -
              (lanes.length * (size + gap)) / 2 +
              gap / 2 +
              j * (size + gap),
          ),
          size,
          true,
        ),
      );
    })}
    ${layout.dense ? sparseNumbers(left, pitch, theta.length, layout.height - 3) : null}
    <path class="water-line" d=${steps} />
    ${!over && alive < theta.length && labelX + 112 < width ? svg`<text class="soft" x=${labelX} y=${half(row(lines[alive])) - 7}>${text.lane.collapse}</text>` : null}`;
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
