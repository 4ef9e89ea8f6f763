import { expect, test } from "@playwright/test";
import type { Dataset } from "../data/dataset.ts";
import { eigh } from "../math/linear-algebra.ts";
import { Dense } from "./dense.ts";
import {
  BASE,
  type Conditional,
  conditionalFrom,
  conditionalOf,
  normals,
} from "./fixtures.ts";
import { measureLane } from "./measure.ts";

/** Gap of U2 = `decUx` in a model of one latent that is off. */
function decoderGap(
  { moments, condition }: Conditional,
  decUx: ArrayLike<number>,
): number {
  const { inputs, outputs } = condition;
  const found = measureLane(
    {
      encWx: new Float64Array(inputs),
      encWy: new Float64Array(outputs),
      decUz: new Float64Array(outputs),
      decUx,
      logVar: [0],
      encB: [0],
      decB: new Float64Array(outputs),
    },
    {
      settings: {
        ...BASE,
        model: "cvae",
        latents: 1,
        biases: moments.centered,
      },
      moments,
      condition,
    },
  );
  return found.regressionGap?.decoder ?? NaN;
}

test("a regression counts from what float32 data can hold of none", () => {
  const u = 2 ** -24;
  // x of two scales, y of E||y||^2 = 4; along an axis rounding explains at most (2 u)^2 of it.
  const [first, second] = [1000, 0.01];
  const joint = (toFirst: number, toSecond: number): Conditional => {
    const matrix = Dense.diagonal([first ** 2, second ** 2, 3, 1]);
    for (const [column, value] of [
      [0, toFirst * first * 2],
      [1, toSecond * second * 2],
    ]) {
      matrix.values[2 * 4 + column] = value;
      matrix.values[column * 4 + 2] = value;
    }
    const mean = new Float64Array(4);
    const all = { rows: 1, centered: false, mean, matrix: matrix.values };
    return conditionalFrom(all, 2, 2);
  };
  const weights = [0, 0, 0.5, 0];
  // Below the cutoff in both directions: the distance as it is.
  expect(decoderGap(joint(1.98 * u, 1.98 * u), weights)).toBeCloseTo(0.5, 4);
  expect(decoderGap(joint(0, 0), weights)).toBeCloseTo(0.5, 12);
  // Above it in one of them: relative to that B.
  const strong = (2 * 2.02 * u) / first;
  expect(decoderGap(joint(2.02 * u, 0), weights) * strong).toBeCloseTo(0.5, 4);
  const weak = (2 * 2.02 * u) / second;
  expect(decoderGap(joint(0, 2.02 * u), weights) * weak).toBeCloseTo(0.5, 4);
});

for (const [title, offset, centered] of [
  ["raw", 0, false],
  ["centered, far from the origin", 1000, true],
] as const) {
  test(`of independent float32 data no regression is left, ${title}`, () => {
    const [rows, inputs, outputs] = [60, 3, 2];
    // x mixed, of uneven scale; y without its part along x, in float64, plus `share` of it.
    const pairs = (share: number, seed: number): Dataset => {
      const draws = new Dense(rows, inputs, normals(rows * inputs, seed));
      const mix = new Dense(inputs, inputs, [1, 0.9, 0, 0, 0.5, 0.2, 3, 0, 1]);
      const ones = new Dense(rows, 1, new Float64Array(rows).fill(1));
      const free = without(draws, ones).times(mix);
      const noise = new Dense(rows, outputs, normals(rows * outputs, seed + 1));
      const y = without(without(noise, ones), free);
      const dependent = new Dense(
        rows,
        outputs,
        y.values.map((value, at) => {
          const row = Math.floor(at / outputs);
          return value + share * free.values[row * inputs];
        }),
      );
      const stored = ({ values }: Dense): Float32Array =>
        Float32Array.from(values, (value) => value + offset);
      return {
        name: "pairs",
        rows,
        columns: inputs,
        x: stored(free),
        y: { outputs, values: stored(dependent) },
      };
    };
    for (let seed = 1; seed <= 20; seed++) {
      const none = conditionalOf(pairs(0, seed), centered);
      // Rounding leaves something; it is not taken for a regression.
      const { regression } = none.condition;
      expect(Math.max(...regression.map(Math.abs))).toBeGreaterThan(1e-12);
      const weights = new Float64Array(inputs * outputs).fill(0.5);
      expect(decoderGap(none, weights)).toBeCloseTo(0.5 * Math.sqrt(6), 3);
      const some = conditionalOf(pairs(0.01, seed), centered);
      const size = Math.sqrt(2) * 0.01;
      const zero = new Float64Array(inputs * outputs);
      expect(decoderGap(some, zero)).toBeCloseTo(1, 9);
      expect(decoderGap(some, weights) * size).toBeCloseTo(
        Math.sqrt(4 * 0.25 + 2 * 0.49 ** 2),
        2,
      );
    }
  });
}

/** The rows' matrix less its projection on the columns of `of`. */
function without(matrix: Dense, of: Dense): Dense {
  const n = of.columns;
  const { values, vectors } = eigh(of.transposed.times(of).values, n);
  const p = new Dense(n, n, vectors);
  const inverse = p
    .times(Dense.diagonal(values.map((value) => 1 / value)))
    .times(p.transposed);
  const coefficients = inverse.times(of.transposed.times(matrix));
  return matrix.plus(of.times(coefficients), -1);
}
