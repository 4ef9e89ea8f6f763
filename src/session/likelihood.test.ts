import { expect, test } from "@playwright/test";
import type { Settings } from "../experiment/config.ts";
import { meanLogLikelihood } from "../reference/likelihood.ts";
import { MLP, QUARTER, testView } from "./fixtures.ts";
import { estimateLikelihood, likelihoodExamples } from "./likelihood.ts";
import type { LikelihoodReadout } from "./protocol.ts";

async function estimate(change: Partial<Settings>, samples: number) {
  const view = await testView(change);
  const told: LikelihoodReadout[] = [];
  await estimateLikelihood({ lane: 1, step: 9, ...view }, samples, (readout) =>
    told.push(readout),
  );
  return { view, told, last: told[told.length - 1] };
}

/**
 * So little goes through the latents that the posterior is nearly the prior, and q is the prior's
 * width: weights vary little, and their error is what the delta method says.
 */
const WIDE: Partial<Settings> = {
  rows: 60,
  initScale: 0.03,
  encoderVariance: { kind: "learnable", std: 1.1 },
};
const TWO: Partial<Settings> = {
  ...WIDE,
  model: "mhvae",
  encoderVariance: { kind: "learnable", std: 0.6 },
  encoderVariance2: { kind: "learnable", std: 1.1 },
};
const MODELS: readonly [string, Partial<Settings>][] = [
  ["vae", WIDE],
  ["vae without biases", { ...WIDE, biases: false }],
  ["cvae", { ...WIDE, ...QUARTER }],
  ["mhvae", TWO],
];
for (const [name, change] of MODELS) {
  test(`linear ${name}: the exact likelihood lies within the error of the samples`, async () => {
    const { view, told, last } = await estimate(change, 200);
    expect(told[0].progress).toBe(0);
    expect(told[0].mean).toBeNaN();
    expect(last).toMatchObject({
      lane: 1,
      step: 9,
      on: "training",
      examples: 60,
      samples: 200,
      progress: 1,
    });
    const exact = last.exact ?? NaN;
    // Sums over the rows and over 64 columns, of float32 data.
    const moments = meanLogLikelihood(view.params, view.input);
    expect(Math.abs(exact - moments)).toBeLessThan(1e-5 * Math.abs(moments));
    expect(last.monteCarloError).toBeGreaterThan(0);
    expect(last.effectiveSamples).toBeGreaterThan(10);
    expect(last.error).toBeGreaterThan(last.monteCarloError);
    expect(Math.abs(last.mean - exact)).toBeLessThan(4 * last.monteCarloError);
  });
}

test("held-out examples are used where there are some, and their likelihood is exact", async () => {
  const { view, last } = await estimate(
    { ...WIDE, rows: 120, testShare: 0.25 },
    100,
  );
  expect(last).toMatchObject({ on: "test", examples: 30 });
  const { rows, data } = likelihoodExamples(view.input);
  expect(data).toBe(view.input.test);
  expect(new Set(rows).size).toBe(30);
  const exact = last.exact ?? NaN;
  expect(Math.abs(last.mean - exact)).toBeLessThan(4 * last.monteCarloError);
  expect(exact).not.toBeCloseTo(meanLogLikelihood(view.params, view.input), 6);
});

test("a network's has an error and no exact value; more samples see more", async () => {
  const one = await estimate(MLP, 1);
  const many = await estimate(MLP, 50);
  expect(many.last.exact).toBeUndefined();
  expect(many.last.mean).toBeGreaterThan(one.last.mean);
  expect(one.last.monteCarloError).toBeNaN();
});

test("an estimate can be had again", async () => {
  const [one, other] = [await estimate(MLP, 7), await estimate(MLP, 7)];
  expect(one.last).toEqual(other.last);
});

test("nothing is told once nobody wants it", async () => {
  const view = await testView(MLP);
  const told: LikelihoodReadout[] = [];
  let asked = 0;
  // Asked before the first draw and after each: three are taken.
  await estimateLikelihood(
    { lane: 0, step: 0, ...view },
    1000,
    (readout) => told.push(readout),
    () => ++asked > 3,
  );
  expect(told.map(({ progress }) => progress)).toEqual([0]);
});
