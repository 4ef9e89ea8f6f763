/** Growing typed-array columns of a lane, for charts. Page side. */
import { TERM_COLUMNS } from "./protocol.ts";
import type { RunSeries } from "./runs-protocol.ts";
import type { LaneSeries } from "./store.ts";

const START = 2048;

export class SeriesBuffer implements LaneSeries {
  length = 0;
  step = new Float64Array(START);
  loss = new Float32Array(START);
  reconstruction = new Float32Array(START);
  kl = new Float32Array(START);
  kl2 = new Float32Array(START);
  distanceLength = 0;
  distanceStep = new Float64Array(START);
  distance = new Float32Array(START);

  /**
   * Appends the terms of consecutive steps; steps already there are replaced (a lane went back
   * to its last finite state and the others ran those steps again).
   *
   * @param terms [steps, lanes, TERM_COLUMNS], see protocol
   */
  appendTerms(
    firstStep: number,
    terms: Float32Array,
    lanes: number,
    lane: number,
  ): void {
    while (this.length > 0 && this.step[this.length - 1] >= firstStep)
      this.length--;
    const count = terms.length / (lanes * TERM_COLUMNS);
    while (this.length + count > this.step.length) this.#growTerms();
    for (let index = 0; index < count; index++) {
      const from = (index * lanes + lane) * TERM_COLUMNS;
      this.step[this.length] = firstStep + index;
      this.loss[this.length] = terms[from];
      this.reconstruction[this.length] = terms[from + 1];
      this.kl[this.length] = terms[from + 2];
      this.kl2[this.length] = terms[from + 3];
      this.length++;
    }
  }

  appendDistance(step: number, distance: number): void {
    while (
      this.distanceLength > 0 &&
      this.distanceStep[this.distanceLength - 1] >= step
    ) {
      this.distanceLength--;
    }
    if (this.distanceLength === this.distanceStep.length) {
      this.distanceStep = doubled(this.distanceStep);
      this.distance = doubled(this.distance);
    }
    this.distanceStep[this.distanceLength] = step;
    this.distance[this.distanceLength] = distance;
    this.distanceLength++;
  }

  /** Forgets what came after `step` steps. */
  dropAfter(step: number): void {
    while (this.length > 0 && this.step[this.length - 1] >= step) this.length--;
    while (
      this.distanceLength > 0 &&
      this.distanceStep[this.distanceLength - 1] > step
    )
      this.distanceLength--;
  }

  /** Takes the columns of a run that goes on, as they were kept. */
  restore({ distanceStep, distance, ...terms }: RunSeries): void {
    while (this.step.length < terms.step.length) this.#growTerms();
    for (const key of ["step", "loss", "reconstruction", "kl", "kl2"] as const)
      this[key].set(terms[key]);
    this.length = terms.step.length;
    distanceStep.forEach((step, index) => {
      this.appendDistance(step, distance[index]);
    });
  }

  #growTerms(): void {
    this.step = doubled(this.step);
    this.loss = doubled(this.loss);
    this.reconstruction = doubled(this.reconstruction);
    this.kl = doubled(this.kl);
    this.kl2 = doubled(this.kl2);
  }
}

function doubled<A extends Float32Array | Float64Array>(from: A): A {
  const out = new (from.constructor as new (length: number) => A)(
    from.length * 2,
  );
  out.set(from);
  return out;
}
