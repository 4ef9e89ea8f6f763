/**
 * The one table of settings. Form, validation, link and documentation come from it: a new setting
 * is a row here, its text in `text.ts` and its check in `check.ts`.
 */
import { checkSetting } from "./check.ts";
import type { Settings } from "./config.ts";
import {
  formatNumber,
  fromSlider,
  type NumberRange,
  type Parsed,
  parseNumber,
  toSlider,
} from "./numbers.ts";
import {
  CHOICES,
  type ChoiceKey,
  type NumberKey,
  type Option,
  RANGES,
} from "./ranges.ts";
import { readSetting, type SettingKey, writeSetting } from "./text.ts";

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
  readonly key: "biases" | "data" | "encoderVariance" | "optimizer";
  readonly type: "switch" | "data" | "variance" | "optimizer";
}
export type Field = NumberField | ChoiceField | SpecialField;

const sampled = (settings: Settings): boolean =>
  settings.estimator === "sampled";

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
    perLane: true,
    live: false,
    group: "main",
    since: 1,
  },
  {
    key: "data",
    link: "d",
    symbol: "θ",
    label: "Data",
    help: "A Gaussian with the spectrum you set, digits drawn by the page, or a file of yours.",
    type: "data",
    perLane: true,
    live: false,
    group: "main",
    since: 1,
  },
  {
    key: "rows",
    link: "rows",
    symbol: "N",
    label: "Examples",
    help: "How many examples are drawn.",
    type: "number",
    range: RANGES.rows,
    perLane: true,
    live: false,
    group: "training",
    when: (settings) => settings.data.kind !== "file",
    since: 1,
  },
  {
    key: "scaling",
    link: "sc",
    symbol: "",
    label: "Scaling",
    help: "What is done to each column before training.",
    type: "choice",
    options: CHOICES.scaling,
    perLane: true,
    live: false,
    group: "training",
    since: 1,
  },
  {
    key: "latents",
    link: "k",
    symbol: "k",
    label: "Latents",
    help: "Number of latent units. Changing it restarts the run.",
    type: "number",
    range: RANGES.latents,
    perLane: true,
    live: false,
    group: "main",
    since: 1,
  },
  {
    key: "beta",
    link: "b",
    symbol: "β",
    label: "KL weight",
    help: "Weight of the KL term. Raises the waterline.",
    type: "number",
    range: RANGES.beta,
    perLane: true,
    live: true,
    group: "main",
    since: 1,
  },
  {
    key: "etaDec",
    link: "ed",
    symbol: "η",
    label: "Decoder noise",
    help: "Standard deviation of p(x given z). Raises the waterline too, as its square.",
    type: "number",
    range: RANGES.etaDec,
    perLane: true,
    live: true,
    group: "main",
    since: 1,
  },
  {
    key: "etaEnc",
    link: "ee",
    symbol: "ηₑ",
    label: "Prior width",
    help: "Standard deviation of the prior p(z).",
    type: "number",
    range: RANGES.etaEnc,
    perLane: true,
    live: false,
    group: "training",
    since: 1,
  },
  {
    key: "encoderVariance",
    link: "s1",
    symbol: "σ",
    label: "Encoder variance",
    help: "Standard deviation of q(z given x): learned for each unit, or fixed.",
    type: "variance",
    perLane: true,
    live: false,
    group: "main",
    since: 1,
  },
  {
    key: "biases",
    link: "bias",
    symbol: "",
    label: "Biases",
    help: "Free biases in encoder and decoder; theory then uses moments about the mean.",
    type: "switch",
    perLane: true,
    live: false,
    group: "training",
    since: 1,
  },
  {
    key: "estimator",
    link: "est",
    symbol: "",
    label: "Loss",
    help: "Minibatches with sampled noise, or the expected loss over all data.",
    type: "choice",
    options: CHOICES.estimator,
    perLane: true,
    live: false,
    group: "training",
    since: 1,
  },
  {
    key: "optimizer",
    link: "o",
    symbol: "",
    label: "Optimizer",
    help: "Update rule and learning rate.",
    type: "optimizer",
    perLane: true,
    live: "part",
    group: "training",
    since: 1,
  },
  {
    key: "batchSize",
    link: "n",
    symbol: "",
    label: "Batch",
    help: "Examples in each step.",
    type: "number",
    range: RANGES.batchSize,
    perLane: true,
    live: false,
    group: "training",
    when: sampled,
    since: 1,
  },
  {
    key: "initScale",
    link: "init",
    symbol: "",
    label: "Initial scale",
    help: "Standard deviation of the initial weights.",
    type: "number",
    range: RANGES.initScale,
    perLane: true,
    live: false,
    group: "training",
    since: 1,
  },
  {
    key: "seed",
    link: "seed",
    symbol: "",
    label: "Seed",
    help: "Fixes data, initial weights, batches and noise; all lanes share it.",
    type: "number",
    range: RANGES.seed,
    perLane: false,
    live: false,
    group: "training",
    since: 1,
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
    perLane: false,
    live: false,
    group: "training",
    since: 1,
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
    perLane: false,
    live: true,
    group: "training",
    since: 1,
  },
];

