/** How long a dispatch of an ensemble may be: clocks only, nothing here knows what a step does. */

/**
 * A dispatch near this keeps the device busy and a desktop alive, in ms; with two in flight a
 * pause or an end takes about twice as long.
 */
const DISPATCH_MS = 12;
/** How much of what the last dispatch took is believed. */
const TRUST = 0.4;
/** The first dispatches are shorter by this: an estimate may be off. */
const CAUTION = 4;

export class DispatchPace {
  /** Milliseconds a step of one model takes beside the others. */
  #each: number;
  readonly #most: number;
  #landed = -Infinity;

  /**
   * @param each a first guess in milliseconds
   * @param most never believed to be more than so many guesses: where the CPU computes, other
   * programs make a dispatch wait, and shorter ones would only add to the work
   */
  constructor(each: number, most: number) {
    this.#most = most * each;
    this.#each = Math.min(CAUTION, most) * each;
  }

  /** Steps that so many models may take in one dispatch, at least 1. */
  steps(models: number): number {
    return Math.max(1, Math.floor(DISPATCH_MS / (models * this.#each)));
  }

  /** Models that may take so many steps in one dispatch, at least 1. */
  models(steps: number): number {
    return Math.max(1, Math.floor(DISPATCH_MS / (steps * this.#each)));
  }

  /**
   * Learns from a dispatch of so many steps of single models. One that waited for the one before
   * it took the time since that landed.
   */
  landed(submitted: number, now: number, modelSteps: number): void {
    const took = now - Math.max(submitted, this.#landed);
    this.#landed = now;
    const seen = Math.max(took, 0.05) / modelSteps;
    const next = TRUST * seen + (1 - TRUST) * this.#each;
    this.#each = Math.min(
      4 * this.#each,
      this.#most,
      Math.max(this.#each / 2, next),
    );
  }
}

/**
 * Models of the next dispatch when `left` are to share about equal ones of about `most`: a multiple
 * of `cores`, so that none of them waits for the last model of another.
 */
export function share(left: number, most: number, cores: number): number {
  const turns = Math.max(1, Math.round(left / most));
  const each = Math.ceil(left / turns / cores) * cores;
  return Math.min(left, each);
}
