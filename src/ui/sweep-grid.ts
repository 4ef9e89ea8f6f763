/** One quantity over two axes: a colored cell a training, its number in it, linear theory's beside. */
import { svg, type SVGTemplateResult } from "lit";
import type { SweepRow, SweepSpec } from "../session/sweep-protocol.ts";
import { quantity as written, setting } from "./format.ts";
import { heatColor, type Scheme } from "./heat-colors.ts";
import { sweepText } from "./strings-sweep.ts";
import { axisLabel } from "./sweep-fields.ts";
import { median, rowsAt, type Quantity } from "./sweep-view.ts";

const LEFT = 40;
const BOTTOM = 20;
/** Narrower cells have no numbers. */
const NARROW = 26;
/** Relative luminance at which black and white stand out alike. */
const BRIGHT = 0.18;

interface Cell {
  readonly values: readonly [number, number];
  readonly measured: number;
  readonly linear: number;
}

function cellsOf(
  { of, linear }: Quantity,
  { axes }: SweepSpec,
  rows: readonly SweepRow[],
): Cell[] {
  return axes[1].values.flatMap((second) =>
    axes[0].values.map((first) => {
      const here = rowsAt(rows, [first, second]);
      return {
        values: [first, second] as const,
        measured: median(here.map(of)),
        linear: linear ? median(here.map(linear)) : Number.NaN,
      };
    }),
  );
}

const pixel = new Uint8ClampedArray(4);

/** Fill of a cell, and whether it is bright enough for dark words. */
function fillOf(
  scheme: Scheme,
  share: number,
): { readonly color: string; readonly bright: boolean } {
  heatColor(scheme, share, pixel, 0);
  const [r, g, b] = Array.from(pixel.subarray(0, 3), (value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return {
    color: `rgb(${String(pixel[0])} ${String(pixel[1])} ${String(pixel[2])})`,
    bright: 0.2126 * r + 0.7152 * g + 0.0722 * b > BRIGHT,
  };
}

function numberOf(value: number, whole: boolean): string {
  if (whole) return String(Math.round(value));
  const size = Math.abs(value);
  return value
    .toFixed(size >= 1000 ? 0 : size >= 9.995 ? 1 : 2)
    .replace("-", "−");
}

/** Marks in a box of `width` by `height` pixels; the first axis runs to the right, the second up. */
export function gridOf(
  quantity: Quantity,
  spec: SweepSpec,
  rows: readonly SweepRow[],
  width: number,
  height: number,
  scheme: Scheme,
): SVGTemplateResult {
  const cells = cellsOf(quantity, spec, rows);
  const columns = [...spec.axes[0].values].sort((a, b) => a - b);
  const lines = [...spec.axes[1].values].sort((a, b) => a - b);
  const pitch = (width - LEFT) / columns.length;
  const rise = (height - BOTTOM) / lines.length;
  const measured = cells.map((cell) => cell.measured).filter(Number.isFinite);
  const low = quantity.whole ? 0 : Math.min(...measured);
  const high = quantity.whole
    ? (quantity.most ?? 1)
    : Math.max(...measured, low + 1e-12);
  const every = Math.ceil(28 / Math.max(1, pitch));
  return svg`${lines.map(
    (value, line) =>
      svg`<text class="end" x=${LEFT - 5} y=${height - BOTTOM - (line + 0.5) * rise + 4}>${setting(value)}</text>`,
  )}
    ${columns.map((value, column) =>
      column % every === 0
        ? svg`<text class="middle" x=${LEFT + (column + 0.5) * pitch} y=${height - 5}>${setting(value)}</text>`
        : svg``,
    )}
    ${cells.map(({ values: [first, second], measured: value, linear }) => {
      const x = LEFT + columns.indexOf(first) * pitch;
      const y = height - BOTTOM - (lines.indexOf(second) + 1) * rise;
      const known = Number.isFinite(value);
      const share = known ? (value - low) / (high - low) : 0;
      const words =
        numberOf(value, quantity.whole) +
        (quantity.whole && Number.isFinite(linear)
          ? ` / ${String(Math.round(linear))}`
          : "");
      const { color, bright } = fillOf(scheme, share);
      // Ink is dark in the light theme, and paper in the other.
      const ink = bright === (scheme === "light") ? "ink" : "paper";
      return svg`<rect class="cell" x=${x} y=${y} width=${Math.max(0, pitch - 1)} height=${Math.max(0, rise - 1)}
          fill=${known ? color : "none"} />
        ${
          known && pitch >= NARROW
            ? svg`<text class="middle ${ink}" x=${x + pitch / 2} y=${y + rise / 2 + 4}>${words}</text>`
            : svg``
        }`;
    })}`;
}

/** The picture in words. */
export function gridWords(
  quantity: Quantity,
  spec: SweepSpec,
  rows: readonly SweepRow[],
): string {
  const [first, second] = spec.axes.map(({ field }) => axisLabel(spec, field));
  const cells = cellsOf(quantity, spec, rows)
    .filter((cell) => Number.isFinite(cell.measured))
    .map(
      ({ values, measured, linear }) =>
        `${setting(values[0])}, ${setting(values[1])}: ${written(measured)}${Number.isFinite(linear) ? `, ${sweepText.linear} ${written(linear)}` : ""}`,
    );
  return sweepText.chart(
    quantity.title,
    `${first}, ${second}`,
    cells.join("; "),
  );
}
