/**
 * Hierarchical models with both variances learnable where no single optimum is predicted: a
 * continuum of them (beta2 = beta1) is judged by the loss alone, and a loss without a minimum
 * (beta2 < beta1) is never said to have arrived.
 */
import type { Page } from "@playwright/test";
import type { Settings } from "../../src/experiment/config.ts";
import { writeLink } from "../../src/experiment/link.ts";
import { configOf, defaultConfigOf } from "../../src/experiment/schema.ts";
import { expect, test } from "../harness/fixture.ts";
import type { TrainingResult } from "../harness/training.ts";

const BOTH_LEARNABLE: Settings = {
  ...defaultConfigOf("mhvae").base,
  etaDec: 0.5,
  etaEnc: 0.5,
  encoderVariance: { kind: "learnable", std: 0.5 },
  encoderVariance2: { kind: "learnable", std: 0.5 },
  estimator: "exact",
  optimizer: { kind: "adam", learningRate: 0.005 },
};

/** Trains lanes that are `BOTH_LEARNABLE` but for these settings. */
function train(
  page: Page,
  lanes: readonly Partial<Settings>[],
  steps: number,
  budget = steps,
): Promise<TrainingResult> {
  const link = writeLink(
    configOf(
      lanes.map((lane) => ({ ...BOTH_LEARNABLE, ...lane, steps: budget })),
    ),
  );
  return page.evaluate((of) => globalThis.harness.train(of), {
    link,
    engine: "webgpu",
    trains: [steps],
  } as const);
}

test("a continuum of optima is reached in its loss, and judged by it alone", async ({
  gpuPage,
}) => {
  const problems: Partial<Settings>[] = [
    { beta: 1, beta2: 1 },
    { beta: 1, beta2: 1, initScale: 0.3 },
    { beta: 1.5, beta2: 1.5, latents2: 3 },
  ];
  const { lanes } = await train(gpuPage, problems, 8000);
  for (const { readout, prediction } of lanes) {
    if (prediction?.kind !== "continuum") throw new Error("no continuum");
    const gap = readout.loss - prediction.loss;
    expect(Math.abs(gap)).toBeLessThanOrEqual(1e-3 * Math.abs(prediction.loss));
    // Float32 weights measured in float64: below the minimum by rounding at most.
    expect(gap).toBeGreaterThanOrEqual(-1e-6 * Math.abs(prediction.loss));
    expect(readout.verdict).toBe("at-theory");
    // No singular value is predicted, so none can have been judged.
    expect(readout.distance).toBeNaN();
    // What z1 knows of x is predicted all the same.
    const [first] = prediction.levels;
    const information = first.information.reduce((sum, nats) => sum + nats, 0);
    expect(
      Math.abs(readout.levels[0].information - information),
    ).toBeLessThanOrEqual(2e-2);
  }
  // Two members of one continuum: the same loss, other weights.
  const [one, other] = lanes.map(({ readout }) => readout);
  expect(Math.abs(one.loss - other.loss)).toBeLessThan(1e-3 * one.loss);
  const apart = one.lambda.map((value, i) => Math.abs(value - other.lambda[i]));
  expect(Math.max(...apart)).toBeGreaterThan(0.1);

  const short = await train(gpuPage, problems, 100);
  for (const { readout } of short.lanes) expect(readout.verdict).toBe("away");
});

test("a loss without a minimum falls below every earlier value and is never called theory", async ({
  gpuPage,
}) => {
  const problems: Partial<Settings>[] = [
    { beta: 1, beta2: 0.5 },
    { beta: 1, beta2: 0.95 },
  ];
  const [steps, window] = [4000, 500];
  const early = await train(gpuPage, problems, window, steps);
  const late = await train(gpuPage, problems, steps);
  late.lanes.forEach(({ readout, prediction, terms, diverged }, lane) => {
    expect(prediction?.kind).toBe("unbounded");
    expect(prediction?.loss).toBe(-Infinity);
    expect(diverged).toBeNull();
    for (const measured of [early.lanes[lane].readout, readout])
      expect(measured.verdict).toBe("unbounded");
    expect(readout.loss).toBeLessThan(early.lanes[lane].readout.loss);
    // Some steps of Adam go up; each stretch of them still finds a new low.
    expect(terms).toHaveLength(steps);
    let lowest = Infinity;
    for (let from = 0; from < steps; from += window) {
      const losses = terms.slice(from, from + window).map(({ loss }) => loss);
      const low = Math.min(...losses);
      expect(low, `steps ${from} to ${from + window}`).toBeLessThan(lowest);
      lowest = low;
    }
  });
});
