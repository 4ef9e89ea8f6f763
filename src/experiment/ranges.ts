/** Limits of every number and the words of every choice: one source for form, link and validation. */
import type { NumberRange } from "./numbers.ts";

/** Most lanes an experiment compares. */
export const MAX_LANES = 6;
/** Most entries of a spectrum. */
export const MAX_THETA = 128;
/** Most columns of a table or image: their moments are decomposed in float64, in cubic time. */
export const MAX_COLUMNS = 3072;
/** Most characters of a file name kept in a link. */
export const MAX_FILE_NAME = 200;

/** Most hidden layers of a network, and most convolutions before them. */
export const MAX_HIDDEN = 6;
export const MAX_CHANNELS = 4;
/** Most points of a KL schedule. */
export const MAX_POINTS = 32;

export const RANGES = {
  rows: {
    name: "Examples",
    min: 32,
    max: 60000,
    integer: true,
    slider: [32, 60000],
    scale: "log",
    step: 1,
  },
  testShare: {
    name: "Held out",
    min: 0,
    max: 0.5,
    integer: false,
    slider: [0, 0.5],
    scale: "linear",
    step: 0.05,
  },
  latents: {
    name: "Latents",
    min: 1,
    max: 64,
    integer: true,
    slider: [1, 32],
    scale: "linear",
    step: 1,
  },
  beta: {
    name: "KL weight",
    min: 1e-4,
    max: 1e4,
    integer: false,
    slider: [0.01, 100],
    scale: "log",
    step: 0.1,
  },
  latents2: {
    name: "Top latents",
    min: 1,
    max: 64,
    integer: true,
    slider: [1, 32],
    scale: "linear",
    step: 1,
  },
  beta2: {
    name: "Top KL weight",
    min: 1e-4,
    max: 1e4,
    integer: false,
    slider: [0.01, 100],
    scale: "log",
    step: 0.1,
  },
  freeBits: {
    name: "Free bits",
    min: 0,
    max: 100,
    integer: false,
    slider: [0, 2],
    scale: "linear",
    step: 0.05,
  },
  etaDec: {
    name: "Decoder noise",
    min: 0.01,
    max: 100,
    integer: false,
    slider: [0.1, 10],
    scale: "log",
    step: 0.1,
  },
  etaEnc: {
    name: "Prior width",
    min: 0.01,
    max: 100,
    integer: false,
    slider: [0.1, 10],
    scale: "log",
    step: 0.1,
  },
  batchSize: {
    name: "Batch",
    min: 1,
    max: 4096,
    integer: true,
    slider: [8, 1024],
    scale: "log",
    step: 1,
  },
  initScale: {
    name: "Initial scale",
    min: 1e-6,
    max: 10,
    integer: false,
    slider: [0.001, 1],
    scale: "log",
    step: 0.01,
  },
  seed: {
    name: "Seed",
    min: 0,
    max: 0xffffffff,
    integer: true,
    slider: [0, 100],
    scale: "linear",
    step: 1,
  },
  steps: {
    name: "Step budget",
    min: 1,
    max: 1e6,
    integer: true,
    slider: [100, 100000],
    scale: "log",
    step: 100,
  },
  pace: {
    name: "Pace",
    min: 0,
    max: 100000,
    integer: false,
    slider: [1, 10000],
    scale: "log",
    step: 10,
  },
} as const satisfies Record<string, NumberRange>;

/** Settings that are one number. */
export type NumberKey = keyof typeof RANGES;

/** Numbers inside the settings that are more than one. */
export const PARTS = {
  learningRate: {
    name: "Learning rate",
    min: 1e-6,
    max: 10,
    integer: false,
    slider: [0.0001, 1],
    scale: "log",
    step: 0.01,
  },
  std: {
    name: "Standard deviation",
    min: 1e-3,
    max: 1e3,
    integer: false,
    slider: [0.05, 5],
    scale: "log",
    step: 0.05,
  },
  theta: {
    name: "Spectrum entry",
    min: 0,
    max: 1000,
    integer: false,
    slider: [0, 5],
    scale: "linear",
    step: 0.05,
  },
  correlation: {
    name: "Correlation",
    min: -1,
    max: 1,
    integer: false,
    slider: [0, 1],
    scale: "linear",
    step: 0.05,
  },
  /** Units of a hidden layer. */
  width: {
    name: "Width",
    min: 1,
    max: 2048,
    integer: true,
    slider: [8, 1024],
    scale: "log",
    step: 8,
  },
  /** Of a convolution; multiples of four, as the GPU moves them. */
  channels: {
    name: "Channels",
    min: 4,
    max: 256,
    integer: true,
    slider: [4, 128],
    scale: "log",
    step: 4,
  },
  /** A length of a KL schedule. */
  scheduleSteps: {
    name: "Schedule",
    min: 1,
    max: 1e6,
    integer: true,
    slider: [10, 10000],
    scale: "log",
    step: 100,
  },
  /** A point in time of a KL schedule. */
  scheduleStep: {
    name: "Step",
    min: 0,
    max: 1e6,
    integer: true,
    slider: [0, 10000],
    scale: "linear",
    step: 100,
  },
  /** Of the KL weight. */
  factor: {
    name: "Factor",
    min: 0,
    max: 100,
    integer: false,
    slider: [0, 1],
    scale: "linear",
    step: 0.05,
  },
  /** Share of a period in which the KL weight rises. */
  ramp: {
    name: "Ramp",
    min: 0,
    max: 1,
    integer: false,
    slider: [0, 1],
    scale: "linear",
    step: 0.05,
  },
  /** As people count columns, from 1. */
  column: {
    name: "Column",
    min: 1,
    max: MAX_COLUMNS,
    integer: true,
    slider: [1, 64],
    scale: "linear",
    step: 1,
  },
} as const satisfies Record<string, NumberRange>;

