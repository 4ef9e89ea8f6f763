import { expect, test } from "@playwright/test";
import { fixed2, niceTicks, quantity, setting } from "./format.ts";

test("quantities have two to four significant digits, with leading zeros", () => {
  const shown = [
    0, 0.13, 0.05, 0.0123, 0.00042, 2.5, 21.18, 747.53, 12345.6, -0.5,
  ].map(quantity);
  expect(shown).toEqual([
    "0",
    "0.13",
    "0.05",
    "0.012",
    "0.00042",
    "2.50",
    "21.18",
    "747.5",
    "12346",
    "−0.50",
  ]);
  expect([NaN, Infinity, -Infinity].map(quantity)).toEqual(["–", "∞", "−∞"]);
});

test("rows of numbers keep two decimals", () => {
  expect([2.8284, 0.02, 0, 123.456].map(fixed2)).toEqual([
    "2.83",
    "0.02",
    "0.00",
    "123.5",
  ]);
});

test("settings are as short as they are exact", () => {
  expect([
    setting(1, 2),
    setting(0.02),
    setting(4.52, 2),
    setting(1500),
    setting(0.125, 2),
  ]).toEqual(["1.00", "0.02", "4.52", "1500", "0.125"]);
});

test("ticks are round, ascending and cover the range", () => {
  for (const [low, high, wanted] of [
    [0, 3.08, 3],
    [20.9, 25.7, 3],
    [0, 1.1, 2],
    [740, 741, 3],
    [0, 0, 3],
    [-0.2, 0.1, 3],
  ] as const) {
    const ticks = niceTicks(low, high, wanted);
    expect(ticks[0]).toBeLessThanOrEqual(low);
    expect(ticks[ticks.length - 1]).toBeGreaterThanOrEqual(high);
    expect(ticks.length).toBeLessThanOrEqual(2 * wanted + 2);
    expect(ticks.every((tick, i) => i === 0 || tick > ticks[i - 1])).toBe(true);
  }
  expect(niceTicks(0, 3.08, 3)).toEqual([0, 1, 2, 3, 4]);
});
