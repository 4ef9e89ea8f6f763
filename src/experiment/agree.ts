/** Which settings a model has, and the rules by which the settings of one lane agree. */
import type { Problem } from "./check-shape.ts";
import type {
  Condition,
  DataSource,
  EncoderVariance,
  ModelKind,
  Settings,
} from "./config.ts";
import { FIELDS, fieldApplies } from "./fields.ts";
import { CHOICES } from "./ranges.ts";
import type { SettingKey } from "./text.ts";
import { writeSetting } from "./text.ts";

/** What settings of other models hold: an experiment has one form whatever it was made from. */
export const NEUTRAL = {
  latents2: 8,
  beta2: 1,
  encoderVariance2: { kind: "learnable", std: 1 },
  condition: { kind: "correlated" },
  correlation: [0],
} as const satisfies Partial<Settings>;

/**
 * The settings with those that its model or its data do not have at their neutral values: x and y
 * of images and tables have no chosen correlation.
 */
export function neutralized(settings: Settings): Settings {
  const keys: (keyof typeof NEUTRAL)[] = foreignKeys(settings);
  if (hidesCorrelation(settings)) keys.push("correlation");
  if (keys.length === 0) return settings;
  const neutral: Partial<Settings> = NEUTRAL;
  return {
    ...settings,
    ...Object.fromEntries(keys.map((key) => [key, neutral[key]])),
  };
}

/** Whether a conditional lane has a correlation that its data has no use for. */
function hidesCorrelation({ model, data, correlation }: Settings): boolean {
  return (
    model === "cvae" &&
    data.kind !== "spectrum" &&
    writeSetting("correlation", correlation) !==
      writeSetting("correlation", NEUTRAL.correlation)
  );
}

/** Settings that the lane's model does not have and that are not neutral. */
function foreignKeys(settings: Settings): (keyof typeof NEUTRAL)[] {
  return (Object.keys(NEUTRAL) as (keyof typeof NEUTRAL)[]).filter((key) => {
    const field = FIELDS.find((row) => row.key === key);
    if (!field || fieldApplies(field, settings.model)) return false;
    return writeSetting(key, settings[key]) !== writeSetting(key, NEUTRAL[key]);
  });
}

/** Names of tables; other files are taken for images until they are opened. */
const TABLE_NAME = /\.(csv|tsv|txt|dat)(\.gz)?$/i;

/**
 * What a conditional model predicts if nothing is said: a correlated Gaussian, three quarters of
 * an image, or a table from its first column. `image` tells what an opened file holds; without it
 * the file's name does.
 */
export function defaultCondition(data: DataSource, image?: boolean): Condition {
  if (data.kind === "spectrum") return { kind: "correlated" };
  const table = data.kind === "file" && !(image ?? !TABLE_NAME.test(data.name));
  return table ? { kind: "columns", columns: [0] } : { kind: "quarter" };
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
 * The cross-field rules. Settings of other models are neutral. A fixed list has one std or one per
 * latent, correlations are one or one per spectrum entry: a longer list keeps its first entries,
 * a shorter one repeats its last. What is predicted from what must suit the data. A spectrum
 * holds exactly only in more examples than it has entries, with a correlated x than twice as many.
 */
export function agree(settings: Settings): Agreed {
  const repairs: { key: SettingKey; problem: Problem }[] = [];
  let agreed = settings;
  const repair = (change: Partial<Settings>, message: string): void => {
    agreed = { ...agreed, ...change };
    const key = Object.keys(change)[0] as SettingKey;
    repairs.push({ key, problem: { code: "clamped", message } });
  };
  for (const key of foreignKeys(settings)) {
    repair({ [key]: NEUTRAL[key] }, `a ${modelWord(settings.model)} has none`);
  }
  for (const [key, count] of [
    ["encoderVariance", agreed.latents],
    ["encoderVariance2", agreed.latents2],
  ] as const) {
    const variance: EncoderVariance = agreed[key];
    if (variance.kind !== "fixed") continue;
    const fit = fitted(variance.std, count, "standard deviations", "latents");
    if (fit) repair({ [key]: { kind: "fixed", std: fit.list } }, fit.message);
  }
  if (agreed.model === "cvae") agreeOnCondition(agreed, repair);
  agreeOnRows(agreed, repair);
  return { settings: agreed, repairs };
}

type Repair = (change: Partial<Settings>, message: string) => void;

function agreeOnCondition(settings: Settings, repair: Repair): void {
  const { data, condition, correlation } = settings;
  const suits =
    data.kind === "spectrum"
      ? condition.kind === "correlated"
      : data.kind === "file"
        ? condition.kind !== "correlated"
        : condition.kind === "quarter" || condition.kind === "half";
  if (!suits) repair({ condition: defaultCondition(data) }, SUITS[data.kind]);
  if (data.kind !== "spectrum") {
    if (hidesCorrelation(settings))
      repair(
        { correlation: NEUTRAL.correlation },
        "only a Gaussian of a chosen spectrum has a chosen correlation",
      );
    return;
  }
  const fit = fitted(
    correlation,
    data.theta.length,
    "correlations",
    "spectrum entries",
  );
  if (fit) repair({ correlation: fit.list }, fit.message);
}

const SUITS: Readonly<Record<DataSource["kind"], string>> = {
  spectrum: "with a chosen spectrum, x is a Gaussian correlated with y",
  digits8: "of an image, three quarters or the right half are predicted",
  digits28: "of an image, three quarters or the right half are predicted",
  file: "with a file, a part of its images or columns is predicted",
};

function agreeOnRows(settings: Settings, repair: Repair): void {
  const { data, rows, model } = settings;
  if (data.kind !== "spectrum") return;
  const paired = model === "cvae";
  const columns = data.theta.length * (paired ? 2 : 1);
  if (rows > columns) return;
  const entries = `a spectrum of ${String(data.theta.length)} entries`;
  const pair = paired ? " and an x of as many columns" : "";
  repair(
    { rows: columns + 1 },
    `${entries}${pair} needs more than ${String(columns)} examples`,
  );
}

/** The list in the length asked for and why, or null if it has it or is one entry for all. */
function fitted(
  given: readonly number[],
  count: number,
  what: string,
  of: string,
): { readonly list: number[]; readonly message: string } | null {
  if (given.length === 1 || given.length === count) return null;
  const last = given[given.length - 1];
  const how =
    given.length > count
      ? "the first ones are used"
      : "the last one is repeated";
  return {
    list: Array.from({ length: count }, (_, index) => given[index] ?? last),
    message: `${String(given.length)} ${what} for ${String(count)} ${of}; ${how}`,
  };
}

function modelWord(model: ModelKind): string {
  const label = CHOICES.model.find(({ value }) => value === model)?.label;
  return label ? label.charAt(0).toLowerCase() + label.slice(1) : model;
}
