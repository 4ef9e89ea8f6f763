import { expect, test } from "@playwright/test";
import { chooseRows, gather, someExamples } from "./examples.ts";

test("chooses different rows, the same for the same seed", () => {
  const rows = chooseRows(500, 100, 3);
  expect(new Set(rows).size).toBe(100);
  expect(Math.min(...rows)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...rows)).toBeLessThan(500);
  expect(chooseRows(500, 100, 3)).toEqual(rows);
  expect(chooseRows(500, 100, 4)).not.toEqual(rows);
  expect(Array.from(chooseRows(4, 9, 3))).toEqual([0, 1, 2, 3]);
});

test("gathers x, y and labels of the same rows", () => {
  const data = {
    name: "test",
    rows: 3,
    columns: 2,
    x: Float32Array.of(0, 1, 10, 11, 20, 21),
    y: { outputs: 1, values: Float32Array.of(5, 6, 7) },
    labels: Uint8Array.of(1, 2, 3),
  };
  const { count, inputs, labels } = gather(data, [2, 0, 2]);
  expect(count).toBe(3);
  expect(Array.from(inputs.x)).toEqual([20, 21, 0, 1, 20, 21]);
  expect(Array.from(inputs.y ?? [])).toEqual([7, 5, 7]);
  expect(Array.from(labels ?? [])).toEqual([3, 1, 3]);
  expect(someExamples(data, 2, 1)).toBe(someExamples(data, 2, 1));
});
