/** Numeric settings: limits, text and slider positions. Pure functions of a `NumberRange`. */

export interface NumberRange {
  /** How messages name it, e.g. "KL weight". */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly integer: boolean;
  /** The part of the range that a slider covers; a number box covers it all. */
  readonly slider: readonly [number, number];
  readonly scale: "linear" | "log";
  /** Increment of arrow keys and of a linear slider, in the setting's own unit. */
  readonly step: number;
}

export type Parsed<T> = { readonly value: T } | { readonly message: string };

/** Shortest text that reads back as the same number. */
export function formatNumber(value: number): string {
  return String(value === 0 ? 0 : value);
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** The number written in `text`, or null if it is anything else (hex, units, empty, "NaN"). */
export function numberIn(text: string): number | null {
  return NUMBER.test(text) ? Number(text) : null;
}

/** "a whole number from 1 to 64". */
export function describeRange(range: NumberRange): string {
  const kind = range.integer ? "a whole number" : "a number";
  return `${kind} from ${formatNumber(range.min)} to ${formatNumber(range.max)}`;
}

/** Nearest allowed value. `value` must not be NaN. */
export function clampNumber(range: NumberRange, value: number): number {
  const inside = Math.min(range.max, Math.max(range.min, value));
  const allowed = range.integer ? Math.round(inside) : inside;
  return allowed === 0 ? 0 : allowed;
}

/** Reads a number box: exact, never clamped; the message says what is expected. */
export function parseNumber(range: NumberRange, text: string): Parsed<number> {
  const trimmed = text.trim();
  const value = numberIn(trimmed);
  if (value === null) {
    const hint = /^[+-]?\d+,\d+$/.test(trimmed)
      ? ` Write ${trimmed.replace(",", ".")} with a point.`
      : "";
    return { message: `${range.name} takes ${describeRange(range)}.${hint}` };
  }
  if (clampNumber(range, value) !== value) {
    return {
      message: `${range.name} takes ${describeRange(range)}; ${trimmed} is not one.`,
    };
  }
  return { value: clampNumber(range, value) };
}

/** Slider position, 0 to 1, of a value; values beyond the slider stand at its end. */
export function toSlider(range: NumberRange, value: number): number {
  const [low, high] = range.slider;
  const inside = Math.min(high, Math.max(low, value));
  return range.scale === "log"
    ? Math.log(inside / low) / Math.log(high / low)
    : (inside - low) / (high - low);
}

/** Value at slider position 0 to 1: three digits on a log scale, whole steps on a linear one. */
export function fromSlider(range: NumberRange, position: number): number {
  const [low, high] = range.slider;
  const at = Math.min(1, Math.max(0, position));
  const exact =
    range.scale === "log"
      ? low * Math.pow(high / low, at)
      : stepped(range, low, at * (high - low));
  const rounded = Number(exact.toPrecision(range.scale === "log" ? 3 : 12));
  return clampNumber(range, Math.min(high, Math.max(low, rounded)));
}

function stepped(range: NumberRange, low: number, offset: number): number {
  return low + Math.round(offset / range.step) * range.step;
}
