/** How a value is judged: its structure by valibot, its numbers against their ranges. */
import * as v from "valibot";
import type { Notice } from "./config.ts";
import { clampNumber, describeRange, type NumberRange } from "./numbers.ts";

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

/** The output of `schema`, or one problem; keys that the schema does not know are told too. */
export function shaped<T>(
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
export function limited(
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
