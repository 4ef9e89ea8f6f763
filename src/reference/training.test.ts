import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { Dataset } from "../data/dataset.ts";
import type { LaneInput } from "../engine/stepper.ts";
import type { Settings } from "../experiment/config.ts";
import { initialParams } from "../model/init.ts";
import { dataShape } from "../model/param.ts";
import { predict } from "../theory/predict.ts";
import type { Prediction } from "../theory/prediction.ts";
import { levelDistance } from "../theory/verdict.ts";
import {
  BASE,
  conditionalFrom,
  conditionalOf,
  momentsOf,
  someData,
  somePairs,
  spectrumMoments,
} from "./fixtures.ts";
import { measureLane } from "./measure.ts";
import { ReferenceBackend } from "./trainer.ts";
import { numbers, vectorsOf } from "./vectors.ts";

const vectorOf = vectorsOf(
  readFileSync(new URL("./vectors.json", import.meta.url), "utf8"),
);

type Lane = Omit<LaneInput, "initial">;

function withStart(lane: Lane): LaneInput {
  const { settings, data } = lane;
  return {
    ...lane,
    initial: initialParams(settings, dataShape(data)),
  };
}

function predictionOf({ settings, moments }: Lane): Prediction {
  const found = predict(settings, {
    theta: Array.from(moments.eigenvalues, Math.sqrt),
    energy: moments.energy,
    columns: moments.columns,
  });
  if (!found) throw new Error("no theory");
  return found;
}

/** A data set of which only the moments are used. */
function shape(columns: number, outputs?: number): Dataset {
  return {
    name: "moments only",
    rows: 0,
    columns,
    x: new Float32Array(),
    ...(outputs !== undefined && {
      y: { outputs, values: new Float32Array() },
    }),
  };
}

const EXACT: Settings = {
  ...BASE,
  estimator: "exact",
  initScale: 0.3,
  optimizer: { kind: "adam", learningRate: 0.01 },
};
const learnable = (std: number) => ({ kind: "learnable", std }) as const;
const fixed = (...std: number[]) => ({ kind: "fixed", std }) as const;

function conditionalLane(id: string, changes: Partial<Settings>): Lane {
  const { in: given } = vectorOf(id);
  const matrix = numbers(given.J);
  const n = Math.sqrt(matrix.length);
  const inputs = given.dx as number;
  return {
    settings: { ...EXACT, model: "cvae", ...changes },
    data: shape(inputs, n - inputs),
    ...conditionalFrom(
      { rows: 1, centered: false, mean: new Float64Array(n), matrix },
      inputs,
      n - inputs,
    ),
  };
}

function hierarchicalLane(changes: Partial<Settings>): Lane {
  return {
    settings: {
      ...EXACT,
      model: "mhvae",
      etaDec: 0.5,
      etaEnc: 0.5,
      beta: 1,
      ...changes,
    },
    data: shape(5),
    moments: spectrumMoments([3, 1.6, 1.1, 0.7, 0.3]),
  };
}

const CASES: Readonly<Record<string, Lane>> = {
  "CVAE, learnable": conditionalLane("cl6", {
    latents: 4,
    beta: 1.2,
    etaDec: 0.7,
    etaEnc: 1,
    encoderVariance: learnable(1),
  }),
  "CVAE, learnable, singular Cov(x)": conditionalLane("cl8", {
    latents: 2,
    beta: 1,
    etaDec: 1,
    etaEnc: 1,
    encoderVariance: learnable(1),
  }),
  "CVAE, fixed": conditionalLane("cf2", {
    latents: 3,
    beta: 0.8,
    etaDec: 0.9,
    etaEnc: 0.6,
    encoderVariance: fixed(0.9, 0.2, 0.4),
  }),
  "MHVAE, fixed and learnable": hierarchicalLane({
    latents: 5,
    latents2: 5,
    beta2: 2,
    encoderVariance: fixed(0.5),
    encoderVariance2: learnable(0.5),
  }),
  "MHVAE, fixed and learnable, more units above": hierarchicalLane({
    latents: 3,
    latents2: 5,
    beta2: 2,
    etaEnc: 1,
    etaDec: 0.7,
    encoderVariance: fixed(0.6),
    encoderVariance2: learnable(1),
  }),
  "MHVAE, both fixed, fewer units above": hierarchicalLane({
    latents: 4,
    latents2: 2,
    beta: 1.5,
    beta2: 0.8,
    etaEnc: 0.7,
    etaDec: 0.6,
    encoderVariance: fixed(0.5),
    encoderVariance2: fixed(0.6),
  }),
  "MHVAE, both learnable": hierarchicalLane({
    latents: 5,
    latents2: 5,
    beta2: 1.5,
    encoderVariance: learnable(0.5),
    encoderVariance2: learnable(0.5),
  }),
  "MHVAE, learnable and fixed": hierarchicalLane({
    latents: 5,
    latents2: 5,
    beta2: 1,
    encoderVariance: learnable(0.5),
    encoderVariance2: fixed(0.3),
  }),
};

