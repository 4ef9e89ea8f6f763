import { expect, test } from "@playwright/test";
import { fillNormal } from "../math/rng.ts";
import type { Dataset } from "./dataset.ts";
import { computeMoments } from "./moments.ts";

const EPS = 2 ** -52;

/** Gaussian rows about `offset`; a `sparse` share of the values is set to 0. */
function sample(
  rows: number,
  columns: number,
  offset = 0,
  sparse = 0,
): Dataset {
  const x = new Float32Array(rows * columns);
  fillNormal(x, rows + columns, 0, "data");
  const coins = new Float64Array(x.length);
  fillNormal(coins, rows, 1, "data");
  for (let i = 0; i < x.length; i++) {
    x[i] =
      Math.abs(coins[i]) < sparse ? 0 : x[i] * (1 + (i % columns)) + offset;
  }
  return { name: "sample", rows, columns, x };
}

/** E[(x - shift)(x - shift)^T], plainly. */
function plain(
  { rows, columns, x }: Dataset,
  shift: Float64Array,
): Float64Array {
  const a = new Float64Array(columns * columns);
  for (let r = 0; r < rows; r++)
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < columns; j++)
        a[i * columns + j] +=
          ((x[r * columns + i] - shift[i]) * (x[r * columns + j] - shift[j])) /
          rows;
  return a;
}

for (const [label, data] of [
  ["dense", sample(103, 9)],
  ["far from 0", sample(50, 5, 1000)],
  ["mostly zeros", sample(201, 12, 3, 1.5)],
  ["one row", sample(1, 3)],
  ["one column", sample(7, 1, 2)],
  ["fewer rows than columns", sample(4, 10)],
] as const) {
  for (const centered of [false, true]) {
    test(`${label}, ${centered ? "centered" : "raw"}: A, its basis and its energy`, async () => {
      const { rows, columns } = data;
      const m = await computeMoments(data, centered);
      const zero = new Float64Array(columns);
      const expected = plain(data, centered ? m.mean : zero);
      // Sums of `rows` products, each order of summing off by at most rows * EPS * sum |terms|; by
      // Cauchy-Schwarz that is rows * EPS * the largest mean square about the shift in use, which
      // is the raw one only for columns that are mostly 0.
      const raw = plain(data, zero);
      const sparse = label === "mostly zeros";
      const size = Math.max(...(centered && !sparse ? expected : raw), 1e-300);
      const bound = 4 * (rows + 4) * EPS * size;
      for (let i = 0; i < expected.length; i++) {
        expect(Math.abs(m.matrix[i] - expected[i])).toBeLessThanOrEqual(bound);
      }
      const norm = Math.hypot(...m.matrix);
      for (let i = 0; i < columns; i++) {
        for (let j = 0; j < columns; j++) {
          let back = 0;
          let gram = 0;
          for (let k = 0; k < columns; k++) {
            const [p, q] = [
              m.eigenvectors[i * columns + k],
              m.eigenvectors[j * columns + k],
            ];
            back += p * m.eigenvalues[k] * q;
            gram += p * q;
          }
          expect(
            Math.abs(back - m.matrix[i * columns + j]),
          ).toBeLessThanOrEqual(10 * columns * EPS * norm);
          expect(Math.abs(gram - (i === j ? 1 : 0))).toBeLessThanOrEqual(
            10 * columns * EPS,
          );
        }
      }
      const total = m.eigenvalues.reduce((sum, value) => sum + value, 0);
      expect(Math.abs(total - m.energy)).toBeLessThanOrEqual(
        10 * columns * columns * EPS * norm,
      );
      expect(m.rank).toBe(Math.min(columns, centered ? rows - 1 : rows));
      expect(m.eigenvalues.every((value) => value >= 0)).toBe(true);
      expect([m.rows, m.columns, m.centered]).toEqual([
        rows,
        columns,
        centered,
      ]);
    });
  }
}

test("dead and constant columns cost rank, not accuracy", async () => {
  const { x, rows } = sample(40, 3);
  const wide = new Float32Array(rows * 5);
  for (let r = 0; r < rows; r++) {
    wide.set([x[r * 3], 0, x[r * 3 + 1], 0.1, x[r * 3 + 2]], r * 5);
  }
  const data = { name: "wide", rows, columns: 5, x: wide };
  const centered = await computeMoments(data, true);
  expect(centered.rank).toBe(3);
  expect(Array.from(centered.eigenvalues.slice(3))).toEqual([0, 0]);
  expect((await computeMoments(data, false)).rank).toBe(4);
});

test("progress rises from 0 to 1 and is waited for", async () => {
  const seen: number[] = [];
  let pending = 0;
  await computeMoments(sample(6000, 260), true, async (fraction) => {
    expect(++pending).toBe(1);
    await Promise.resolve();
    pending--;
    seen.push(fraction);
  });
  expect(seen.length).toBeGreaterThan(4);
  expect(seen[0]).toBe(0);
  expect(seen.at(-1)).toBe(1);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});
