import { expect, test } from "@playwright/test";
import {
  fillNormal,
  normal,
  pcg4d,
  STREAM,
  toUnit,
  uniform,
  uniformInt,
} from "./rng.ts";
import type { Stream } from "./rng.ts";

const COUNT = 200_000;

/** A statistic with this standard error misses by more than five of them once in 1.7 million. */
function expectWithin(
  value: number,
  expected: number,
  standardError: number,
): void {
  expect(Math.abs(value - expected)).toBeLessThan(5 * standardError);
}

function normals(seed: number, step: number, stream: Stream): Float64Array {
  const out = new Float64Array(COUNT);
  fillNormal(out, seed, step, stream);
  return out;
}

function correlation(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum / a.length;
}

test("pcg4d gives the words of an independent computation", () => {
  // Computed apart from this code, with unbounded integers reduced modulo 2^32.
  const all = 0xffffffff;
  const cases = [
    [0, 0, 0, 0, 251852841, 760645481, 850445371, 3542436074],
    [1, 2, 3, 4, 908250390, 4044648920, 3775961919, 45698095],
    [7, 1499, 1, 12345, 3544745113, 2596571294, 4179950307, 1027127135],
    [all, all, all, all, 2538526866, 3222658151, 2677364576, 2713428488],
  ];
  for (const [x, y, z, w, ...expected] of cases) {
    expect(pcg4d(x, y, z, w, [0, 0, 0, 0])).toEqual(expected);
  }
});

test("golden draws", () => {
  expect(uniform(7, 0, "latent", 0)).toBe(0.09530040621757507);
  expect(uniform(7, 0, "latent", 1)).toBe(0.9604777991771698);
  expect(uniform(7, 3, "batch", 2)).toBe(0.03595820069313049);
  expect(uniform(7, 3, "batch", 3)).toBe(0.18568697571754456);
  // log, sin and cos may differ in the last place between machines.
  expect(normal(7, 0, "latent", 0)).toBeCloseTo(2.10176980165138, 13);
  expect(normal(7, 0, "latent", 1)).toBeCloseTo(-0.5329222386996446, 13);
  expect(normal(42, 9, "init", 1001)).toBeCloseTo(-1.0040616477579258, 13);
});

test("a unit draw is strictly inside (0, 1), symmetric, and whole over 2^25", () => {
  for (const word of [
    0, 255, 256, 0x7fffffff, 0x80000000, 0x800001ff, 0xfffffeff, 0xffffffff,
  ]) {
    const value = toUnit(word);
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(1);
    expect(value * 2 ** 25).toBe(2 * (word >>> 8) + 1);
    expect(toUnit(~word >>> 0)).toBe(1 - value);
  }
});

test("a normal draw is finite at both ends of the unit interval", () => {
  const radius = (word: number): number =>
    Math.sqrt(-2 * Math.log(toUnit(word)));
  // -2 ln(1 - 2^-25) = 2^-24 (1 + 2^-26 + ...)
  expect(radius(0xffffffff)).toBeCloseTo(2 ** -12, 10);
  expect(radius(0)).toBeCloseTo(Math.sqrt(50 * Math.LN2), 12);
});

test("fillNormal draws what normal draws, for every length modulo four", () => {
  for (const length of [1, 2, 3, 4, 5, 9]) {
    const out = new Float64Array(length);
    fillNormal(out, 3, 5, "init");
    expect(Array.from(out)).toEqual(
      Array.from(out, (_, i) => normal(3, 5, "init", i)),
    );
  }
});

test("normals have the moments of a standard normal", () => {
  const draws = normals(11, 0, "latent");
  const moment = (power: number): number =>
    draws.reduce((sum, value) => sum + value ** power, 0) / COUNT;
  // Variance of the k-th sample moment: E z^2k - (E z^k)^2 over the count (1, 2, 15, 96).
  expectWithin(moment(1), 0, Math.sqrt(1 / COUNT));
  expectWithin(moment(2), 1, Math.sqrt(2 / COUNT));
  expectWithin(moment(3), 0, Math.sqrt(15 / COUNT));
  expectWithin(moment(4), 3, Math.sqrt(96 / COUNT));
  const tail = draws.filter((value) => value > 2).length / COUNT;
  const p = 0.022750131948179195;
  expectWithin(tail, p, Math.sqrt((p * (1 - p)) / COUNT));
});

test("uniforms fill twenty equal bins evenly", () => {
  const bins = new Float64Array(20);
  for (let i = 0; i < COUNT; i++)
    bins[Math.floor(uniform(1, 2, "batch", i) * 20)]++;
  const expected = COUNT / 20;
  const chiSquare = bins.reduce(
    (sum, value) => sum + (value - expected) ** 2 / expected,
    0,
  );
  // Mean 19, standard deviation sqrt(38).
  expect(chiSquare).toBeLessThan(19 + 6 * Math.sqrt(38));
});

test("no correlation between streams, steps, seeds or neighbours", () => {
  const error = Math.sqrt(1 / COUNT);
  const base = normals(7, 0, "latent");
  for (const stream of Object.keys(STREAM) as Stream[]) {
    if (stream !== "latent")
      expectWithin(correlation(base, normals(7, 0, stream)), 0, error);
  }
  for (const step of [1, 2, 256, 65536]) {
    expectWithin(correlation(base, normals(7, step, "latent")), 0, error);
  }
  for (const seed of [6, 8, 7 + 65536]) {
    expectWithin(correlation(base, normals(seed, 0, "latent")), 0, error);
  }
  for (const lag of [1, 2, 3, 4, 128]) {
    const shifted = Float64Array.from(base, (_, i) => base[(i + lag) % COUNT]);
    expectWithin(correlation(base, shifted), 0, error);
    // Squares too (variance of z^2 is 2): Box-Muller pairs share a radius, and must not show it.
    const square = (value: number): number => (value * value - 1) / Math.SQRT2;
    expectWithin(correlation(base.map(square), shifted.map(square)), 0, error);
  }
});

test("uniformInt stays in range and covers it evenly", () => {
  for (const count of [1, 3, 10_000, 2 ** 23]) {
    for (let i = 0; i < 1000; i++) {
      const value = uniformInt(5, i, "batch", i, count);
      expect(Number.isInteger(value) && value >= 0 && value < count).toBe(true);
    }
  }
  const bins = [0, 0, 0];
  for (let i = 0; i < COUNT; i++) bins[uniformInt(5, 1, "batch", i, 3)]++;
  for (const bin of bins)
    expectWithin(bin, COUNT / 3, Math.sqrt((COUNT * 2) / 9));
});
