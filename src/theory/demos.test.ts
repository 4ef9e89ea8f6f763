/** The counts the presets promise: spectrum 3, 2.2, 1.6, 1.2, .9, .6 at y = x. */
import { expect, test } from "@playwright/test";
import type { EncoderVariance, Settings } from "../experiment/config.ts";
import { DEFAULT_CONFIG } from "../experiment/schema.ts";
import { predict } from "./predict.ts";
import type { LevelPrediction, Prediction } from "./prediction.ts";

const THETA = [3, 2.2, 1.6, 1.2, 0.9, 0.6];
const ENERGY = THETA.reduce((sum, theta) => sum + theta * theta, 0);
const learnable: EncoderVariance = { kind: "learnable", std: 1 };
const fixed = (...std: number[]): EncoderVariance => ({ kind: "fixed", std });

const BASE: Settings = {
  ...DEFAULT_CONFIG.base,
  model: "vae",
  latents: 6,
  latents2: 6,
  beta: 1,
  beta2: 1,
  etaDec: 1,
  etaEnc: 1,
  encoderVariance: learnable,
  encoderVariance2: learnable,
};

function optimum(more: Partial<Settings>, theta = THETA): Prediction {
  const found = predict(
    { ...BASE, ...more },
    {
      theta,
      energy: theta === THETA ? ENERGY : theta.reduce((s, t) => s + t * t, 0),
      columns: theta.length,
    },
  );
  if (!found) throw new Error("no prediction");
  return found;
}

const informative = (level: LevelPrediction): number =>
  level.information.filter((nats) => nats > 0).length;

test("VAE: alive modes as beta grows, learnable and fixed", () => {
  const alive = (encoderVariance: EncoderVariance): number[] =>
    [0.25, 1, 2, 4].map(
      (beta) => optimum({ beta, encoderVariance }).activeUnits,
    );
  expect(alive(learnable)).toEqual([6, 4, 3, 2]);
  expect(alive(fixed(0.25))).toEqual([6, 6, 6, 6]);
  expect(alive(fixed(0.5))).toEqual([6, 6, 5, 4]);
  expect(alive(fixed(1))).toEqual([6, 4, 3, 2]);
  expect(alive(fixed(2))).toEqual([4, 2, 1, 0]);
});

test("VAE: an isotropic fixed variance hides its dead modes", () => {
  const at = (encoderVariance: EncoderVariance): Prediction =>
    optimum({ beta: 4, latents: 5, encoderVariance });
  const hidden = at(fixed(1));
  expect(hidden.omega.map((omega) => omega.toFixed(2))).toEqual([
    "1.41",
    "0.63",
    "0.00",
    "0.00",
    "0.00",
  ]);
  expect(hidden.unitsAligned).toBe(false);
  const distinct = at(fixed(0.8, 0.9, 1, 1.1, 1.2));
  expect(distinct.omega.map((omega) => omega > 0)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(distinct.unitsAligned).toBe(true);
  expect(at(learnable).collapsedUnits).toBe(3);
  expect(at(learnable).unitsAligned).toBe(true);
});

const hierarchical = (more: Partial<Settings>): Prediction =>
  optimum({
    model: "mhvae",
    etaDec: 0.5,
    etaEnc: 0.5,
    encoderVariance: fixed(0.5),
    ...more,
  });

test("MHVAE: the top level dies first as beta2 grows", () => {
  const all = [1, 2, 3, 4, 6].map((beta2) => hierarchical({ beta2 }));
  expect(all.map(({ activeUnits }) => activeUnits)).toEqual([6, 6, 6, 6, 6]);
  expect(all.map(({ levels }) => levels[1].activeUnits)).toEqual([
    6, 4, 3, 2, 0,
  ]);
  const [, , three] = all;
  three.levels[1].criteria.forEach(({ threshold, value, left }, i) => {
    expect(threshold).toBeCloseTo(1.5, 12);
    expect(value).toBe(THETA[i]);
    expect(left).toBe(`\\theta_{${i + 1}}`);
  });
});

test("MHVAE: beta1 rescues z2", () => {
  const all = [1, 2, 4, 6, 9].map((beta) => hierarchical({ beta, beta2: 6 }));
  expect(all.map(({ activeUnits }) => activeUnits)).toEqual([6, 5, 4, 3, 3]);
  expect(all.map(({ levels }) => informative(levels[1]))).toEqual([
    0, 2, 3, 3, 3,
  ]);
  expect(all[4].levels[1].activeUnits).toBe(6);
});

test("MHVAE: sigma1 decides what z2 sees", () => {
  const all = [0.05, 0.1, 0.2, 0.3, 0.5].map((sigma1) =>
    hierarchical({ encoderVariance: fixed(sigma1) }),
  );
  expect(all.map(({ levels }) => levels[1].activeUnits)).toEqual([
    0, 1, 3, 5, 6,
  ]);
  expect(all.map(({ activeUnits }) => activeUnits)).toEqual([6, 6, 6, 6, 6]);
});

test("MHVAE: both learnable", () => {
  const at = (beta2: number): Prediction =>
    hierarchical({
      encoderVariance: learnable,
      latents: 4,
      latents2: 4,
      beta2,
    });
  expect(at(1.25).levels[1].activeUnits).toBe(0);
  expect(at(1.25).kind).toBe("optimum");
  expect(at(1).kind).toBe("continuum");
  expect(at(1).note).toContain("share one loss");
  const vae = optimum({ etaDec: 0.5, etaEnc: 0.5, latents: 4 });
  // 19.304 is the doubled loss without its constant.
  const constant = 6 * Math.log(2 * Math.PI * 0.25);
  expect(2 * vae.loss - constant).toBeCloseTo(19.304, 3);
  expect(at(1).loss).toBeCloseTo(vae.loss, 12);
  expect(at(1.25).loss).toBeCloseTo(vae.loss, 12);
  expect(at(0.8).kind).toBe("unbounded");
  expect(at(0.8).loss).toBe(-Infinity);
  expect(at(0.8).note).toContain("no minimum");
});

test("CVAE: all latents die at a correlation of .866", () => {
  const alive = (correlation: number): number =>
    optimum(
      { model: "cvae", etaDec: 0.5, latents: 3 },
      [1, 1, 1].map((variance) => Math.sqrt(variance * (1 - correlation ** 2))),
    ).activeUnits;
  expect([0, 0.5, 0.86, 0.867, 1].map(alive)).toEqual([3, 3, 3, 0, 0]);
  expect(alive(Math.sqrt(0.75))).toBe(0);
});
