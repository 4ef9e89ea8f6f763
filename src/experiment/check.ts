/**
 * Judges one plain value for one setting: as given, repaired (out of range, unsorted) or refused.
 *
 * Structure is valibot's business; ranges are repaired here because a repair must be told.
 */
import * as v from "valibot";
import type {
  DataSource,
  EncoderVariance,
  Notice,
  Settings,
} from "./config.ts";
import {
  clampNumber,
  describeRange,
  formatNumber,
  type NumberRange,
} from "./numbers.ts";
import {
  CHOICES,
  MAX_FILE_NAME,
  MAX_THETA,
  type NumberKey,
  PARTS,
  RANGES,
} from "./ranges.ts";
import type { SettingKey } from "./text.ts";

/** One thing about a value that is not used as given; `message` has no full stop. */
export interface Problem {
  readonly code: Extract<Notice["code"], "clamped" | "invalid" | "unknown">;
  readonly message: string;
}

/** `value` is undefined when nothing of what was given can be used. */
export interface Checked<T> {
  readonly value: T | undefined;
  readonly problems: readonly Problem[];
}

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
  v.object({
    kind: v.literal("fixed"),
    std: v.pipe(v.array(v.number()), v.minLength(1)),
  }),
]);
const OptimizerShape = v.object({
  kind: v.picklist(["adam", "sgd"]),
  learningRate: v.number(),
});

const EXPECTED = {
  data: "spec: with a list of numbers, digits8, digits28, or file: with name, size and hash",
  encoderVariance:
    "learn: with a standard deviation, or fix: with one or a list",
  optimizer: "adam: or sgd: with a learning rate",
} as const;

/** The output of `schema`, or one problem; keys that the schema does not know are told too. */
function shaped<T>(
  schema: v.GenericSchema<unknown, T>,
  raw: unknown,
  expected: string,
): Checked<T> {
  const result = v.safeParse(schema, raw);
  if (!result.success) {
    return {
      value: undefined,
      problems: [{ code: "invalid", message: `expected ${expected}` }],
    };
  }
  const { output } = result;
  if (typeof raw !== "object" || raw === null)
    return { value: output, problems: [] };
  const extra = Object.keys(raw).filter(
    (key) => !Object.hasOwn(output as object, key),
  );
  return {
    value: output,
    problems: extra.map((key) => ({
      code: "unknown",
      message: `“${key}” is not known and is ignored`,
    })),
  };
}

/** Clamps and rounds every entry; all repairs together are one problem. */
function limited(
  range: NumberRange,
  subject: string,
  values: readonly number[],
  problems: Problem[],
): number[] {
  const used = values.map((value) => clampNumber(range, value));
  if (used.some((value, index) => value !== values[index])) {
    problems.push({
      code: "clamped",
      message: `${subject} takes ${describeRange(range)}`,
    });
  }
  return used;
}

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
  if (value.kind === "learnable") {
    return {
      value: {
        kind: "learnable",
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
  biases: (raw) => shaped(v.boolean(), raw, "1 (on) or 0 (off)"),
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

/** Settings of a lane that agree with each other, and what had to change for it. */
export interface Agreed {
  readonly settings: Settings;
  readonly repairs: readonly {
    readonly key: SettingKey;
    readonly problem: Problem;
  }[];
}

/**
 * The cross-field rules. A fixed list has one std or one per latent: a longer list keeps its first
 * entries, a shorter one repeats its last. A spectrum holds exactly only in more examples than it
 * has entries.
 */
export function agree(settings: Settings): Agreed {
  const { encoderVariance: variance, latents, data, rows } = settings;
  const repairs: { key: SettingKey; problem: Problem }[] = [];
  let agreed = settings;
  if (
    variance.kind === "fixed" &&
    ![1, latents].includes(variance.std.length)
  ) {
    const given = variance.std;
    const last = given[given.length - 1];
    const std = Array.from(
      { length: latents },
      (_, index) => given[index] ?? last,
    );
    agreed = { ...agreed, encoderVariance: { kind: "fixed", std } };
    const how =
      given.length > latents
        ? "the first ones are used"
        : "the last one is repeated";
    const counts = `${String(given.length)} standard deviations for ${String(latents)} latents`;
    repairs.push({
      key: "encoderVariance",
      problem: { code: "clamped", message: `${counts}; ${how}` },
    });
  }
  if (data.kind === "spectrum" && rows <= data.theta.length) {
    const entries = String(data.theta.length);
    agreed = { ...agreed, rows: data.theta.length + 1 };
    repairs.push({
      key: "rows",
      problem: {
        code: "clamped",
        message: `a spectrum of ${entries} entries needs more than ${entries} examples`,
      },
    });
  }
  return { settings: agreed, repairs };
}
