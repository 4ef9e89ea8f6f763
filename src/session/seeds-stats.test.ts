import { expect, test } from "@playwright/test";
import {
  bandsOf,
  countOutcomes,
  outcome,
  quantile,
  seedSteps,
} from "./seeds-stats.ts";

test("quantiles lie on straight lines between the sorted values", () => {
  const values = [5, 1, 3, 2, 4];
  expect(quantile(values, 0.5)).toBe(3);
  expect(quantile(values, 0)).toBe(1);
  expect(quantile(values, 1)).toBe(5);
  // A tenth of four gaps.
  expect(quantile(values, 0.1)).toBeCloseTo(1.4, 12);
  expect(quantile([1, 2], 0.5)).toBe(1.5);
  // A seed that diverged has no part in it.
  expect(quantile([1, NaN, 3, Infinity], 0.5)).toBe(2);
  expect(quantile([NaN], 0.5)).toBeNaN();
  expect(values).toEqual([5, 1, 3, 2, 4]);
});

test("a band is a median between a tenth and nine tenths, step by step", () => {
  const point = (loss: number) => ({
    loss,
    reconstruction: 0,
    kl: 2 * loss,
    kl2: 0,
    distance: NaN,
    activeModes: 3,
  });
  const seeds = Array.from({ length: 11 }, (_, n) => point(n));
  const bands = bandsOf([seeds, seeds.map(({ loss }) => point(loss + 100))]);
  expect(bands.loss).toEqual({
    low: [1, 101],
    median: [5, 105],
    high: [9, 109],
  });
  expect(bands.kl.median).toEqual([10, 210]);
  expect(bands.distance.median).toEqual([NaN, NaN]);
  expect(bands.activeModes.low).toEqual([3, 3]);
});

test("steps to look at: the start closely, the end often enough to be judged", () => {
  const steps = seedSteps(3000, 60);
  expect(steps[0]).toBe(0);
  expect(steps.at(-1)).toBe(3000);
  expect(new Set(steps).size).toBe(steps.length);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(steps.filter((step) => step > 0 && step < 30).length).toBeGreaterThan(
    5,
  );
  // A verdict looks at five read-outs in the last fifth.
  expect(steps.filter((step) => step >= 2400).length).toBeGreaterThanOrEqual(5);
  expect(seedSteps(3, 60)).toEqual([0, 1, 2, 3]);
});

test("outcomes tell seeds that move from seeds that rest elsewhere", () => {
  const still = Array.from({ length: 20 }, (_, n) => ({
    step: 100 * n,
    distance: 0.5,
  }));
  const moving = still.map(({ step }) => ({ step, distance: 2 - step / 2000 }));
  expect(outcome("at-theory", still, "exact")).toBe("reached");
  expect(outcome("away", still, "exact")).toBe("away");
  expect(outcome("away", moving, "exact")).toBe("settling");
  expect(outcome("settling", moving, "exact")).toBe("settling");
  expect(outcome("diverged", moving, "exact")).toBe("diverged");
  expect(outcome("no-theory", still, "sampled")).toBe("untold");
  expect(countOutcomes(["reached", "reached", "away"])).toEqual({
    reached: 2,
    settling: 0,
    away: 1,
    diverged: 0,
    untold: 0,
  });
});
