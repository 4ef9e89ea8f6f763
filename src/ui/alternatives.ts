/** What lane B does differently when a visitor asks for a difference: something worth comparing, to be edited. */
import type { Settings } from "../experiment/config.ts";
import type { Field } from "../experiment/fields.ts";
import { isHidden } from "../experiment/network-text.ts";
import { clampNumber } from "../experiment/numbers.ts";
import { scheduleAs } from "./edit.ts";
import { networkAs } from "./layers-edit.ts";

/** Settings that are no numbers and in which lanes can be set apart. */
export const ALTERNATIVES: readonly Field["key"][] = [
  "network",
  "activation",
  "maps",
  "likelihood",
  "klSchedule",
];

/** Lane B's value of a number or of one of `ALTERNATIVES`, where lane A's settings are these. */
export function alternative(field: Field, settings: Settings): never {
  return other(field, settings) as never;
}

function other(field: Field, settings: Settings): unknown {
  if (field.type === "number") {
    const { min, max, step } = field.range;
    const value = settings[field.key];
    // Twice nothing is nothing.
    if (value === 0) return clampNumber(field.range, Math.max(min, 2 * step));
    return clampNumber(field.range, 2 * value > max ? value / 2 : 2 * value);
  }
  if (field.type === "choice")
    return field.options.find(({ value }) => value !== settings[field.key])
      ?.value;
  if (field.key === "klSchedule")
    return scheduleAs(
      settings.klSchedule,
      settings.klSchedule.kind === "constant" ? "warmup" : "constant",
      settings.steps,
    );
  return networkAs(
    settings.network,
    isHidden(settings.network) ? "linear" : "dense",
  );
}
