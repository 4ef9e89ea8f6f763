/** Work done again and again: never twice at once, and in a share of the time only. Worker side. */

/** Share of the time that each of read-outs, pictures and metrics may take of what trains. */
export const MEASURE_SHARE = 0.015;

export interface CadenceOptions {
  /** Least time between starts, ms. */
  readonly every?: number;
  /** Default `MEASURE_SHARE`. */
  readonly share?: number;
  /**
   * Milliseconds that such work has taken so far, where that is not the time from its start to its
   * end: work on a device waits for what was submitted before it, which is no cost.
   */
  readonly spent?: () => number;
  /** A failure of the work, unless it was closed meanwhile. */
  readonly onError: (error: unknown) => void;
}

/**
 * Does `work` with what it is offered, as often as that takes no more than its share of the time. Work may be synchronous: then it is done when `offer` returns.
 */
export class Cadence<T> {
  readonly #work: (input: T) => Promise<void> | undefined;
  readonly #options: CadenceOptions;
  #next = -Infinity;
  #underWay: Promise<void> | null = null;
  #pending: { readonly input: T } | null = null;
  #closed = false;

  constructor(
    work: (input: T) => Promise<void> | undefined,
    options: CadenceOptions,
  ) {
    this.#work = work;
    this.#options = options;
  }

  get busy(): boolean {
    return this.#underWay !== null;
  }

  /** Nothing it measures is wanted any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * @param urgent do it now, or right after what is under way, the latest such input only; without,
   *   input that comes too early is passed over
   */
  offer(input: T, urgent: boolean): void {
    if (this.#closed) return;
    if (this.#underWay) {
      if (urgent) this.#pending = { input };
    } else if (urgent || performance.now() >= this.#next) this.#start(input);
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay) await this.#underWay;
  }

  /** What is under way is left to end by itself. */
  close(): void {
    this.#closed = true;
    this.#pending = null;
  }

  #start(input: T): void {
    const { every = 0, share = MEASURE_SHARE } = this.#options;
    const spent = this.#options.spent ?? (() => performance.now());
    const started = performance.now();
    const before = spent();
    const done = (): void => {
      this.#next = started + Math.max(every, (spent() - before) / share);
    };
    const work = this.#work(input);
    if (!work) {
      done();
      return;
    }
    this.#underWay = work
      .catch((error: unknown) => {
        if (!this.#closed) this.#options.onError(error);
      })
      .then(() => {
        done();
        this.#underWay = null;
        const pending = this.#pending;
        this.#pending = null;
        if (pending && !this.#closed) this.#start(pending.input);
      });
  }
}
