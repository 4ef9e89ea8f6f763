/**
 * The one table of settings. Form, validation, link and documentation come from it: a new setting
 * is a row here, its text in `text.ts` and its check in `check.ts`.
 */
import type { ModelKind, Settings } from "./config.ts";
import type { NumberRange } from "./numbers.ts";
import {
  CHOICES,
  type ChoiceKey,
  type NumberKey,
  type Option,
  RANGES,
} from "./ranges.ts";

interface FieldBase {
  /** Key in links. */
  readonly link: string;
  /** Symbol of the literature, or "". */
  readonly symbol: string;
  readonly label: string;
  /** One line. */
  readonly help: string;
  readonly unit?: string;
  /** May differ between lanes. */
  readonly perLane: boolean;
  /** May change while training, without a restart ("part": only the learning rate may). */
  readonly live: boolean | "part";
  /** Shown at once, or under the disclosure. */
  readonly group: "main" | "training";
  /** The models that have it; all if absent. Links and files of other models leave it out. */
  readonly models?: readonly ModelKind[];
  /** False where the setting has no effect; the form then leaves it out. */
  readonly when?: (settings: Settings) => boolean;
  /** First link version that has it. */
  readonly since: 1;
}

export interface NumberField extends FieldBase {
  readonly key: NumberKey;
  readonly type: "number";
  readonly range: NumberRange;
}
export interface ChoiceField extends FieldBase {
  readonly key: ChoiceKey;
  readonly type: "choice";
  readonly options: readonly Option<string>[];
}
/** Settings with a control of their own; numbers inside them take their limits from `PARTS`. */
export interface SpecialField extends FieldBase {
  readonly key:
    | "biases"
    | "condition"
    | "correlation"
    | "data"
    | "encoderVariance"
    | "encoderVariance2"
    | "optimizer";
  readonly type:
    "condition" | "correlation" | "data" | "optimizer" | "switch" | "variance";
}
export type Field = NumberField | ChoiceField | SpecialField;

const sampled = (settings: Settings): boolean =>
  settings.estimator === "sampled";

const hierarchical = ({ model }: Settings): boolean => model === "mhvae";

const OF_A_LANE = { perLane: true, live: false, since: 1 } as const;
const OF_ALL_LANES = { perLane: false, live: false, since: 1 } as const;

