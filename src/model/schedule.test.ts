import { expect, test } from "@playwright/test";
import type { KlSchedule } from "../experiment/config.ts";
import { klFactor, scheduled } from "./schedule.ts";

const factors = (schedule: KlSchedule, steps: readonly number[]): number[] =>
  steps.map((step) => klFactor(schedule, step));

test("a constant schedule leaves the weights alone", () => {
  expect(factors({ kind: "constant" }, [0, 1, 1e6])).toEqual([1, 1, 1]);
  const settings = {
    beta: 0.3,
    beta2: 2,
    klSchedule: { kind: "constant" },
  } as const;
  expect(scheduled(settings, 5)).toBe(settings);
});

test("a warm-up rises from 0 to 1 and stays", () => {
  expect(factors({ kind: "warmup", steps: 4 }, [0, 1, 2, 3, 4, 5])).toEqual([
    0, 0.25, 0.5, 0.75, 1, 1,
  ]);
  expect(factors({ kind: "warmup", steps: 1 }, [0, 1])).toEqual([0, 1]);
});

test("a cycle rises over its ramp, stays, and starts again", () => {
  const cycle = { kind: "cyclical", period: 8, ramp: 0.5 } as const;
  const once = [0, 0.25, 0.5, 0.75, 1, 1, 1, 1];
  const steps = Array.from({ length: 24 }, (_, step) => step);
  expect(factors(cycle, steps)).toEqual([...once, ...once, ...once]);
  expect(factors({ ...cycle, ramp: 1 }, [0, 4, 7, 8])).toEqual([
    0, 0.5, 0.875, 0,
  ]);
  // Without a ramp there is nothing to wait for.
  expect(factors({ ...cycle, ramp: 0 }, [0, 3, 8])).toEqual([1, 1, 1]);
});

test("points are joined by straight lines, constant outside them", () => {
  const points = [
    [10, 0.5],
    [20, 2],
    [20, 1],
    [40, 0],
  ] as const;
  const steps = [0, 9, 10, 15, 19, 20, 30, 40, 1000];
  const want = [0.5, 0.5, 0.5, 1.25, 1.85, 1, 0.5, 0, 0];
  factors({ kind: "points", points }, steps).forEach((factor, at) => {
    expect(Math.abs(factor - want[at])).toBeLessThan(1e-15);
  });
  expect(factors({ kind: "points", points: [[7, 0.2]] }, [0, 7, 9])).toEqual([
    0.2, 0.2, 0.2,
  ]);
  expect(factors({ kind: "points", points: [] }, [0, 9])).toEqual([1, 1]);
});

test("both weights are multiplied, the settings stay as they are", () => {
  const settings = {
    beta: 0.5,
    beta2: 3,
    klSchedule: { kind: "warmup", steps: 10 },
    etaDec: 0.7,
  } as const;
  expect(scheduled(settings, 4)).toEqual({
    ...settings,
    beta: 0.2,
    beta2: 3 * 0.4,
  });
  expect(settings.beta).toBe(0.5);
  expect(scheduled(settings, 0)).toMatchObject({ beta: 0, beta2: 0 });
});
