import { expect, test } from "@playwright/test";
import type { ExperimentConfig, Settings } from "../experiment/config.ts";
import { configOf, DEFAULT_CONFIG } from "../experiment/schema.ts";
import { batches, sweepCells } from "./sweep-plan.ts";
import type { SweepSpec } from "./sweep-protocol.ts";

/** Six modes, none of them within 10 % of a threshold used below. */
const BASE: Settings = {
  ...DEFAULT_CONFIG.base,
  data: { kind: "spectrum", theta: [3, 2.2, 1.6, 1.2, 0.9, 0.6] },
  rows: 64,
  latents: 6,
  estimator: "exact",
  optimizer: { kind: "adam", learningRate: 0.02 },
  steps: 3000,
};

const config = (change: Partial<Settings> = {}): ExperimentConfig =>
  configOf([{ ...BASE, ...change }]);

const spec = (change: Partial<SweepSpec> = {}): SweepSpec => ({
  config: config(),
  axes: [{ field: "beta", values: [0.25, 1, 2, 4] }],
  seeds: [7],
  likelihoodSamples: 0,
  ...change,
});

test("cells are every combination from every seed, the first axis fastest", () => {
  const cells = sweepCells(
    spec({
      axes: [
        { field: "beta", values: [1, 2] },
        { field: "etaDec", values: [0.5, 1, 4] },
      ],
      seeds: [3, 4],
      steps: 11,
    }),
  );
  expect(cells.map(({ values }) => values)).toEqual(
    [0, 1].flatMap(() => [
      [1, 0.5],
      [2, 0.5],
      [1, 1],
      [2, 1],
      [1, 4],
      [2, 4],
    ]),
  );
  for (const { values, settings } of cells) {
    expect([settings.beta, settings.etaDec]).toEqual(values);
    expect(settings.steps).toBe(11);
  }
  expect(cells.map(({ settings }) => settings.seed)).toEqual([
    ...Array<number>(6).fill(3),
    ...Array<number>(6).fill(4),
  ]);
});

test("a batch holds cells of one seed only", () => {
  const cells = sweepCells(spec({ seeds: [1, 2] }));
  const sizes = batches(cells, 3).map((batch) =>
    batch.map(({ settings }) => settings.seed),
  );
  expect(sizes).toEqual([[1, 1, 1], [1], [2, 2, 2], [2]]);
});

test("numbers inside settings vary, and the rest of the settings follows", () => {
  const cells = sweepCells(
    spec({
      config: config({
        encoderVariance: { kind: "fixed", std: [1, 1, 2, 2, 3, 3] },
      }),
      axes: [{ field: "latents", values: [2, 8] }],
    }),
  );
  expect(cells.map(({ settings }) => settings.encoderVariance)).toEqual([
    { kind: "fixed", std: [1, 1] },
    { kind: "fixed", std: [1, 1, 2, 2, 3, 3, 3, 3] },
  ]);
  const [cell] = sweepCells(spec({ axes: [{ field: "std", values: [0.5] }] }));
  expect(cell.settings.encoderVariance).toEqual({ kind: "fixed", std: [0.5] });
  const [slow] = sweepCells(
    spec({ axes: [{ field: "learningRate", values: [0.001] }] }),
  );
  expect(slow.settings.optimizer).toEqual({
    kind: "adam",
    learningRate: 0.001,
  });
});

for (const [why, change, words] of [
  ["no axis", { axes: [] }, "one or two axes"],
  [
    "two equal axes",
    {
      axes: [
        { field: "beta", values: [1] },
        { field: "beta", values: [2] },
      ],
    },
    "two different settings",
  ],
  ["no values", { axes: [{ field: "beta", values: [] }] }, "no values"],
  ["a value out of range", { axes: [{ field: "beta", values: [-1] }] }, "-1"],
  ["no seed", { seeds: [] }, "seed"],
  ["no step", { steps: 0 }, "steps"],
  [
    "a setting of another model",
    { axes: [{ field: "beta2", values: [1] }] },
    "no effect",
  ],
] as const satisfies [string, Partial<SweepSpec>, string][]) {
  test(`a sweep with ${why} is refused in words`, () => {
    expect(() => sweepCells(spec(change))).toThrow(words);
  });
}
