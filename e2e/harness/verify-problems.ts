/**
 * Seeded random linear problems, one case of theory after another: thresholds on both sides, more
 * latents than directions, levels of any size.
 */
import type { EncoderVariance, Settings } from "../../src/experiment/config.ts";
import { PRESETS } from "../../src/experiment/presets.ts";
import {
  changeSettings,
  configOf,
  defaultConfigOf,
} from "../../src/experiment/schema.ts";
import { writeLink } from "../../src/experiment/link.ts";
import { uniform } from "../../src/math/rng.ts";

export interface Problem {
  readonly name: string;
  readonly link: string;
}

type Draw = (low: number, high: number) => number;

const learnable: EncoderVariance = { kind: "learnable", std: 1 };

/** Stds of a level, of one value or one per unit. */
function fixed(draw: Draw, count: number): EncoderVariance {
  return {
    kind: "fixed",
    std: Array.from({ length: count }, () => round(draw(0.3, 1.5))),
  };
}

/** Few digits, so that the links can be read. */
function round(value: number): number {
  return Number(value.toPrecision(3));
}

function whole(draw: Draw, low: number, high: number): number {
  return Math.floor(draw(low, high + 1));
}

type Case = (draw: Draw, base: Settings) => Partial<Settings>;

/** By the name of the theorem or section that covers them. */
const CASES: Readonly<
  Record<string, { model: Settings["model"]; make: Case }>
> = {
  "VAE, learnable (Theorem 1)": {
    model: "vae",
    make: () => ({ encoderVariance: learnable }),
  },
  "VAE, fixed, equal": {
    model: "vae",
    make: (draw) => ({ encoderVariance: fixed(draw, 1) }),
  },
  "VAE, fixed, distinct": {
    model: "vae",
    make: (draw, { latents }) => ({ encoderVariance: fixed(draw, latents) }),
  },
  "CVAE, learnable (Theorem 2)": {
    model: "cvae",
    make: () => ({ encoderVariance: learnable }),
  },
  "CVAE, fixed": {
    model: "cvae",
    make: (draw) => ({ encoderVariance: fixed(draw, 1) }),
  },
  "MHVAE, Σ₁ fixed, Σ₂ learnable (Theorem 3)": {
    model: "mhvae",
    make: (draw) => ({
      encoderVariance: fixed(draw, 1),
      encoderVariance2: learnable,
    }),
  },
  "MHVAE, both fixed (Theorem 5)": {
    model: "mhvae",
    make: (draw) => ({
      encoderVariance: fixed(draw, 1),
      encoderVariance2: fixed(draw, 1),
    }),
  },
  "MHVAE, Σ₁ fixed, Σ₂ fixed, distinct": {
    model: "mhvae",
    make: (draw, { latents2 }) => ({
      encoderVariance: fixed(draw, 1),
      encoderVariance2: fixed(draw, latents2),
    }),
  },
  "MHVAE, both learnable, β₂ > β₁": {
    model: "mhvae",
    make: (draw, { beta }) => ({
      encoderVariance: learnable,
      encoderVariance2: learnable,
      beta2: round(beta * draw(1.2, 3)),
    }),
  },
  "MHVAE, Σ₁ learnable, Σ₂ fixed": {
    model: "mhvae",
    make: (draw) => ({
      encoderVariance: learnable,
      encoderVariance2: fixed(draw, 1),
    }),
  },
};

/** At least `count` problems, as many of each case. */
export function problems(count: number, seed: number): Problem[] {
  const names = Object.keys(CASES);
  const each = Math.ceil(count / names.length);
  return names.flatMap((name, group) =>
    Array.from({ length: each }, (_, index) => ({
      name,
      link: linkOf(name, seed, group * 1000 + index),
    })),
  );
}

function linkOf(name: string, seed: number, number: number): string {
  let at = 0;
  const draw: Draw = (low, high) =>
    low + (high - low) * uniform(seed, number, "data", at++);
  const { model, make } = CASES[name];
  const dimensions = whole(draw, 3, 8);
  const theta = Array.from({ length: dimensions }, () => round(draw(0.2, 3)));
  theta.sort((a, b) => b - a);
  const start = defaultConfigOf(model).base;
  const base: Settings = {
    ...start,
    data: { kind: "spectrum", theta },
    latents: whole(draw, 1, dimensions + 1),
    latents2: whole(draw, 1, dimensions + 1),
    beta: round(draw(0.5, 2)),
    beta2: round(draw(0.5, 2)),
    etaDec: round(draw(0.4, 1.2)),
    etaEnc: round(draw(0.7, 1.4)),
    correlation: Array.from({ length: dimensions }, () =>
      round(draw(-0.95, 0.95)),
    ),
    rows: 256,
    estimator: "exact",
    initScale: 0.2,
    seed: 1 + number,
    steps: 1e6,
    pace: 0,
    biases: false,
    scaling: "none",
  };
  return writeLink(configOf([{ ...base, ...make(draw, base) }]));
}

/** Every preset whose lanes all have a prediction that training can reach, with the exact estimator. */
export function presetProblems(): Problem[] {
  return PRESETS.filter(
    ({ config }) => config.base.data.kind === "spectrum",
  ).map(({ title, config }) => ({
    name: `Preset: ${title}`,
    link: writeLink(
      changeSettings(
        changeSettings(config, "estimator", "exact"),
        "steps",
        1e6,
      ),
    ),
  }));
}
