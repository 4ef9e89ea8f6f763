/** Lists of layers, schedules and points as people edit them. */
import { expect, test } from "@playwright/test";
import type { Network } from "../experiment/config.ts";
import { readPoints, scheduleAs } from "./edit.ts";
import {
  architecture,
  networkAs,
  readWidths,
  withLayer,
} from "./layers-edit.ts";
import { corners, curvePath } from "./schedule-curve.ts";

test("widths are read from commas and blanks; what is no number stays for the field to refuse", () => {
  expect(readWidths(" 256, 128;64 ")).toEqual([256, 128, 64]);
  expect(readWidths("")).toEqual([]);
  expect(readWidths("12, wide, 1.5, -3")).toEqual([12, "wide", 1.5, "-3"]);
});

test("a further layer narrows, a further convolution widens", () => {
  expect(withLayer([], "hidden")).toEqual([128]);
  expect(withLayer([100], "hidden")).toEqual([100, 50]);
  expect(withLayer([8], "hidden")).toEqual([8, 8]);
  expect(withLayer([16], "channels")).toEqual([16, 32]);
  expect(withLayer([256], "channels")).toEqual([256, 256]);
});

test("another kind of network keeps the layers that both have", () => {
  const conv: Network = { kind: "conv", channels: [8], hidden: [64, 32] };
  expect(networkAs(conv, "dense")).toEqual({ kind: "dense", hidden: [64, 32] });
  expect(networkAs(conv, "linear")).toEqual({ kind: "dense", hidden: [] });
  expect(networkAs({ kind: "dense", hidden: [] }, "conv")).toEqual({
    kind: "conv",
    channels: [16, 32],
    hidden: [],
  });
});

test("the layers from the data to the latents", () => {
  expect(architecture({ kind: "dense", hidden: [256] }, 20, 784, null)).toBe(
    "784 → 256 → 20",
  );
  expect(architecture({ kind: "dense", hidden: [256] }, 20, null, null)).toBe(
    "256 → 20",
  );
  expect(
    architecture({ kind: "conv", channels: [16, 32, 64], hidden: [] }, 8, 784, {
      width: 28,
      height: 28,
    }),
  ).toBe("28×28 → 14×14×16 → 7×7×32 → 3×3×64 → 8");
});

test("points are pairs of numbers", () => {
  expect(readPoints("0 0, 500 1")).toEqual([
    [0, 0],
    [500, 1],
  ]);
  expect(readPoints("0:0;10:.5")).toEqual([
    [0, 0],
    [10, 0.5],
  ]);
  for (const words of ["", "5", "0 0 1", "0 zero"])
    expect(readPoints(words), words).toBeNull();
});

test("a schedule of another kind fits the run; the same kind stays as it is", () => {
  const own = { kind: "warmup", steps: 7 } as const;
  expect(scheduleAs(own, "warmup", 900)).toBe(own);
  expect(scheduleAs(own, "cyclical", 900)).toEqual({
    kind: "cyclical",
    period: 225,
    ramp: 0.5,
  });
  expect(scheduleAs(own, "constant", 900)).toEqual({ kind: "constant" });
});

test("corners of each schedule", () => {
  expect(corners({ kind: "constant" }, 10)).toEqual([
    [0, 1],
    [10, 1],
  ]);
  expect(corners({ kind: "warmup", steps: 4 }, 10)).toEqual([
    [0, 0],
    [4, 1],
    [10, 1],
  ]);
  expect(corners({ kind: "cyclical", period: 4, ramp: 0.5 }, 8)).toEqual([
    [0, 0],
    [2, 1],
    [4, 1],
    [4, 0],
    [6, 1],
    [8, 1],
  ]);
  // A ramp of nothing is no ramp: the factor is 1 from the start.
  expect(corners({ kind: "cyclical", period: 4, ramp: 0 }, 4)[0]).toEqual([
    0, 1,
  ]);
  expect(
    corners({ kind: "points", points: [[2, 0.5]] }, 10).map(
      ([, factor]) => factor,
    ),
  ).toEqual([0.5, 0.5, 0.5]);
});

test("the line spans the box, and a factor above one is its top", () => {
  expect(curvePath({ kind: "warmup", steps: 5 }, 10, 100, 34)).toBe(
    "M0.0 31.0L50.0 3.0L100.0 3.0",
  );
  expect(
    curvePath(
      {
        kind: "points",
        points: [
          [0, 1],
          [10, 2],
        ],
      },
      10,
      100,
      34,
    ),
  ).toBe("M0.0 17.0L100.0 3.0");
});
