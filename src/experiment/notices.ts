/** Sentences for what is not used as given. */
import { checkStdCount, type Problem } from "./check.ts";
import type { Notice, Settings } from "./config.ts";
import type { Field } from "./fields.ts";
import { fieldOf } from "./fields.ts";
import { laneName } from "./names.ts";
import { MAX_LANES } from "./ranges.ts";
import { writeSetting } from "./text.ts";

const LONGEST = 60;

/** A given text, short enough for a sentence. */
export function quoted(text: string): string {
  return `“${text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text}”`;
}

/** The notice of a problem with a field's value; `lane` null where it holds for all lanes. */
export function noticeOf(
  field: Field,
  problem: Problem,
  given: string,
  used: string,
  lane: number | null,
): Notice {
  const where =
    lane === null ? field.label : `${field.label} of lane ${laneName(lane)}`;
  const cut = quoted(used).slice(1, -1);
  const message =
    problem.code === "invalid"
      ? `${where}: ${quoted(given)} cannot be used, ${problem.message}; ${cut} is used.`
      : `${where}: ${quoted(given)} was given, ${cut} is used; ${problem.message}.`;
  return { code: problem.code, field: field.key, given, used, message };
}

/** Lane settings that agree with each other; what had to change becomes a notice. */
export function cleared(
  settings: Settings,
  lane: number,
  notices: Notice[],
): Settings {
  const { value, problem } = checkStdCount(
    settings.encoderVariance,
    settings.latents,
  );
  if (!problem) return settings;
  const given = writeSetting("encoderVariance", settings.encoderVariance);
  const used = writeSetting("encoderVariance", value);
  notices.push(
    noticeOf(fieldOf("encoderVariance"), problem, given, used, lane),
  );
  return { ...settings, encoderVariance: value };
}

/** Said when more lanes are given than there can be. */
export function tooManyLanes(given: number): Notice {
  return {
    code: "clamped",
    field: "lanes",
    given: String(given),
    used: String(MAX_LANES),
    message: `At most ${String(MAX_LANES)} lanes are compared; the first ones are used.`,
  };
}
