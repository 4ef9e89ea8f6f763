/**
 * States of a run kept to look back at and to go on from: as many as memory allows, close together early and
 * by equal factors later. Knows neither engines nor lanes.
 */
import type { Snapshot } from "../engine/stepper.ts";
import type { ParamSet } from "../model/ops.ts";

/** States kept at most, and bytes they may take. */
const MOST = 64;
const MOST_BYTES = 64 * 2 ** 20;

/** One state: whole, or its tensors alone where memory is short. */
export interface Kept<T> {
  readonly step: number;
  readonly snapshot: Snapshot | null;
  readonly params: readonly ParamSet[] | null;
  /** What training went by. */
  readonly by: T;
  /** Thinned out last: something happened there. */
  readonly pinned: boolean;
}

export interface KeptLimits {
  readonly most?: number;
  readonly bytes?: number;
}

function bytesOf({ snapshot, params }: Kept<unknown>): number {
  if (snapshot)
    return snapshot.arenas.reduce((sum, one) => sum + one.byteLength, 0);
  return (params ?? [])
    .flatMap((tensors) => Object.values(tensors))
    .reduce((sum, one) => sum + one.byteLength, 0);
}

export class KeptStates<T> {
  readonly #paramsOf: (snapshot: Snapshot) => readonly ParamSet[];
  readonly #most: number;
  readonly #bytes: number;
  #all: Kept<T>[] = [];

  /** @param paramsOf tensors of a whole state, for when the rest of it has to go */
  constructor(
    paramsOf: (snapshot: Snapshot) => readonly ParamSet[],
    { most = MOST, bytes = MOST_BYTES }: KeptLimits = {},
  ) {
    this.#paramsOf = paramsOf;
    this.#most = most;
    this.#bytes = bytes;
  }

  /** Ascending. */
  get steps(): number[] {
    return this.#all.map(({ step }) => step);
  }

  get bytes(): number {
    return this.#all.reduce((sum, one) => sum + bytesOf(one), 0);
  }

  /** Keeps a state; one of the same step is replaced, later ones are of a run that is no more. */
  add(snapshot: Snapshot, by: T, pinned = false): void {
    const { step } = snapshot;
    const before = this.at(step);
    const stays = pinned || (before?.step === step && before.pinned);
    this.#all = this.#all.filter((one) => one.step < step);
    const last = this.#all.at(-1);
    // The first state of changed settings is where a replay of what follows begins.
    const changed = last !== undefined && last.by !== by;
    this.#all.push({
      step,
      snapshot,
      params: null,
      by,
      pinned: stays || changed,
    });
    this.#thin();
  }

  /** Something happened at the state last kept up to `step`. */
  pin(step: number): void {
    const found = this.at(step);
    this.#all = this.#all.map((one) =>
      one === found ? { ...one, pinned: true } : one,
    );
  }

  /** The state last kept up to `step`; the first if there is none. */
  at(step: number): Kept<T> | undefined {
    return (
      this.#all.filter((one) => one.step <= step).at(-1) ?? this.#all.at(0)
    );
  }

  /** The last whole state up to `step`, of the same settings if `by` is given. */
  wholeAt(step: number, by?: T): Kept<T> | undefined {
    return this.#all
      .filter(
        (one) =>
          one.step <= step &&
          one.snapshot !== null &&
          (by === undefined || one.by === by),
      )
      .at(-1);
  }

  /** Forgets what came after. */
  dropAfter(step: number): void {
    this.#all = this.#all.filter((one) => one.step <= step);
  }

  #thin(): void {
    while (this.#all.length > this.#most) this.#drop();
    while (this.bytes > this.#bytes && this.#all.length > 1) {
      const least = this.#leastMissed(({ snapshot }) => snapshot !== null);
      if (least === null) this.#drop();
      else this.#strip(least);
    }
  }

  #drop(): void {
    const least =
      this.#leastMissed(({ pinned }) => !pinned) ??
      this.#leastMissed(() => true) ??
      0;
    this.#all.splice(least, 1);
  }

  /** Leaves the tensors of a state; another goes wholly if that frees nothing. */
  #strip(index: number): void {
    const one = this.#all[index];
    if (!one.snapshot) return;
    const params = this.#paramsOf(one.snapshot);
    const bare = { ...one, snapshot: null, params };
    if (bytesOf(bare) < bytesOf(one)) this.#all[index] = bare;
    else this.#all.splice(index, 1);
  }

  /** Position of the state between whose neighbours the least training lies; never the first or last. */
  #leastMissed(may: (one: Kept<T>) => boolean): number | null {
    let least: number | null = null;
    let smallest = Infinity;
    for (let i = 1; i < this.#all.length - 1; i++) {
      if (!may(this.#all[i])) continue;
      const gap = Math.log(
        (this.#all[i + 1].step + 1) / (this.#all[i - 1].step + 1),
      );
      if (gap >= smallest) continue;
      smallest = gap;
      least = i;
    }
    return least;
  }
}
