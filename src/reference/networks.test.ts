import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { Dataset } from "../data/dataset.ts";
import type { LaneInput } from "../engine/stepper.ts";
import type { ModelKind, Settings } from "../experiment/config.ts";
import { initialParams } from "../model/init.ts";
import { dataShape } from "../model/param.ts";
import { klFactor } from "../model/schedule.ts";
import {
  conditionalOf,
  momentsOf,
  someData,
  somePairs,
  BASE,
} from "./fixtures.ts";
import {
  MODELS_AND_MAPS,
  NETWORK_BASE,
  NETWORKS,
  pictures,
  VARIANCES,
} from "./network-cases.ts";
import { ReferenceBackend } from "./trainer.ts";

interface Golden {
  readonly initial: Readonly<Record<string, readonly number[]>>;
  /** [10, 4] */
  readonly terms: readonly number[];
}

/** Starts and ten steps of the linear models, from before there were networks. */
const GOLDEN = JSON.parse(
  readFileSync(new URL("./golden-linear.json", import.meta.url), "utf8"),
) as Readonly<Record<ModelKind, Golden>>;

function laneOf(settings: Settings, data: Dataset): LaneInput {
  return {
    settings,
    data,
    initial: initialParams(settings, dataShape(data)),
    ...(data.y
      ? conditionalOf(data, settings.biases)
      : { moments: momentsOf(data, settings.biases) }),
  };
}

async function termsOf(lane: LaneInput, steps: number): Promise<number[]> {
  const backend = new ReferenceBackend([lane]);
  await backend.run(0, steps);
  return [...(await backend.read(0)).terms];
}

for (const model of ["vae", "cvae", "mhvae"] as const) {
  for (const maps of ["joint", "separate"] as const) {
    test(`a network without hidden layers is the linear ${model} it was, ${maps}`, async () => {
      const settings: Settings = {
        ...BASE,
        model,
        maps,
        network: { kind: "dense", hidden: [] },
        activation: "tanh",
        biases: true,
        estimator: "sampled",
        latents: 2,
        initScale: 0.3,
        batchSize: 8,
      };
      const data = model === "cvae" ? somePairs(20) : someData(20, 4);
      const lane = laneOf(settings, data);
      const initial = Object.fromEntries(
        Object.entries(lane.initial).map(([name, v]) => [name, [...v]]),
      );
      const golden = GOLDEN[model];
      expect(initial).toEqual(golden.initial);
      expect(await termsOf(lane, 10)).toEqual(golden.terms);
    });
  }
}

/** Loss of the first step's minibatch and noise at these tensors. */
async function firstLoss(
  lane: LaneInput,
  initial: LaneInput["initial"],
): Promise<number> {
  return (await termsOf({ ...lane, initial }, 1))[0];
}

for (const [model, kind] of Object.entries(MODELS_AND_MAPS)) {
  for (const [title, network] of Object.entries(NETWORKS)) {
    test(`ten steps of the ${model}, ${title}`, async () => {
      for (const likelihood of ["gaussian", "bernoulli"] as const) {
        for (const variance of Object.values(VARIANCES)) {
          const settings: Settings = {
            ...NETWORK_BASE,
            ...kind,
            network,
            activation: "relu",
            likelihood,
            encoderVariance: variance,
            encoderVariance2: variance,
            batchSize: 32,
            optimizer: { kind: "sgd", learningRate: 1e-3 },
          };
          const lane = laneOf(settings, pictures(32, kind.model === "cvae"));
          const backend = new ReferenceBackend([lane]);
          await backend.run(0, 10);
          const { terms, params } = await backend.read(0);
          expect(terms).toHaveLength(40);
          expect(terms.every(Number.isFinite)).toBe(true);
          for (let step = 0; step < 10; step++) {
            const [loss, reconstruction, kl, kl2] = terms.subarray(4 * step);
            const sum =
              reconstruction + settings.beta * kl + settings.beta2 * kl2;
            // Four float32 roundings of terms below 2^6.
            expect(Math.abs(loss - sum)).toBeLessThan(4 * 2 ** -18);
          }
          for (const [name, values] of Object.entries(params[0])) {
            expect(values.every(Number.isFinite), name).toBe(true);
          }
          // With the same minibatch and noise before and after.
          const before = await firstLoss(lane, lane.initial);
          expect(before).toBe(terms[0]);
          expect(await firstLoss(lane, params[0])).toBeLessThan(before);
        }
      }
    });
  }
}

test("schedules weigh the KL by step, free bits charge more than it", async () => {
  const data = pictures(32, false);
  const klSchedule = { kind: "warmup", steps: 4 } as const;
  const settings: Settings = {
    ...NETWORK_BASE,
    model: "mhvae",
    network: { kind: "dense", hidden: [5] },
    batchSize: 32,
    klSchedule,
  };
  const { beta, beta2 } = settings;
  const terms = await termsOf(laneOf(settings, data), 6);
  for (let step = 0; step < 6; step++) {
    const [loss, reconstruction, kl, kl2] = terms.slice(4 * step);
    const paid = klFactor(klSchedule, step) * (beta * kl + beta2 * kl2);
    expect(Math.abs(loss - reconstruction - paid)).toBeLessThan(4 * 2 ** -18);
  }
  // Far above every unit's KL: the loss pays the floor for both units, the term stays the KL.
  const freeBits = 50;
  const floored = laneOf({ ...settings, freeBits }, data);
  const [loss, reconstruction, kl, kl2] = (await termsOf(floored, 6)).slice(20);
  const factor = klFactor(klSchedule, 5);
  const paid = factor * (beta * kl + beta2 * freeBits * settings.latents2);
  expect(Math.abs(loss - reconstruction - paid)).toBeLessThan(8 * 2 ** -17);
  expect(kl2).toBeLessThan(freeBits);
});

test("what has no closed form is refused by the exact estimator in words", () => {
  const data = someData(20, 4);
  const exact: Settings = { ...BASE, estimator: "exact" };
  for (const change of [
    { network: { kind: "dense", hidden: [3] } },
    { likelihood: "bernoulli" },
    { encoderVariance: { kind: "predicted", std: 1 } },
  ] as const) {
    const lane = laneOf({ ...exact, ...change }, data);
    expect(() => new ReferenceBackend([lane])).toThrow(
      "networks need the sampled estimator",
    );
  }
});
