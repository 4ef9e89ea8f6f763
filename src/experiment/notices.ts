/** Sentences for what is not used as given. */
import { agree } from "./agree.ts";
import type { Problem } from "./check-shape.ts";
import type { Notice, Settings } from "./config.ts";
import type { Field } from "./fields.ts";
import { FIELDS, fieldOf } from "./fields.ts";
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

/** Lanes whose settings agree with each other; what had to change becomes notices. */
export function cleared(
  lanes: readonly Settings[],
  notices: Notice[],
): Settings[] {
  const agreed = lanes.map(agree);
  for (const { key } of FIELDS) {
    const told = agreed.flatMap(({ settings, repairs }, lane) => {
      const repair = repairs.find((one) => one.key === key);
      if (!repair) return [];
      const given = writeSetting(key, lanes[lane][key]);
      return [
        {
          lane,
          given,
          used: writeSetting(key, settings[key]),
          problem: repair.problem,
        },
      ];
    });
    // The same in all lanes is one thing to say.
    const kinds = new Set(told.map(({ given, used }) => `${given} ${used}`))
      .size;
    const shared = kinds === 1 && told.length === lanes.length;
    for (const { lane, given, used, problem } of shared
      ? told.slice(0, 1)
      : told) {
      const where = shared ? null : lane;
      notices.push(noticeOf(fieldOf(key), problem, given, used, where));
    }
  }
  return agreed.map(({ settings }) => settings);
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
