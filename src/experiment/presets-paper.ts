/** Presets of the paper's experiments, with the losses as they should be. */
import type { Settings } from "./config.ts";
import {
  DEFAULT_BASE,
  lanesOver,
  PAPER,
  type Preset,
  units,
} from "./preset.ts";
import { GUIDE, LINEAR, RELU } from "./presets-networks.ts";
import { configOf } from "./schema.ts";

const given: Settings = {
  ...RELU,
  model: "cvae",
  condition: { kind: "quarter" },
  latents: 16,
  etaDec: 1,
};

const twoLevels: Settings = {
  ...RELU,
  model: "mhvae",
  latents2: 10,
  etaDec: 0.8,
  encoderVariance: { kind: "fixed", std: [0.5] },
};

/** 128 directions in eight steps of 16: those of θ = 2, 1.6 and 1.1 are above β η² = 1. */
const STEPS = [2, 1.6, 1.1, 0.7, 0.6, 0.5, 0.4, 0.3].flatMap((theta) =>
  new Array<number>(16).fill(theta),
);

export const PAPER_PRESETS: readonly Preset[] = [
  {
    id: "paper-learnable-fixed",
    title: "Paper: learnable or fixed",
    question: "Does a learnable variance collapse a ReLU network too?",
    answer:
      "Yes, and a fixed variance hides it again. With learnable variance 8 of the linear model's 20 units are in use, and about 8 of the network's; the others go dead. " +
      "With σ fixed at 1 all 20 stay on in both, and both reconstruct worse.",
    source: `${PAPER}: linear and ReLU VAEs, learnable and fixed; ${GUIDE}`,
    config: configOf(
      [LINEAR, RELU.network].flatMap((network) =>
        (
          [
            { kind: "learnable", std: 1 },
            { kind: "fixed", std: [1] },
          ] as const
        ).map((encoderVariance) => ({ ...RELU, network, encoderVariance })),
      ),
    ),
    expected: units(1, [8, 8, null, null]),
    guide: units(1, [null, null, 8, 8]),
  },
  {
    id: "paper-cvae-beta",
    title: "Paper: ReLU CVAE over β",
    question: "In which order do a conditional network's units die?",
    answer:
      "Given the lower left quarter, the network keeps all 16 units at β = 0.1, about 6 at 0.5, 1 at 1 and none at 2. " +
      "The linear model would keep 16, 14, 5 and 1: the same fall, later, because it tells less of the image from its corner and has more left to encode.",
    source: `${PAPER}: ReLU CVAE over β; Theorem 2 is the linear model's. The authors' script halves the KL and not the reconstruction: its β = 2 is 1 here.`,
    config: lanesOver(given, "beta", [0.1, 0.5, 1, 2]),
    expected: [],
    guide: units(1, [16, 14, 5, 1]),
  },
  {
    id: "paper-cvae-noise",
    title: "Paper: ReLU CVAE over η",
    question: "Is a quieter decoder the same as a smaller β?",
    answer:
      "For the linear model, yes: its bar is β η², so it keeps 16, 16, 5 and 0 of 16 units at η = 0.25, 0.5, 1 and 2. " +
      "The network follows: all, about 13, 1 and none.",
    source: `${PAPER}: ReLU CVAE over η_dec; Theorem 2 is the linear model's.`,
    config: lanesOver(given, "etaDec", [0.25, 0.5, 1, 2]),
    expected: [],
    guide: units(1, [16, 16, 5, 0]),
  },
  {
    id: "paper-mhvae-top",
    title: "Paper: ReLU hierarchy over β₂",
    question: "Does the top level of a network die first too?",
    answer:
      "Yes. As β₂ goes from 0.3 to 1 and 3 the top level of the network falls from about 8 units to 1 and 0, while the first keeps all 20. " +
      "The linear model would keep 10, 7 and 0: the same order, later.",
    source: `${PAPER}: ReLU MHVAE over β₂; Theorem 3 is the linear model's. The authors' script clamps both KL terms at zero and bounds σ₂ below 1.`,
    config: lanesOver(twoLevels, "beta2", [0.3, 1, 3]),
    expected: [],
    guide: [...units(1, [20, 20, 20]), ...units(2, [10, 7, 0])],
  },
  {
    id: "paper-correlation",
    title: "Paper: correlated inputs",
    question: "How independent must x be for y's latents to live?",
    answer:
      "A direction lives while (1 − ρ²) θ² is above β η² = 1. At ρ = 1, x says it all and all 64 latents die; at 1/2, 32 live; " +
      "at 1/4 and 1/8 there are 48, as many as with an independent x: a weak correlation costs nothing.",
    source: `${PAPER}: linear CVAE with inputs of growing correlation, 128 dimensions; Theorem 2.`,
    config: lanesOver(
      {
        ...DEFAULT_BASE,
        model: "cvae",
        data: { kind: "spectrum", theta: STEPS },
        rows: 1024,
        latents: 64,
        estimator: "exact",
        steps: 2000,
        pace: 0,
      },
      "correlation",
      [[1], [0.5], [0.25], [0.125], [0]],
    ),
    expected: units(1, [0, 32, 48, 48, 48]),
  },
];
