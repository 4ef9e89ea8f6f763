/**
 * Judges one plain value for one setting: as given, repaired (out of range, unsorted) or refused.
 *
 * Structure is valibot's business; ranges are repaired here because a repair must be told.
 */
import * as v from "valibot";
import { checkNetwork, checkSchedule } from "./check-network.ts";
import { type Checked, limited, type Problem, shaped } from "./check-shape.ts";
import type {
  Condition,
  DataSource,
  EncoderVariance,
  Settings,
} from "./config.ts";
import { describeRange, formatNumber, type NumberRange } from "./numbers.ts";
import {
  CHOICES,
  MAX_COLUMNS,
  MAX_FILE_NAME,
  MAX_THETA,
  type NumberKey,
  PARTS,
  RANGES,
} from "./ranges.ts";
import type { SettingKey } from "./text.ts";

const Data = v.variant("kind", [
  v.object({
    kind: v.literal("spectrum"),
    theta: v.pipe(v.array(v.number()), v.minLength(1)),
  }),
  v.object({ kind: v.literal("digits8") }),
  v.object({ kind: v.literal("digits28") }),
  v.object({
    kind: v.literal("file"),
    name: v.pipe(v.string(), v.minLength(1)),
    bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    hash: v.pipe(v.string(), v.toLowerCase(), v.regex(/^[0-9a-f]{16}$/)),
  }),
]);
const Variance = v.variant("kind", [
  v.object({ kind: v.literal("learnable"), std: v.number() }),
  v.object({ kind: v.literal("predicted"), std: v.number() }),
  v.object({
    kind: v.literal("fixed"),
    std: v.pipe(v.array(v.number()), v.minLength(1)),
  }),
]);
const ConditionShape = v.variant("kind", [
  v.object({ kind: v.literal("correlated") }),
  v.object({ kind: v.literal("quarter") }),
  v.object({ kind: v.literal("half") }),
  v.object({
    kind: v.literal("columns"),
    columns: v.pipe(v.array(v.number()), v.minLength(1)),
  }),
]);
const Correlations = v.pipe(v.array(v.number()), v.minLength(1));
const OptimizerShape = v.object({
  kind: v.picklist(["adam", "sgd"]),
  learningRate: v.number(),
});

const EXPECTED = {
  data: "spec: with a list of numbers, digits8, digits28, or file: with name, size and hash",
  encoderVariance:
    "learn: or pred: with a standard deviation, or fix: with one or a list",
  optimizer: "adam: or sgd: with a learning rate",
  condition:
    "rho, quarter, half, or cols: with a list of columns such as 1-5,8",
  correlation: "one number from -1 to 1, or one for each spectrum entry",
} as const;

function checkNumber(range: NumberRange): (raw: unknown) => Checked<number> {
  return (raw) => {
    const { value, problems } = shaped(v.number(), raw, describeRange(range));
    if (value === undefined) return { value, problems };
    const all = [...problems];
    return { value: limited(range, "it", [value], all)[0], problems: all };
  };
}

function checkChoice<K extends keyof typeof CHOICES>(
  key: K,
): (raw: unknown) => Checked<Settings[K]> {
  const values: readonly string[] = CHOICES[key].map((option) => option.value);
  const expected = CHOICES[key].map((option) => option.text).join(" or ");
  const known = v.custom<Settings[K]>((raw) =>
    values.some((value) => value === raw),
  );
  return (raw) => shaped(known, raw, expected);
}

function checkTheta(
  theta: readonly number[],
  problems: Problem[],
): number[] | undefined {
  if (theta.length > MAX_THETA) {
    problems.push({
      code: "clamped",
      message: `a spectrum has at most ${formatNumber(MAX_THETA)} entries; the first ones are used`,
    });
  }
  const inside = limited(
    PARTS.theta,
    "a spectrum entry",
    theta.slice(0, MAX_THETA),
    problems,
  );
  const sorted = inside.toSorted((a, b) => b - a);
  if (sorted.some((value, index) => value !== inside[index])) {
    problems.push({
      code: "clamped",
      message: "a spectrum runs from large to small; it was sorted",
    });
  }
  if (sorted[0] > 0) return sorted;
  problems.push({
    code: "invalid",
    message: "a spectrum needs one entry above zero",
  });
  return undefined;
}

