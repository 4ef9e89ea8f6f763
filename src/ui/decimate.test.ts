import { expect, test } from "@playwright/test";
import { PixelSeries } from "./decimate.ts";

const ramp = Float64Array.from({ length: 100 }, (_, i) => i);

test("a bucket holds the lowest, highest and last of its steps", () => {
  const series = new PixelSeries(10, 100);
  series.take(ramp, ramp, 100);
  expect([...series.low]).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  expect([...series.high]).toEqual([9, 19, 29, 39, 49, 59, 69, 79, 89, 99]);
  expect([...series.last]).toEqual([...series.high]);
});

test("appending in pieces equals taking all at once", () => {
  const value = ramp.map((x) => Math.sin(x));
  const whole = new PixelSeries(7, 100);
  whole.take(ramp, value, 100);
  const pieces = new PixelSeries(7, 100);
  for (const length of [3, 3, 40, 99, 100]) pieces.take(ramp, value, length);
  expect([...pieces.low]).toEqual([...whole.low]);
  expect([...pieces.high]).toEqual([...whole.high]);
  expect([...pieces.last]).toEqual([...whole.last]);
});

test("a series that was reset, or rewritten at the same length, starts over", () => {
  const series = new PixelSeries(10, 100);
  series.take(ramp, ramp, 100);
  series.take(ramp, ramp, 5);
  expect(series.high[9]).toBe(-Infinity);
  expect(series.lastStep).toBe(4);
  const later = ramp.map((x) => x + 50);
  series.take(later, ramp, 6);
  expect(series.low[0]).toBe(Infinity);
});

test("a value that is not finite is remembered, not drawn", () => {
  const series = new PixelSeries(10, 100);
  series.take([0, 1, 2], [1, NaN, 3], 3);
  expect(series.notFinite).toBe(1);
  expect(series.range(0)).toEqual([1, 3]);
});

test("the axis leaves an initial transient out, but not the lowest value", () => {
  const series = new PixelSeries(10, 100);
  series.take([0, 50], [1000, 2], 2);
  expect(series.range(0.2)).toEqual([2, 2]);
});
