/** Which settings a model has, and the rules by which the settings of one lane agree. */
import type { Problem } from "./check-shape.ts";
import type {
  Condition,
  DataSource,
  EncoderVariance,
  Settings,
} from "./config.ts";
import { FIELDS, fieldApplies, modelLabel } from "./fields.ts";
import { heldOut } from "./held-out.ts";
import { mayHoldImages, mostHalvings } from "./images.ts";
import { isHidden } from "./network-text.ts";
import { NEUTRAL } from "./neutral.ts";
import { needsSampling } from "./sampling.ts";
import type { SettingKey } from "./text.ts";
import { writeSetting } from "./text.ts";

/**
 * The settings with those that its model or its data do not have at their neutral values: x and y of
 * images and tables have no chosen correlation.
 */
export function neutralized(settings: Settings): Settings {
  const keys = Object.keys(NEUTRAL).filter(
    (key) => without(key as NeutralKey, settings) !== null,
  );
  if (keys.length === 0) return settings;
  const neutral: Partial<Settings> = NEUTRAL;
  return {
    ...settings,
    ...Object.fromEntries(keys.map((key) => [key, neutral[key as NeutralKey]])),
  };
}

type NeutralKey = keyof typeof NEUTRAL;

/** Why a setting that is not neutral is without effect, or null. */
function without(key: NeutralKey, settings: Settings): string | null {
  if (isNeutral(key, settings)) return null;
  const field = FIELDS.find((row) => row.key === key);
  if (field && !fieldApplies(field, settings.model))
    return `a ${lower(modelLabel(settings))} has none`;
  if ((key === "activation" || key === "maps") && !isHidden(settings.network))
    return "it is for networks with hidden layers";
  if (key === "correlation" && settings.data.kind !== "spectrum")
    return CORRELATION_OF_A_SPECTRUM;
  return null;
}

const CORRELATION_OF_A_SPECTRUM =
  "only a Gaussian of a chosen spectrum has a chosen correlation";

