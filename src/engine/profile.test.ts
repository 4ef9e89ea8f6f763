import { expect, test } from "@playwright/test";
import { timesOf } from "./profile.ts";

test("times of equal kernels are added, the longest come first, a clock that was reset counts as nothing", () => {
  const stamps = BigUint64Array.from(
    [10, 2e6 + 10, 2e6 + 20, 7e6 + 20, 8e6, 9e6, 9e6, 5].map(BigInt),
  );
  expect(timesOf(["adam", "matmul", "adam", "matmul"], stamps)).toEqual([
    { kernel: "matmul", dispatches: 2, milliseconds: 5 },
    { kernel: "adam", dispatches: 2, milliseconds: 3 },
  ]);
});
