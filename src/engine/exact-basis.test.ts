import { expect, test } from "@playwright/test";
import { orthogonalFactor } from "../math/linear-algebra.ts";
import { normal } from "../math/rng.ts";
import { fromEigenbasis, toEigenbasis, transpose } from "./exact-basis.ts";

const COLUMNS = 7;
const RANK = 5;
const LATENTS = 3;

function draws(size: number, seed: number): Float64Array {
  return Float64Array.from({ length: size }, (_, n) =>
    normal(seed, 0, "init", n),
  );
}

const eigenvectors = orthogonalFactor(draws(COLUMNS * COLUMNS, 1), COLUMNS);

test("into the eigenbasis and back is the identity at full rank", () => {
  const basis = { columns: COLUMNS, eigenvectors, rank: COLUMNS };
  const x = draws(COLUMNS * LATENTS, 2);
  const back = fromEigenbasis(toEigenbasis(x, LATENTS, basis), LATENTS, basis);
  // Two orthogonal products of 7 terms in float64.
  back.forEach((value, n) => {
    expect(Math.abs(value - x[n])).toBeLessThan(1e-14);
  });
});

test("below full rank the result is the part inside the kept directions", () => {
  const basis = { columns: COLUMNS, eigenvectors, rank: RANK };
  const kept = draws(RANK * LATENTS, 3);
  const there = fromEigenbasis(kept, LATENTS, basis);
  for (let column = 0; column < COLUMNS; column++) {
    for (let unit = 0; unit < LATENTS; unit++) {
      let sum = 0;
      for (let mode = 0; mode < RANK; mode++)
        sum +=
          eigenvectors[column * COLUMNS + mode] * kept[mode * LATENTS + unit];
      expect(there[column * LATENTS + unit]).toBeCloseTo(sum, 13);
    }
  }
  toEigenbasis(there, LATENTS, basis).forEach((value, n) => {
    expect(Math.abs(value - kept[n])).toBeLessThan(1e-14);
  });
});

test("transposing twice is the identity", () => {
  const x = draws(6, 4);
  expect(Array.from(transpose(x, 2, 3))).toEqual([
    x[0],
    x[3],
    x[1],
    x[4],
    x[2],
    x[5],
  ]);
  expect(transpose(transpose(x, 2, 3), 3, 2)).toEqual(x);
});
