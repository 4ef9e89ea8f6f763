/** Ensembles of the exact estimator: the engine's side of a map. */
import type { Page } from "@playwright/test";
import type {
  EnsembleRequest,
  EnsembleResult,
} from "../harness/exact-ensemble.ts";
import type { ExactProblem } from "../harness/exact-problem.ts";
import { exactRun, randomProblem } from "../harness/exact-suite.ts";
import {
  randomCvae,
  randomMhvae,
  type WorkProblem,
} from "../harness/exact-work-problem.ts";
import { expect, test } from "../harness/fixture.ts";

function ensemble(
  page: Page,
  request: EnsembleRequest & {
    readonly problems: readonly (ExactProblem | WorkProblem)[];
    readonly cells?: number;
  },
): Promise<EnsembleResult> {
  return page.evaluate((of) => globalThis.harness.exactEnsemble(of), request);
}

/** What never depends on how a run went. */
function expectWhole(result: EnsembleResult, models: number): void {
  expect(result.finished).toBe(true);
  const ended = result.reads.filter((read) => read.ended);
  const seen = ended.flatMap((read) => read.models).sort((x, y) => x - y);
  expect(seen).toEqual(Array.from({ length: models }, (_, model) => model));
  expectFreed(result);
}

function expectFreed({ memory, waves }: EnsembleResult): void {
  expect(memory.created).toBeGreaterThan(0);
  expect(memory.destroyed).toBe(memory.created);
  expect(memory.left).toBe(0);
  const planned = Math.max(...waves.map(({ bytes }) => bytes));
  expect(memory.peak).toBeLessThanOrEqual(planned);
  // A plan far above what is held would prove nothing.
  expect(memory.peak).toBeGreaterThan(planned / 2 - 2 ** 20);
}

/** A few of each form, no two alike. */
const PROBLEMS = [
  ...[8, 9, 10].map((seed) =>
    randomProblem(17, 8, seed, {
      beta: 0.2 * seed,
      etaDec: 0.5 + 0.1 * seed,
      optimizer: {
        kind: seed === 9 ? "sgd" : "adam",
        learningRate: 0.001 * seed,
      },
    }),
  ),
  randomProblem(40, 9, 11),
  // Of the same padded sizes as the one before.
  randomProblem(39, 11, 12),
  randomCvae([7, 5, 6, 4, 3], 13),
  randomMhvae([7, 7, 3, 2], 14),
  randomCvae([7, 5, 6, 4, 3], 15, { beta: 0.7 }),
];

test("models of an ensemble of all forms train as if alone, and alone as a lane does", async ({
  gpuPage,
}) => {
  const steps = 40;
  const all = await ensemble(gpuPage, { problems: PROBLEMS, steps });
  expectWhole(all, PROBLEMS.length);
  expect(all.waves.map(({ models }) => models)).toEqual([
    [0, 1, 2],
    [3, 4],
    [5, 7],
    [6],
  ]);
  for (const [model, problem] of PROBLEMS.entries()) {
    const one = await ensemble(gpuPage, { problems: [problem], steps });
    const lane = await exactRun(gpuPage, {
      problems: [problem],
      chunks: [7, steps - 7],
    });
    expect(one.params[0], `model ${model} alone`).toEqual(lane.params[0]);
    expect(all.params[model], `model ${model}`).toEqual(one.params[0]);
    expect(lane.params[0]).not.toEqual(lane.start[0]);
  }
});

test("later phases go on from the moments at a multiple of each model's own rate", async ({
  gpuPage,
}) => {
  const problems = [
    randomProblem(17, 8, 20),
    randomProblem(17, 8, 21, {
      optimizer: { kind: "adam", learningRate: 0.008 },
    }),
  ];
  const phased = await ensemble(gpuPage, {
    problems,
    steps: 30,
    phases: [
      { steps: 20, rate: 0.25 },
      { steps: 10, rate: 0.0625 },
    ],
  });
  expectWhole(phased, 2);
  expect(phased.reads.at(-1)?.step).toBe(60);
  // The same by new settings in the middle of a run; powers of two scale exactly.
  const whole = await ensemble(gpuPage, { problems, steps: 60 });
  expect(whole.params[0]).not.toEqual(phased.params[0]);
  const halved = await ensemble(gpuPage, {
    problems,
    steps: 30,
    phases: [{ steps: 30, rate: 1 }],
  });
  expect(halved.params).toEqual(whole.params);
  const slow = (one: ExactProblem): ExactProblem => ({
    ...one,
    optimizer: {
      kind: "adam",
      learningRate: 0.125 * one.optimizer.learningRate,
    },
  });
  const scaled = await ensemble(gpuPage, {
    problems,
    steps: 0,
    phases: [{ steps: 60, rate: 0.125 }],
  });
  const own = await ensemble(gpuPage, {
    problems: problems.map(slow),
    steps: 60,
  });
  expect(scaled.params).toEqual(own.params);
});

