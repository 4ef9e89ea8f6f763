import { expect, test } from "@playwright/test";
import type { Settings } from "../experiment/config.ts";
import { initialParams } from "./init.ts";

const settings: Settings = {
  model: "vae",
  data: { kind: "spectrum", theta: [2, 1] },
  rows: 10,
  scaling: "none",
  latents: 3,
  beta: 1,
  etaDec: 1,
  etaEnc: 1,
  encoderVariance: { kind: "learnable", std: 0.5 },
  biases: true,
  estimator: "exact",
  optimizer: { kind: "adam", learningRate: 0.01 },
  batchSize: 4,
  initScale: 0.1,
  seed: 7,
  steps: 10,
  pace: 0,
};

test("shapes, names and constants of the start", () => {
  const params = initialParams(settings, 5);
  const sizes = Object.fromEntries(
    Object.entries(params).map(([name, v]) => [name, v.length]),
  );
  expect(sizes).toEqual({ encW: 15, decU: 15, logVar: 3, encB: 3, decB: 5 });
  expect([...params.logVar]).toEqual(
    [0, 0, 0].map(() => Math.fround(2 * Math.log(0.5))),
  );
  expect([...params.encB, ...params.decB].every((value) => value === 0)).toBe(
    true,
  );
});

test("a single unit over a single column still starts away from zero", () => {
  const params = initialParams({ ...settings, latents: 1 }, 1);
  expect(params.encW[0]).not.toBe(0);
  expect(params.decU[0]).not.toBe(0);
});

test("weights have the asked scale and tensors do not share draws", () => {
  const params = initialParams({ ...settings, latents: 20 }, 200);
  const { encW, decU } = params;
  const meanSquare = encW.reduce((sum, w) => sum + w * w, 0) / encW.length;
  // 4000 draws: the mean of squares has a relative std of sqrt(2 / 4000) = 2.2 %; five of them.
  expect(Math.abs(meanSquare / 0.01 - 1)).toBeLessThan(0.11);
  expect(encW[0]).not.toBe(decU[0]);
});

test("units in common start the same whatever k is", () => {
  const small = initialParams(settings, 5);
  const large = initialParams({ ...settings, latents: 4 }, 5);
  expect([...large.encW.subarray(0, 15)]).toEqual([...small.encW]);
  for (let row = 0; row < 5; row++) {
    for (let unit = 0; unit < 3; unit++) {
      expect(large.decU[row * 4 + unit]).toBe(small.decU[row * 3 + unit]);
    }
  }
});

test("a fixed list gives one std per unit, and a wrong length is named", () => {
  const fixed = (std: readonly number[]): Settings => ({
    ...settings,
    encoderVariance: { kind: "fixed", std },
  });
  expect([...initialParams(fixed([1, 2, 4]), 5).logVar]).toEqual(
    [1, 2, 4].map((std) => Math.fround(2 * Math.log(std))),
  );
  expect(() => initialParams(fixed([1, 2]), 5)).toThrow(
    "got 2 values, expected 1 or one per",
  );
});