/** Whether a setting is as it is where an experiment does not have it; false of one that all have. */
export function isNeutral(key: SettingKey, settings: Settings): boolean {
  const neutral: Partial<Settings> = NEUTRAL;
  const value = neutral[key];
  return (
    value !== undefined &&
    writeSetting(key, settings[key]) === writeSetting(key, value)
  );
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

type Repair = (change: Partial<Settings>, message: string) => void;

/** A cross-field rule: looks at the settings as the rules before it leave them. */
type Rule = (settings: Settings, repair: Repair) => void;

/**
 * The cross-field rules, in order. Pixels are binary or as given to be Bernoulli's, and only
 * images are; convolutions halve images. Settings of other models and those without effect are
 * neutral. A fixed list has one std or one per latent, correlations are one or one per spectrum
 * entry: a longer list keeps its first entries, a shorter one repeats its last. What is predicted
 * from what must suit the data. A spectrum holds exactly only in more examples than it has
 * entries, with a correlated x than twice as many. What has no exact loss is sampled.
 */
export function agree(settings: Settings): Agreed {
  const repairs: { key: SettingKey; problem: Problem }[] = [];
  let agreed = settings;
  const repair: Repair = (change, message) => {
    agreed = { ...agreed, ...change };
    const key = Object.keys(change)[0] as SettingKey;
    repairs.push({ key, problem: { code: "clamped", message } });
  };
  for (const rule of RULES) rule(agreed, repair);
  return { settings: agreed, repairs };
}

const RULES: readonly Rule[] = [
  agreeOnPixels,
  agreeOnNetwork,
  agreeOnEffect,
  agreeOnStds,
  agreeOnCondition,
  agreeOnCorrelation,
  agreeOnRows,
  agreeOnEstimator,
];

function agreeOnPixels(settings: Settings, repair: Repair): void {
  const { data, likelihood, scaling } = settings;
  if (!mayHoldImages(data)) {
    if (likelihood === "bernoulli")
      repair(
        { likelihood: "gaussian" },
        "Bernoulli is for pixels from 0 to 1, and a chosen spectrum has none",
      );
    if (scaling === "binarize")
      repair(
        { scaling: "none" },
        "a Gaussian of a chosen spectrum stays as it is",
      );
    return;
  }
  if (
    likelihood === "bernoulli" &&
    scaling !== "none" &&
    scaling !== "binarize"
  )
    repair(
      { scaling: "none" },
      "a Bernoulli likelihood needs pixels from 0 to 1",
    );
}

function agreeOnNetwork({ data, network }: Settings, repair: Repair): void {
  if (network.kind !== "conv") return;
  const { channels, hidden } = network;
  const most = mostHalvings(data);
  if (channels.length <= most) return;
  if (most === 0)
    repair({ network: { kind: "dense", hidden } }, "convolutions need images");
  else
    repair(
      { network: { ...network, channels: channels.slice(0, most) } },
      `images of this size can be halved ${String(most)} times; the first convolutions are used`,
    );
}

function agreeOnEffect(settings: Settings, repair: Repair): void {
  for (const key of Object.keys(NEUTRAL) as NeutralKey[]) {
    const why = without(key, settings);
    if (why !== null) repair({ [key]: NEUTRAL[key] }, why);
  }
}

function agreeOnStds(settings: Settings, repair: Repair): void {
  for (const [key, count] of [
    ["encoderVariance", settings.latents],
    ["encoderVariance2", settings.latents2],
  ] as const) {
    const variance: EncoderVariance = settings[key];
    if (variance.kind !== "fixed") continue;
    const fit = fitted(variance.std, count, "standard deviations", "latents");
    if (fit) repair({ [key]: { kind: "fixed", std: fit.list } }, fit.message);
  }
}

function agreeOnCondition(settings: Settings, repair: Repair): void {
  const { model, data, condition } = settings;
  if (model !== "cvae") return;
  const suits =
    data.kind === "spectrum"
      ? condition.kind === "correlated"
      : data.kind === "file"
        ? condition.kind !== "correlated"
        : condition.kind === "quarter" || condition.kind === "half";
  if (!suits) repair({ condition: defaultCondition(data) }, SUITS[data.kind]);
}

const SUITS: Readonly<Record<DataSource["kind"], string>> = {
  spectrum: "with a chosen spectrum, x is a Gaussian correlated with y",
  digits8: "of an image, three quarters or the right half are predicted",
  digits28: "of an image, three quarters or the right half are predicted",
  file: "with a file, a part of its images or columns is predicted",
};

function agreeOnCorrelation(settings: Settings, repair: Repair): void {
  const { model, data, correlation } = settings;
  if (model !== "cvae" || data.kind !== "spectrum") return;
  const fit = fitted(
    correlation,
    data.theta.length,
    "correlations",
    "spectrum entries",
  );
  if (fit) repair({ correlation: fit.list }, fit.message);
}

function agreeOnRows(settings: Settings, repair: Repair): void {
  const { data, rows, model, testShare } = settings;
  if (data.kind !== "spectrum") return;
  const paired = model === "cvae";
  const columns = data.theta.length * (paired ? 2 : 1);
  if (rows - heldOut(rows, testShare) > columns) return;
  let needed = columns + 1;
  while (needed - heldOut(needed, testShare) <= columns) needed++;
  const entries = `a spectrum of ${String(data.theta.length)} entries`;
  const pair = paired ? " and an x of as many columns" : "";
  const kept = testShare > 0 ? " to train on" : "";
  repair(
    { rows: needed },
    `${entries}${pair} needs more than ${String(columns)} examples${kept}`,
  );
}

function agreeOnEstimator(settings: Settings, repair: Repair): void {
  if (settings.estimator === "sampled") return;
  const why = needsSampling(settings);
  if (why !== null) repair({ estimator: "sampled" }, why);
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

function lower(label: string): string {
  return label.startsWith("VAE")
    ? label
    : label.charAt(0).toLowerCase() + label.slice(1);
}