test("cells fill while they train, in waves that keep to the memory asked for", async ({
  gpuPage,
}) => {
  const problem = randomProblem(17, 8, 30);
  const [cells, steps] = [300, 6000];
  const memory = 2 ** 20;
  const map = await ensemble(gpuPage, {
    problems: [problem],
    cells,
    steps,
    memory,
    wanted: [0, 137, 299],
  });
  expectWhole(map, cells);
  expect(map.waves.length).toBeGreaterThan(1);
  expect(map.memory.peak).toBeLessThanOrEqual(memory);
  const live = map.reads.filter((read) => !read.ended);
  expect(live.length).toBeGreaterThan(2);
  for (const { step } of live) expect(step).toBeLessThan(steps);
  const last = map.progress.at(-1);
  expect(last).toMatchObject({ ended: cells, models: cells, fraction: 1 });
  expect(map.progress.some(({ secondsLeft }) => (secondsLeft ?? 0) > 0)).toBe(
    true,
  );
  const fractions = map.progress.map(({ fraction }) => fraction);
  expect(fractions).toEqual(fractions.toSorted((x, y) => x - y));
  const alone = await ensemble(gpuPage, {
    problems: [{ ...problem, beta: 0.25, etaDec: 0.5 }],
    steps,
  });
  expect(map.params[0]).toEqual(alone.params[0]);
});

test("an end takes effect at once and frees everything; a pause holds", async ({
  gpuPage,
}) => {
  const problem = randomProblem(17, 8, 40);
  const cancelled = await ensemble(gpuPage, {
    problems: [problem],
    cells: 256,
    steps: 10 ** 7,
    cancelAfter: 200,
  });
  expect(cancelled.finished).toBe(false);
  expectFreed(cancelled);
  // Two dispatches of 12 ms and a read-back, on a machine that does ten other things.
  expect(cancelled.stopMs).toBeLessThan(600);
  const paused = await ensemble(gpuPage, {
    problems: [problem],
    cells: 256,
    steps: 3000,
    pause: 400,
  });
  expect(paused.landedPaused).toBe(0);
  expectWhole(paused, 256);
});

test("models are packed one at a time, with turns for others between, and an end stops it", async ({
  gpuPage,
}) => {
  const whole = await ensemble(gpuPage, {
    problems: PROBLEMS,
    steps: 3,
    turns: {},
  });
  expectWhole(whole, PROBLEMS.length);
  // For each: its form is found, its start written, its record written.
  expect(whole.packing.turns).toBeGreaterThanOrEqual(3 * PROBLEMS.length);
  expect(whole.packing.writes).toBeGreaterThanOrEqual(2 * PROBLEMS.length);
  // A start comes with the constants of its data.
  expect(whole.packing.most).toBeLessThanOrEqual(2);
  const cells = 60;
  const ended = await ensemble(gpuPage, {
    problems: [randomProblem(17, 8, 8)],
    cells,
    steps: 3,
    turns: { endAt: cells + 10 },
  });
  expect(ended.finished).toBe(false);
  expect(ended.reads).toEqual([]);
  expect(ended.packing.writes).toBeLessThanOrEqual(10);
  expect(ended.memory.created).toBeGreaterThan(0);
  expect(ended.memory.left).toBe(0);
});

test("a 64 x 64 map of 784 columns stays inside its plan, and its end frees it", async ({
  gpuPage,
}) => {
  const problem = randomProblem(784, 20, 50);
  const map = await ensemble(gpuPage, {
    problems: [problem],
    cells: 4096,
    steps: 1000,
    cancelAfter: 100,
    wanted: [],
  });
  expect(map.finished).toBe(false);
  expect(map.waves.length).toBeGreaterThan(4);
  expect(map.waves.flatMap(({ models }) => models).length).toBe(4096);
  for (const { bytes } of map.waves)
    expect(bytes).toBeLessThanOrEqual(256 * 2 ** 20);
  expectFreed(map);
});
