/** What a preset is, and what presets are made of. */
import type { ExperimentConfig, Settings } from "./config.ts";
import { configOf, DEFAULT_CONFIG } from "./schema.ts";

/** Units of a level that theory says are in use at the optimum of a lane. */
export interface ExpectedUnits {
  /** 0 is lane A. */
  readonly lane: number;
  /** 2 is the top level of a hierarchical model. */
  readonly level: 1 | 2;
  readonly activeUnits: number;
}

export interface Preset {
  readonly id: string;
  readonly title: string;
  readonly question: string;
  /** What the run shows, in two or three sentences; meant to be read after it. */
  readonly answer: string;
  /** Where the statement is proven. */
  readonly source: string;
  readonly config: ExperimentConfig;
  /** Numbers behind the answer, for data that the program draws; what theory leaves open is absent. */
  readonly expected: readonly ExpectedUnits[];
  /** The same of the linear model in the place of lanes that theory says nothing of. */
  readonly guide?: readonly ExpectedUnits[];
}

export const PAPER = "Dang, Tran, Nguyen and Ho, ICLR 2024 (arXiv 2306.05023)";

export const DEFAULT_BASE = DEFAULT_CONFIG.base;

export const spectrum = (
  ...theta: readonly number[]
): Pick<Settings, "data"> => ({ data: { kind: "spectrum", theta } });

/** The spectrum on which the models' statements are shown one after another. */
export const SIX = spectrum(3, 2.2, 1.6, 1.2, 0.9, 0.6);

/** One lane for each value of a setting. */
export function lanesOver<K extends keyof Settings>(
  settings: Settings,
  key: K,
  values: readonly Settings[K][],
): ExperimentConfig {
  return configOf(values.map((value) => ({ ...settings, [key]: value })));
}

export const fixedAt = (...std: readonly number[]) =>
  ({ kind: "fixed", std }) as const;

/** Lane A learnable, lane B fixed at `std`, all else alike. */
export function learnableAndFixed(
  change: Partial<Settings> = {},
  std = 1,
): ExperimentConfig {
  const settings: Settings = { ...DEFAULT_BASE, ...change };
  return configOf([settings, { ...settings, encoderVariance: fixedAt(std) }]);
}

/** Expected units of one level, lane by lane; null where theory leaves them open. */
export function units(
  level: 1 | 2,
  counts: readonly (number | null)[],
): ExpectedUnits[] {
  return counts.flatMap((activeUnits, lane) =>
    activeUnits === null ? [] : { lane, level, activeUnits },
  );
}
