/** What a poke test is told of: plain data between worker and page. Types only. */

/**
 * What became of what was revived. "dies": no more is in use than before (a revived unit may have
 * taken the place of another, which died in its stead); "lives": the lane uses more modes than
 * before, and no more than theory has; "shares": more units carry what fewer did; "open": more
 * lives than theory has, or the loss is still above what it was.
 */
export type PokeVerdict = "dies" | "lives" | "shares" | "open";

/** A unit that was revived, or an empty direction of a lane none of whose units is dead. */
export interface PokedUnit {
  /** Null where the model has one level. */
  readonly level: 1 | 2 | null;
  /** From 1: a unit's number, or a direction's place by KL, the largest first. */
  readonly number: number;
  /** Average KL in nats: before, just after it was revived, and at the end. */
  readonly before: number;
  readonly poked: number;
  /** Null until the verdict. */
  readonly after: number | null;
  readonly alive: boolean | null;
}

export interface PokeReadout {
  readonly lane: number;
  /** Step at which they were revived. */
  readonly step: number;
  /** Steps that the lane is given; fewer where it settled before. */
  readonly steps: number;
  readonly what: "units" | "directions";
  readonly units: readonly PokedUnit[];
  /** Units (or directions) in use in the levels concerned. */
  readonly used: { readonly before: number; readonly after: number | null };
  /** Modes in use in all levels, and theory's number where it has one. */
  readonly modes: { readonly before: number; readonly after: number | null };
  readonly theory: number | null;
  /** Expected loss, nats. */
  readonly loss: { readonly before: number; readonly after: number | null };
  /** Null while the lane trains. */
  readonly verdict: PokeVerdict | null;
}
