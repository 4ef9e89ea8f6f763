/** Long work in the worker, a little at a time. */
import { turn } from "../reference/turn.ts";

/** Longest stretch of work, ms. */
const SLICE_MS = 6;

/** Lets others run once a stretch has lasted long enough; false if the signal has ended the work. */
export class Slices {
  readonly #signal: AbortSignal | undefined;
  #since = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  async go(): Promise<boolean> {
    if (performance.now() - this.#since >= SLICE_MS) {
      await turn();
      this.#since = performance.now();
    }
    return this.#signal?.aborted !== true;
  }
}