function checkData(raw: unknown): Checked<DataSource> {
  const { value, problems } = shaped(Data, raw, EXPECTED.data);
  const all = [...problems];
  if (value?.kind === "spectrum") {
    const theta = checkTheta(value.theta, all);
    return { value: theta && { kind: "spectrum", theta }, problems: all };
  }
  if (value?.kind === "file") {
    // Whole characters only: a lone half of a pair cannot be written in a link.
    const name = Array.from(value.name.replace(/\p{Surrogate}/gu, "\uFFFD"))
      .slice(0, MAX_FILE_NAME)
      .join("");
    if (name !== value.name) {
      all.push({
        code: "clamped",
        message: "the file's name was shortened or cleaned",
      });
    }
    return { value: { ...value, name }, problems: all };
  }
  return { value, problems: all };
}

function checkVariance(raw: unknown): Checked<EncoderVariance> {
  const { value, problems } = shaped(Variance, raw, EXPECTED.encoderVariance);
  const all = [...problems];
  if (value === undefined) return { value, problems };
  if (value.kind !== "fixed") {
    return {
      value: {
        kind: value.kind,
        std: limited(PARTS.std, "a standard deviation", [value.std], all)[0],
      },
      problems: all,
    };
  }
  const most = RANGES.latents.max;
  if (value.std.length > most) {
    all.push({
      code: "clamped",
      message: `at most ${formatNumber(most)} standard deviations; the first ones are used`,
    });
  }
  const std = limited(
    PARTS.std,
    "a standard deviation",
    value.std.slice(0, most),
    all,
  );
  return { value: { kind: "fixed", std }, problems: all };
}

function checkCondition(raw: unknown): Checked<Condition> {
  const { value, problems } = shaped(ConditionShape, raw, EXPECTED.condition);
  if (value?.kind !== "columns") return { value, problems };
  const all = [...problems];
  const columns = [...new Set(value.columns)]
    .filter(
      (column) =>
        Number.isInteger(column) && column >= 0 && column < MAX_COLUMNS,
    )
    .sort((a, b) => a - b);
  const limits = `columns are whole numbers from 1 to ${formatNumber(MAX_COLUMNS)}`;
  if (columns.length === 0) {
    all.push({ code: "invalid", message: limits });
    return { value: undefined, problems: all };
  }
  const same =
    columns.length === value.columns.length &&
    columns.every((column, index) => column === value.columns[index]);
  if (!same) {
    all.push({
      code: "clamped",
      message: `${limits}, each named once and in order`,
    });
  }
  return { value: { kind: "columns", columns }, problems: all };
}

function checkCorrelation(raw: unknown): Checked<readonly number[]> {
  const { value, problems } = shaped(Correlations, raw, EXPECTED.correlation);
  if (value === undefined) return { value, problems };
  const all = [...problems];
  if (value.length > MAX_THETA) {
    all.push({
      code: "clamped",
      message: `at most ${formatNumber(MAX_THETA)} correlations; the first ones are used`,
    });
  }
  const given = value.slice(0, MAX_THETA);
  return {
    value: limited(PARTS.correlation, "a correlation", given, all),
    problems: all,
  };
}

function checkOptimizer(raw: unknown): Checked<Settings["optimizer"]> {
  const { value, problems } = shaped(OptimizerShape, raw, EXPECTED.optimizer);
  if (value === undefined) return { value, problems };
  const all = [...problems];
  const learningRate = limited(
    PARTS.learningRate,
    "the learning rate",
    [value.learningRate],
    all,
  )[0];
  return { value: { kind: value.kind, learningRate }, problems: all };
}

const NUMBERS = Object.fromEntries(
  Object.entries(RANGES).map(([key, range]) => [key, checkNumber(range)]),
) as Record<NumberKey, (raw: unknown) => Checked<number>>;

const CHECKS: {
  readonly [K in SettingKey]: (raw: unknown) => Checked<Settings[K]>;
} = {
  ...NUMBERS,
  model: checkChoice("model"),
  data: checkData,
  scaling: checkChoice("scaling"),
  encoderVariance: checkVariance,
  encoderVariance2: checkVariance,
  condition: checkCondition,
  correlation: checkCorrelation,
  biases: (raw) => shaped(v.boolean(), raw, "1 (on) or 0 (off)"),
  network: checkNetwork,
  activation: checkChoice("activation"),
  maps: checkChoice("maps"),
  likelihood: checkChoice("likelihood"),
  klSchedule: checkSchedule,
  estimator: checkChoice("estimator"),
  optimizer: checkOptimizer,
};

/** Judges a plain value; never throws. A repaired value comes with a problem per kind of repair. */
export function checkSetting<K extends SettingKey>(
  key: K,
  raw: unknown,
): Checked<Settings[K]> {
  return CHECKS[key](raw);
}