for (const [title, lane] of Object.entries(CASES)) {
  test(`exact training reaches theory: ${title}`, async () => {
    const prediction = predictionOf(lane);
    expect(prediction.kind).toBe("optimum");
    const backend = new ReferenceBackend([withStart(lane)]);
    const steps = 6000;
    await backend.run(0, steps);
    // A smaller rate lets Adam rest.
    const slow = { kind: "adam", learningRate: 0.001 } as const;
    backend.update(0, { ...lane.settings, optimizer: slow });
    await backend.run(steps, 1000);
    const { params, terms } = await backend.read(steps + 999);
    const found = measureLane(params[0], lane);
    const gap = found.loss / prediction.loss - 1;
    // Float32 read-backs: 2^-24 of the size of the terms.
    expect(Math.sign(prediction.loss) * gap).toBeGreaterThan(-1e-6);
    expect(Math.abs(gap)).toBeLessThan(1e-3);
    expect(levelDistance(prediction.levels, found.levels)).toBeLessThan(2e-2);
    expect(terms).toHaveLength(4);
    for (const [at, value] of [
      found.loss,
      found.reconstruction,
      found.kl,
      found.kl2,
    ].entries()) {
      // The last step is after these terms, and it is small.
      expect(Math.abs(terms[at] - value)).toBeLessThan(
        1e-3 * Math.max(1, Math.abs(value)),
      );
    }
    if (found.regressionGap) {
      expect(found.regressionGap.encoder).toBeLessThan(2e-2);
      expect(found.regressionGap.decoder).toBeLessThan(2e-2);
    }
  });
}

const pairs = somePairs(64);
const data = someData(64, 6);

/** A lane of each new model and estimator, with biases. */
function four(seed = BASE.seed): LaneInput[] {
  const settings = { ...BASE, biases: true, seed };
  return (["exact", "sampled"] as const).flatMap((estimator) => [
    withStart({
      settings: { ...settings, estimator, model: "cvae" },
      data: pairs,
      ...conditionalOf(pairs, true),
    }),
    withStart({
      settings: { ...settings, estimator, model: "mhvae" },
      data,
      moments: momentsOf(data, true),
    }),
  ]);
}

test("the same seed gives the same trajectories of the new models, another seed others", async () => {
  const run = async (seed: number): Promise<number[]> => {
    const backend = new ReferenceBackend(four(seed));
    await backend.run(0, 30);
    return [...(await backend.read(0)).terms];
  };
  const first = await run(5);
  expect(first).toHaveLength(30 * 4 * 4);
  expect(first.every(Number.isFinite)).toBe(true);
  expect(await run(5)).toEqual(first);
  const other = await run(6);
  for (let lane = 0; lane < 4; lane++) {
    expect(other[4 * lane]).not.toBe(first[4 * lane]);
  }
});

test("first losses are those of the tensors that read returns", async () => {
  const lanes = four();
  const backend = new ReferenceBackend(lanes);
  const { params } = await backend.read(0);
  await backend.run(0, 1);
  const { terms } = await backend.read(0);
  // The exact lanes; sampled ones see a minibatch.
  for (const at of [0, 1]) {
    const start = measureLane(params[at], lanes[at]);
    [start.loss, start.reconstruction, start.kl, start.kl2].forEach(
      (value, i) => {
        const got = terms[4 * at + i];
        // float32 terms and tensors: a few roundings of 2^-24.
        expect(Math.abs(got - value)).toBeLessThanOrEqual(
          2e-6 * Math.abs(value),
        );
      },
    );
    expect(Object.keys(params[at]).sort()).toEqual(
      Object.keys(lanes[at].initial).sort(),
    );
  }
});

test("a resumed run of the new models is the uninterrupted one, bit for bit", async () => {
  const straight = new ReferenceBackend(four());
  await straight.run(0, 15);
  const half = await straight.snapshot();
  await straight.run(15, 15);
  const resumed = new ReferenceBackend(four());
  resumed.restore(half);
  await resumed.run(15, 15);
  const [end, again] = [await straight.snapshot(), await resumed.snapshot()];
  expect(again.arenas.map((arena) => [...arena])).toEqual(
    end.arenas.map((arena) => [...arena]),
  );
});

test("sampled lanes of the new models come near the exact ones and not below", async () => {
  const lanes = four().map((lane) => {
    const settings: Settings = {
      ...lane.settings,
      // Above beta: with both variances learnable the loss has no minimum otherwise.
      beta2: 2,
      batchSize: 64,
      initScale: 0.3,
      optimizer: { kind: "adam", learningRate: 0.01 },
    };
    return withStart({ ...lane, settings });
  });
  const backend = new ReferenceBackend(lanes);
  await backend.run(0, 1500);
  const { params } = await backend.read(1500);
  const losses = params.map(
    (tensors, i) => measureLane(tensors, lanes[i]).loss,
  );
  for (const at of [0, 1]) {
    expect(losses[2 + at]).toBeGreaterThan(losses[at]);
    expect(losses[2 + at] - losses[at]).toBeLessThan(
      0.03 * Math.abs(losses[at]),
    );
  }
});

test("a conditional lane without its moments is refused", () => {
  const [lane] = four();
  const { condition: _condition, ...rest } = lane;
  expect(() => new ReferenceBackend([rest])).toThrow(
    "a conditional model needs the moments of its condition",
  );
});
