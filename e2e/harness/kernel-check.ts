/** What kernel tests share on the Node side: test values, padding, and bounds on rounding. */
import type { Page } from "@playwright/test";
import { normal } from "../../src/math/rng.ts";
import type { KernelRequest } from "./kernels.ts";
import { expect } from "./fixture.ts";

/** Half a unit in the last place of 1: the relative error of one float32 rounding. */
export const U = 2 ** -24;

export const TIERS = ["software", "hardware"] as const;

/** Sizes that leave remainders in every tile. */
export const ODD_SIZES = [1, 7, 65, 257] as const;

/** `count` float32 values of order 1, the same for the same seed. */
export function values(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) =>
    Math.fround(normal(seed, 0, "data", i)),
  );
}

/** A row-major matrix with its rows padded by zeros to multiples of four. */
export function pad(
  matrix: readonly number[],
  rows: number,
  columns: number,
): number[] {
  const width = 4 * Math.ceil(columns / 4);
  const out = new Array<number>(rows * width).fill(0);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      out[row * width + column] = matrix[row * columns + column];
    }
  }
  return out;
}

/** `size` numbers no kernel should leave behind or read. */
export function garbage(size: number): number[] {
  return new Array<number>(size).fill(1e3);
}

/** Expects |got - want| <= bound entry by entry; says where not. */
export function expectWithin(
  name: string,
  got: readonly number[],
  want: readonly number[],
  bound: (i: number) => number,
): void {
  expect(got.length, `${name}: length`).toBe(want.length);
  const bad = want.findIndex(
    (value, i) => !(Math.abs(got[i] - value) <= bound(i)),
  );
  expect(
    bad,
    bad < 0
      ? name
      : `${name}[${bad}] = ${got[bad]}, expected ${want[bad]} within ${bound(bad)}`,
  ).toBe(-1);
}

export function runKernel(
  page: Page,
  request: KernelRequest,
): Promise<Record<string, number[]>> {
  return page.evaluate((of) => globalThis.harness.runKernel(of), request);
}

/** (a b)[i, j] and the sum of |terms|; a is stored [k, m] if `transposeA`, b [n, k] if `transposeB`. */
export function multiply(
  a: readonly number[],
  b: readonly number[],
  [m, n, k]: readonly [number, number, number],
  transposeA = false,
  transposeB = false,
): { product: number[]; magnitude: number[] } {
  const product: number[] = [];
  const magnitude: number[] = [];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      let size = 0;
      for (let p = 0; p < k; p++) {
        const x = a[transposeA ? p * m + i : i * k + p];
        const y = b[transposeB ? j * k + p : p * n + j];
        sum += x * y;
        size += Math.abs(x * y);
      }
      product.push(sum);
      magnitude.push(size);
    }
  }
  return { product, magnitude };
}
