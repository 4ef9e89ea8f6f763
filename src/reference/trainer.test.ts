import { expect, test } from "@playwright/test";
import type { Dataset, Moments } from "../data/dataset.ts";
import type { LaneInput } from "../engine/stepper.ts";
import type { Settings } from "../experiment/config.ts";
import { initialParams } from "../model/init.ts";
import { dataShape } from "../model/param.ts";
import { BASE, momentsOf, someData, spectrumMoments } from "./fixtures.ts";
import { measureLane } from "./measure.ts";
import { ReferenceBackend } from "./trainer.ts";

function laneOf(
  settings: Settings,
  data: Dataset,
  moments: Moments,
): LaneInput {
  return {
    settings,
    data,
    moments,
    initial: initialParams(settings, dataShape(data)),
  };
}

/** theta = 3, 2.4, 1.9, 1.5, 1.2, .8, .6, .4 and eight times .2; k = 8, all scales 1. */
const THETA = [
  3, 2.4, 1.9, 1.5, 1.2, 0.8, 0.6, 0.4, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.2,
];
const NO_DATA: Dataset = {
  name: "moments only",
  rows: 0,
  columns: 16,
  x: new Float32Array(),
};
const LEARNABLE: Settings = {
  ...BASE,
  latents: 8,
  beta: 1,
  etaDec: 1,
  etaEnc: 1,
  encoderVariance: { kind: "learnable", std: 1 },
};
const FIXED: Settings = {
  ...LEARNABLE,
  encoderVariance: { kind: "fixed", std: [1] },
};

// Adam at a constant rate never quite rests: its steps keep the loss some 1e-6 above the
// minimum. Plain descent does rest, at a rate below 2 / (theta_1^2 (omega_1^2 + 1)) = 2 / 81;
// units of close theta then take their time to turn apart.
for (const { optimizer, steps, excess } of [
  {
    optimizer: { kind: "adam", learningRate: 0.02 },
    steps: 3000,
    excess: 1e-4,
  },
  {
    optimizer: { kind: "sgd", learningRate: 0.02 },
    steps: 40000,
    excess: 1e-6,
  },
] as const) {
  test(`exact lanes reach the theorem with ${optimizer.kind}`, async () => {
    // In nats, with theta > 1 alive: minima of theory, written out here for both lanes.
    const alive = THETA.filter((theta) => theta > 1);
    const energy = THETA.reduce((sum, theta) => sum + theta * theta, 0);
    const constant = 8 * Math.log(2 * Math.PI);
    const expected = [
      {
        loss: alive.reduce(
          (sum, t) => sum - (t * t - 1 - Math.log(t * t)) / 2,
          constant + energy / 2,
        ),
        omega: alive.map((t) => Math.sqrt(t * t - 1)),
        lambda: alive.map((t) => Math.sqrt(t * t - 1) / t),
      },
      {
        loss: alive.reduce(
          (sum, t) => sum - (t - 1) ** 2 / 2,
          constant + energy / 2,
        ),
        omega: alive.map((t) => Math.sqrt(t - 1)),
        lambda: alive.map((t) => Math.sqrt(t - 1)),
      },
    ];
    const moments = spectrumMoments(THETA);
    const lanes = [LEARNABLE, FIXED].map((settings) =>
      laneOf({ ...settings, optimizer }, NO_DATA, moments),
    );
    const backend = new ReferenceBackend(lanes);
    await backend.run(0, steps);
    const { params, terms, step } = await backend.read(steps - 1);
    expect(step).toBe(steps);
    expected.forEach(({ loss, omega, lambda }, slot) => {
      const found = measureLane(params[slot], lanes[slot]);
      expect(found.loss / loss - 1).toBeGreaterThan(-1e-9);
      expect(found.loss / loss - 1).toBeLessThan(excess);
      expect(Math.abs(terms[4 * slot] / found.loss - 1)).toBeLessThan(excess);
      for (let i = 0; i < 8; i++) {
        expect(Math.abs(found.omega[i] - (omega[i] ?? 0))).toBeLessThan(2e-2);
        expect(Math.abs(found.lambda[i] - (lambda[i] ?? 0))).toBeLessThan(2e-2);
      }
    });
  });
}

test("sampled lanes come near the theorem and never below its loss", async () => {
  const data = someData(500, 6);
  const moments = momentsOf(data, true);
  const settings: Settings = {
    ...BASE,
    biases: true,
    estimator: "sampled",
    batchSize: 128,
    initScale: 0.3,
  };
  const exact: Settings = { ...settings, estimator: "exact" };
  const backend = new ReferenceBackend([
    laneOf(settings, data, moments),
    laneOf(exact, data, moments),
  ]);
  await backend.run(0, 1000);
  const { params } = await backend.read(1000);
  const [sampled, best] = params.map((tensors) =>
    measureLane(tensors, { settings, moments }),
  );
  expect(sampled.loss).toBeGreaterThan(best.loss);
  expect(sampled.loss / best.loss).toBeLessThan(1.02);
  for (let i = 0; i < BASE.latents; i++) {
    expect(Math.abs(sampled.omega[i] - best.omega[i])).toBeLessThan(0.1);
  }
});

