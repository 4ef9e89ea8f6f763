import { expect, test } from "@playwright/test";
import {
  movedPoint,
  pointByKey,
  withoutPoint,
  withPoint,
} from "./schedule-points.ts";

const POINTS = [
  [0, 0],
  [500, 1],
  [800, 0.5],
] as const;

test("a point stays between its neighbours, its factor at or above zero", () => {
  expect(movedPoint(POINTS, 1, [600.4, 0.333], 1000)[1]).toEqual([600, 0.33]);
  expect(movedPoint(POINTS, 1, [900, 2], 1000)[1]).toEqual([799, 2]);
  expect(movedPoint(POINTS, 1, [-5, -1], 1000)[1]).toEqual([1, 0]);
  expect(movedPoint(POINTS, 2, [5000, 99], 1000)[2]).toEqual([1000, 10]);
  // A point beyond the run's end may stay where it is.
  expect(movedPoint([[5000, 1]], 0, [6000, 1], 1000)).toEqual([[5000, 1]]);
});

test("keys move by a hundredth of the run and a twentieth of the factor", () => {
  const moved = (key: string, shift = false) =>
    pointByKey(POINTS, 1, key, shift, 1000)?.[1];
  expect(moved("ArrowLeft")).toEqual([490, 1]);
  expect(moved("ArrowRight", true)).toEqual([600, 1]);
  expect(moved("ArrowUp")).toEqual([500, 1.05]);
  expect(moved("ArrowDown", true)).toEqual([500, 0.5]);
  expect(pointByKey(POINTS, 1, "Delete", false, 1000)).toHaveLength(2);
  expect(pointByKey(POINTS, 1, "a", false, 1000)).toBeNull();
});

test("a new point changes nothing until it is moved", () => {
  expect(withPoint(POINTS, 1000)).toEqual([
    [0, 0],
    [250, 0.5],
    ...POINTS.slice(1),
  ]);
  expect(withPoint([[0, 1]], 1000)).toEqual([
    [0, 1],
    [500, 1],
  ]);
  // No room between neighbouring steps.
  expect(
    withPoint(
      [
        [0, 0],
        [1, 1],
      ],
      1,
    ),
  ).toHaveLength(2);
  expect(withoutPoint([[3, 1]], 0)).toEqual([[3, 1]]);
});
