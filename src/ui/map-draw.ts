/** The marks of a map: where its cells are in a box of pixels, its axes' ticks, its lines as paths. Pure. */
import type { MapView } from "../session/map-link.ts";
import { placeOf, valueAt } from "../session/map-plan.ts";
import type { MapAxis, MapLines } from "../session/map-protocol.ts";
import type { MapState } from "../session/store-map.ts";
import { setting } from "./format.ts";
import {
  numberOf,
  scaleOf,
  type MapQuantity,
  type MapScale,
} from "./map-view.ts";
import type { Scheme } from "./heat-colors.ts";

/** Cells in a box: columns by rows, the first cell at the lower left. */
export interface MapBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
}

/** Pixels of a place counted in cells; cell 0's middle is 0. */
export function pixelOf(box: MapBox, x: number, y: number): [number, number] {
  return [
    box.left + ((x + 0.5) / box.columns) * box.width,
    box.top + box.height - ((y + 0.5) / box.rows) * box.height,
  ];
}

/** The cell under a pixel, or null. */
export function cellAt(box: MapBox, x: number, y: number): number | null {
  const column = Math.floor(((x - box.left) / box.width) * box.columns);
  const row = Math.floor(((box.top + box.height - y) / box.height) * box.rows);
  const inside =
    column >= 0 && column < box.columns && row >= 0 && row < box.rows;
  return inside ? row * box.columns + column : null;
}

/** Every cell with a number, as a rectangle on whole pixels of a grid `ratio` times as fine. */
export function paintCells(
  state: MapState,
  quantity: MapQuantity,
  view: MapView,
  scheme: Scheme,
  box: MapBox,
  ratio: number,
  fill: (color: string, x: number, y: number, w: number, h: number) => void,
): MapScale {
  const scale = scaleOf(state, quantity, view, scheme);
  const at = (pixels: number): number => Math.round(pixels * ratio) / ratio;
  for (let cell = 0; cell < state.steps.length; cell++) {
    const value = numberOf(state, cell, quantity.key, view);
    if (!Number.isFinite(value)) continue;
    const column = cell % box.columns;
    const row = Math.floor(cell / box.columns);
    const [x0, y1] = pixelOf(box, column - 0.5, row - 0.5).map(at);
    const [x1, y0] = pixelOf(box, column + 0.5, row + 0.5).map(at);
    fill(scale.color(value), x0, y0, x1 - x0, y1 - y0);
  }
  return scale;
}

/** The lines of a level, or of all, as a path. */
export function linePath(
  { levels }: MapLines,
  level: number | null,
  box: MapBox,
): string {
  const chosen = level === null ? levels : [levels[level]];
  const parts: string[] = [];
  for (const line of chosen)
    for (let at = 0; at < line.length; at += 4) {
      const [x0, y0] = pixelOf(box, line[at], line[at + 1]);
      const [x1, y1] = pixelOf(box, line[at + 2], line[at + 3]);
      parts.push(
        `M${x0.toFixed(2)} ${y0.toFixed(2)}L${x1.toFixed(2)} ${y1.toFixed(2)}`,
      );
    }
  return parts.join("");
}

/** Round numbers on an axis and where they stand, in cells. */
export function axisTicks(
  axis: MapAxis,
  wanted: number,
): { readonly at: number; readonly label: string }[] {
  const low = valueAt(axis, 0);
  const high = valueAt(axis, axis.count - 1);
  const numbers: number[] = [];
  if (axis.scale === "log") {
    const decades = Math.log10(high / low);
    const steps =
      decades > wanted / 1.5 ? [1] : decades > wanted / 3 ? [1, 3] : [1, 2, 5];
    for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++)
      for (const step of steps)
        numbers.push(Number((step * 10 ** power).toPrecision(3)));
  } else {
    const raw = (high - low) / wanted;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step =
      ([1, 2, 2.5, 5, 10].find((m) => m * power >= raw) ?? 10) * power;
    for (let n = Math.ceil(low / step - 1e-9); n * step <= high * 1.0001; n++)
      numbers.push(Number((n * step).toPrecision(6)));
  }
  return numbers
    .map((value) => ({
      at: placeOf(axis, value),
      label: setting(value).replace("-", "−"),
    }))
    .filter(({ at }) => at > -0.5 && at < axis.count - 0.5);
}
