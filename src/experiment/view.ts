/** Keys that say how to show an experiment, never what it computes: their values, and which of them last. */
import type { Notice } from "./config.ts";
import { quoted } from "./notices.ts";
import { readReceipt } from "./receipt.ts";

export const VIEW_KEYS = [
  "view",
  "lens",
  "map",
  "embed",
  "hide",
  "lock",
  "ask",
  "note",
  "r",
] as const;
export type ViewKey = (typeof VIEW_KEYS)[number];
export type View = Readonly<Partial<Record<ViewKey, string>>>;

/** Characters of a note. */
export const MAX_NOTE = 140;

/** Those of a classroom link. */
export const CLASSROOM_KEYS = ["hide", "ask", "lock", "note"] as const;

const FLAGS: readonly ViewKey[] = ["embed", "hide", "lock", "ask"];
const LENSES = ["modes", "units"];

/** Value of a key as it is used, or null if it cannot be; and what there is to say about that. */
export function readView(
  key: ViewKey,
  text: string,
): { readonly value: string | null; readonly notice?: Notice } {
  const refused = (expected: string) =>
    ({
      value: null,
      notice: {
        code: "invalid",
        field: key,
        given: text,
        message: `${quoted(key)} is ${quoted(text)}, which is not ${expected}; it is ignored.`,
      },
    }) as const;
  if (FLAGS.includes(key))
    return text === "1"
      ? { value: text }
      : refused("1, the one thing it can be");
  if (key === "lens")
    return LENSES.includes(text) ? { value: text } : refused("modes or units");
  if (key === "r")
    return readReceipt(text)
      ? { value: text }
      : refused("steps and numbers of an author's run");
  if (key !== "note") return { value: text };
  const value = Array.from(text).slice(0, MAX_NOTE).join("");
  if (value === text) return { value };
  const message = `A note has at most ${String(MAX_NOTE)} characters; the rest was left out.`;
  const notice = {
    code: "clamped",
    field: key,
    given: text,
    used: value,
    message,
  } as const;
  return { value, notice };
}

/** What goes along when another experiment is chosen in a classroom view: not what is about the first. */
export function classroomView(view: View): View {
  return chosen(view, CLASSROOM_KEYS);
}

export function isClassroom(view: View): boolean {
  return CLASSROOM_KEYS.some((key) => view[key] !== undefined);
}

/** The view without some keys. */
export function withoutKeys(view: View, keys: readonly ViewKey[]): View {
  return chosen(
    view,
    VIEW_KEYS.filter((key) => !keys.includes(key)),
  );
}

function chosen(view: View, keys: readonly ViewKey[]): View {
  return Object.fromEntries(
    keys.flatMap((key) => (view[key] === undefined ? [] : [[key, view[key]]])),
  );
}