/** One value of a choice: `text` is its word in links. */
export interface Option<T extends string> {
  readonly value: T;
  readonly text: string;
  readonly label: string;
}

export const CHOICES = {
  model: [
    { value: "vae", text: "lin", label: "Linear VAE" },
    { value: "cvae", text: "cvae", label: "Conditional VAE" },
    { value: "mhvae", text: "hvae", label: "Hierarchical VAE" },
  ],
  scaling: [
    { value: "none", text: "none", label: "As given" },
    { value: "center", text: "center", label: "Centered" },
    { value: "standardize", text: "std", label: "Centered, unit variance" },
    { value: "binarize", text: "bin", label: "Binary, cut at 0.5" },
  ],
  activation: [
    { value: "relu", text: "relu", label: "ReLU" },
    { value: "tanh", text: "tanh", label: "Tanh" },
    { value: "gelu", text: "gelu", label: "GELU" },
  ],
  maps: [
    { value: "joint", text: "joint", label: "One network for x and y" },
    { value: "separate", text: "sep", label: "Separate networks, added" },
  ],
  likelihood: [
    { value: "gaussian", text: "gauss", label: "Gaussian" },
    { value: "bernoulli", text: "bern", label: "Bernoulli" },
  ],
  estimator: [
    {
      value: "sampled",
      text: "sampled",
      label: "Sampled (minibatches and noise)",
    },
    { value: "exact", text: "exact", label: "Exact (expected loss, all data)" },
  ],
} as const;

/** Settings that are one of a few words. */
export type ChoiceKey = keyof typeof CHOICES;

export const OPTIMIZERS = [
  { value: "adam", text: "adam", label: "Adam" },
  { value: "sgd", text: "sgd", label: "SGD" },
] as const satisfies readonly Option<string>[];

export const DATA_KINDS = [
  { value: "spectrum", text: "spec", label: "Spectrum" },
  { value: "digits8", text: "digits8", label: "Digits 8 x 8" },
  { value: "digits28", text: "digits28", label: "Digits 28 x 28" },
  { value: "file", text: "file", label: "Your file" },
] as const satisfies readonly Option<string>[];

export const VARIANCE_KINDS = [
  { value: "learnable", text: "learn", label: "Learnable" },
  { value: "fixed", text: "fix", label: "Fixed" },
  { value: "predicted", text: "pred", label: "Predicted" },
] as const satisfies readonly Option<string>[];

/** What maps are made of; "linear" is a dense network without hidden layers. */
export const NETWORK_KINDS = [
  { value: "linear", text: "lin", label: "Linear" },
  { value: "dense", text: "mlp", label: "Dense layers" },
  { value: "conv", text: "conv", label: "Convolutions" },
] as const satisfies readonly Option<string>[];

export const SCHEDULE_KINDS = [
  { value: "constant", text: "const", label: "Constant" },
  { value: "warmup", text: "warm", label: "Warm-up" },
  { value: "cyclical", text: "cyc", label: "Cycles" },
  { value: "points", text: "pts", label: "Points" },
] as const satisfies readonly Option<string>[];

/** What a conditional model is given, and what it predicts. */
export const CONDITION_KINDS = [
  { value: "correlated", text: "rho", label: "Correlated Gaussian" },
  { value: "quarter", text: "quarter", label: "Three quarters from one" },
  { value: "half", text: "half", label: "Right half from the left" },
  { value: "columns", text: "cols", label: "Chosen columns" },
] as const satisfies readonly Option<string>[];
