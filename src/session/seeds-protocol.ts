/** What a run of many seeds of a lane brings: plain data between worker and page. Types only. */

/** Across the seeds that are finite, at each step. */
export interface SeedsBand {
  /** A tenth of the seeds are below, and a tenth above. */
  readonly low: readonly number[];
  readonly median: readonly number[];
  readonly high: readonly number[];
}

/** Numbers that have a band; in nats where they have a unit. */
export const SEEDS_NUMBERS = [
  "loss",
  "reconstruction",
  "kl",
  "kl2",
  "distance",
  "activeModes",
] as const;
export type SeedsNumber = (typeof SEEDS_NUMBERS)[number];

/**
 * How the seeds stand: at theory; still moving; resting elsewhere; diverged. Where no theory speaks
 * of the lane all that are finite are `untold`.
 */
export interface SeedsCounts {
  readonly reached: number;
  readonly settling: number;
  readonly away: number;
  readonly diverged: number;
  readonly untold: number;
}

export interface SeedsReadout {
  readonly lane: number;
  readonly seeds: number;
  readonly status: "running" | "done" | "cancelled" | "failed";
  /** What it is at, or why it failed. */
  readonly label: string;
  /** Steps that all have taken, of how many. */
  readonly step: number;
  readonly total: number;
  /** Null while unknown. */
  readonly secondsLeft: number | null;
  /** Steps at which all seeds were measured, ascending. */
  readonly steps: readonly number[];
  readonly bands: Readonly<Record<SeedsNumber, SeedsBand>>;
  readonly counts: SeedsCounts;
}
