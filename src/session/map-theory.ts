/** What theory says of a map: every cell, and the lines where its counts change. Worker side. */
import type { Prediction } from "../theory/prediction.ts";
import type { MapGrid } from "./map-grid.ts";
import { MAP_NUMBERS, NEAR, placeOf } from "./map-plan.ts";
import type { MapLines, MapTheory } from "./map-protocol.ts";
import type { Slices } from "../math/slices.ts";

const SUM = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0);

/** All cells; null if the slices' signal ended it. */
export async function mapTheory(
  grid: MapGrid,
  slices: Slices,
): Promise<MapTheory | null> {
  const width = MAP_NUMBERS.length;
  const values = new Float64Array(grid.inputs.length * width).fill(Number.NaN);
  const units: number[] = [];
  for (const [cell, { settings }] of grid.inputs.entries()) {
    if (!(await slices.go())) return null;
    const { model, latents, latents2 } = settings;
    const here = model === "mhvae" ? [latents, latents2] : [latents];
    here.forEach((count, level) => {
      units[level] = Math.max(units.at(level) ?? 0, count);
    });
    const prediction = grid.predict(cell);
    if (!prediction) continue;
    values.set(numbersOf(prediction), cell * width);
    // Other likelihoods have a loss of their own.
    if (grid.inputs[cell].settings.likelihood !== "gaussian")
      values[cell * width + MAP_NUMBERS.indexOf("loss")] = Number.NaN;
  }
  return { units, values, linear: grid.linear };
}

function numbersOf(prediction: Prediction): number[] {
  const { levels, loss, kl, kl2 } = prediction;
  const last = levels[levels.length - 1];
  return [
    levels[0].activeUnits,
    levels.length > 1 ? levels[1].activeUnits : Number.NaN,
    loss,
    kl,
    kl2,
    Number.NaN,
    SUM(last.information),
  ];
}

/** Halvings of the side of a square in which a line is looked for: below a pixel. */
const HALVINGS = 7;
/** Axes of more cells have lines looked for between their middles alone, others between halves too. */
const FINE_UP_TO = 32;

/** Lines of all levels; null if the slices' signal ended it. */
export async function mapLines(
  grid: MapGrid,
  levels: number,
  slices: Slices,
): Promise<MapLines | null> {
  const finder = new LineFinder(grid, levels, slices);
  if (!(await finder.find())) return null;
  const lines = finder.lines.map((line) => Float32Array.from(line));
  const near = await nearLines(grid, lines, slices);
  return near && { levels: lines, near };
}

/** Where the lines of a level are looked for along an axis, in cells; whole cells are among them. */
function nodesOf(count: number): number[] {
  const middles = Array.from({ length: count }, (_, i) => i);
  const nodes =
    count <= FINE_UP_TO ? middles.flatMap((i) => [i, i + 0.5]) : middles;
  if (nodes.at(-1) !== count - 0.5) nodes.push(count - 0.5);
  return [-0.5, ...nodes];
}

type Counts = readonly number[];

class LineFinder {
  readonly lines: number[][];
  readonly #grid: MapGrid;
  readonly #levels: number;
  readonly #slices: Slices;

  constructor(grid: MapGrid, levels: number, slices: Slices) {
    this.#grid = grid;
    this.#levels = levels;
    this.#slices = slices;
    this.lines = Array.from({ length: levels }, () => []);
  }

