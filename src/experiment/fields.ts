/** What is done with the rows of the table of settings: finding, reading, writing, describing. */
import { checkSetting } from "./check.ts";
import { writeColumns } from "./condition-text.ts";
import type {
  Condition,
  DataSource,
  EncoderVariance,
  ModelKind,
  Settings,
} from "./config.ts";
import { FIELDS } from "./field-table.ts";
import type { Field, NumberField } from "./field-types.ts";
import { describeNetwork, describeSchedule, isLinear } from "./network-text.ts";
import {
  formatNumber,
  fromSlider,
  type Parsed,
  parseNumber,
  toSlider,
} from "./numbers.ts";
import { CHOICES, CONDITION_KINDS } from "./ranges.ts";
import { readSetting, type SettingKey, writeSetting } from "./text.ts";

export { FIELDS } from "./field-table.ts";
export type {
  ChoiceField,
  Field,
  NumberField,
  SpecialField,
} from "./field-types.ts";

/** Numbers of a list that are all shown. */
const LISTED = 6;

/** The row of a setting. */
export function fieldOf(key: SettingKey): Field {
  const field = FIELDS.find((row) => row.key === key);
  if (!field) throw new Error(`no field "${key}"`);
  return field;
}

/** Whether a model has this setting. */
export function fieldApplies(field: Field, model: ModelKind): boolean {
  return field.models?.includes(model) ?? true;
}

/** The settings that one of these models has: what a link of them holds. */
export function fieldsOf(models: readonly ModelKind[]): Field[] {
  return FIELDS.filter((field) =>
    models.some((model) => fieldApplies(field, model)),
  );
}

/** Symbol in a model: the first of two levels has an index. */
export function symbolOf(field: Field, model: ModelKind): string {
  const first =
    model === "mhvae" &&
    (field.key === "latents" ||
      field.key === "beta" ||
      field.key === "encoderVariance");
  return first ? `${field.symbol}₁` : field.symbol;
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

/** What a model is called: linear only where it is. */
export function modelLabel(
  settings: Pick<Settings, "model"> & Partial<Pick<Settings, "network">>,
): string {
  const { model } = settings;
  if (model === "vae" && !isLinear(settings)) return "VAE";
  return CHOICES.model.find(({ value }) => value === model)?.label ?? model;
}

/** A value in words, for chips, tables and notes: "Adam 0.02", "fixed, σ = 1", "16 entries". */
export function describeValue<K extends SettingKey>(
  key: K,
  settings: Pick<Settings, K>,
): string {
  const given: Partial<Settings> = settings;
  if (key === "model" && given.model)
    return modelLabel({ ...given, model: given.model });
  if (key === "network" && given.network) return describeNetwork(given.network);
  if (key === "klSchedule" && given.klSchedule)
    return describeSchedule(given.klSchedule);
  if (key === "data" && given.data) return describeData(given.data);
  if (key === "condition" && given.condition)
    return describeCondition(given.condition);
  if (key === "correlation" && given.correlation)
    return describeList(given.correlation);
  if (key === "encoderVariance" && given.encoderVariance)
    return describeVariance(given.encoderVariance, "σ");
  if (key === "encoderVariance2" && given.encoderVariance2)
    return describeVariance(given.encoderVariance2, "σ₂");
  if (key === "optimizer" && given.optimizer) {
    const { kind, learningRate } = given.optimizer;
    return `${kind === "adam" ? "Adam" : "SGD"} ${formatNumber(learningRate)}`;
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

function describeData(data: DataSource): string {
  switch (data.kind) {
    case "spectrum":
      return `spectrum, ${formatNumber(data.theta.length)} columns`;
    case "file":
      return data.name;
    case "digits8":
      return "digits 8 × 8";
    case "digits28":
      return "digits 28 × 28";
  }
}

function describeVariance(variance: EncoderVariance, symbol: string): string {
  if (variance.kind !== "fixed") return variance.kind;
  return `fixed, ${symbol} = ${variance.std.map(formatNumber).join(", ")}`;
}

/** "correlated Gaussian", "three quarters from one", "columns 1-5, 8". */
function describeCondition(condition: Condition): string {
  if (condition.kind === "columns") {
    const plural = condition.columns.length === 1 ? "" : "s";
    return `column${plural} ${writeColumns(condition.columns).replaceAll(",", ", ")}`;
  }
  const label = CONDITION_KINDS.find(
    ({ value }) => value === condition.kind,
  )?.label;
  return label ? label.charAt(0).toLowerCase() + label.slice(1) : "";
}

/** A few numbers as they are, many by their ends. */
function describeList(values: readonly number[]): string {
  if (values.length <= LISTED) return values.map(formatNumber).join(", ");
  const ends = `${formatNumber(Math.min(...values))} to ${formatNumber(Math.max(...values))}`;
  return `${ends} (${formatNumber(values.length)} values)`;
}

/** Slider position, 0 to 1, of a number field's value. */
export function sliderPosition(field: NumberField, value: number): number {
  return toSlider(field.range, value);
}

/** Number field's value at a slider position, 0 to 1. */
export function sliderValue(field: NumberField, position: number): number {
  return fromSlider(field.range, position);
}
