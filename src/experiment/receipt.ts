/**
 * An author's final numbers in a link: `r=1500:21.1834,5,0.0521:22.81,5,0.013@apple m2` — the steps, then for
 * each lane the loss over the whole data set, active modes and the distance to theory (`-` where
 * there is none), then the author's adapter if they wish to say it. Pure.
 */
import { formatNumber, numberIn } from "./numbers.ts";

export interface ReceiptLane {
  /** Expected loss over the whole data set, nats per example. */
  readonly loss: number;
  readonly activeModes: number;
  /** Largest difference of a singular value from its prediction; null where there is no theory. */
  readonly distance: number | null;
}

export interface Receipt {
  readonly steps: number;
  readonly lanes: readonly ReceiptLane[];
  /** What the author's machine called its GPU; empty if not told. */
  readonly adapter: string;
}

/** How far a reader's loss (relative, above 1 nat) and distance (absolute) may be from the author's. */
export const RECEIPT_TOLERANCE = 1e-3;
/** Longest adapter that is written or read. */
const MOST_ADAPTER = 40;
const DIGITS = 7;

function short(value: number): string {
  return formatNumber(Number(value.toPrecision(DIGITS)));
}

export function writeReceipt({ steps, lanes, adapter }: Receipt): string {
  const numbers = lanes.map(({ loss, activeModes, distance }) =>
    [
      short(loss),
      String(activeModes),
      distance === null ? "-" : short(distance),
    ].join(","),
  );
  const said = adapter.slice(0, MOST_ADAPTER);
  return [String(steps), ...numbers].join(":") + (said ? `@${said}` : "");
}

const isCount = (value: number | null): value is number =>
  value !== null && Number.isSafeInteger(value) && value >= 0;

function readLane(text: string): ReceiptLane | null {
  const parts = text.split(",");
  if (parts.length !== 3) return null;
  const [loss, activeModes] = parts.map(numberIn);
  const distance = parts[2] === "-" ? null : numberIn(parts[2]);
  if (loss === null || !isCount(activeModes)) return null;
  if (parts[2] !== "-" && (distance === null || distance < 0)) return null;
  return { loss, activeModes, distance };
}

/** Null unless all of it can be read. */
export function readReceipt(text: string): Receipt | null {
  const at = text.indexOf("@");
  const adapter = at < 0 ? "" : text.slice(at + 1);
  const [first, ...rest] = (at < 0 ? text : text.slice(0, at)).split(":");
  const steps = numberIn(first);
  const lanes = rest.map(readLane).filter((lane) => lane !== null);
  if (!isCount(steps) || lanes.length === 0 || lanes.length < rest.length)
    return null;
  return { steps, lanes, adapter: adapter.slice(0, MOST_ADAPTER) };
}

/** One number of one lane that is not the author's. */
export interface ReceiptDifference {
  readonly lane: number;
  readonly what: keyof ReceiptLane;
  readonly author: number | null;
  readonly here: number | null;
}

/**
 * What differs between the author's numbers and those measured here at the same step; none if they
 * match. Lanes that one side lacks differ in every number.
 */
export function compareReceipt(
  author: readonly ReceiptLane[],
  here: readonly ReceiptLane[],
): ReceiptDifference[] {
  const found: ReceiptDifference[] = [];
  const count = Math.max(author.length, here.length);
  for (let lane = 0; lane < count; lane++) {
    for (const what of ["loss", "activeModes", "distance"] as const) {
      const theirs = author.at(lane)?.[what] ?? null;
      const mine = here.at(lane)?.[what] ?? null;
      if (!alike(what, theirs, mine))
        found.push({ lane, what, author: theirs, here: mine });
    }
  }
  return found;
}

function alike(
  what: keyof ReceiptLane,
  a: number | null,
  b: number | null,
): boolean {
  if (a === null || b === null) return a === b;
  if (what === "activeModes") return a === b;
  const scale = what === "loss" ? Math.max(1, Math.abs(a)) : 1;
  // The author's number was rounded to seven digits on the way.
  const rounding = Math.abs(a) * 10 ** (1 - DIGITS);
  return Math.abs(a - b) <= RECEIPT_TOLERANCE * scale + rounding;
}
