import { expect, test } from "@playwright/test";
import {
  cholesky,
  eigh,
  gramSingularValues,
  orthogonalFactor,
  singularValues,
  solveLower,
  svd,
} from "./linear-algebra.ts";
import { fillNormal } from "./rng.ts";

const EPS = 2 ** -52;

function gaussian(rows: number, columns: number, seed: number): Float64Array {
  const out = new Float64Array(rows * columns);
  fillNormal(out, seed, 0, "data");
  return out;
}

function multiply(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
) {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < inner; k++)
      for (let j = 0; j < columns; j++)
        out[i * columns + j] += a[i * inner + k] * b[k * columns + j];
  return out;
}

function transpose(
  a: Float64Array,
  rows: number,
  columns: number,
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j];
  return out;
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce(
    (largest, value, i) => Math.max(largest, Math.abs(value - b[i])),
    0,
  );
}

function norm(a: Float64Array): number {
  return Math.hypot(...a);
}

function identity(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, i) =>
    i % (n + 1) === 0 ? 1 : 0,
  );
}

function scaleColumns(a: Float64Array, values: Float64Array): Float64Array {
  return a.map((value, i) => value * values[i % values.length]);
}

for (const n of [1, 2, 7, 40]) {
  test(`eigh of a random symmetric ${n}x${n} matrix reproduces it to rounding`, () => {
    const g = gaussian(n, n, n);
    const a = multiply(g, transpose(g, n, n), n, n, n);
    const { values, vectors } = eigh(a, n);
    // Householder and QL are backward stable: residual and loss of orthogonality are a modest
    // multiple of n * EPS (times the norm).
    const back = multiply(
      scaleColumns(vectors, values),
      transpose(vectors, n, n),
      n,
      n,
      n,
    );
    expect(largestDifference(back, a)).toBeLessThanOrEqual(
      10 * n * EPS * norm(a),
    );
    const gram = multiply(transpose(vectors, n, n), vectors, n, n, n);
    expect(largestDifference(gram, identity(n))).toBeLessThanOrEqual(
      10 * n * EPS,
    );
    for (let i = 1; i < n; i++)
      expect(values[i]).toBeLessThanOrEqual(values[i - 1]);
  });
}

test("eigh of a known matrix: values, vectors and signs", () => {
  // [[2, 1], [1, 2]]: 3 with (1, 1)/sqrt 2 and 1 with (1, -1)/sqrt 2.
  const { values, vectors } = eigh(Float64Array.of(2, 1, 1, 2), 2);
  const h = Math.SQRT1_2;
  expect(largestDifference(values, Float64Array.of(3, 1))).toBeLessThan(
    20 * EPS,
  );
  expect(largestDifference(vectors, Float64Array.of(h, h, h, -h))).toBeLessThan(
    20 * EPS,
  );
});

test("eigh splits off uncoupled columns exactly and keeps the order", () => {
  // Columns 0 and 2 couple (3 and 1), column 1 is alone (2), column 3 is dead (0).
  const a = Float64Array.of(2, 0, 1, 0, 0, 2, 0, 0, 1, 0, 2, 0, 0, 0, 0, 0);
  const { values, vectors } = eigh(a, 4);
  expect(largestDifference(values, Float64Array.of(3, 2, 1, 0))).toBeLessThan(
    20 * EPS,
  );
  expect(Array.from({ length: 4 }, (_, i) => vectors[i * 4 + 1])).toEqual([
    0, 1, 0, 0,
  ]);
  expect(Array.from({ length: 4 }, (_, i) => vectors[i * 4 + 3])).toEqual([
    0, 0, 0, 1,
  ]);
  expect(eigh(new Float64Array(9), 3).values).toEqual(new Float64Array(3));
});

for (const [rows, columns] of [
  [1, 1],
  [3, 11],
  [11, 3],
  [12, 12],
] as const) {
  test(`svd of a ${rows}x${columns} matrix, and its values by all three routes`, () => {
    const a = gaussian(rows, columns, 5);
    const k = Math.min(rows, columns);
    const { u, values, v } = svd(a, rows, columns);
    const back = multiply(
      scaleColumns(u, values),
      transpose(v, columns, k),
      rows,
      k,
      columns,
    );
    const bound = 20 * Math.max(rows, columns) * EPS;
    expect(largestDifference(back, a)).toBeLessThanOrEqual(bound * values[0]);
    expect(
      largestDifference(
        multiply(transpose(u, rows, k), u, k, rows, k),
        identity(k),
      ),
    ).toBeLessThanOrEqual(bound);
    const direct = singularValues(a, rows, columns);
    expect(largestDifference(direct, values)).toBeLessThanOrEqual(
      bound * values[0],
    );
    // An error of bound * largest^2 in an eigenvalue is at most its square root in a value.
    const gram = gramSingularValues(a, rows, columns);
    expect(largestDifference(gram, values)).toBeLessThanOrEqual(
      Math.sqrt(bound) * values[0],
    );
  });
}

test("svd signs: the largest component of every left vector is positive", () => {
  const a = gaussian(6, 9, 8);
  const { u } = svd(
    a.map((x) => -x),
    6,
    9,
  );
  expect(largestDifference(u, svd(a, 6, 9).u)).toBeLessThan(1e-12);
  for (let j = 0; j < 6; j++) {
    const column = Array.from({ length: 6 }, (_, i) => u[i * 6 + j]);
    expect(Math.max(...column)).toBe(Math.max(...column.map(Math.abs)));
  }
});

test("cholesky and forward substitution invert each other", () => {
  const g = gaussian(9, 9, 3);
  const a = multiply(g, transpose(g, 9, 9), 9, 9, 9);
  const lower = cholesky(a, 9);
  const back = multiply(lower, transpose(lower, 9, 9), 9, 9, 9);
  expect(largestDifference(back, a)).toBeLessThanOrEqual(
    10 * 9 * EPS * norm(a),
  );
  const solved = solveLower(lower, 9, lower, 9);
  // Forward error: n * EPS * cond(L); cond(L) = sqrt(cond(A)).
  const values = eigh(a, 9).values;
  const bound = 10 * 9 * EPS * Math.sqrt(values[0] / values[8]);
  expect(largestDifference(solved, identity(9))).toBeLessThanOrEqual(bound);
  expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(
    "not positive definite",
  );
});

test("the orthogonal factor is orthogonal and leaves an upper triangle with positive diagonal", () => {
  const n = 12;
  const g = gaussian(n, n, 4);
  const q = orthogonalFactor(g, n);
  const gram = multiply(transpose(q, n, n), q, n, n, n);
  expect(largestDifference(gram, identity(n))).toBeLessThanOrEqual(
    10 * n * EPS,
  );
  const r = multiply(transpose(q, n, n), g, n, n, n);
  for (let i = 0; i < n; i++) {
    expect(r[i * n + i]).toBeGreaterThan(0);
    for (let j = 0; j < i; j++)
      expect(Math.abs(r[i * n + j])).toBeLessThan(10 * n * EPS * norm(g));
  }
});

test("sizes that do not fit are named", () => {
  expect(() => eigh(new Float64Array(5), 2)).toThrow(
    "5 numbers are no [2, 2] matrix",
  );
  expect(() => singularValues(new Float64Array(0), 0, 3)).toThrow("at least 1");
});
