/** Changes of an experiment as new experiments: the page never mutates a config. */
import { checkSetting } from "../experiment/check.ts";
import type {
  Condition,
  ExperimentConfig,
  KlSchedule,
  Settings,
} from "../experiment/config.ts";
import { readColumns } from "../experiment/condition-text.ts";
import { fieldOf } from "../experiment/fields.ts";
import { numberIn } from "../experiment/numbers.ts";
import { changeSettings, differences } from "../experiment/schema.ts";
import { MAX_THETA, PARTS } from "../experiment/ranges.ts";

/** Sets a field in lane `lane` alone if the lanes differ in it, else in all of them. */
export function changeIn<K extends keyof Settings>(
  config: ExperimentConfig,
  key: K,
  value: Settings[K],
  lane: number,
): ExperimentConfig {
  return changeSettings(
    config,
    key,
    value,
    differences(config).includes(key) ? lane : undefined,
  );
}

/** Lanes with a control of their own for a setting: all if they differ in it, else the first speaks for all. */
export function lanesWith(
  config: ExperimentConfig,
  key: keyof Settings,
): number[] {
  return differences(config).includes(key)
    ? config.lanes.map((_, lane) => lane)
    : [0];
}

/** A plain value as a setting takes it, exactly, or the field's own words on why it does not. */
export function checked<K extends keyof Settings>(
  key: K,
  raw: unknown,
): { readonly value: Settings[K] } | { readonly message: string } {
  const { value, problems } = checkSetting<K>(key, raw);
  if (value !== undefined && problems.length === 0) return { value };
  const said = problems.map((problem) => problem.message).join("; ");
  return { message: `${fieldOf(key).label}: ${said}.` };
}

/** A schedule of another kind that lasts about as long as this run can use. */
export function scheduleAs(
  now: KlSchedule,
  kind: KlSchedule["kind"],
  steps: number,
): KlSchedule {
  if (now.kind === kind) return now;
  const third = Math.max(2, Math.round(steps / 3));
  switch (kind) {
    case "constant":
      return { kind };
    case "warmup":
      return { kind, steps: third };
    case "cyclical":
      return { kind, period: Math.max(2, Math.round(steps / 4)), ramp: 0.5 };
    case "points":
      return {
        kind,
        points: [
          [0, 0],
          [third, 1],
        ],
      };
  }
}

/** "0 0, 500 1" to pairs; null unless it is pairs of numbers. The field judges their values. */
export function readPoints(words: string): [number, number][] | null {
  const pairs = words
    .split(/[,;\n]+/)
    .map((pair) => pair.trim().split(/[\s:]+/))
    .filter(([first]) => first !== "");
  const points = pairs.map((pair) => pair.map(numberIn));
  const usable =
    points.length > 0 &&
    points.every(
      (pair): pair is [number, number] =>
        pair.length === 2 && pair.every((x) => x !== null),
    );
  return usable ? points : null;
}

/** A seed that has not just been tried: the page's only use of chance, and it ends up in the link. */
export function freshSeed(current: number): number {
  const word = crypto.getRandomValues(new Uint32Array(1))[0];
  const seed = 1 + (word % 9999);
  return seed === current ? (seed % 9999) + 1 : seed;
}

/** Spectrum of measured data as a data source for a link: at most 128 entries, four digits each. */
export function spectrumOf(theta: readonly number[]): Settings["data"] {
  const kept = theta
    .slice(0, MAX_THETA)
    .map((t) => Math.min(PARTS.theta.max, Number(t.toPrecision(4))))
    .filter((t, i) => t > 1e-6 || i === 0);
  return { kind: "spectrum", theta: kept };
}

/** "3, 2.4 1.9" to numbers, descending; null unless they are 1 to 128 numbers in range, one positive. */
export function parseSpectrum(words: string): number[] | null {
  const numbers = words
    .split(/[\s,;]+/)
    .filter((word) => word !== "")
    .map(Number);
  const usable =
    numbers.length > 0 &&
    numbers.length <= MAX_THETA &&
    numbers.every((x) => x >= 0 && x <= PARTS.theta.max) &&
    numbers.some((x) => x > 0);
  return usable ? numbers.sort((a, b) => b - a) : null;
}

/** "8, 1-5" as what is given of a table of `columns`; null if it is no such list, or leaves nothing to predict. */
export function columnsTask(words: string, columns: number): Condition | null {
  const listed = readColumns(
    words
      .replaceAll(/[;\s]+/g, ",")
      .replace(/,+/g, ",")
      .replace(/^,|,$/g, ""),
  );
  if (!listed) return null;
  const given = [...new Set(listed)].sort((a, b) => a - b);
  const fits =
    given.length > 0 &&
    given.length < columns &&
    given.every((column) => column >= 0 && column < columns);
  return fits ? { kind: "columns", columns: given } : null;
}
