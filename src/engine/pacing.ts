/**
 * How fast a run may go: the pace asked for, the length of a chunk, and the speed reached.
 * Clocks only; nothing here knows what a step does.
 */

/** A chunk shorter than this wastes submits, a longer one makes the page and the desktop wait. */
const CHUNK_MS = 10;
/** A device slower than the pace never has to catch up more than this share of a second. */
const CATCH_UP = 0.1;

export class Pacer {
  #pace: number;
  #chunk = 1;
  /** Where pacing counts from. */
  #origin = { time: 0, step: 0 };
  #wake: (() => void) | null = null;
  readonly #maxChunk: number;

  /** @param pace steps per second; 0 runs free */
  constructor(pace: number, maxChunk: number) {
    this.#pace = pace;
    this.#maxChunk = maxChunk;
  }

  get pace(): number {
    return this.#pace;
  }

  /** Steps a chunk; adapts. */
  get chunk(): number {
    return this.#chunk;
  }

  start(step: number): void {
    this.#origin = { time: performance.now(), step };
  }

  setPace(pace: number, step: number): void {
    this.#pace = pace;
    this.start(step);
    this.wake();
  }

  /** Steps the next chunk may have at `step`; 0 when it is too early for one. */
  allowance(step: number): number {
    if (this.#pace <= 0) return this.#chunk;
    const { time, step: from } = this.#origin;
    const due = from + ((performance.now() - time) * this.#pace) / 1000 - step;
    if (due > this.#pace * CATCH_UP + 1) this.start(step);
    return Math.min(this.#chunk, Math.floor(due));
  }

  /** Waits until the pace allows a step, or `wake`. */
  async sleep(): Promise<void> {
    const wait = Math.min(50, Math.max(4, 500 / Math.max(this.#pace, 1)));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }

  wake(): void {
    this.#wake?.();
  }

  /** Learns from a chunk of `count` steps that took `elapsed` ms. */
  adapt(elapsed: number, count: number): void {
    if (count < this.#chunk) return;
    const factor = Math.min(
      2,
      Math.max(0.5, CHUNK_MS / Math.max(elapsed, 0.1)),
    );
    const chunk = Math.round(this.#chunk * factor);
    this.#chunk = Math.max(1, Math.min(this.#maxChunk, chunk));
  }
}

/** Steps per second over the last half second or so. */
export class Rate {
  #time = 0;
  #step = 0;
  #value = 0;

  reset(time: number, step: number): void {
    this.#time = time;
    this.#step = step;
  }

  update(time: number, step: number): number {
    const elapsed = time - this.#time;
    if (elapsed >= 250) {
      const now = ((step - this.#step) / elapsed) * 1000;
      this.#value = this.#value === 0 ? now : 0.5 * this.#value + 0.5 * now;
      this.reset(time, step);
    }
    return Math.max(0, this.#value);
  }
}
