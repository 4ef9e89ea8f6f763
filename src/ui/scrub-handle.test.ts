import { expect, test } from "@playwright/test";
import { keptByKey, nearestKept } from "./scrub-handle.ts";

const KEPT = [0, 10, 100, 400];

test("the pointer finds the nearest kept step, or the present", () => {
  expect(nearestKept(KEPT, 1000, 60)).toBe(100);
  expect(nearestKept(KEPT, 1000, 4)).toBe(0);
  expect(nearestKept(KEPT, 1000, 690)).toBe(400);
  expect(nearestKept(KEPT, 1000, 710)).toBeNull();
  // Beyond the present there is nothing to see.
  expect(nearestKept(KEPT, 1000, 5000)).toBeNull();
  expect(nearestKept([...KEPT, 1000], 1000, 1000)).toBeNull();
});

test("keys walk over kept steps, to the first and back to the present", () => {
  const from = (shown: number, key: string) =>
    keptByKey(KEPT, 1000, shown, key);
  expect(from(1000, "ArrowLeft")).toBe(400);
  expect(from(400, "ArrowLeft")).toBe(100);
  expect(from(0, "ArrowLeft")).toBe(0);
  expect(from(400, "ArrowRight")).toBeNull();
  expect(from(100, "ArrowRight")).toBe(400);
  expect(from(1000, "Home")).toBe(0);
  expect(from(10, "End")).toBeNull();
  expect(from(10, "Escape")).toBeNull();
  expect(from(1000, "PageDown")).toBe(0);
  expect(from(10, "x")).toBeUndefined();
});
