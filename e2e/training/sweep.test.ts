/** Sweeps: linear ones end at the theory's counts on both engines; those of networks collapse as beta grows. */
import type { Settings } from "../../src/experiment/config.ts";
import { NEUTRAL } from "../../src/experiment/neutral.ts";
import { configOf, DEFAULT_CONFIG } from "../../src/experiment/schema.ts";
import type { SweepSpec } from "../../src/session/sweep-protocol.ts";
import type { SweepRequest, SweepResult } from "../harness/paper.ts";
import { expect, test } from "../harness/fixture.ts";
import type { Page } from "@playwright/test";

const BASE: Settings = {
  ...DEFAULT_CONFIG.base,
  data: { kind: "spectrum", theta: [3, 2.2, 1.6, 1.2, 0.9, 0.6] },
  rows: 64,
  latents: 6,
  estimator: "exact",
  steps: 3000,
};

const specOf = (
  settings: Partial<Settings>,
  change: Partial<SweepSpec> = {},
): SweepSpec => ({
  config: configOf([{ ...BASE, ...settings }]),
  // theta^2 is 9, 4.84, 2.56, 1.44, .81, .36: none within 10 % of any of them.
  axes: [{ field: "beta", values: [0.25, 1, 2, 4] }],
  seeds: [7],
  likelihoodSamples: 0,
  ...change,
});

const run = (page: Page, request: SweepRequest): Promise<SweepResult> =>
  page.evaluate((asked) => globalThis.harness.sweep(asked), request);

for (const engine of ["cpu", "webgpu"] as const) {
  test(`a linear sweep over beta ends at the theory's counts (${engine})`, async ({
    gpuPage,
  }) => {
    const { rows, progress } = await run(gpuPage, { spec: specOf({}), engine });
    expect(rows.map(({ values }) => values)).toEqual([[0.25], [1], [2], [4]]);
    const counts = [[6], [4], [3], [2]];
    expect(rows.map(({ linear }) => linear?.activeUnits)).toEqual(counts);
    expect(
      rows.map(({ levels }) => levels.map((level) => level.activeModes)),
    ).toEqual(counts);
    for (const row of rows) {
      const [beta] = row.values;
      const { loss, reconstruction, kl, linear, levels } = row;
      expect(loss).toBeCloseTo(reconstruction + beta * kl, 4);
      expect(row.kl2).toBe(0);
      const optimum = linear?.loss ?? Number.NaN;
      // Float32 weights measured in float64: below the minimum by rounding at most.
      expect(loss).toBeGreaterThan(optimum - 1e-4);
      expect(loss).toBeLessThan(optimum + 1e-2);
      const [{ units, activeUnits, collapsed, epsilon, collapse }] = levels;
      expect(units).toBe(6);
      expect(collapse.length).toBe(epsilon.length);
      expect(collapse[epsilon.indexOf(0.01)]).toBe(collapsed);
      // A learnable variance gives each direction a unit, and the rest have no KL.
      expect(collapsed).toBeCloseTo(1 - activeUnits / units, 10);
    }
    expect(progress.at(-1)).toMatchObject({
      status: "done",
      done: 4,
      total: 4,
      fraction: 1,
      secondsLeft: 0,
    });
    const fractions = progress.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });
}

test("a grid over two numbers counts both levels of a hierarchical model", async ({
  gpuPage,
}) => {
  const spec = specOf(
    {
      model: "mhvae",
      latents2: 6,
      etaDec: 0.5,
      encoderVariance: { kind: "fixed", std: [0.5] },
      steps: 4000,
    },
    {
      axes: [
        { field: "beta2", values: [1, 3, 6] },
        { field: "beta", values: [1, 4] },
      ],
    },
  );
  const { rows } = await run(gpuPage, { spec, engine: "webgpu" });
  expect(rows.map(({ values }) => values)).toEqual([
    [1, 1],
    [3, 1],
    [6, 1],
    [1, 4],
    [3, 4],
    [6, 4],
  ]);
  for (const { levels, linear, values } of rows) {
    expect(linear?.activeUnits.length).toBe(2);
    expect(
      levels.map((level) => level.activeModes),
      `beta2, beta = ${values.join(", ")}`,
    ).toEqual(linear?.activeUnits);
  }
});

test("a sweep ends with the rows it has when told to", async ({ gpuPage }) => {
  const { rows, progress } = await run(gpuPage, {
    spec: specOf({ steps: 200 }),
    engine: "cpu",
    stopAfter: 1,
  });
  expect(rows.length).toBe(1);
  expect(progress.at(-1)?.status).toBe("cancelled");
});

test("a cell that diverges says when and has no results; the others have", async ({
  gpuPage,
}) => {
  const { rows } = await run(gpuPage, {
    spec: specOf(
      { optimizer: { kind: "sgd", learningRate: 0.01 }, steps: 300 },
      { axes: [{ field: "learningRate", values: [0.01, 5] }] },
    ),
    engine: "webgpu",
  });
  expect(rows.map(({ diverged }) => diverged === null)).toEqual([true, false]);
  expect(Number.isFinite(rows[0].loss)).toBe(true);
  expect(rows[1].loss).toBeNaN();
});

test("units of a ReLU VAE fall out of use as beta grows, as linear theory counts", async ({
  gpuPage,
}) => {
  const spec = specOf(
    {
      ...NEUTRAL,
      data: { kind: "digits28" },
      rows: 1000,
      network: { kind: "dense", hidden: [64] },
      latents: 10,
      etaDec: 0.5,
      biases: true,
      estimator: "sampled",
      optimizer: { kind: "adam", learningRate: 0.002 },
      batchSize: 64,
      steps: 500,
    },
    { axes: [{ field: "beta", values: [0.25, 8, 64] }] },
  );
  const { rows } = await run(gpuPage, { spec, engine: "webgpu" });
  const active = rows.map(({ levels }) => levels[0].activeUnits);
  expect(active).toEqual([...active].sort((a, b) => b - a));
  expect(active[0]).toBeGreaterThan(active[1]);
  expect(active[1]).toBeGreaterThan(active[2]);
  const kl = rows.map((row) => row.kl);
  expect(kl).toEqual([...kl].sort((a, b) => b - a));
  const linear = rows.map((row) => row.linear?.activeUnits[0] ?? Number.NaN);
  expect(linear[0]).toBe(10);
  expect(linear).toEqual([...linear].sort((a, b) => b - a));
});
