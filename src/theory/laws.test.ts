/** What must hold of the closed forms across settings, on seeded problems. */
import { expect, test } from "@playwright/test";
import type { EncoderVariance, Settings } from "../experiment/config.ts";
import { DEFAULT_CONFIG } from "../experiment/schema.ts";
import { activeModesPerLevel } from "./activity.ts";
import { Draws } from "./fixtures.ts";
import { predict, whyNoTheory } from "./predict.ts";
import type { Prediction } from "./prediction.ts";

const learnable: EncoderVariance = { kind: "learnable", std: 1 };
const fixed = (...std: number[]): EncoderVariance => ({ kind: "fixed", std });

function problem(
  seed: number,
  more: Partial<Settings> = {},
): { settings: Settings; theta: number[]; draws: Draws } {
  const draws = new Draws(seed);
  const latents = draws.integer(1, 5);
  const latents2 = draws.integer(1, 5);
  const settings: Settings = {
    ...DEFAULT_CONFIG.base,
    model: "mhvae",
    latents,
    latents2,
    beta: draws.scale(0.3, 3),
    beta2: draws.scale(0.3, 3),
    etaDec: draws.scale(0.3, 1.5),
    etaEnc: draws.scale(0.3, 1.5),
    encoderVariance: fixed(draws.scale(0.2, 1.5)),
    encoderVariance2: learnable,
    ...more,
  };
  const theta = Array.from({ length: 5 }, () => draws.scale(0.1, 5)).sort(
    (a, b) => b - a,
  );
  return { settings, theta, draws };
}

function optimum(settings: Settings, theta: readonly number[]): Prediction {
  const energy = theta.reduce((sum, value) => sum + value * value, 0);
  const found = predict(settings, { theta, energy, columns: theta.length });
  if (!found) throw new Error("no prediction");
  return found;
}

const stds = (draws: Draws, count: number): EncoderVariance =>
  fixed(...Array.from({ length: count }, () => draws.scale(0.2, 1.5)));

/** Variants of both levels that have one optimum. */
function variants(settings: Settings, draws: Draws): Settings[] {
  const { latents2, beta } = settings;
  const distinct = stds(draws, latents2);
  const wide = beta * draws.between(1.1, 3);
  return [
    settings,
    { ...settings, encoderVariance2: stds(draws, 1) },
    { ...settings, encoderVariance2: distinct },
    { ...settings, encoderVariance: learnable, beta2: wide },
    { ...settings, encoderVariance: learnable, encoderVariance2: distinct },
    { ...settings, model: "vae" },
    { ...settings, model: "cvae", encoderVariance: learnable },
  ];
}

/** Largest change of a value of any level, relative to the largest of its list and to the model's scales. */
function jump(
  below: Prediction,
  above: Prediction,
  { etaDec, etaEnc, beta, beta2 }: Settings,
): number {
  const scale = Math.max(
    1,
    etaDec / etaEnc,
    ((etaEnc / etaDec) * beta) / beta2,
  );
  let largest = 0;
  above.levels.forEach((level, i) => {
    for (const key of ["encoder", "decoder", "std", "klPerUnit"] as const) {
      const known = level[key].filter(Number.isFinite).map(Math.abs);
      level[key].forEach((value, k) => {
        const change = Math.abs(value - below.levels[i][key][k]);
        if (Number.isNaN(change)) return;
        largest = Math.max(largest, change / Math.max(scale, ...known));
      });
    }
  });
  return largest;
}

test("across its threshold a mode changes continuously", () => {
  // A theta 1e-6 (relative) below and above: values grow like the root of the excess, which is at
  // most sqrt(2e-6) = 1.5e-3 of their scale; the loss, whose slope there is continuous, like its size.
  const step = 1e-6;
  let crossed = 0;
  let worstLoss = 0;
  let worstValue = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const { settings, theta, draws } = problem(seed);
    for (const variant of variants(settings, draws)) {
      for (const level of optimum(variant, theta).levels) {
        level.criteria.forEach(({ left, threshold }, i) => {
          if (!left.startsWith("\\theta") || threshold > 20) return;
          const near = (sign: number): Prediction => {
            const moved = theta.slice();
            moved[i] = threshold * (1 + sign * step);
            return optimum(variant, moved);
          };
          const [below, above] = [near(-1), near(1)];
          const counts = [below, above].map(({ levels }) =>
            levels.reduce((sum, { activeUnits }) => sum + activeUnits, 0),
          );
          if (counts[0] === counts[1]) return;
          crossed++;
          const size = Math.max(1, Math.abs(below.loss));
          const slope = (2 * threshold ** 2) / variant.etaDec ** 2;
          worstLoss = Math.max(
            worstLoss,
            Math.abs(above.loss - below.loss) / (step * (size + slope)),
          );
          worstValue = Math.max(worstValue, jump(below, above, variant));
        });
      }
    }
  }
  expect(crossed).toBeGreaterThan(200);
  expect(worstLoss).toBeLessThan(2);
  expect(worstValue).toBeLessThan(10 * Math.sqrt(2 * step));
});

