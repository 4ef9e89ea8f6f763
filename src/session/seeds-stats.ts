/** Medians and bands across seeds, and at which steps to look. Pure functions. */
import { settled, type DistancePoint } from "../theory/history.ts";
import type { Verdict } from "../theory/prediction.ts";
import { TOLERANCE, type Estimator } from "../theory/verdict.ts";
import {
  SEEDS_NUMBERS,
  type SeedsBand,
  type SeedsCounts,
  type SeedsNumber,
} from "./seeds-protocol.ts";

/** Ends of a band. */
const LOW = 0.1;
const HIGH = 0.9;

/**
 * Quantile `q` of the finite values, between neighbours by straight lines (Hyndman and Fan's type
 * 7, "Sample quantiles in statistical packages", 1996). NaN of none.
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return NaN;
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** One number of one seed at each step. */
export type SeedPoint = Readonly<Record<SeedsNumber, number>>;

/** @param points [steps][seeds] */
export function bandsOf(
  points: readonly (readonly SeedPoint[])[],
): Record<SeedsNumber, SeedsBand> {
  const band = (key: SeedsNumber): SeedsBand => {
    const at = (q: number): number[] =>
      points.map((seeds) =>
        quantile(
          seeds.map((seed) => seed[key]),
          q,
        ),
      );
    return { low: at(LOW), median: at(0.5), high: at(HIGH) };
  };
  return Object.fromEntries(
    SEEDS_NUMBERS.map((key) => [key, band(key)]),
  ) as Record<SeedsNumber, SeedsBand>;
}

/**
 * Steps to measure at: 0 and the end; half of `count` evenly, so that the end can be judged, half by
 * equal factors, so that the start can be seen.
 */
export function seedSteps(steps: number, count: number): number[] {
  const half = Math.max(1, Math.floor(count / 2));
  const all = new Set([0, steps]);
  for (let i = 1; i <= half; i++) {
    all.add(Math.round((i / half) * steps));
    all.add(Math.round(steps ** (i / half)));
  }
  return [...all].filter((step) => step <= steps).sort((a, b) => a - b);
}

/** Where a seed stands at the end. */
export function outcome(
  verdict: Verdict,
  history: readonly DistancePoint[],
  estimator: Estimator,
): keyof SeedsCounts {
  if (verdict === "diverged") return "diverged";
  if (verdict === "no-theory" || verdict === "unbounded") return "untold";
  if (verdict === "at-theory") return "reached";
  return settled(history, TOLERANCE[estimator]) ? "away" : "settling";
}

export function countOutcomes(
  outcomes: readonly (keyof SeedsCounts)[],
): SeedsCounts {
  const of = (kind: keyof SeedsCounts): number =>
    outcomes.filter((one) => one === kind).length;
  return {
    reached: of("reached"),
    settling: of("settling"),
    away: of("away"),
    diverged: of("diverged"),
    untold: of("untold"),
  };
}
