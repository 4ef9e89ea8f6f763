import { expect, test } from "@playwright/test";
import {
  compareReceipt,
  readReceipt,
  RECEIPT_TOLERANCE,
  writeReceipt,
} from "./receipt.ts";

const lanes = [
  { loss: 21.183412345, activeModes: 5, distance: 0.0521 },
  { loss: -3.25e-5, activeModes: 0, distance: null },
];

test("a receipt is short and comes back to seven digits", () => {
  const text = writeReceipt({ steps: 1500, lanes, adapter: "apple m2" });
  expect(text).toBe("1500:21.18341,5,0.0521:-0.0000325,0,-@apple m2");
  expect(readReceipt(text)).toEqual({
    steps: 1500,
    lanes: [{ ...lanes[0], loss: 21.18341 }, lanes[1]],
    adapter: "apple m2",
  });
});

test("what is no receipt is none", () => {
  for (const text of [
    "",
    "1500",
    "a:1,2,3",
    "1.5:1,2,3",
    "9:1,2",
    "9:1,2.5,3",
    "9:NaN,2,3",
    "9:1,2,x",
    "9:1,2,-3",
    "9:1,2,3:",
  ])
    expect(readReceipt(text), text).toBeNull();
});

test("matches to the tolerance, relative for losses above a nat, and says every number that differs", () => {
  const author = [{ loss: 20, activeModes: 5, distance: 0.05 }];
  const here = (change: object) => [{ ...author[0], ...change }];
  const close = 0.99 * RECEIPT_TOLERANCE;
  const far = 1.01 * RECEIPT_TOLERANCE;
  expect(compareReceipt(author, here({}))).toEqual([]);
  expect(
    compareReceipt(
      author,
      here({ loss: 20 * (1 + close), distance: 0.05 + close }),
    ),
  ).toEqual([]);
  expect(
    compareReceipt(
      author,
      here({ loss: 20 * (1 - far), distance: 0.05 + far, activeModes: 4 }),
    ).map(({ what }) => what),
  ).toEqual(["loss", "activeModes", "distance"]);
  // Below a nat the tolerance is absolute.
  const small = [{ loss: 0.001, activeModes: 0, distance: null }];
  expect(compareReceipt(small, [{ ...small[0], loss: 0.001 + close }])).toEqual(
    [],
  );
});

test("theory on one side alone, and lanes that are missing, differ", () => {
  const one = { loss: 1, activeModes: 1, distance: 0.1 };
  expect(compareReceipt([one], [{ ...one, distance: null }])).toEqual([
    { lane: 0, what: "distance", author: 0.1, here: null },
  ]);
  expect(compareReceipt([one, one], [one])).toHaveLength(3);
});
