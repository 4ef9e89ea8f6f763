/**
 * Handwritten-like digits, drawn by the program: a real image set with nothing to download.
 *
 * A digit is a variant of its strokes, distorted: every point moves a little, a smooth warp bends
 * the whole, then slant, turn and aspect; pen width, pressure and softness differ from image to
 * image. Row r is a pure function of (seed, r). Sizes and placement follow the two classic sets:
 * 28x28 holds a digit of 20 pixels, its center of mass in the middle; 8x8 is area-sampled from a
 * digit that fills 32x32.
 */
import { normal, uniform } from "../math/rng.ts";
import type { Dataset } from "./dataset.ts";
import { DIGIT_STROKES } from "./digit-strokes.ts";
import { distort } from "./distort.ts";

interface Layout {
  /** Side of the image as drawn, in pixels. */
  readonly canvas: number;
  /** Side of the box that the digit fills, pen included. */
  readonly box: number;
  /** Each image pixel averages `block` x `block` drawn ones. */
  readonly block: number;
  /** Median pen radius, in drawn pixels. */
  readonly pen: number;
  /** Place by center of mass, else by the middle of the box. */
  readonly byMass: boolean;
}

const LAYOUTS: Readonly<Record<"digits8" | "digits28", Layout>> = {
  digits8: { canvas: 32, box: 32, block: 4, pen: 2.5, byMass: false },
  digits28: { canvas: 28, box: 20, block: 1, pen: 1.3, byMass: true },
};

/** Spread of pen width, of pressure along a stroke, and of the size of the whole. */
const SPREAD = { pen: 0.26, pressure: 0.12, size: 0.05 } as const;

/** `rows` digits with labels 0 to 9, evenly shuffled: every ten consecutive rows hold all ten. */
export function drawDigits(
  kind: "digits8" | "digits28",
  rows: number,
  seed: number,
): Dataset & { readonly labels: Uint8Array } {
  const layout = LAYOUTS[kind];
  const side = layout.canvas / layout.block;
  const columns = side * side;
  const x = new Float32Array(rows * columns);
  const labels = new Uint8Array(rows);
  const canvas = new Float32Array(layout.canvas * layout.canvas);
  for (let row = 0; row < rows; row++) {
    labels[row] = labelOf(row, seed);
    drawDigit(labels[row], row, seed, layout, canvas);
    sample(canvas, layout, x.subarray(row * columns, (row + 1) * columns));
  }
  return {
    name: kind,
    rows,
    columns,
    x,
    labels,
    image: { width: side, height: side },
  };
}

/** Row's place in a shuffle of 0..9 drawn for its block of ten rows. */
function labelOf(row: number, seed: number): number {
  const block = Math.floor(row / 10);
  const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  for (let i = 9; i > 0; i--) {
    const j = Math.min(
      i,
      Math.floor(uniform(seed, block, "basis", i) * (i + 1)),
    );
    [digits[i], digits[j]] = [digits[j], digits[i]];
  }
  return digits[row % 10];
}

/** Signed distance from the pen's edge at every pixel of the canvas, turned into ink in [0, 1]. */
function drawDigit(
  digit: number,
  row: number,
  seed: number,
  layout: Layout,
  canvas: Float32Array,
): void {
  let index = 0;
  const gauss = (): number => normal(seed, row, "data", index++);
  const variants = DIGIT_STROKES[digit];
  const pick = Math.floor(
    uniform(seed, row, "data", index++) * variants.length,
  );
  const strokes = variants[Math.min(variants.length - 1, pick)];
  const lines = distort(strokes, gauss);

  const pen = layout.pen * Math.exp(SPREAD.pen * gauss());
  const box =
    (layout.box - 2 * pen) * Math.min(1.08, 1 + SPREAD.size * (gauss() - 0.5));
  fit(lines, Math.min(box, layout.canvas - 2 * pen), layout);
  const softness = Math.max(0.6, 0.95 * Math.exp(0.25 * gauss()));
  const pressure = SPREAD.pressure * gauss();
  const slope = SPREAD.pressure * gauss();

  canvas.fill(softness);
  for (const line of lines) {
    const last = line.length / 2 - 1;
    for (let i = 0; i < last; i++) {
      const t = (i + 0.5) / last - 0.5;
      const radius = pen * (1 + slope * 2 * t + pressure * (1 - 8 * t * t));
      stamp(canvas, layout.canvas, line, i, Math.max(0.55, radius), softness);
    }
  }
  for (let i = 0; i < canvas.length; i++) {
    canvas[i] = Math.min(1, Math.max(0, 0.5 - canvas[i] / softness));
  }
}

/** Scales the lines to fill a box of side `size` and centers them on the canvas. */
function fit(lines: number[][], size: number, layout: Layout): void {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  const mass = [0, 0];
  let length = 0;
  for (const line of lines) {
    for (let i = 0; i < line.length; i += 2) {
      const piece =
        i < 2
          ? 0
          : Math.hypot(line[i] - line[i - 2], line[i + 1] - line[i - 1]);
      length += piece;
      for (const axis of [0, 1]) {
        low[axis] = Math.min(low[axis], line[i + axis]);
        high[axis] = Math.max(high[axis], line[i + axis]);
        if (i >= 2)
          mass[axis] += (piece * (line[i + axis] + line[i + axis - 2])) / 2;
      }
    }
  }
  const scale = size / Math.max(high[0] - low[0], high[1] - low[1]);
  const middle = [0, 1].map((axis) =>
    layout.byMass ? mass[axis] / length : (low[axis] + high[axis]) / 2,
  );
  for (const line of lines) {
    for (let i = 0; i < line.length; i++) {
      line[i] = (line[i] - middle[i % 2]) * scale + layout.canvas / 2;
    }
  }
}

/** Lowers the canvas to the distance from piece `i` of a line, less the pen's radius. */
function stamp(
  canvas: Float32Array,
  side: number,
  line: readonly number[],
  i: number,
  radius: number,
  softness: number,
): void {
  const [ax, ay, bx, by] = line.slice(2 * i, 2 * i + 4);
  const [dx, dy] = [bx - ax, by - ay];
  const square = dx * dx + dy * dy || 1;
  const reach = radius + softness;
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
  const right = Math.min(side - 1, Math.ceil(Math.max(ax, bx) + reach));
  const top = Math.max(0, Math.floor(Math.min(ay, by) - reach));
  const bottom = Math.min(side - 1, Math.ceil(Math.max(ay, by) + reach));
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const [px, py] = [column + 0.5 - ax, row + 0.5 - ay];
      const t = Math.min(1, Math.max(0, (px * dx + py * dy) / square));
      const distance =
        Math.sqrt((px - t * dx) ** 2 + (py - t * dy) ** 2) - radius;
      const at = row * side + column;
      if (distance < canvas[at]) canvas[at] = distance;
    }
  }
}

/** Averages blocks of drawn pixels into the image. */
function sample(
  canvas: Float32Array,
  { canvas: drawn, block }: Layout,
  image: Float32Array,
): void {
  const side = drawn / block;
  for (let row = 0; row < drawn; row++) {
    for (let column = 0; column < drawn; column++) {
      const at = Math.floor(row / block) * side + Math.floor(column / block);
      image[at] += canvas[row * drawn + column] / (block * block);
    }
  }
}
