/** One quantity over one axis: a dot a training, a line through the medians, linear theory as dashed steps. */
import { svg, type SVGTemplateResult } from "lit";
import type { SweepRow, SweepSpec } from "../session/sweep-protocol.ts";
import { niceTicks, quantity as written, setting } from "./format.ts";
import { sweepText } from "./strings-sweep.ts";
import { axisLabel } from "./sweep-fields.ts";
import { median, rowsAt, type Quantity } from "./sweep-view.ts";

const half = (x: number) => Math.round(x) + 0.5;
const LEFT = 36;
const BOTTOM = 20;
const TOP = 8;

interface Point {
  readonly value: number;
  readonly measured: readonly SweepRow[];
  readonly middle: number;
  readonly linear: number;
}

function pointsOf(
  { of, linear }: Quantity,
  { axes }: SweepSpec,
  rows: readonly SweepRow[],
): Point[] {
  return [...axes[0].values]
    .sort((a, b) => a - b)
    .map((value) => {
      const measured = rowsAt(rows, [value]);
      return {
        value,
        measured,
        middle: median(measured.map(of)),
        linear: linear ? median(measured.map(linear)) : Number.NaN,
      };
    });
}

/** A path through the finite points; it starts anew after a gap. */
function path(
  points: readonly Point[],
  of: (point: Point) => number,
  draw: (index: number, value: number, start: boolean) => string,
): string {
  let start = true;
  return points
    .map((point, index) => {
      const value = of(point);
      if (!Number.isFinite(value)) {
        start = true;
        return "";
      }
      const part = draw(index, value, start);
      start = false;
      return part;
    })
    .join("");
}

/** Marks in a box of `width` by `height` pixels; values are evenly spaced whatever they are. */
export function curveOf(
  quantity: Quantity,
  spec: SweepSpec,
  rows: readonly SweepRow[],
  width: number,
  height: number,
): SVGTemplateResult {
  const points = pointsOf(quantity, spec, rows);
  const error = (row: SweepRow): number => {
    const size = quantity.error?.(row) ?? 0;
    return Number.isFinite(size) ? size : 0;
  };
  const seen = [
    ...points.flatMap(({ linear }) => [linear]),
    ...rows.flatMap((row) => [
      quantity.of(row) - error(row),
      quantity.of(row) + error(row),
    ]),
  ].filter(Number.isFinite);
  const [low, high] = quantity.whole
    ? [0, quantity.most ?? Math.max(1, ...seen)]
    : [Math.min(...seen, Infinity), Math.max(...seen, -Infinity)];
  const ticks =
    Number.isFinite(low) && Number.isFinite(high)
      ? niceTicks(low, high, Math.max(2, Math.floor(height / 45)))
      : [0, 1];
  const [first, last] = [ticks[0], ticks[ticks.length - 1]];
  const bottom = height - BOTTOM;
  const pitch = (width - LEFT - 6) / points.length;
  const x = (index: number) => LEFT + (index + 0.5) * pitch;
  const y = (value: number) =>
    bottom - ((value - first) / (last - first)) * (bottom - TOP);
  const at = (value: number) => value.toFixed(1);
  const steps = path(
    points,
    ({ linear }) => linear,
    (index, value, start) =>
      `${start ? `M${at(x(index) - pitch / 2)} ${at(y(value))}` : `V${at(y(value))}`}H${at(x(index) + pitch / 2)}`,
  );
  const line = path(
    points,
    ({ middle }) => middle,
    (index, value, start) =>
      `${start ? "M" : "L"}${at(x(index))} ${at(y(value))}`,
  );
  const every = Math.ceil(26 / Math.max(1, pitch));
  return svg`${ticks.map(
    (tick) => svg`
      <line class=${tick === first ? "axis-line" : "grid-line"} x1=${LEFT} x2=${width} y1=${half(y(tick))} y2=${half(y(tick))} />
      <text class="end" x=${LEFT - 5} y=${y(tick) + 4}>${setting(tick).replace("-", "−")}</text>`,
  )}
    ${points.map(({ value }, index) =>
      index % every === 0
        ? svg`<text class="middle" x=${x(index)} y=${height - 5}>${setting(value)}</text>`
        : svg``,
    )}
    <path class="linear" d=${steps} />
    <path class="measured" d=${line} />
    ${points.flatMap(({ measured }, index) =>
      measured
        .filter((row) => Number.isFinite(quantity.of(row)))
        .map((row) => {
          const size = error(row);
          const value = quantity.of(row);
          return svg`${size > 0 ? svg`<line class="measured" x1=${x(index)} x2=${x(index)} y1=${y(value - size)} y2=${y(value + size)} />` : svg``}
            <circle class="dot" cx=${x(index)} cy=${y(value)} r="3" />`;
        }),
    )}`;
}

/** The picture in words. */
export function curveWords(
  quantity: Quantity,
  spec: SweepSpec,
  rows: readonly SweepRow[],
): string {
  const points = pointsOf(quantity, spec, rows)
    .filter(({ middle }) => Number.isFinite(middle))
    .map(({ value, middle, linear }) =>
      Number.isFinite(linear)
        ? `${setting(value)}: ${written(middle)}, ${sweepText.linear} ${written(linear)}`
        : `${setting(value)}: ${written(middle)}`,
    );
  return sweepText.chart(
    quantity.title,
    axisLabel(spec, spec.axes[0].field),
    points.join("; "),
  );
}
