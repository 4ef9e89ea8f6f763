/** Verdicts and counts of models with two levels. */
import { expect, test } from "@playwright/test";
import type { EncoderVariance } from "../experiment/config.ts";
import { activeModesPerLevel } from "./activity.ts";
import type { DistancePoint } from "./history.ts";
import { predictMhvae } from "./mhvae.ts";
import type { MhvaeSettings } from "./mhvae-slots.ts";
import type { Prediction } from "./prediction.ts";
import { deadUnits, judge, levelDistance } from "./verdict.ts";
import type { Judgement } from "./verdict.ts";

const learnable: EncoderVariance = { kind: "learnable", std: 1 };
const fixed = (...std: number[]): EncoderVariance => ({ kind: "fixed", std });

const BASE: MhvaeSettings = {
  latents: 3,
  latents2: 2,
  beta: 1,
  beta2: 1.5,
  etaDec: 0.5,
  etaEnc: 0.5,
  encoderVariance: fixed(0.5),
  encoderVariance2: learnable,
};

const at = (more: Partial<MhvaeSettings> = {}): Prediction =>
  predictMhvae(
    { ...BASE, ...more },
    { theta: [3, 1.6, 0.3], energy: 11.65, columns: 3 },
  );

function history(
  distance: (step: number) => number,
  loss?: (step: number) => number,
): DistancePoint[] {
  return Array.from({ length: 51 }, (_, i) => ({
    step: 20 * i,
    distance: distance(20 * i),
    ...(loss && { loss: loss(20 * i) }),
  }));
}

const verdict = (
  prediction: Prediction,
  points: readonly DistancePoint[],
  finished = false,
  estimator: "exact" | "sampled" = "exact",
): Judgement =>
  judge({ history: points, estimator, finished, diverged: false, prediction });

test("the distance of two levels is the largest of any of their values", () => {
  const { levels } = at();
  const measured = levels.map(({ encoder, decoder }) => ({
    encoder: encoder.toReversed(),
    decoder: decoder.slice(),
  }));
  expect(levelDistance(levels, measured)).toBe(0);
  for (const level of [0, 1])
    for (const side of ["encoder", "decoder"] as const) {
      const moved = measured.map((one) => ({
        encoder: one.encoder.slice(),
        decoder: one.decoder.slice(),
      }));
      moved[level][side][0] += 0.125;
      expect(levelDistance(levels, moved)).toBeCloseTo(0.125, 12);
      moved[level][side][0] = NaN;
      expect(levelDistance(levels, moved)).toBeNaN();
    }
});

test("a matrix's missing singular values are zeros", () => {
  const theory = [{ encoder: [2, 1, 0], decoder: [3, 0, 0] }];
  expect(levelDistance(theory, [{ encoder: [2, 1], decoder: [3] }])).toBe(0);
  expect(levelDistance(theory, [{ encoder: [2], decoder: [3] }])).toBe(1);
  expect(() => levelDistance(theory, [])).toThrow("0 levels measured");
});

test("values that theory leaves free are passed over, its zeros are not", () => {
  const theory = [{ encoder: [NaN, NaN, 0], decoder: [NaN, NaN, 0] }];
  const measured = { encoder: [5, 0.25, 3], decoder: [9, 8, 0] };
  expect(levelDistance(theory, [measured])).toBe(0.25);
  const free = [{ encoder: [NaN], decoder: [NaN] }];
  expect(levelDistance(free, [{ encoder: [1], decoder: [1] }])).toBeNaN();
});

test("a lane whose loss has no minimum is never at theory, nor away from it", () => {
  const prediction = at({ encoderVariance: learnable, beta2: 0.5 });
  expect(prediction.kind).toBe("unbounded");
  const flat = history(
    () => 0,
    () => 1,
  );
  expect(verdict(prediction, flat).verdict).toBe("unbounded");
  expect(verdict(prediction, flat, true).verdict).toBe("unbounded");
  expect(
    judge({
      history: flat,
      estimator: "exact",
      finished: true,
      diverged: true,
      prediction,
    }).verdict,
  ).toBe("diverged");
});

