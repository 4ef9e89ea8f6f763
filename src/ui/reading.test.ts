import { expect, test } from "@playwright/test";
import { type Columns, entryAt, exact, readingAt, stepsOf } from "./reading.ts";

/** Columns with room to spare, as those of a run have. */
function columns(...entries: readonly (readonly [number, number])[]): Columns {
  const steps = new Float64Array(16);
  const values = new Float32Array(16);
  entries.forEach(([step, value], i) => {
    steps[i] = step;
    values[i] = value;
  });
  return { steps, values, length: entries.length };
}

test("the entry of a step is the last at or before it, wherever it is", () => {
  const sparse = columns([3, 0.5], [4, 0.25], [9, 2]);
  const found = [2, 3, 3.5, 4, 8, 9, 100].map((step) => entryAt(sparse, step));
  expect(found).toEqual([-1, 0, 0, 1, 1, 2, 2]);
  expect(entryAt(columns(), 3)).toBe(-1);
});

test("lanes are read at one step; one that stopped before has no value there", () => {
  const a = columns([1, 8], [2, 4], [3, 2]);
  const b = columns([1, 16], [2, 32]);
  expect(readingAt([a, b], 2)).toEqual({ step: 2, values: [4, 32] });
  expect(readingAt([a, b], 7)).toEqual({ step: 3, values: [2, null] });
  expect(readingAt([a, b], 0)).toBeNull();
  expect(readingAt([columns(), columns()], 5)).toBeNull();
});

test("the steps that can be read are those of any lane", () => {
  expect(stepsOf([columns(), columns([2, 1], [5, 1])])).toEqual([2, 5]);
  expect(stepsOf([columns([1, 1]), columns([0, 1], [5, 1])])).toEqual([0, 5]);
  expect(stepsOf([columns()])).toBeNull();
});

test("a number read by itself has five digits, and a true minus", () => {
  expect(
    [21.273514, -0.0012345678, 0, 12345.6, 3.2e-9, NaN].map(exact),
  ).toEqual(["21.274", "−0.0012346", "0.0000", "12346", "3e−9", "–"]);
});
