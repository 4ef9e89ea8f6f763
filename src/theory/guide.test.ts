import { expect, test } from "@playwright/test";
import type { KlSchedule, Settings } from "../experiment/config.ts";
import { finalFactor } from "../experiment/linear-model.ts";
import { NEUTRAL } from "../experiment/neutral.ts";
import { defaultConfigOf } from "../experiment/schema.ts";
import { randomConfig, randomSource } from "../experiment/testing.ts";
import { linearModelOf } from "../experiment/linear-model.ts";
import type { Spectrum } from "./modes.ts";
import { predict, whyNoTheory } from "./predict.ts";

const SPECTRUM: Spectrum = { theta: [3, 2, 1, 0.5], energy: 14.25, columns: 4 };
const { base } = defaultConfigOf("vae");
const two = defaultConfigOf("mhvae").base;
const predicted = { kind: "predicted", std: 0.7 } as const;

test("what no theorem covers has no prediction, a reason, and a guide", () => {
  const cases: readonly [RegExp, Settings][] = [
    [/networks/, { ...base, network: { kind: "dense", hidden: [8] } }],
    [
      /networks/,
      { ...base, network: { kind: "conv", channels: [4], hidden: [] } },
    ],
    [/variance/, { ...base, encoderVariance: predicted }],
    [/variance/, { ...two, encoderVariance2: predicted }],
    [/Bernoulli/, { ...base, likelihood: "bernoulli", biases: true }],
    [/free bits/, { ...base, freeBits: 0.1 }],
  ];
  for (const [reason, settings] of cases) {
    expect(whyNoTheory(settings)).toMatch(reason);
    expect(predict(settings, SPECTRUM)).toBeNull();
    const guide = linearModelOf(settings);
    expect(guide && predict(guide, SPECTRUM), String(reason)).not.toBeNull();
  }
});

test("the guide is the linear model with the same data and settings", () => {
  const settings: Settings = {
    ...base,
    model: "cvae",
    network: { kind: "dense", hidden: [8] },
    activation: "tanh",
    maps: "separate",
    encoderVariance: predicted,
    freeBits: 0.5,
    testShare: 0.2,
    biases: true,
    beta: 2,
  };
  expect(linearModelOf(settings)).toEqual({
    ...settings,
    ...NEUTRAL,
    testShare: 0.2,
    encoderVariance: { kind: "learnable", std: 0.7 },
  });
  expect(linearModelOf(base)).toEqual(base);
});

test("a variance of the second level that a model does not have keeps no prediction away", () => {
  expect(whyNoTheory({ ...base, encoderVariance2: predicted })).toBeNull();
});

test("a schedule's prediction is that of the weights it ends with", () => {
  const at = (klSchedule: KlSchedule) =>
    predict({ ...two, klSchedule }, SPECTRUM);
  const constant = predict(two, SPECTRUM);
  expect(at({ kind: "warmup", steps: 500 })).toEqual(constant);
  expect(at({ kind: "cyclical", period: 400, ramp: 0.5 })).toEqual(constant);
  const points = [
    [0, 1],
    [100, 4],
  ] as const;
  expect(at({ kind: "points", points })).toEqual(
    predict({ ...two, beta: 4 * two.beta, beta2: 4 * two.beta2 }, SPECTRUM),
  );
  expect(finalFactor({ kind: "points", points: [[7, 0.25]] })).toBe(0.25);
  const off: Settings = {
    ...base,
    klSchedule: { kind: "points", points: [[0, 0]] },
  };
  expect(whyNoTheory(off)).toContain("weight of zero");
  expect(predict(off, SPECTRUM)).toBeNull();
});

test("pixels of two values are guided by a Gaussian of std 1/2, where they are about their mean", () => {
  const bernoulli: Settings = {
    ...base,
    likelihood: "bernoulli",
    biases: true,
    etaDec: 3,
  };
  expect(linearModelOf(bernoulli)).toMatchObject({
    likelihood: "gaussian",
    etaDec: 0.5,
  });
  expect(linearModelOf({ ...bernoulli, biases: false })).toBeNull();
  expect(linearModelOf({ ...bernoulli, model: "mhvae" })).toBeNull();
  expect(
    linearModelOf({ ...bernoulli, model: "mhvae", etaDec: 0.5 }),
  ).toMatchObject({ likelihood: "gaussian", etaDec: 0.5 });
  // The bound behind it: the Gaussian loss of l / 4 lies above the Bernoulli's, up to ln 2, and
  // touches it at l = 0.
  for (const x of [0, 0.3, 1]) {
    for (const l of [-6, -1, 0, 0.5, 4]) {
      const exact = Math.log1p(Math.exp(l)) - x * l;
      const around = x - 0.5;
      const gaussian = ((l / 4 - around) ** 2 - around ** 2) / (2 * 0.25);
      const gap = gaussian + Math.LN2 - exact;
      if (l === 0) expect(Math.abs(gap)).toBeLessThan(1e-15);
      else expect(gap).toBeGreaterThan(0);
    }
  }
});

test("every experiment has a prediction or a reason, and a guide never needs another", () => {
  const random = randomSource(11);
  for (let count = 0; count < 200; count++) {
    const { base: settings } = randomConfig(random);
    const why = whyNoTheory(settings);
    expect(predict(settings, SPECTRUM) === null).toBe(why !== null);
    const guide = linearModelOf(settings);
    if (!guide) continue;
    expect(linearModelOf(guide)).toEqual(guide);
    // What is left to keep a prediction away is what keeps it from linear models too.
    const left = whyNoTheory(guide);
    if (left !== null) expect(left).toMatch(/weight of zero|closed form/);
  }
});
