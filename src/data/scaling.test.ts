import { expect, test } from "@playwright/test";
import { applyScaling, columnStatistics } from "./scaling.ts";

const data = {
  name: "small",
  rows: 4,
  columns: 3,
  // Columns: 1 3 5 7 (mean 4, std sqrt 5), a constant that float32 must round, and far from 0.
  x: Float32Array.of(
    1,
    0.1,
    1e6,
    3,
    0.1,
    1e6 + 1,
    5,
    0.1,
    1e6,
    7,
    0.1,
    1e6 + 1,
  ),
  labels: Uint8Array.of(0, 1, 2, 3),
};

test("statistics are those of the rows, and exact for constant columns", () => {
  const { mean, std } = columnStatistics(data.x, 4, 3);
  expect(Array.from(mean)).toEqual([4, Math.fround(0.1), 1e6 + 0.5]);
  expect(Array.from(std)).toEqual([Math.sqrt(5), 0, 0.5]);
});

test("none keeps the very same data", () => {
  expect(applyScaling(data, "none")).toBe(data);
});

test("center subtracts the mean and keeps everything else", () => {
  const centered = applyScaling(data, "center");
  expect(Array.from(centered.x)).toEqual([
    -3, 0, -0.5, -1, 0, 0.5, 1, 0, -0.5, 3, 0, 0.5,
  ]);
  expect(centered.labels).toBe(data.labels);
  expect(data.x[0]).toBe(1);
});

test("standardize gives unit deviation and leaves a constant column at 0", () => {
  const { x } = applyScaling(data, "standardize");
  const s = Math.fround(1 / Math.sqrt(5));
  expect(Array.from(x.filter((_, i) => i % 3 === 1))).toEqual([0, 0, 0, 0]);
  expect(Array.from(x.filter((_, i) => i % 3 === 2))).toEqual([-1, 1, -1, 1]);
  expect(x[3]).toBe(-s);
  expect(Math.abs(x[0] + 3 * s)).toBeLessThanOrEqual(2 ** -22);
  const { mean, std } = columnStatistics(x, 4, 3);
  // Four values of at most 1.35, each rounded to float32.
  expect(Math.abs(mean[0])).toBeLessThanOrEqual(1.35 * 2 ** -24);
  expect(Math.abs(std[0] - 1)).toBeLessThanOrEqual(1.35 * 2 ** -24);
});
