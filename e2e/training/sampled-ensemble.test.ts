/** Ensembles of sampled models: each ends as it does alone, to the bit; what they hold, and how they end. */
import type { Page } from "@playwright/test";
import type { Settings } from "../../src/experiment/config.ts";
import type { EnsembleResult } from "../harness/exact-ensemble.ts";
import { expect, test } from "../harness/fixture.ts";
import type { SampledEnsembleRequest } from "../harness/sampled-ensemble.ts";
import type { SampledLane } from "../harness/sampled-lane.ts";
import { sampledLane } from "../harness/sampled-suite.ts";

const train = (
  page: Page,
  request: SampledEnsembleRequest,
): Promise<EnsembleResult> =>
  page.evaluate((asked) => globalThis.harness.sampledEnsemble(asked), request);

const alone = (
  page: Page,
  request: SampledEnsembleRequest,
): Promise<readonly Readonly<Record<string, readonly number[]>>[]> =>
  page.evaluate((asked) => globalThis.harness.sampledLanes(asked), request);

async function expectSame(
  page: Page,
  request: SampledEnsembleRequest,
): Promise<EnsembleResult> {
  const result = await train(page, request);
  expect(result.finished).toBe(true);
  const lanes = await alone(page, request);
  lanes.forEach((params, model) => {
    expect(result.params[model], `model ${model}`).toEqual(params);
  });
  // Each model is read at its end once.
  const ends = result.reads.flatMap(({ models, ended }) =>
    ended ? models : [],
  );
  expect([...ends].sort((a, b) => a - b)).toEqual(lanes.map((_, i) => i));
  const all = [request, ...(request.phases ?? [])];
  const steps = all.reduce((sum, phase) => sum + phase.steps, 0);
  for (const read of result.reads)
    if (read.ended) expect(read.step).toBe(steps);
  expect(result.memory.created).toBeGreaterThan(0);
  expect(result.memory.left).toBe(0);
  const most = Math.max(...result.waves.map(({ bytes }) => bytes));
  expect(result.memory.peak).toBeLessThanOrEqual(most);
  return result;
}

const PHASES = [
  { steps: 9, rate: 0.2 },
  { steps: 5, rate: 0.04 },
];
const network = { kind: "dense" as const, hidden: [9] };
const predicted = { kind: "predicted" as const, std: 1 };
const mlp: Partial<Settings> = {
  network,
  biases: true,
  encoderVariance: predicted,
};

const ALONE: readonly (readonly [string, SampledLane])[] = [
  ["linear VAE", sampledLane(32, 8, { batchSize: 128 })],
  ["linear VAE of more latents", sampledLane(20, 11, { batchSize: 16 })],
  ["linear VAE with biases", sampledLane(7, 3, { biases: true })],
  ["network", sampledLane(13, 3, mlp)],
  ["conditional model", sampledLane(6, 3, { model: "cvae" }, 5)],
];

for (const [name, model] of ALONE) {
  test(`an ensemble of one ends as the lane does: ${name}`, async ({
    gpuPage,
  }) => {
    await expectSame(gpuPage, { models: [model], steps: 20, phases: PHASES });
  });
}

/** Models that differ in what a map or seeds vary. */
const vary = (
  make: (change: Partial<Settings>) => SampledLane,
): SampledLane[] => [
  make({}),
  make({ beta: 4, etaDec: 1.5 }),
  make({ seed: 11 }),
  make({ optimizer: { kind: "adam", learningRate: 0.03 } }),
  make({ optimizer: { kind: "sgd", learningRate: 0.001 } }),
  make({ klSchedule: { kind: "warmup", steps: 12 } }),
];

test("linear models of one dispatch end as each does alone, whatever they differ in", async ({
  gpuPage,
}) => {
  const other = sampledLane(12, 4);
  const models = [
    ...vary((change) => sampledLane(12, 4, change)),
    sampledLane(12, 5),
    // Of the same sizes on other data.
    { ...other, x: other.x.map((value) => Math.fround(0.9 * value)) },
    sampledLane(12, 4, { encoderVariance: { kind: "fixed", std: [0.5] } }),
  ];
  await expectSame(gpuPage, { models, steps: 30, phases: PHASES });
});

test("networks that take turns end as each does alone, scratch in common", async ({
  gpuPage,
}) => {
  const models = [
    ...vary((change) => sampledLane(13, 3, { ...mlp, ...change })),
    sampledLane(13, 4, mlp),
    sampledLane(13, 3, { ...mlp, freeBits: 0.1 }),
  ];
  await expectSame(gpuPage, { models, steps: 12, phases: PHASES });
});

test("where memory is short models train in waves, and end the same", async ({
  gpuPage,
}) => {
  const models = Array.from({ length: 7 }, (_, index) =>
    sampledLane(12, 4, { beta: 0.5 + index / 4 }),
  );
  const { waves } = await train(gpuPage, { models, steps: 1 });
  const memory = Math.ceil(0.7 * waves[0].bytes);
  const short = await expectSame(gpuPage, { models, steps: 20, memory });
  expect(short.waves.length).toBeGreaterThan(1);
  for (const { bytes } of short.waves)
    expect(bytes).toBeLessThanOrEqual(memory);
});

for (const [name, model] of [ALONE[0], ALONE[3]]) {
  test(`what is cancelled ends soon and holds nothing: ${name}`, async ({
    gpuPage,
  }) => {
    const models = Array.from({ length: 12 }, () => model);
    const result = await train(gpuPage, {
      models,
      steps: 10 ** 6,
      cancelAfter: 300,
    });
    expect(result.finished).toBe(false);
    expect(result.reads.length).toBeGreaterThan(0);
    expect(result.memory.created).toBeGreaterThan(0);
    expect(result.memory.left).toBe(0);
    const paused = await train(gpuPage, {
      models,
      steps: 120,
      pause: 400,
    });
    expect(paused.finished).toBe(true);
    expect(paused.landedPaused).toBe(0);
  });
}
