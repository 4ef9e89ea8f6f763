/** A sweep's grid: which trainings it is made of, in which order. Pure. */
import { agree } from "../experiment/agree.ts";
import { checkSetting } from "../experiment/check.ts";
import {
  laneSettings,
  type ExperimentConfig,
  type Settings,
} from "../experiment/config.ts";
import { fieldApplies, fieldOf } from "../experiment/fields.ts";
import type { SettingKey } from "../experiment/text.ts";
import type { SweepAxis, SweepField, SweepSpec } from "./sweep-protocol.ts";

/** One training. */
export interface SweepCell {
  /** One for each axis. */
  readonly values: readonly number[];
  readonly settings: Settings;
}

/** How a number becomes (part of) a setting. */
const FIELDS: Readonly<
  Record<
    SweepField,
    {
      readonly key: SettingKey;
      readonly set: (settings: Settings, value: number) => Partial<Settings>;
    }
  >
> = {
  beta: { key: "beta", set: (_, beta) => ({ beta }) },
  beta2: { key: "beta2", set: (_, beta2) => ({ beta2 }) },
  etaDec: { key: "etaDec", set: (_, etaDec) => ({ etaDec }) },
  etaEnc: { key: "etaEnc", set: (_, etaEnc) => ({ etaEnc }) },
  latents: { key: "latents", set: (_, latents) => ({ latents }) },
  latents2: { key: "latents2", set: (_, latents2) => ({ latents2 }) },
  std: {
    key: "encoderVariance",
    set: (_, std) => ({ encoderVariance: { kind: "fixed", std: [std] } }),
  },
  std2: {
    key: "encoderVariance2",
    set: (_, std) => ({ encoderVariance2: { kind: "fixed", std: [std] } }),
  },
  correlation: {
    key: "correlation",
    set: (_, correlation) => ({ correlation: [correlation] }),
  },
  freeBits: { key: "freeBits", set: (_, freeBits) => ({ freeBits }) },
  learningRate: {
    key: "optimizer",
    set: ({ optimizer }, learningRate) => ({
      optimizer: { ...optimizer, learningRate },
    }),
  },
};

/** Settings with the number a sweep varies at `value`; all else that must agree with it agrees. */
export function withField(
  settings: Settings,
  field: SweepField,
  value: number,
): Settings {
  return agree({ ...settings, ...FIELDS[field].set(settings, value) }).settings;
}

/** One sentence for people on why a sweep cannot be run, or null. */
export function whyNoSweep(spec: SweepSpec): string | null {
  const { axes, seeds, steps } = spec;
  if (axes.length < 1 || axes.length > 2)
    return `A sweep has one or two axes, and this one has ${axes.length}.`;
  if (axes.length === 2 && axes[0].field === axes[1].field)
    return `Both axes of the sweep are ${axes[0].field}: choose two different settings.`;
  if (seeds.length === 0)
    return "A sweep needs at least one seed to train its cells from.";
  if (steps !== undefined && !(Number.isSafeInteger(steps) && steps > 0))
    return `A sweep's cells train a whole number of steps above 0, not ${steps}.`;
  const base = laneSettings(spec.config, 0);
  for (const axis of axes) {
    const why = whyNoAxis(base, axis);
    if (why !== null) return why;
  }
  return null;
}

function whyNoAxis(
  base: Settings,
  { field, values }: SweepAxis,
): string | null {
  if (!Object.hasOwn(FIELDS, field))
    return `A sweep cannot vary ${field}: choose among ${Object.keys(FIELDS).join(", ")}.`;
  if (values.length === 0)
    return `The axis ${field} has no values: give at least one.`;
  for (const value of values) {
    const { key, set } = FIELDS[field];
    const changed = { ...base, ...set(base, value) };
    const problem = checkSetting(key, changed[key]).problems.at(0);
    if (!Number.isFinite(value) || problem)
      return `${field} cannot be ${value}: ${problem?.message ?? "it must be a finite number"}.`;
    const row = fieldOf(key);
    if (!fieldApplies(row, base.model) || row.when?.(changed) === false)
      return `${field} has no effect on this experiment, so it cannot be varied.`;
  }
  return null;
}

/**
 * All trainings, seed by seed; within a seed the first axis moves fastest.
 *
 * @throws RangeError with a sentence for people when the spec cannot be run.
 */
export function sweepCells(spec: SweepSpec): SweepCell[] {
  const why = whyNoSweep(spec);
  if (why !== null) throw new RangeError(why);
  const base = laneSettings(spec.config, 0);
  const combinations = spec.axes.reduceRight<number[][]>(
    (rest, { values }) =>
      rest.flatMap((tail) => values.map((value) => [value, ...tail])),
    [[]],
  );
  return spec.seeds.flatMap((seed) =>
    combinations.map((values) => ({
      values,
      settings: spec.axes.reduce(
        (settings, { field }, axis) => withField(settings, field, values[axis]),
        { ...base, seed, steps: spec.steps ?? base.steps },
      ),
    })),
  );
}

/** Cells that train side by side: all of one seed, at most `lanes` of them. */
export function batches(
  cells: readonly SweepCell[],
  lanes: number,
): SweepCell[][] {
  const grouped: SweepCell[][] = [];
  for (const cell of cells) {
    const last = grouped.at(-1);
    const fits =
      last &&
      last.length < lanes &&
      last[0].settings.seed === cell.settings.seed;
    if (fits) last.push(cell);
    else grouped.push([cell]);
  }
  return grouped;
}

/** Lanes of one trainer. Not an experiment for links: it may have more lanes than those. */
export function batchConfig(cells: readonly SweepCell[]): ExperimentConfig {
  return {
    base: cells[0].settings,
    lanes: cells.map(({ settings }) => settings),
  };
}
