/**
 * A growing series as one bucket per pixel: lowest, highest and last value.
 *
 * Adding n values costs O(n) once; a redraw costs the width, however long the run.
 */
export class PixelSeries {
  readonly width: number;
  readonly steps: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly last: Float64Array;
  /** Buckets hold nothing until their `high` is above -Infinity. */
  lastStep: number;
  /** First step whose value was not finite, or null. */
  notFinite: number | null = null;
  #taken = 0;

  /** Buckets for steps 0 to `steps` over `width` pixels. */
  constructor(width: number, steps: number) {
    this.width = Math.max(1, Math.floor(width));
    this.steps = Math.max(1, steps);
    this.low = new Float64Array(this.width).fill(Infinity);
    this.high = new Float64Array(this.width).fill(-Infinity);
    this.last = new Float64Array(this.width);
    this.lastStep = -1;
  }

  /**
   * Takes the entries that are new since the last call; starts over if the series was reset or
   * rewritten.
   *
   * @param step first `length` entries valid, ascending
   */
  take(
    step: ArrayLike<number>,
    value: ArrayLike<number>,
    length: number,
  ): void {
    if (
      length < this.#taken ||
      (this.#taken > 0 && step[this.#taken - 1] !== this.lastStep)
    ) {
      this.clear();
    }
    for (let i = this.#taken; i < length; i += 1) {
      const v = value[i];
      if (!Number.isFinite(v)) {
        this.notFinite ??= step[i];
        continue;
      }
      const bucket = Math.min(
        this.width - 1,
        Math.floor((step[i] / this.steps) * this.width),
      );
      if (v < this.low[bucket]) this.low[bucket] = v;
      if (v > this.high[bucket]) this.high[bucket] = v;
      this.last[bucket] = v;
    }
    this.#taken = length;
    if (length > 0) this.lastStep = step[length - 1];
  }

  clear(): void {
    this.low.fill(Infinity);
    this.high.fill(-Infinity);
    this.lastStep = -1;
    this.notFinite = null;
    this.#taken = 0;
  }

  /** Step at the middle of a bucket. */
  stepOf(bucket: number): number {
    return ((bucket + 0.5) / this.width) * this.steps;
  }

  /** Lowest value, and highest from `fraction` of the budget on (an initial transient is not an axis). */
  range(fraction: number): [low: number, high: number] {
    let [low, high, all] = [Infinity, -Infinity, -Infinity];
    const from = fraction * this.width;
    for (let i = 0; i < this.width; i += 1) {
      if (this.high[i] === -Infinity) continue;
      low = Math.min(low, this.low[i]);
      all = Math.max(all, this.high[i]);
      if (i >= from) high = Math.max(high, this.high[i]);
    }
    return [low, high === -Infinity ? all : high];
  }
}
