import { expect, test } from "@playwright/test";
import { DataError } from "./data-error.ts";
import { computeMoments } from "./moments.ts";
import { orthogonalFactor } from "../math/linear-algebra.ts";
import { fillNormal } from "../math/rng.ts";
import { drawPair, drawSpectrum } from "./spectrum.ts";

const ROUNDING = 2 ** -24;

for (const [theta, rows] of [
  [
    [
      3, 2.4, 1.9, 1.5, 1.2, 0.8, 0.6, 0.4, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2,
      0.2,
    ],
    1000,
  ],
  [[2], 2],
  [[1e3, 1, 1, 0], 50],
  // One row more than columns: the draws' own moments are as ill-conditioned as they get.
  [Array.from({ length: 48 }, (_, i) => 1 / (i + 1)), 49],
] as const) {
  test(`${String(theta.length)} values in ${String(rows)} rows have that very spectrum`, async () => {
    const data = drawSpectrum(theta, rows, 7);
    expect([data.rows, data.columns, data.x.length]).toEqual([
      rows,
      theta.length,
      rows * theta.length,
    ]);
    const energy = theta.reduce((sum, value) => sum + value * value, 0);
    const raw = await computeMoments(data, false);
    // Rounding x to float32 moves E[x x^T] by at most 2 * 2^-24 * sqrt(A_ii A_jj) per entry, in
    // spectral norm 2 * 2^-24 * tr A, and so each eigenvalue (Weyl); float64 work is far below.
    const bound = 2.01 * ROUNDING * energy;
    const sorted = [...theta].sort((a, b) => b - a);
    sorted.forEach((value, i) => {
      expect(Math.abs(raw.eigenvalues[i] - value * value)).toBeLessThanOrEqual(
        bound,
      );
    });
    // The mean is 0 before rounding: afterwards at most 2^-24 E|x_j| <= 2^-24 sqrt(A_jj).
    raw.mean.forEach((value, j) => {
      const size = Math.sqrt(raw.matrix[j * (theta.length + 1)]);
      expect(Math.abs(value)).toBeLessThanOrEqual(1.01 * ROUNDING * size);
    });
  });
}

test("the draw follows seed alone, basis and all", () => {
  const theta = [3, 2, 1];
  expect(drawSpectrum(theta, 20, 7)).toEqual(drawSpectrum(theta, 20, 7));
  expect(drawSpectrum(theta, 20, 8).x).not.toEqual(
    drawSpectrum(theta, 20, 7).x,
  );
});

test("the basis is uniformly distributed: each column holds its share of the first mode", async () => {
  const seeds = 100;
  const share = new Float64Array(4);
  for (let seed = 0; seed < seeds; seed++) {
    const { matrix } = await computeMoments(
      drawSpectrum([1, 0, 0, 0], 6, seed),
      false,
    );
    for (let j = 0; j < 4; j++) share[j] += matrix[j * 5] / seeds;
  }
  // The square of a component of a random unit vector in 4 dimensions is Beta(1/2, 3/2): mean 1/4,
  // standard deviation 1/4; five standard errors of the mean of 100.
  for (const value of share)
    expect(Math.abs(value - 0.25)).toBeLessThan((5 * 0.25) / 10);
});

test("too few rows and impossible spectra are refused in words", () => {
  const code = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      if (error instanceof DataError) return `${error.code}: ${error.message}`;
      throw error;
    }
    return "nothing thrown";
  };
  expect(code(() => drawSpectrum([3, 2, 1], 3, 7))).toContain(
    "settings: A spectrum of 3 values needs more than 3 examples",
  );
  expect(code(() => drawSpectrum([], 30, 7))).toContain("at least one number");
  expect(code(() => drawSpectrum([1, -2], 30, 7))).toContain('got "1, -2"');
  expect(code(() => drawSpectrum([1, NaN], 30, 7))).toContain("settings:");
});

/** A seeded random basis, column by column, as a draw takes it. */
function basis(columns: number, seed: number, which: number): Float64Array {
  const gaussian = new Float64Array(columns * columns);
  fillNormal(gaussian, seed, which, "basis");
  return orthogonalFactor(gaussian, columns);
}

for (const [theta, rho, rows] of [
  [[3, 2, 1, 0], [0.9, -0.5, 0, 1], 40],
  [[2, 1], [1], 5],
  [[2, 1], [-1], 64],
  [[1, 1, 1], [0], 7],
] as const) {
  test(`pairs of ${theta.join(", ")} have correlations ${rho.join(", ")} exactly`, () => {
    const n = theta.length;
    const { x, y, columns, ...rest } = drawPair(theta, rho, rows, 3);
    if (!y) throw new Error("no y");
    expect([columns, y.outputs, rest.rows]).toEqual([n, n, rows]);
    const [q, p] = [basis(n, 3, 0), basis(n, 3, 1)];
    const coordinate = (
      values: Float32Array,
      turn: Float64Array,
      row: number,
      k: number,
    ): number => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += turn[i * n + k] * values[row * n + i];
      return sum;
    };
    const energy = Math.hypot(...theta);
    for (let k = 0; k < n; k++) {
      for (let l = 0; l < n; l++) {
        let [xx, xy, yy] = [0, 0, 0];
        for (let row = 0; row < rows; row++) {
          const a = coordinate(x, p, row, k);
          const b = coordinate(y.values, q, row, l);
          xx += (a * coordinate(x, p, row, l)) / rows;
          xy += (a * b) / rows;
          yy += (coordinate(y.values, q, row, k) * b) / rows;
        }
        const same = k === l ? 1 : 0;
        const shared = rho[k % rho.length] * theta[k];
        // As for one spectrum: rounding moves a moment by 2 * 2^-24 of the root mean squares.
        const unit = 2.01 * ROUNDING;
        expect(Math.abs(xx - same)).toBeLessThanOrEqual(unit * n);
        expect(Math.abs(xy - same * shared)).toBeLessThanOrEqual(
          unit * Math.sqrt(n) * energy,
        );
        expect(Math.abs(yy - same * theta[k] ** 2)).toBeLessThanOrEqual(
          unit * energy * energy,
        );
      }
    }
  });
}

test("y of a pair is what is drawn without an x", () => {
  for (const rho of [[0], [0.7], [1]]) {
    const { y } = drawPair([3, 2, 1], rho, 20, 7);
    expect(y?.values).toEqual(drawSpectrum([3, 2, 1], 20, 7).x);
  }
});

test("impossible pairs are refused in words", () => {
  expect(() => drawPair([3, 2, 1], [0.5], 6, 7)).toThrow(
    /more than 6 examples/,
  );
  expect(() => drawPair([3, 2, 1], [0.5, 1], 60, 7)).toThrow(
    /one for each of the 3/,
  );
  expect(() => drawPair([3], [1.5], 60, 7)).toThrow(/from -1 to 1/);
  expect(() => drawPair([3], [NaN], 60, 7)).toThrow(/from -1 to 1/);
  expect(() => drawPair([], [0], 60, 7)).toThrow(/at least one number/);
});
