/** Presets of the plain VAE. */
import { DEFAULT_CONFIG } from "./schema.ts";
import {
  DEFAULT_BASE,
  fixedAt,
  lanesOver,
  learnableAndFixed,
  PAPER,
  type Preset,
  SIX,
  spectrum,
  units,
} from "./preset.ts";

const BOTH = `${PAPER}: Theorem 1 (learnable variance); the fixed-variance statement is derived in this project.`;
const LEARNABLE = `${PAPER}: Theorem 1.`;
const FIXED =
  "This project's own derivation: the model of Theorem 1 with fixed variance.";

const WEAK = Array.from({ length: 11 }, () => 0.2);

/** In the order of the menu; the first is the default experiment. */
export const VAE_PRESETS: readonly Preset[] = [
  {
    id: "dead-or-diluted",
    title: "Dead or diluted",
    question: "Does switching latents off lose more than keeping them on?",
    answer:
      "No. Both models keep the same 5 of 8 directions: those with θ² above β η² = 1. " +
      "With learnable variance 3 units go dead; with fixed variance all 8 stay on and share the 5 directions.",
    source: BOTH,
    config: DEFAULT_CONFIG,
    expected: units(1, [5, 5]),
  },
  {
    id: "less-noise",
    title: "Less noise, fewer losses",
    question: "What does a fixed variance below the prior's save?",
    answer:
      "With σ fixed at 0.5 the bar falls to θ > √β η σ = 0.5 and 7 of 8 directions survive. " +
      "The learnable model still keeps 5, and its loss is lower: it is free to choose this variance and does not.",
    source: BOTH,
    config: learnableAndFixed({}, 0.5),
    expected: units(1, [5, 7]),
  },
  {
    id: "too-many-latents",
    title: "Too many latents",
    question: "Are more latents than directions of any use?",
    answer:
      "Five directions lie above the waterline, so 5 of 16 are kept in both models. " +
      "The learnable one switches the other 11 units off: collapse here is a choice of dimension.",
    source: BOTH,
    config: learnableAndFixed({
      ...spectrum(3, 2.4, 1.9, 1.5, 1.2, ...WEAK),
      latents: 16,
    }),
    expected: units(1, [5, 5]),
  },
  {
    id: "total-collapse",
    title: "Total collapse",
    question: "Can a decoder be so noisy that nothing is worth encoding?",
    answer:
      "Yes. At η = 4 the waterline β η² is 16, above the largest θ² = 9, so every direction collapses in both models. " +
      "The posterior equals the prior, and the best reconstruction is zero for every example.",
    source: BOTH,
    // Sampled gradients at this noise keep the weights jittering around zero, which hides the point.
    config: learnableAndFixed({ etaDec: 4, estimator: "exact" }),
    expected: units(1, [0, 0]),
  },
  {
    id: "on-the-edge",
    title: "On the edge",
    question: "Is a direction just above the waterline alive?",
    answer:
      "Yes, but barely: in A θ = 1.02 ends at ω = √(1.02² − 1) = 0.20, in B at √(1.02 − 1) = 0.14, and θ = 0.98 at 0. " +
      "Small is not collapsed, so a rule that calls every small weight dead would be wrong here.",
    source: BOTH,
    config: learnableAndFixed({
      ...spectrum(3, 1.02, 0.98, 0.4),
      latents: 4,
      estimator: "exact",
    }),
    expected: units(1, [2, 2]),
  },
  {
    id: "exact-and-quiet",
    title: "Exact and quiet",
    question: "How much of the way to theory is noise?",
    answer:
      "None of the destination. The expected loss over all data has no minibatches and no sampled noise; " +
      "it ends at the same singular values, only without the jitter around them.",
    source: BOTH,
    config: learnableAndFixed({ estimator: "exact" }),
    expected: units(1, [5, 5]),
  },
  {
    id: "turn-the-screw",
    title: "Turn the screw",
    question: "In what order do directions collapse as β grows?",
    answer:
      "Weakest first: a direction lives while θ² is above β η². " +
      "At β = 0.25, 1, 2 and 4, the learnable model keeps 6, 4, 3 and 2 of 6 directions.",
    source: LEARNABLE,
    config: lanesOver(
      {
        ...DEFAULT_BASE,
        ...SIX,
        latents: 6,
        estimator: "exact",
        steps: 4000,
        pace: 400,
      },
      "beta",
      [0.25, 1, 2, 4],
    ),
    expected: units(1, [6, 4, 3, 2]),
  },
  {
    id: "fixed-width",
    title: "The width decides",
    question: "What does a fixed variance do to the waterline?",
    answer:
      "It moves it: a direction lives while θ is above √β η σ, for a prior of width 1. " +
      "With σ fixed at 0.25, 0.5, 1 and 2, the model keeps 6, 6, 4 and 2 of 6 directions at the same β.",
    source: FIXED,
    config: lanesOver(
      { ...DEFAULT_BASE, ...SIX, latents: 6, estimator: "exact", steps: 2000 },
      "encoderVariance",
      [0.25, 0.5, 1, 2].map((std) => fixedAt(std)),
    ),
    expected: units(1, [6, 6, 4, 2]),
  },
  {
    id: "hidden-rank",
    title: "Hidden rank",
    question: "Can a model lose directions without a dead unit?",
    answer:
      "Yes. At β = 4 all three keep 2 of 5 directions. With learnable variance 3 units are exactly zero; " +
      "with one fixed σ for all, every unit stays on and only the rank of U tells (singular values 1.41 and 0.63, then zeros). " +
      "Fixed but different σ bring the axes back: the two units with the smallest σ carry everything.",
    source: BOTH,
    config: lanesOver(
      {
        ...DEFAULT_BASE,
        ...SIX,
        latents: 5,
        beta: 4,
        estimator: "exact",
        steps: 3000,
      },
      "encoderVariance",
      [
        { kind: "learnable", std: 1 },
        fixedAt(1),
        fixedAt(0.8, 0.9, 1, 1.1, 1.2),
      ],
    ),
    expected: units(1, [2, 2, 2]),
  },
  {
    id: "digits-8",
    title: "Digits 8 × 8",
    question: "Does the theory hold for data that is not Gaussian?",
    answer:
      "Yes: for a linear model only the second moments of the data enter. " +
      "With biases they are taken about the mean, so the first direction is not the mean image.",
    source: BOTH,
    config: learnableAndFixed({
      data: { kind: "digits8" },
      latents: 16,
      etaDec: 0.5,
      biases: true,
      optimizer: { kind: "adam", learningRate: 0.003 },
      batchSize: 512,
      steps: 2500,
    }),
    expected: units(1, [7, 7]),
  },
  {
    id: "digits-28",
    title: "Digits 28 × 28",
    question: "How many directions of handwriting are worth 20 latents?",
    answer:
      "Those whose θ² is above β η² = 1.44, the variance the decoder calls noise. " +
      "The learnable model switches the other units off; the fixed one keeps the same directions but spreads them over its units.",
    source: BOTH,
    config: learnableAndFixed({
      data: { kind: "digits28" },
      latents: 20,
      etaDec: 1.2,
      biases: true,
      optimizer: { kind: "adam", learningRate: 0.003 },
      batchSize: 512,
      steps: 3000,
      pace: 0,
    }),
    expected: units(1, [8, 8]),
  },
];
