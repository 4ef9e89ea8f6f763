/**
 * Presets of networks: what the linear theory says of them, and what practitioners do about collapse.
 * No theorem says what networks keep, so their counts are measured: of these settings, as they stand.
 */
import type { Settings } from "./config.ts";
import {
  DEFAULT_BASE,
  lanesOver,
  PAPER,
  type Preset,
  units,
} from "./preset.ts";

export const GUIDE = `The linear model's count: ${PAPER}, Theorem 1; that it predicts networks is the paper's claim, not a theorem.`;

/** One hidden layer on the program's own digits, learnable variance. */
export const RELU: Settings = {
  ...DEFAULT_BASE,
  data: { kind: "digits28" },
  network: { kind: "dense", hidden: [128] },
  latents: 20,
  etaDec: 1.2,
  biases: true,
  optimizer: { kind: "adam", learningRate: 0.001 },
  batchSize: 128,
  initScale: 0.05,
  steps: 6000,
  pace: 0,
};

export const LINEAR: Settings["network"] = { kind: "dense", hidden: [] };

export const NETWORK_PRESETS: readonly Preset[] = [
  {
    id: "relu-ghost",
    title: "A ghost of the linear model",
    question: "Does the linear theory say how many units a ReLU network keeps?",
    answer:
      "Here it does. The linear model keeps the 8 directions with θ² above β η² = 1.44; the network, which no theorem covers, keeps about as many units. " +
      "It reconstructs far better with them, so the count carries over, the loss does not.",
    source: GUIDE,
    config: lanesOver(RELU, "network", [LINEAR, RELU.network]),
    expected: units(1, [8, null]),
    guide: units(1, [null, 8]),
  },
  {
    id: "warm-up",
    title: "Warming up",
    question: "Does a KL weight that starts at zero save units?",
    answer:
      "Only while it is low. Once β is back at 1, the network ends with about as many units as without a warm-up, and with about as many after cycles; the losses are alike. " +
      "Of linear models theory says why: the optimum depends on the last weight alone.",
    source:
      "Bowman et al., “Generating Sentences from a Continuous Space”, CoNLL 2016 (warm-up); Fu et al., “Cyclical Annealing Schedule”, NAACL 2019 (cycles); " +
      GUIDE,
    config: lanesOver(RELU, "klSchedule", [
      { kind: "constant" },
      { kind: "warmup", steps: 2000 },
      { kind: "cyclical", period: 1500, ramp: 0.5 },
    ]),
    expected: [],
    guide: units(1, [8, 8, 8]),
  },
  {
    id: "free-bits",
    title: "Free bits",
    question: "Do nats that cost nothing keep units alive?",
    answer:
      "They keep their KL alive. With 0.05 free nats no unit's KL is zero, but most of them sit at the floor and the reconstruction is no better. " +
      "At 0.2 nats the floor takes the whole budget: every unit stays near it, and the reconstruction is worse than without.",
    source: `Kingma et al., “Improved Variational Inference with Inverse Autoregressive Flow”, NeurIPS 2016; ${GUIDE}`,
    config: lanesOver(RELU, "freeBits", [0, 0.05, 0.2]),
    expected: [],
    guide: units(1, [8, 8, 8]),
  },
  {
    id: "predicted-variance",
    title: "Predicted variance",
    question: "Does a variance of each example's own change what collapses?",
    answer:
      "Little. An encoder that predicts its variance from each image reaches a slightly lower loss than one variance for all, " +
      "and ends with about as many units in use; their KL is spread less evenly.",
    source: `Kingma and Welling, “Auto-Encoding Variational Bayes”, ICLR 2014 (predicted variance); ${GUIDE}`,
    config: lanesOver(RELU, "encoderVariance", [
      { kind: "learnable", std: 1 },
      { kind: "predicted", std: 1 },
    ]),
    expected: [],
    guide: units(1, [8, 8]),
  },
  {
    id: "separate-maps",
    title: "Separate maps",
    question: "Does it help to keep what is given apart from the latents?",
    answer:
      "Not on this task. The paper advises separate networks for what is given and for the latents; here their added outputs reconstruct worse than one network for both, with about two thirds of its KL. " +
      "Both use fewer units than the linear model's 14: a network tells more of the image from its corner, so less is left to encode.",
    source: `${PAPER}: the advice, and Theorem 2 for the linear count.`,
    config: lanesOver(
      { ...RELU, model: "cvae", condition: { kind: "quarter" }, etaDec: 0.7 },
      "maps",
      ["joint", "separate"],
    ),
    expected: [],
    guide: units(1, [14, 14]),
  },
  {
    id: "convolutions",
    title: "Convolutions",
    question: "Does another architecture keep another number of units?",
    answer:
      "Compare the two with the linear model, which would keep 8 in both: its count depends on the data, β and η, not on the architecture. " +
      "What differs is the reconstruction and how soon the first units wake.",
    source: GUIDE,
    config: lanesOver({ ...RELU, steps: 3000 }, "network", [
      RELU.network,
      { kind: "conv", channels: [8, 16], hidden: [64] },
    ]),
    expected: [],
    guide: units(1, [8, 8]),
  },
];
