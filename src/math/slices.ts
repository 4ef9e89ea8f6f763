/** Long work in a worker, a little at a time. */
import { turn } from "./turn.ts";

/** Longest stretch of work, ms. */
export const SLICE_MS = 6;

/** The time, in ms, and how others get a turn. */
export interface SliceClock {
  readonly now: () => number;
  readonly turn: () => Promise<void>;
}

const CLOCK: SliceClock = { now: () => performance.now(), turn };

/** Lets others run once a stretch has lasted long enough; false if the signal has ended the work. */
export class Slices {
  readonly #signal: AbortSignal | undefined;
  readonly #clock: SliceClock;
  #since: number;

  constructor(signal?: AbortSignal, clock: SliceClock = CLOCK) {
    this.#signal = signal;
    this.#clock = clock;
    this.#since = clock.now();
  }

  async go(): Promise<boolean> {
    const { now, turn: others } = this.#clock;
    if (now() - this.#since >= SLICE_MS) {
      await others();
      this.#since = now();
    }
    return this.#signal?.aborted !== true;
  }
}