/** The row of a setting. */
export function fieldOf(key: SettingKey): Field {
  const field = FIELDS.find((row) => row.key === key);
  if (!field) throw new Error(`no field "${key}"`);
  return field;
}

/** Text of a value for an input box, and in links: shortest and exact. */
export function formatValue<K extends SettingKey>(
  field: Field & { readonly key: K },
  value: Settings[K],
): string {
  return writeSetting(field.key, value);
}

/** Reads an input box. Takes exactly what is allowed; anything else is a message for people. */
export function parseValue<K extends SettingKey>(
  field: Field & { readonly key: K },
  text: string,
): Parsed<Settings[K]> {
  if (field.type === "number")
    return parseNumber(field.range, text) as Parsed<Settings[K]>;
  const { value, problems } = checkSetting<K>(
    field.key,
    readSetting(field.key, text.trim()),
  );
  if (value !== undefined && problems.length === 0) return { value };
  return {
    message: `${field.label}: ${problems.map((problem) => problem.message).join("; ")}.`,
  };
}

/** A value in words, for chips, tables and notes: "Adam 0.02", "fixed, σ = 1", "16 entries". */
export function describeValue<K extends SettingKey>(
  key: K,
  settings: Pick<Settings, K>,
): string {
  const given: Partial<Settings> = settings;
  const { data, encoderVariance: variance, optimizer } = given;
  if (key === "data" && data) {
    if (data.kind === "spectrum")
      return `spectrum, ${formatNumber(data.theta.length)} columns`;
    return data.kind === "file"
      ? data.name
      : data.kind === "digits8"
        ? "digits 8 × 8"
        : "digits 28 × 28";
  }
  if (key === "encoderVariance" && variance) {
    if (variance.kind === "learnable") return "learnable";
    return `fixed, σ = ${variance.std.map(formatNumber).join(", ")}`;
  }
  if (key === "optimizer" && optimizer) {
    return `${optimizer.kind === "adam" ? "Adam" : "SGD"} ${formatNumber(optimizer.learningRate)}`;
  }
  if (key === "pace" && given.pace === 0) return "as fast as possible";
  if (key === "biases") return given.biases ? "on" : "off";
  const field = fieldOf(key);
  if (field.type === "choice") {
    return (
      field.options.find((option) => option.value === given[field.key])
        ?.label ?? ""
    );
  }
  return writeSetting(key, settings[key]);
}

/** Slider position, 0 to 1, of a number field's value. */
export function sliderPosition(field: NumberField, value: number): number {
  return toSlider(field.range, value);
}

/** Number field's value at a slider position, 0 to 1. */
export function sliderValue(field: NumberField, position: number): number {
  return fromSlider(field.range, position);
}
