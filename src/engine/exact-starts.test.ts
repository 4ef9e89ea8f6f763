import { expect, test } from "@playwright/test";
import { StartCache } from "./exact-basis.ts";

test("equal starts are rotated once, others by themselves", () => {
  const cache = new StartCache();
  const [basis, other] = [{}, {}];
  let rotations = 0;
  const get = (tensor: number[], of: object, kind: string): Float64Array =>
    cache.get(Float32Array.from(tensor), of, kind, () => {
      rotations++;
      return Float64Array.from(tensor, (value) => value + rotations);
    });
  const first = get([1, 2], basis, "encoder");
  expect(get([1, 2], basis, "encoder")).toBe(first);
  expect(rotations).toBe(1);
  get([1, 2], other, "encoder");
  get([1, 2], basis, "decoder");
  get([1, 3], basis, "encoder");
  get([1, 2, 0], basis, "encoder");
  expect(rotations).toBe(5);
  expect(get([1, 2], basis, "encoder")).toBe(first);
  for (let n = 0; n < 100; n++) get([n, n], basis, "encoder");
  expect(get([1, 2], basis, "encoder")).not.toBe(first);
});