  async find(): Promise<boolean> {
    const [across, up] = this.#grid.axes;
    const xs = nodesOf(across.count);
    const curve = this.#grid.axes.length === 1;
    const ys = curve ? [0] : nodesOf(up.count);
    let below: Counts[] = [];
    for (const [row, y] of ys.entries()) {
      const counts: Counts[] = [];
      for (const x of xs) {
        if (!(await this.#slices.go())) return false;
        counts.push(this.#counts(x, y));
      }
      if (curve) this.#points(xs, counts);
      else if (row > 0)
        for (let i = 1; i < xs.length; i++) {
          if (!(await this.#slices.go())) return false;
          this.#square(
            [xs[i - 1], ys[row - 1], xs[i], y],
            [below[i - 1], below[i], counts[i], counts[i - 1]],
          );
        }
      below = counts;
    }
    return true;
  }

  /** Modes in use of each level; -1 where theory leaves them free. */
  #counts(x: number, y: number): Counts {
    const prediction = this.#grid.predictAt([x, y]);
    return Array.from({ length: this.#levels }, (_, level) => {
      const count = prediction?.levels[level]?.activeUnits ?? Number.NaN;
      return Number.isNaN(count) ? -1 : count;
    });
  }

  #points(xs: readonly number[], counts: readonly Counts[]): void {
    for (let i = 1; i < xs.length; i++)
      for (let level = 0; level < this.#levels; level++) {
        const [a, b] = [counts[i - 1][level], counts[i][level]];
        for (let count = Math.min(a, b); count < Math.max(a, b); count++) {
          const x = this.#cross([xs[i - 1], 0], [xs[i], 0], level, count)[0];
          this.lines[level].push(x, 0, x, 0);
        }
      }
  }

  /** Marching squares, a line for each count that some corners exceed and others do not. */
  #square(
    [x0, y0, x1, y1]: readonly [number, number, number, number],
    corners: readonly Counts[],
  ): void {
    const places = [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
    ] as const;
    for (let level = 0; level < this.#levels; level++) {
      const at = corners.map((counts) => counts[level]);
      const most = Math.max(...at);
      for (let count = Math.min(...at); count < most; count++) {
        const ends: number[] = [];
        for (let side = 0; side < 4; side++) {
          const next = (side + 1) % 4;
          if (at[side] > count === at[next] > count) continue;
          ends.push(...this.#cross(places[side], places[next], level, count));
        }
        this.lines[level].push(...ends);
      }
    }
  }

  /** Where, between two places, the count begins to exceed `count`. */
  #cross(
    from: readonly [number, number],
    to: readonly [number, number],
    level: number,
    count: number,
  ): [number, number] {
    const above = this.#counts(...from)[level] > count;
    let [low, high] = [0, 1];
    const place = (t: number): [number, number] => [
      from[0] + t * (to[0] - from[0]),
      from[1] + t * (to[1] - from[1]),
    ];
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (low + high) / 2;
      if (this.#counts(...place(middle))[level] > count === above) low = middle;
      else high = middle;
    }
    return place((low + high) / 2);
  }
}

/** Cells whose numbers, changed by `NEAR` either way, reach over a line. */
async function nearLines(
  grid: MapGrid,
  lines: readonly Float32Array[],
  slices: Slices,
): Promise<Uint8Array | null> {
  const near = new Uint8Array(grid.inputs.length);
  const boxes = grid.axes.map((axis, i) =>
    grid.values[i].map((value) => {
      const ends = [value * (1 - NEAR), value * (1 + NEAR)];
      const [a, b] = ends.map((end) => placeOf(axis, end));
      return [Math.min(a, b), Math.max(a, b)] as const;
    }),
  );
  const [across] = boxes;
  const up = boxes.at(1) ?? [[-Infinity, Infinity] as const];
  for (const line of lines)
    for (let at = 0; at < line.length; at += 4) {
      if (!(await slices.go())) return null;
      const [x0, y0, x1, y1] = line.subarray(at, at + 4);
      up.forEach((vertical, j) => {
        across.forEach((horizontal, i) => {
          if (crosses([x0, y0, x1, y1], horizontal, vertical))
            near[j * across.length + i] = 1;
        });
      });
    }
  return near;
}

/** Whether a segment has a point in a box (Liang and Barsky's clipping). */
function crosses(
  [x0, y0, x1, y1]: readonly [number, number, number, number],
  [left, right]: readonly [number, number],
  [bottom, top]: readonly [number, number],
): boolean {
  let [from, to] = [0, 1];
  for (const [start, way, low, high] of [
    [x0, x1 - x0, left, right],
    [y0, y1 - y0, bottom, top],
  ]) {
    if (way === 0) {
      if (start < low || start > high) return false;
      continue;
    }
    const [a, b] = [(low - start) / way, (high - start) / way];
    from = Math.max(from, Math.min(a, b));
    to = Math.min(to, Math.max(a, b));
  }
  return from <= to;
}
