/** Averages of a scatter by label, and its axes. */
import { expect, test } from "@playwright/test";
import { labelRows, labelsIn, reachOf } from "./scatter-view.ts";

const points = Float32Array.of(1, 2, 3, 4, -1, 0, 5, -2);
const labels = Uint8Array.of(7, 7, 2, 7);

test("a row for each label, and one for all", () => {
  expect(labelsIn(labels)).toEqual([2, 7]);
  const [two, seven, all] = labelRows(points, labels);
  expect(two).toEqual({ label: 2, count: 1, mean: [-1, 0], std: [0, 0] });
  expect(seven.count).toBe(3);
  expect(seven.mean[0]).toBeCloseTo(3, 12);
  expect(seven.std[0]).toBeCloseTo(Math.sqrt(8 / 3), 12);
  expect(all.label).toBeNull();
  expect(all.count).toBe(4);
  expect(all.mean[1]).toBeCloseTo(1, 12);
});

test("without labels there is one row", () => {
  expect(labelRows(points, undefined).map(({ count }) => count)).toEqual([4]);
});

test("the axes hold two prior stds and every point", () => {
  const readout = (values: number[]) => ({
    step: 0,
    level: 1 as const,
    units: [0, 1] as const,
    points: [Float32Array.from(values)],
  });
  expect(reachOf(readout([0, 0]), 1)).toBe(2.5);
  expect(reachOf(readout([0, -3.9]), 1)).toBe(4.5);
  expect(reachOf(readout([NaN, 0]), 2)).toBe(5);
  expect(reachOf(readout([20.1, 0]), 1)).toBe(21);
});
