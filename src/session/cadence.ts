/** Work done again and again: never twice at once, and in a share of the time only. Worker side. */

/** Share of the time that measuring may take, and as much again for pictures. */
export const MEASURE_SHARE = 0.05;

export interface CadenceOptions {
  /** Least time between starts, ms. */
  readonly every?: number;
  /** A failure of the work, unless it was closed meanwhile. */
  readonly onError: (error: unknown) => void;
}

/**
 * Does `work` with what it is offered, as often as that takes no more than `MEASURE_SHARE` of the
 * time. Work may be synchronous: then it is done when `offer` returns.
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
    const started = performance.now();
    const done = (): void => {
      const now = performance.now();
      const rest = Math.max(
        this.#options.every ?? 0,
        (now - started) / MEASURE_SHARE,
      );
      this.#next = started + rest;
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