/** In the order of links and forms. */
export const FIELDS: readonly Field[] = [
  {
    key: "model",
    link: "m",
    symbol: "",
    label: "Model",
    help: "Which model is trained.",
    type: "choice",
    options: CHOICES.model,
    ...OF_A_LANE,
    group: "main",
  },
  {
    key: "data",
    link: "d",
    symbol: "θ",
    label: "Data",
    help: "A Gaussian with the spectrum you set, digits drawn by the page, or a file of yours.",
    type: "data",
    ...OF_A_LANE,
    group: "main",
  },
  {
    key: "condition",
    link: "cond",
    symbol: "x",
    label: "Given",
    help: "What the model is given (x); it predicts the rest (y).",
    type: "condition",
    ...OF_A_LANE,
    group: "main",
    models: ["cvae"],
    when: ({ model, data }) => model === "cvae" && data.kind !== "spectrum",
  },
  {
    key: "correlation",
    link: "rho",
    symbol: "ρ",
    label: "Correlation",
    help: "Correlation of x and y: one number, or one for each spectrum entry.",
    type: "correlation",
    ...OF_A_LANE,
    group: "main",
    models: ["cvae"],
    when: ({ model, data }) => model === "cvae" && data.kind === "spectrum",
  },
  {
    key: "rows",
    link: "rows",
    symbol: "N",
    label: "Examples",
    help: "How many examples are drawn.",
    type: "number",
    range: RANGES.rows,
    ...OF_A_LANE,
    group: "training",
    when: (settings) => settings.data.kind !== "file",
  },
  {
    key: "scaling",
    link: "sc",
    symbol: "",
    label: "Scaling",
    help: "What is done to each column before training.",
    type: "choice",
    options: CHOICES.scaling,
    ...OF_A_LANE,
    group: "training",
  },
  {
    key: "latents",
    link: "k",
    symbol: "k",
    label: "Latents",
    help: "Number of latent units. Changing it restarts the run.",
    type: "number",
    range: RANGES.latents,
    ...OF_A_LANE,
    group: "main",
  },
  {
    key: "latents2",
    link: "k2",
    symbol: "k₂",
    label: "Top latents",
    help: "Number of latent units of the second level. Changing it restarts the run.",
    type: "number",
    range: RANGES.latents2,
    ...OF_A_LANE,
    group: "main",
    models: ["mhvae"],
    when: hierarchical,
  },
  {
    key: "beta",
    link: "b",
    symbol: "β",
    label: "KL weight",
    help: "Weight of the KL term. Raises the waterline.",
    type: "number",
    range: RANGES.beta,
    ...OF_A_LANE,
    live: true,
    group: "main",
  },
  {
    key: "beta2",
    link: "b2",
    symbol: "β₂",
    label: "Top KL weight",
    help: "Weight of the second level's KL term. Raises the second level's waterline.",
    type: "number",
    range: RANGES.beta2,
    ...OF_A_LANE,
    live: true,
    group: "main",
    models: ["mhvae"],
    when: hierarchical,
  },
  {
    key: "etaDec",
    link: "ed",
    symbol: "η",
    label: "Decoder noise",
    help: "Standard deviation of p(x given z). Raises the waterline too, as its square.",
    type: "number",
    range: RANGES.etaDec,
    ...OF_A_LANE,
    live: true,
    group: "main",
  },
  {
    key: "etaEnc",
    link: "ee",
    symbol: "ηₑ",
    label: "Prior width",
    help: "Standard deviation of the prior p(z).",
    type: "number",
    range: RANGES.etaEnc,
    ...OF_A_LANE,
    group: "training",
  },
  {
    key: "encoderVariance",
    link: "s1",
    symbol: "σ",
    label: "Encoder variance",
    help: "Standard deviation of q(z given x): learned for each unit, or fixed.",
    type: "variance",
    ...OF_A_LANE,
    group: "main",
  },
  {
    key: "encoderVariance2",
    link: "s2",
    symbol: "σ₂",
    label: "Top encoder variance",
    help: "Standard deviation of q(z₂ given z₁): learned for each unit, or fixed.",
    type: "variance",
    ...OF_A_LANE,
    group: "main",
    models: ["mhvae"],
    when: hierarchical,
  },
  {
    key: "biases",
    link: "bias",
    symbol: "",
    label: "Biases",
    help: "Free biases in encoder and decoder; theory then uses moments about the mean.",
    type: "switch",
    ...OF_A_LANE,
    group: "training",
  },
  {
    key: "estimator",
    link: "est",
    symbol: "",
    label: "Loss",
    help: "Minibatches with sampled noise, or the expected loss over all data.",
    type: "choice",
    options: CHOICES.estimator,
    ...OF_A_LANE,
    group: "training",
  },
  {
    key: "optimizer",
    link: "o",
    symbol: "",
    label: "Optimizer",
    help: "Update rule and learning rate.",
    type: "optimizer",
    ...OF_A_LANE,
    live: "part",
    group: "training",
  },
  {
    key: "batchSize",
    link: "n",
    symbol: "",
    label: "Batch",
    help: "Examples in each step.",
    type: "number",
    range: RANGES.batchSize,
    ...OF_A_LANE,
    group: "training",
    when: sampled,
  },
  {
    key: "initScale",
    link: "init",
    symbol: "",
    label: "Initial scale",
    help: "Standard deviation of the initial weights.",
    type: "number",
    range: RANGES.initScale,
    ...OF_A_LANE,
    group: "training",
  },
  {
    key: "seed",
    link: "seed",
    symbol: "",
    label: "Seed",
    help: "Fixes data, initial weights, batches and noise; all lanes share it.",
    type: "number",
    range: RANGES.seed,
    ...OF_ALL_LANES,
    group: "training",
  },
  {
    key: "steps",
    link: "t",
    symbol: "",
    label: "Step budget",
    help: "The run ends after this many steps.",
    unit: "steps",
    type: "number",
    range: RANGES.steps,
    ...OF_ALL_LANES,
    group: "training",
  },
  {
    key: "pace",
    link: "pace",
    symbol: "",
    label: "Pace",
    help: "Steps per second; 0 runs as fast as the device allows.",
    unit: "steps/s",
    type: "number",
    range: RANGES.pace,
    ...OF_ALL_LANES,
    live: true,
    group: "training",
  },
];
