import { expect, test } from "@playwright/test";
import type { Snapshot } from "../engine/stepper.ts";
import { KeptStates } from "./snapshots.ts";

/** 12 floats: 4 values with two moments each. */
function state(step: number): Snapshot {
  return { step, arenas: [new Float32Array(12).fill(step)] };
}

const values = ({ arenas }: Snapshot) => [
  { w: Float32Array.from(arenas[0].subarray(0, 4)) },
];

test("early states lie close together, later ones apart by factors", () => {
  const kept = new KeptStates<string>(values, { most: 16 });
  for (let step = 0; step <= 4000; step += 10) kept.add(state(step), "s");
  const { steps } = kept;
  expect(steps).toHaveLength(16);
  expect(steps[0]).toBe(0);
  expect(steps.at(-1)).toBe(4000);
  expect(steps).toContain(10);
  // No gap after the first is much larger than an even one: 4001^(1/15) is 1.74.
  for (let i = 2; i < steps.length; i++)
    expect(steps[i] / steps[i - 1]).toBeLessThan(1.74 ** 2);
});

test("memory is bounded: moments go first, then states; the last stays whole", () => {
  // Two whole states take 96 bytes, bare ones 16 each.
  const kept = new KeptStates<string>(values, { bytes: 200 });
  for (let step = 0; step < 100; step++) kept.add(state(step), "s");
  expect(kept.bytes).toBeLessThanOrEqual(200);
  expect(kept.steps.length).toBeGreaterThan(4);
  expect(kept.at(99)?.snapshot?.step).toBe(99);
  expect(kept.at(0)?.snapshot?.step).toBe(0);
  const bare = kept.steps
    .map((step) => kept.at(step))
    .find((one) => !one?.snapshot);
  expect(Array.from(bare?.params?.[0].w ?? [])).toEqual(
    Array(4).fill(bare?.step),
  );
  // A replay to a bare state begins at the whole one before it.
  expect(kept.wholeAt(bare?.step ?? 0)?.step).toBeLessThan(bare?.step ?? 0);
});

test("what happened is kept, what came after a branch is not", () => {
  const kept = new KeptStates<string>(values, { most: 8 });
  for (let step = 0; step <= 500; step++) {
    kept.add(state(step), step < 300 ? "before" : "after");
    if (step === 123) kept.pin(123);
  }
  expect(kept.steps).toContain(123);
  // The first state of changed settings.
  expect(kept.steps).toContain(300);
  expect(kept.wholeAt(450, "before")?.by).toBe("before");
  expect(kept.at(130)?.step).toBe(123);
  kept.dropAfter(200);
  expect(kept.steps.at(-1)).toBeLessThanOrEqual(200);
  // Going back and on again replaces what there was.
  kept.add(state(50), "again");
  expect(kept.steps.at(-1)).toBe(50);
});
