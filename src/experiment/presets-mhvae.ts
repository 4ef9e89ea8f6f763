/** Presets of the hierarchical VAE: two levels of latents. */
import type { Settings } from "./config.ts";
import { defaultConfigOf } from "./schema.ts";
import {
  DEFAULT_BASE,
  fixedAt,
  lanesOver,
  PAPER,
  type Preset,
  SIX,
  spectrum,
  units,
} from "./preset.ts";

const TOP_LEARNABLE = `${PAPER}: Theorem 3.`;
const BOTH_FIXED = `${PAPER}: Theorem 5.`;
const OWN =
  "This project's own derivation: two levels with a learnable first variance.";

/** Six strong directions, first variance fixed, second learnable. */
const BASE: Settings = {
  ...DEFAULT_BASE,
  ...SIX,
  model: "mhvae",
  latents: 6,
  latents2: 6,
  etaDec: 0.5,
  encoderVariance: fixedAt(0.5),
  estimator: "exact",
  steps: 4000,
  pace: 400,
};

const FIVE: Settings = defaultConfigOf("mhvae").base;

export const MHVAE_PRESETS: readonly Preset[] = [
  {
    id: "two-levels",
    title: "Two levels",
    question: "Which of two levels collapses first?",
    answer:
      "The top one. The first level keeps 4 of 5 directions (θ above σ₁ = 0.5), the second 2 (θ above β₂ η² / (√β₁ σ₁) = 2). " +
      "With learnable Σ₂, 3 of its units go dead; with fixed Σ₂ = 1 it keeps the same 2 directions and hides the loss.",
    source: `${PAPER}: Theorem 3 (learnable Σ₂) and Theorem 5 (both fixed).`,
    config: defaultConfigOf("mhvae"),
    expected: [...units(1, [4, 4]), ...units(2, [2, 2])],
  },
  {
    id: "top-dies-first",
    title: "The top level dies first",
    question: "What does a larger β₂ take away?",
    answer:
      "Only the top level. Its directions live while θ is above β₂ η² / (√β₁ σ₁) = β₂ / 2: at β₂ = 1, 2, 3, 4 and 6 they are 6, 4, 3, 2 and 0. " +
      "The first level keeps all 6 throughout.",
    source: TOP_LEARNABLE,
    config: lanesOver(BASE, "beta2", [1, 2, 3, 4, 6]),
    expected: [...units(1, [6, 6, 6, 6, 6]), ...units(2, [6, 4, 3, 2, 0])],
  },
  {
    id: "first-noise",
    title: "Too clear to need a top",
    question: "Why does a sharp first level kill the second?",
    answer:
      "The top level's bar is β₂ η² / (√β₁ σ₁): the smaller the fixed σ₁, the higher. " +
      "At σ₁ = 0.05, 0.1, 0.2, 0.3 and 0.5 it keeps 0, 1, 3, 5 and 6 of 6 directions, while the first level keeps all 6 throughout.",
    source: TOP_LEARNABLE,
    config: lanesOver(
      BASE,
      "encoderVariance",
      [0.05, 0.1, 0.2, 0.3, 0.5].map((std) => fixedAt(std)),
    ),
    expected: [...units(1, [6, 6, 6, 6, 6]), ...units(2, [0, 1, 3, 5, 6])],
  },
  {
    id: "rescue-below",
    title: "Rescue from below",
    question: "Can a larger β₁ bring the dead top level back?",
    answer:
      "Yes. At β₂ = 6, raising β₁ over 1, 2, 4, 6 and 9 lowers the first level from 6 to 5, 4, 3 and 3 directions and brings the second from 0 to 2, 3, 3 and 3. " +
      "At β₁ = 9 all 6 top units are in use, but 3 of them encode only the first level's noise and tell nothing of x.",
    source: TOP_LEARNABLE,
    config: lanesOver({ ...BASE, beta2: 6 }, "beta", [1, 2, 4, 6, 9]),
    expected: [...units(1, [6, 5, 4, 3, 3]), ...units(2, [0, 2, 3, 3, 6])],
  },
  {
    id: "rescue-top",
    title: "Rescue the top",
    question: "How is a collapsed top level revived?",
    answer:
      "By a smaller β₂, which lowers its bar. At β₂ = 1 it keeps 2 directions, at 0.3 all 4 that the first level keeps.",
    source: TOP_LEARNABLE,
    config: lanesOver(FIVE, "beta2", [1, 0.3]),
    expected: [...units(1, [4, 4]), ...units(2, [2, 4])],
  },
  {
    id: "rescue-other-way",
    title: "Rescue it the other way",
    question: "What does a larger β₁ cost?",
    answer:
      "A direction of the first level. At β₁ = 1 the levels keep 4 and 2 directions, at β₁ = 3 both keep 3: " +
      "the bar of the second falls from 2 to 1.15, that of the first rises from 0.5 to 0.87.",
    source: TOP_LEARNABLE,
    config: lanesOver(FIVE, "beta", [1, 3]),
    expected: [...units(1, [4, 3]), ...units(2, [2, 3])],
  },
  {
    id: "both-fixed",
    title: "Both fixed",
    question: "What if neither level may choose its variance?",
    answer:
      "Then σ₂ sets the top level's bar, β₂ η² σ₂² / (√β₁ σ₁) = σ₂² / 2: at σ₂ = 1, 1.5, 2 and 2.5 it keeps 6, 4, 2 and 0 of 6 directions. " +
      "No unit dies; the rank of U₂ falls.",
    source: BOTH_FIXED,
    config: lanesOver(
      BASE,
      "encoderVariance2",
      [1, 1.5, 2, 2.5].map((std) => fixedAt(std)),
    ),
    expected: [...units(1, [6, 6, 6, 6]), ...units(2, [6, 4, 2, 0])],
  },
  {
    id: "both-learnable",
    title: "Both learnable",
    question: "Do two learnable levels use the second?",
    answer:
      "Never for good reason. At β₂ = 1.25 > β₁ the top level dies entirely and the first is a plain VAE. At β₂ = β₁ the loss is that VAE's too, 11.007 nats, " +
      "and the start decides what the top does. At β₂ = 0.8 the loss has no minimum: weights grow for ever.",
    source: OWN,
    config: lanesOver(
      {
        ...BASE,
        latents: 4,
        latents2: 4,
        encoderVariance: { kind: "learnable", std: 1 },
        optimizer: { kind: "adam", learningRate: 0.01 },
        steps: 8000,
        pace: 800,
      },
      "beta2",
      [1.25, 1, 0.8],
    ),
    expected: [...units(1, [4, 4, null]), ...units(2, [0, null, null])],
  },
  {
    id: "blind-to-the-data",
    title: "Blind to the data",
    question: "What decides the top level when only it is fixed?",
    answer:
      "Not the data. With Σ₁ learnable, a top unit is in use if β₁ ηₑ² is above β₂ σ₂², whatever θ is: " +
      "at σ₂ = 0.8 all 4 are, at 1.2 none, and the first level keeps 3 of 4 directions both times.",
    source: OWN,
    config: lanesOver(
      {
        ...BASE,
        ...spectrum(2, 1.5, 1, 0.3),
        latents: 4,
        latents2: 4,
        encoderVariance: { kind: "learnable", std: 1 },
      },
      "encoderVariance2",
      [fixedAt(0.8), fixedAt(1.2)],
    ),
    expected: [...units(1, [3, 3]), ...units(2, [4, 0])],
  },
];
