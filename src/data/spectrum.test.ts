import { expect, test } from "@playwright/test";
import { DataError } from "./data-error.ts";
import { computeMoments } from "./moments.ts";
import { drawSpectrum } from "./spectrum.ts";

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