test("across the bound of noise tracking z2 changes continuously", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { settings, theta } = problem(seed);
    const { beta, beta2, etaDec, etaEnc } = settings;
    const std2 = 0.6;
    const bounds = {
      learnable: Math.sqrt(beta2 / beta) * etaDec,
      fixed: (Math.sqrt(beta2 / beta) * etaDec * std2) / etaEnc,
    };
    for (const kind of ["learnable", "fixed"] as const) {
      const [below, above] = [1 - 1e-6, 1 + 1e-6].map((factor) =>
        optimum(
          {
            ...settings,
            encoderVariance: fixed(bounds[kind] * factor),
            encoderVariance2: kind === "fixed" ? fixed(std2) : learnable,
          },
          theta,
        ),
      );
      expect(above.levels[1].activeUnits).toBe(
        Math.min(settings.latents, settings.latents2),
      );
      // The loss moves by about its logarithmic slope in sigma1, at most 2 theta^2 / a + beta a slot.
      const energy = theta.reduce((sum, value) => sum + value * value, 0);
      const slope = energy / etaDec ** 2 + 10 * (beta + beta2);
      const change = Math.abs(above.loss - below.loss) / slope;
      expect(change).toBeLessThan(4e-6);
    }
  }
});

test("counts fall as their own weight grows", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { settings, theta, draws } = problem(seed);
    const counts = (
      level: number,
      list: readonly Partial<Settings>[],
      base = settings,
    ): number[] =>
      list.map(
        (more) =>
          optimum({ ...base, ...more }, theta).levels[level].activeUnits,
      );
    const grid = [0.1, 0.3, 0.7, 1, 1.6, 3, 8];
    const betas = grid.map((beta) => ({ beta }));
    const beta2s = grid.map((beta2) => ({ beta2 }));
    const sigmas = grid.map((std) => ({ encoderVariance: fixed(std) }));
    const falls = (values: readonly number[]): void => {
      expect(values).toEqual(values.toSorted((a, b) => b - a));
    };
    const flat = { ...settings, model: "vae" } as const;
    falls(counts(0, betas, flat));
    falls(counts(0, betas, { ...flat, encoderVariance: learnable }));
    falls(counts(0, sigmas, flat));
    for (const encoderVariance2 of [
      learnable,
      stds(draws, settings.latents2),
    ]) {
      const base = { ...settings, encoderVariance2 };
      falls(counts(0, betas, base));
      falls(counts(0, beta2s, base));
      falls(counts(1, beta2s, base));
      // Raising beta, or sigma1, revives z2.
      falls(counts(1, betas, base).reverse());
      falls(counts(1, sigmas, base).reverse());
      falls(counts(0, sigmas, base));
    }
  }
});

test("latents of z2 beyond those of z1 change nothing, fewer never lower the loss", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { settings, theta } = problem(seed);
    const at = (more: Partial<Settings>): number =>
      optimum({ ...settings, ...more }, theta).loss;
    const beyond = at({ latents2: settings.latents });
    expect(at({ latents2: settings.latents + 3 })).toBeCloseTo(beyond, 12);
    expect(at({ latents2: 1 })).toBeGreaterThanOrEqual(beyond - 1e-12);
  }
});

test("the optimum's own values count as alive what theory counts", () => {
  let modes = 0;
  for (let seed = 1; seed <= 30; seed++) {
    const { settings, theta, draws } = problem(seed);
    for (const variant of variants(settings, draws)) {
      const { levels } = optimum(variant, theta);
      if (levels.some(({ encoder }) => encoder.some(Number.isNaN))) continue;
      // A value within its tolerance of the threshold is not to be told from zero.
      const near = levels.some(({ criteria }) =>
        criteria.some(
          ({ value, threshold, alive }) => alive && value < 1.01 * threshold,
        ),
      );
      if (near) continue;
      modes += levels[0].activeUnits;
      expect(
        activeModesPerLevel(levels, { ...variant, estimator: "exact" }),
        JSON.stringify({ variant, theta }),
      ).toEqual(levels.map(({ activeUnits }) => activeUnits));
    }
  }
  expect(modes).toBeGreaterThan(200);
});

test("where there is no theory a sentence says why", () => {
  const { settings, theta } = problem(1);
  const data = { theta, energy: 1, columns: 5 };
  const why = (more: Partial<Settings>): string | null => {
    const changed = { ...settings, ...more };
    const reason = whyNoTheory(changed);
    expect(predict(changed, data) === null).toBe(reason !== null);
    return reason;
  };
  expect(why({})).toBeNull();
  expect(why({ latents: 2, encoderVariance: fixed(0.5, 0.6) })).toContain(
    "standard deviations differ",
  );
  expect(why({ latents: 2, encoderVariance: fixed(0.5, 0.5) })).toBeNull();
  expect(why({ beta2: 0 })).toContain("weight of zero");
  expect(why({ beta2: 0, model: "vae" })).toBeNull();
  expect(why({ etaDec: 0 })).toContain("without noise");
});
