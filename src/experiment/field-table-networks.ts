/**
 * Rows of the settings that make a lane more than a linear model on all its examples. Links and
 * files leave them out where they are neutral.
 */
import type { Settings } from "./config.ts";
import { type Field, OF_A_LANE } from "./field-types.ts";
import { mayHoldImages } from "./images.ts";
import { isHidden } from "./network-text.ts";
import { CHOICES, RANGES } from "./ranges.ts";

const hidden = ({ network }: Settings): boolean => isHidden(network);

/** In the order of links and forms. */
export const NETWORK_FIELDS: readonly Field[] = [
  {
    key: "testShare",
    link: "test",
    symbol: "",
    label: "Held out",
    help: "Share of the examples kept out of training, for the test log-likelihood.",
    type: "number",
    range: RANGES.testShare,
    ...OF_A_LANE,
    group: "training",
    optional: true,
  },
  {
    key: "network",
    link: "net",
    symbol: "",
    label: "Network",
    help: "What encoder and decoder are made of: nothing but a matrix, or hidden layers.",
    type: "network",
    ...OF_A_LANE,
    group: "main",
    optional: true,
  },
  {
    key: "activation",
    link: "act",
    symbol: "",
    label: "Activation",
    help: "Of the hidden units.",
    type: "choice",
    options: CHOICES.activation,
    ...OF_A_LANE,
    group: "training",
    when: hidden,
    optional: true,
  },
  {
    key: "maps",
    link: "maps",
    symbol: "",
    label: "Maps of two inputs",
    help: "How encoder (x and y) and decoder (x and z) take two inputs; separate maps are the paper's advice against collapse (Dang et al., ICLR 2024).",
    type: "choice",
    options: CHOICES.maps,
    ...OF_A_LANE,
    group: "training",
    models: ["cvae"],
    when: (settings) => settings.model === "cvae" && hidden(settings),
    optional: true,
  },
  {
    key: "likelihood",
    link: "lik",
    symbol: "",
    label: "Likelihood",
    help: "Of each pixel: Gaussian with the decoder's noise, or Bernoulli, which has none.",
    type: "choice",
    options: CHOICES.likelihood,
    ...OF_A_LANE,
    group: "training",
    when: ({ data }) => mayHoldImages(data),
    optional: true,
  },
  {
    key: "klSchedule",
    link: "klw",
    symbol: "",
    label: "KL schedule",
    help: "What the KL weights are multiplied with over time: warm-up (Bowman et al., 2016), cycles (Fu et al., 2019), or points of your own.",
    type: "schedule",
    ...OF_A_LANE,
    live: true,
    group: "training",
    optional: true,
  },
  {
    key: "freeBits",
    link: "fb",
    symbol: "",
    label: "Free bits",
    help: "Nats of each unit's KL that cost nothing (Kingma et al., 2016); of two levels the second's. Between 0 and more the run restarts.",
    unit: "nats",
    type: "number",
    range: RANGES.freeBits,
    ...OF_A_LANE,
    live: "part",
    group: "training",
    optional: true,
  },
];
