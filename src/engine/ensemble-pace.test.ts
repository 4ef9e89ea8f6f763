import { expect, test } from "@playwright/test";
import { DispatchPace, share } from "./ensemble-pace.ts";

/** Lets `pace` choose dispatches of 32 models on a device that takes `each` ms for a step of one. */
function learn(pace: DispatchPace, each: number, dispatches: number): number[] {
  let now = 0;
  return Array.from({ length: dispatches }, () => {
    const steps = pace.steps(32);
    const took = 32 * steps * each;
    // Two in flight: submitted when the one before began.
    pace.landed(now - 1, now + took, 32 * steps);
    now += took;
    return took;
  });
}

test("dispatches grow to about 12 ms, none after the first beyond 30, from a guess far off in either direction", () => {
  for (const off of [0.1, 1, 30]) {
    const each = 0.0017;
    const took = learn(new DispatchPace(off * each, Infinity), each, 30);
    expect(Math.max(...took.slice(1)), `guess ${off}`).toBeLessThan(30);
    expect(took[29], `guess ${off}`).toBeGreaterThan(9);
    expect(took[29], `guess ${off}`).toBeLessThan(15);
  }
});

test("a dispatch that others kept waiting is believed up to a limit", () => {
  const pace = new DispatchPace(0.001, 4);
  for (let n = 0; n < 20; n++) pace.landed(1000 * n, 1000 * n + 900, 32);
  expect(pace.steps(32)).toBe(Math.floor(12 / (32 * 0.004)));
  expect(pace.models(1)).toBe(3000);
});

test("a step too long for a dispatch is cut by models", () => {
  const pace = new DispatchPace(1, Infinity);
  learn(pace, 1, 20);
  expect(pace.steps(32)).toBe(1);
  const models = pace.models(1);
  expect(models).toBeGreaterThanOrEqual(9);
  expect(models).toBeLessThanOrEqual(15);
});

/** Models of each dispatch of `models`. */
function shares(models: number, most: number, cores: number): number[] {
  const all: number[] = [];
  for (let left = models; left > 0; left -= all[all.length - 1])
    all.push(share(left, most, cores));
  return all;
}

test("models are shared about equally, and no core waits for the last model of another", () => {
  expect(shares(32, 1, 2)).toEqual(new Array<number>(16).fill(2));
  expect(shares(32, 12, 2)).toEqual([12, 10, 10]);
  expect(shares(32, 100, 2)).toEqual([32]);
  expect(shares(32, 3, 12)).toEqual([12, 12, 8]);
  expect(shares(5, 1, 2)).toEqual([2, 2, 1]);
  expect(shares(1000, 300, 1)).toEqual([334, 333, 333]);
});