const data = someData(64, 6);

/** A lane of each estimator, with biases. */
function both(seed = BASE.seed): LaneInput[] {
  const moments = momentsOf(data, true);
  return (["exact", "sampled"] as const).map((estimator) =>
    laneOf({ ...BASE, biases: true, estimator, seed }, data, moments),
  );
}

test("the same seed gives the same trajectory, another seed another", async () => {
  const run = async (seed: number): Promise<number[]> => {
    const backend = new ReferenceBackend(both(seed));
    await backend.run(0, 50);
    return [...(await backend.read(0)).terms];
  };
  const first = await run(5);
  expect(first).toHaveLength(50 * 2 * 4);
  expect(await run(5)).toEqual(first);
  expect(await run(6)).not.toEqual(first);
});

test("a resumed run is the uninterrupted one, bit for bit", async () => {
  const straight = new ReferenceBackend(both());
  await straight.run(0, 30);
  const half = await straight.snapshot();
  await straight.run(30, 30);
  const resumed = new ReferenceBackend(both());
  resumed.restore(half);
  await resumed.run(30, 30);
  const [end, again] = [await straight.snapshot(), await resumed.snapshot()];
  expect(again.step).toBe(60);
  expect(again.arenas.map((arena) => [...arena])).toEqual(
    end.arenas.map((arena) => [...arena]),
  );
  expect([...(await resumed.read(0)).terms]).toEqual([
    ...(await straight.read(30)).terms,
  ]);
  // Back in time within one backend: terms up to the snapshot stay.
  straight.restore(half);
  expect((await straight.read(0)).terms).toHaveLength(30 * 2 * 4);
});

test("losses are those before the update, of the tensors that read returns", async () => {
  const lanes = both();
  const backend = new ReferenceBackend(lanes);
  const { params } = await backend.read(0);
  await backend.run(0, 1);
  const { terms } = await backend.read(0);
  const { settings, moments } = lanes[0];
  const start = measureLane(params[0], { settings, moments });
  // float32 terms and tensors: a few roundings of 2^-24.
  const want = [start.loss, start.reconstruction, start.kl];
  want.forEach((value, i) => {
    expect(Math.abs(terms[i] / value - 1)).toBeLessThan(1e-6);
  });
  expect(Object.keys(params[0]).sort()).toEqual(
    Object.keys(lanes[0].initial).sort(),
  );
  expect([...params[1].encW]).toEqual([...lanes[1].initial.encW]);
});

test("fixed variances stay, stopped lanes stay, updates count", async () => {
  const moments = momentsOf(data, false);
  const fixed: Settings = {
    ...BASE,
    estimator: "sampled",
    encoderVariance: { kind: "fixed", std: [0.5] },
  };
  const lanes = [fixed, BASE, BASE].map((s) => laneOf(s, data, moments));
  const backend = new ReferenceBackend(lanes);
  await backend.run(0, 5);
  backend.stop(1);
  backend.update(2, { ...BASE, beta: 4 });
  const before = await backend.read(5);
  await backend.run(5, 20);
  const after = await backend.read(5);
  expect([...after.params[0].logVar]).toEqual([...lanes[0].initial.logVar]);
  expect(after.params[1]).toEqual(before.params[1]);
  expect(after.params[2]).not.toEqual(before.params[2]);
  // Lane 2 pays four times the KL: loss = reconstruction + beta kl.
  const [loss, reconstruction, kl] = after.terms.subarray(8, 11);
  expect(Math.abs((loss - reconstruction) / kl - 4)).toBeLessThan(1e-4);
});

test("a lane that diverges keeps its last finite state, the other goes on", async () => {
  const moments = momentsOf(data, false);
  const wild: Settings = {
    ...BASE,
    optimizer: { kind: "sgd", learningRate: 50 },
  };
  const backend = new ReferenceBackend(
    [wild, BASE].map((s) => laneOf(s, data, moments)),
  );
  await backend.run(0, 60);
  const { terms, params, step } = await backend.read(0);
  expect(step).toBe(60);
  const losses = Array.from({ length: 60 }, (_, i) => terms[i * 8]);
  expect(losses.some((loss) => !Number.isFinite(loss))).toBe(true);
  expect(params[0].logVar.every((value) => Number.isFinite(value))).toBe(true);
  expect(terms[59 * 8 + 4]).toBeLessThan(terms[4]);
});

test("others get a turn while it works", async () => {
  const backend = new ReferenceBackend(both());
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await backend.run(0, 1500);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
});

test("misuse is refused in words", async () => {
  const backend = new ReferenceBackend(both());
  await expect(backend.run(3, 1)).rejects.toThrow("from step 3, expected 0");
  expect(() => {
    backend.restore({ step: 1, arenas: [new Float32Array(4)] });
  }).toThrow("lane 0 of the snapshot");
});
