/** Presets of the conditional VAE: y given x. */
import type { Settings } from "./config.ts";
import { configOf, defaultConfigOf } from "./schema.ts";
import {
  DEFAULT_BASE,
  lanesOver,
  learnableAndFixed,
  PAPER,
  type Preset,
  spectrum,
  units,
} from "./preset.ts";

const LEARNABLE = `${PAPER}: Theorem 2.`;
const BOTH = `${PAPER}: Theorem 2 (learnable variance); the fixed-variance statement is this project's own derivation.`;

const BASE: Settings = { ...DEFAULT_BASE, model: "cvae", estimator: "exact" };

export const CVAE_PRESETS: readonly Preset[] = [
  {
    id: "told-or-not",
    title: "Told or not",
    question: "What is left to encode of what x already tells?",
    answer:
      "Only the residual: a direction lives while (1 − ρ²) θ² is above β η². " +
      "With x independent of y, 5 of 8 directions live; at a correlation of 0.9, 2 do, and the decoder takes the rest from x.",
    source: LEARNABLE,
    config: defaultConfigOf("cvae"),
    expected: units(1, [2, 5]),
  },
  {
    id: "x-says-it-all",
    title: "x says it all",
    question: "How much must x tell before all latents die?",
    answer:
      "With Var y = 1, η = 0.5 and β = 1 every direction has the residual variance 1 − ρ², and the bar is β η² = 0.25. " +
      "Up to ρ = 0.85 all 4 latents live; from |ρ| = √0.75 = 0.866 on, none does. At ρ = 1, y is a function of x.",
    source: LEARNABLE,
    config: lanesOver(
      {
        ...BASE,
        ...spectrum(1, 1, 1, 1),
        latents: 4,
        etaDec: 0.5,
        steps: 2000,
      },
      "correlation",
      [[0], [0.5], [0.8], [0.85], [0.9], [1]],
    ),
    expected: units(1, [4, 4, 4, 4, 0, 0]),
  },
  {
    id: "strongest-first",
    title: "The strongest dies first",
    question: "Is it always the weakest direction that collapses?",
    answer:
      "Not given x. In A, x tells nothing and all 4 directions live. In B, x tells the strongest one entirely (ρ = 1) and the others less and less " +
      "(0.9, 0.5, 0): the strongest dies, and 3 live, with residual variances 1.92, 1.44 and 1.09 above β η² = 1.",
    source: LEARNABLE,
    config: lanesOver(
      {
        ...BASE,
        ...spectrum(3, 2.4, 1.6, 1.2),
        latents: 4,
        steps: 3000,
        pace: 300,
      },
      "correlation",
      [[0], [1, 0.9, 0.5, 0]],
    ),
    expected: units(1, [4, 3]),
  },
  {
    id: "independent-x",
    title: "An x that tells nothing",
    question: "Does a condition that says nothing change anything?",
    answer:
      "No. With ρ = 0 the conditional model learns to ignore x and ends where the plain VAE of y does: " +
      "5 of 8 directions, the same singular values, the same loss.",
    source: `${PAPER}: Theorems 1 and 2.`,
    config: configOf([
      { ...BASE, correlation: [0] },
      { ...BASE, model: "vae" },
    ]),
    expected: units(1, [5, 5]),
  },
  {
    id: "conditional-fixed",
    title: "Dead or diluted, given x",
    question: "Does a fixed variance hide collapse in a conditional model too?",
    answer:
      "Yes. At ρ = 0.6 both models keep 4 of 8 directions of the residual. " +
      "With learnable variance the other 4 units go dead; with fixed variance all 8 stay on and share the 4 directions.",
    source: BOTH,
    config: learnableAndFixed({
      ...BASE,
      correlation: [0.6],
      steps: 3000,
      pace: 300,
    }),
    expected: units(1, [4, 4]),
  },
  {
    id: "quarter-8",
    title: "Three quarters of a digit",
    question: "What is left to encode of a digit whose corner is given?",
    answer:
      "What the lower left quarter does not tell by a straight line: the spectrum shown is that of the residual. " +
      "6 of its directions are above β η² = 0.16 and live, in both models alike.",
    source: BOTH,
    config: learnableAndFixed({
      model: "cvae",
      data: { kind: "digits8" },
      condition: { kind: "quarter" },
      latents: 16,
      etaDec: 0.4,
      biases: true,
      estimator: "exact",
      steps: 4000,
      pace: 0,
    }),
    expected: units(1, [6, 6]),
  },
  {
    id: "quarter-28",
    title: "Three quarters of an image",
    question: "How much of an image does its corner tell?",
    answer:
      "Enough to need fewer latents: given the lower left quarter, 4 of 20 live above β η² = 1.32, about half of what the whole image would keep. " +
      "This is the paper's task, on digits drawn by the page; drop the MNIST files to run it on those.",
    source: BOTH,
    config: learnableAndFixed({
      model: "cvae",
      data: { kind: "digits28" },
      condition: { kind: "quarter" },
      latents: 20,
      etaDec: 1.15,
      biases: true,
      optimizer: { kind: "adam", learningRate: 0.003 },
      batchSize: 512,
      steps: 3000,
      pace: 0,
    }),
    expected: units(1, [4, 4]),
  },
];
