/** Validation of whole experiments given as plain objects, from JSON or a script. */
import * as v from "valibot";
import { checkSetting } from "./check.ts";
import type { Checked } from "./check-shape.ts";
import type {
  ExperimentConfig,
  ModelKind,
  Notice,
  Settings,
} from "./config.ts";
import { FIELDS, fieldsOf } from "./fields.ts";
import { laneName } from "./names.ts";
import { cleared, noticeOf, tooManyLanes } from "./notices.ts";
import { NEUTRAL } from "./neutral.ts";
import { MAX_LANES } from "./ranges.ts";
import { configOf, DEFAULT_CONFIG, defaultConfigOf } from "./schema.ts";
import { type SettingKey, writeSetting } from "./text.ts";

/** What validation found: always a usable experiment, and every change to what was given. */
export interface Validated {
  readonly config: ExperimentConfig;
  readonly notices: readonly Notice[];
}

const PlainObject = v.record(v.string(), v.unknown());

/** Validates a plain `{base, lanes}` object, e.g. parsed JSON; never throws. */
export function validateConfig(raw: unknown): Validated {
  const notices: Notice[] = [];
  const whole = v.safeParse(PlainObject, raw);
  const base = v.safeParse(
    PlainObject,
    whole.success ? whole.output.base : undefined,
  );
  if (!whole.success || !base.success) {
    const message =
      "This is not an experiment: expected {base, lanes}; the default one is used.";
    return { config: DEFAULT_CONFIG, notices: [{ code: "invalid", message }] };
  }
  for (const key of Object.keys(whole.output)) {
    if (key !== "base" && key !== "lanes") notices.push(unknownKey(key));
  }
  const differences = readLanes(whole.output.lanes, notices);
  const models = modelsOf(base.output, differences);
  const defaults = defaultConfigOf(models[0]).base;
  const baseSettings: Record<string, unknown> = readKeys(
    base.output,
    null,
    notices,
    defaults,
  );
  const neutral: Partial<Settings> = NEUTRAL;
  for (const field of FIELDS) {
    const { key, label } = field;
    if (key in baseSettings) continue;
    baseSettings[key] = field.optional ? neutral[key] : defaults[key];
    // An invalid value is told already; settings of other models need not be there.
    if (key in base.output || !fieldsOf(models).includes(field)) continue;
    if (field.optional) continue;
    const used = writeSetting(key, defaults[key]);
    notices.push({
      code: "missing",
      field: key,
      used,
      message: `${label} is not given; ${used} is used.`,
    });
  }
  const lanes = differences.map(
    (difference, index) =>
      ({
        ...baseSettings,
        ...readKeys(difference, index, notices, null),
      }) as Settings,
  );
  return { config: configOf(cleared(lanes, notices)), notices };
}

/** Models of the base and of the lanes that have their own, as far as they can be read. */
function modelsOf(
  base: Readonly<Record<string, unknown>>,
  lanes: readonly Readonly<Record<string, unknown>>[],
): [ModelKind, ...ModelKind[]] {
  const known = (raw: unknown): ModelKind | undefined =>
    checkSetting("model", raw).value;
  const own = lanes.flatMap((lane) => known(lane.model) ?? []);
  return [known(base.model) ?? DEFAULT_CONFIG.base.model, ...own];
}

function unknownKey(key: string): Notice {
  return {
    code: "unknown",
    field: key,
    message: `“${key}” is not known here and is ignored.`,
  };
}

function readLanes(raw: unknown, notices: Notice[]): Record<string, unknown>[] {
  const lanes = v.safeParse(v.pipe(v.array(PlainObject), v.minLength(1)), raw);
  if (!lanes.success) {
    notices.push({
      code: raw === undefined ? "missing" : "invalid",
      field: "lanes",
      used: "[{}]",
      message: "The lanes are not a list of differences; one lane is used.",
    });
    return [{}];
  }
  if (lanes.output.length > MAX_LANES)
    notices.push(tooManyLanes(lanes.output.length));
  return lanes.output.slice(0, MAX_LANES);
}

/** Checks the known keys of base (`lane` null, with its defaults) or of a lane's difference. */
function readKeys(
  raw: Readonly<Record<string, unknown>>,
  lane: number | null,
  notices: Notice[],
  defaults: Settings | null,
): Partial<Record<SettingKey, unknown>> {
  const read: Partial<Record<SettingKey, unknown>> = {};
  for (const [name, given] of Object.entries(raw)) {
    const field = FIELDS.find((row) => row.key === name);
    if (!field) {
      notices.push(unknownKey(name));
      continue;
    }
    if (lane !== null && !field.perLane) {
      const message = `${field.label} is shared by all lanes; lane ${laneName(lane)}'s is ignored.`;
      notices.push({
        code: "invalid",
        field: name,
        given: plainText(given),
        message,
      });
      continue;
    }
    const checked: Checked<Settings[SettingKey]> = checkSetting(
      field.key,
      given,
    );
    if (checked.value !== undefined) read[field.key] = checked.value;
    const used = checked.value ?? defaults?.[field.key];
    const usedText =
      used === undefined ? "the base's" : writeSetting(field.key, used);
    for (const problem of checked.problems) {
      notices.push(noticeOf(field, problem, plainText(given), usedText, lane));
    }
  }
  return read;
}

function plainText(given: unknown): string {
  if (typeof given === "string") return given;
  try {
    const json: unknown = JSON.stringify(given);
    return typeof json === "string" ? json : typeof given;
  } catch {
    return typeof given; // cycles and big integers
  }
}
