/** Which numbers of an experiment a sweep can vary, what they are called, where a sweep of them starts. */
import type { ExperimentConfig, Settings } from "../experiment/config.ts";
import { laneSettings } from "../experiment/config.ts";
import { fieldApplies, fieldOf, symbolOf } from "../experiment/fields.ts";
import type { SettingKey } from "../experiment/text.ts";
import type { SweepField, SweepSpec } from "../session/sweep-protocol.ts";

interface Choice {
  readonly field: SweepField;
  readonly key: SettingKey;
  /** Where it is only a part of the setting. */
  readonly label?: string;
  readonly symbol?: string;
  readonly values: readonly number[];
  readonly when?: (settings: Settings) => boolean;
}

const CHOICES: readonly Choice[] = [
  { field: "beta", key: "beta", values: [0.25, 0.5, 1, 2, 4] },
  { field: "beta2", key: "beta2", values: [0.25, 0.5, 1, 2, 4] },
  { field: "etaDec", key: "etaDec", values: [0.25, 0.5, 1, 2] },
  { field: "etaEnc", key: "etaEnc", values: [0.5, 1, 2] },
  {
    field: "std",
    key: "encoderVariance",
    values: [0.25, 0.5, 1, 2],
    when: ({ encoderVariance }) => encoderVariance.kind === "fixed",
  },
  {
    field: "std2",
    key: "encoderVariance2",
    values: [0.25, 0.5, 1, 2],
    when: ({ encoderVariance2 }) => encoderVariance2.kind === "fixed",
  },
  { field: "latents", key: "latents", values: [2, 4, 8, 16] },
  { field: "latents2", key: "latents2", values: [2, 4, 8, 16] },
  {
    field: "correlation",
    key: "correlation",
    values: [0, 0.25, 0.5, 0.75, 1],
  },
  { field: "freeBits", key: "freeBits", values: [0, 0.05, 0.1, 0.5] },
  {
    field: "learningRate",
    key: "optimizer",
    label: "Learning rate",
    symbol: "",
    values: [0.001, 0.003, 0.01],
  },
];

/** A number that can be varied, in words. */
export interface SweepChoice {
  readonly field: SweepField;
  readonly label: string;
  /** "" if it has none. */
  readonly symbol: string;
  readonly values: readonly number[];
}

/** Those that have an effect on lane A. */
export function sweepChoices(config: ExperimentConfig): SweepChoice[] {
  const settings = laneSettings(config, 0);
  return CHOICES.filter(({ key, when }) => {
    const row = fieldOf(key);
    return (
      fieldApplies(row, settings.model) &&
      (row.when?.(settings) ?? true) &&
      (when?.(settings) ?? true)
    );
  }).map(({ field, key, label, symbol, values }) => {
    const row = fieldOf(key);
    return {
      field,
      label: label ?? row.label,
      symbol: symbol ?? symbolOf(row, settings.model),
      values,
    };
  });
}

/** What is varied first if nothing is chosen. */
export function firstField({ base }: ExperimentConfig): SweepField {
  if (base.model === "mhvae") return "beta2";
  const pairs = base.model === "cvae" && base.data.kind === "spectrum";
  return pairs ? "correlation" : "beta";
}

/** What a field of a sweep is called on an axis: its symbol if it has one. */
export function axisLabel(
  { config }: Pick<SweepSpec, "config">,
  field: SweepField,
): string {
  const choice = sweepChoices(config).find((one) => one.field === field);
  return choice ? choice.symbol || choice.label : field;
}

/** "0.25, 1 4" to numbers, ascending, each once; null unless all are numbers. */
export function parseValues(words: string): number[] | null {
  const numbers = words
    .split(/[\s,;]+/)
    .filter((word) => word !== "")
    .map(Number);
  return numbers.length > 0 && numbers.every(Number.isFinite)
    ? [...new Set(numbers)].sort((a, b) => a - b)
    : null;
}