test("of a continuum the loss alone is judged", () => {
  const prediction = at({ encoderVariance: learnable, beta2: 1 });
  expect(prediction.kind).toBe("continuum");
  const { loss } = prediction;
  const resting = (factor: number): DistancePoint[] =>
    history(
      () => NaN,
      () => loss * (1 + factor),
    );
  const near = verdict(prediction, resting(0.0009));
  expect(near.verdict).toBe("at-theory");
  expect(near.lossGap).toBeCloseTo(0.0009, 10);
  expect(verdict(prediction, resting(0.0011)).verdict).toBe("settling");
  expect(verdict(prediction, resting(0.0011), true).verdict).toBe("away");
  expect(verdict(prediction, resting(0.004), false, "sampled").verdict).toBe(
    "at-theory",
  );
  const falling = history(
    () => NaN,
    (step) => loss * (1 + Math.exp(-step / 300)),
  );
  expect(verdict(prediction, falling).verdict).toBe("settling");
  const silent = history(() => 0);
  expect(verdict(prediction, silent, true).verdict).toBe("away");
});

test("where part of an optimum is free both its known values and its loss are judged", () => {
  const prediction = at({
    encoderVariance: learnable,
    encoderVariance2: fixed(0.2, 0.3),
  });
  expect(prediction.kind).toBe("optimum");
  expect(prediction.note).toContain("z1");
  expect(prediction.levels[0].encoder).toEqual([NaN, NaN, 0]);
  const { loss } = prediction;
  const told = (distance: number, gap: number): string =>
    verdict(
      prediction,
      history(
        () => distance,
        () => loss * (1 + gap),
      ),
      true,
    ).verdict;
  expect(told(0.01, 0.0005)).toBe("at-theory");
  expect(told(0.03, 0.0005)).toBe("away");
  expect(told(0.01, 0.002)).toBe("away");
});

test("a fully predicted optimum is judged without its loss", () => {
  const judged = verdict(
    at(),
    history(() => 0.01),
  );
  expect(judged).toEqual({ verdict: "at-theory", distance: 0.01 });
});

test("a second level that tracks noise is active and carries no information", () => {
  // sigma1^2 above (beta2 / beta1) etaDec^2: z2 is used in every slot; theta_3 = 0.3 is below
  // sqrt(beta2) etaDec = 0.35, so that z1, and with it z2, sees x in two only.
  const weak = at({ latents2: 3, beta2: 0.5, encoderVariance: fixed(2) });
  expect(weak.levels.map(({ activeUnits }) => activeUnits)).toEqual([2, 3]);
  const { information, klPerUnit } = weak.levels[1];
  expect(information.map((nats) => nats > 0)).toEqual([true, true, false]);
  expect(information[2]).toBe(0);
  expect(klPerUnit[2]).toBeGreaterThan(1);
});

test("a small sigma1 keeps small modes alive, and they count", () => {
  const settings = {
    ...BASE,
    estimator: "exact" as const,
    encoderVariance: fixed(0.01),
  };
  const theta = [0.2, 0.1, 0.03];
  const { levels, activeUnits } = predictMhvae(settings, {
    theta,
    energy: 0.0509,
    columns: 3,
  });
  expect(activeUnits).toBe(3);
  expect(activeModesPerLevel(levels, settings)).toEqual([3, 0]);
  const quiet = levels.map(({ std }) => ({
    std,
    encoder: [0, 0, 0],
    decoder: [0, 0, 0],
  }));
  expect(activeModesPerLevel(quiet, settings)).toEqual([0, 0]);
});

test("units of the first of two levels are dead by their own std", () => {
  expect(deadUnits([0.9 * 0.02, 1.1 * 0.02, 0.02 * 3], [1, 1, 2])).toEqual([
    true,
    false,
    true,
  ]);
});
