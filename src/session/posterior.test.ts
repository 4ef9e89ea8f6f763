import { expect, test } from "@playwright/test";
import { measureLane } from "../reference/measure.ts";
import { MLP, QUARTER, testLane, testView } from "./fixtures.ts";
import { LaneMonitor } from "./lane-monitor.ts";
import { measureExamples, toldByMoments } from "./posterior.ts";
import { PassSource } from "./passes.ts";
import type { LaneView } from "./picture.ts";

/** Marks are read back as float32: relative 6e-8, and their squares are summed over a few hundred. */
const FLOAT32 = 1e-5;

function close(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  Array.from(expected).forEach((value, at) => {
    const bound = FLOAT32 * Math.max(1, Math.abs(value));
    expect(Math.abs(found[at] - value)).toBeLessThanOrEqual(bound);
  });
}

function whole({ input: { data } }: LaneView) {
  const { rows, x, y } = data;
  return { count: rows, inputs: { x, ...(y && { y: y.values }) } };
}

for (const model of ["vae", "cvae"] as const) {
  test(`passes over all examples tell of a linear ${model} what its moments tell`, async () => {
    // So little noise that a single draw has the mean's reconstruction to within 1e-3.
    const view = await testView({
      ...(model === "cvae" && QUARTER),
      encoderVariance: { kind: "fixed", std: [1e-5] },
    });
    const measured = await measureExamples(view, whole(view));
    const expected = measureLane(view.params, view.input);
    if (!measured) throw new Error("left");
    expect(measured.examples).toBe(120);
    const [level] = measured.levels;
    close(level.klPerUnit, expected.klPerUnit);
    close([measured.kl / expected.kl], [1]);
    close(level.std, expected.std);
    close(level.dataVariance, expected.levels[0].dataVariance);
    close([measured.reconstruction / expected.reconstruction], [1]);
  });
}

test("two levels: the second's data variance leaves the noise of z1 out", async () => {
  const view = await testView({
    model: "mhvae",
    encoderVariance: { kind: "fixed", std: [0.5] },
  });
  const measured = await measureExamples(view, whole(view));
  const { levels, kl2 } = measureLane(view.params, view.input);
  if (!measured) throw new Error("left");
  const second = measured.levels[1];
  levels[1].meanVariance.forEach((variance, unit) => {
    const data = levels[1].dataVariance[unit];
    const noise = variance - data;
    // A variance out of n = 120 examples with two draws each is off by sqrt(2 / n) of the noise, and
    // by the covariance of noise and data, 2 sqrt(noise data / n); five such stds.
    const n = 120;
    const bound =
      5 * (noise * Math.sqrt(2 / n) + 2 * Math.sqrt((noise * data) / n));
    expect(noise).toBeGreaterThan(0.2 * variance);
    expect(Math.abs(second.dataVariance[unit] - data)).toBeLessThan(bound);
    expect(Math.abs(second.meanVariance[unit] - variance)).toBeLessThan(bound);
  });
  expect(Math.abs(measured.kl2 / kl2 - 1)).toBeLessThan(0.2);
});

test("leaves off when nobody wants it any more", async () => {
  const view = await testView(MLP);
  expect(await measureExamples(view, whole(view), () => true)).toBeNull();
});

test("only linear models with Gaussian noise are told by moments", async () => {
  expect(toldByMoments(await testLane())).toBe(true);
  expect(toldByMoments(await testLane(MLP))).toBe(false);
  expect(toldByMoments(await testLane({ likelihood: "bernoulli" }))).toBe(
    false,
  );
  const variance = { kind: "predicted", std: 1 } as const;
  expect(toldByMoments(await testLane({ encoderVariance: variance }))).toBe(
    false,
  );
});

test("a network's read-out: units for modes, no theory, its own weights of terms", async () => {
  const warm = { kind: "warmup", steps: 100 } as const;
  const input = await testLane({
    ...MLP,
    beta: 2,
    freeBits: 0.5,
    klSchedule: warm,
  });
  const monitor = new LaneMonitor(input, null);
  const passes = await new PassSource(null).of(input);
  const readout = await monitor.measureByPasses(
    25,
    input.initial,
    false,
    passes,
  );
  if (!readout) throw new Error("left");
  expect(readout.examples).toBe(120);
  expect(readout.verdict).toBe("no-theory");
  expect(readout.omega).toEqual([]);
  expect(readout.distance).toBeNaN();
  expect(readout.dead).toHaveLength(3);
  expect(readout.activeModes).toBe(readout.activeUnits);
  const floored = readout.klPerUnit.reduce(
    (sum, kl) => sum + Math.max(0.5, kl),
    0,
  );
  // A quarter of the warm-up: beta is 0.5.
  close([readout.loss], [readout.reconstruction + 0.5 * floored]);
  expect(monitor.settled).toBe(false);
  monitor.diverge();
  const stopped = await monitor.measureByPasses(
    26,
    input.initial,
    true,
    passes,
  );
  expect(stopped?.verdict).toBe("diverged");
  expect(monitor.settled).toBe(true);
});

test("a read-out that settings overtook is none", async () => {
  const input = await testLane(MLP);
  const monitor = new LaneMonitor(input, null);
  const passes = await new PassSource(null).of(input);
  const under = monitor.measureByPasses(0, input.initial, false, {
    computedOn: "cpu",
    evaluate: async (request) => {
      monitor.change({ ...input }, null);
      return passes.evaluate(request);
    },
  });
  // One slice holds all 120 examples, so it is looked at after the last.
  expect(await under).toBeNull();
});
