/** How far an ensemble is, how fast, and how long it will take. */
import type { EnsembleProgress } from "./ensemble.ts";
import type { EnsembleWave } from "./ensemble-plan.ts";
import { Rate } from "./pacing.ts";

/** Between reports, in ms. */
const REPORT_MS = 100;

export class DispatchMeter {
  readonly #waves: readonly EnsembleWave[];
  readonly #budget: number;
  readonly #tell: ((progress: EnsembleProgress) => void) | undefined;
  readonly #rate = new Rate();
  /** Estimated milliseconds of everything, of the waves done, and what they really took. */
  readonly #all: number;
  #before = 0;
  #took = 0;
  #wave = -1;
  #ended = 0;
  /** Of the wave under way: steps of single models, and when they began. */
  #done = 0;
  #total = 0;
  #steps = 0;
  #resumed = 0;
  #told = -Infinity;

  constructor(
    waves: readonly EnsembleWave[],
    steps: number,
    tell: ((progress: EnsembleProgress) => void) | undefined,
  ) {
    this.#waves = waves;
    this.#budget = steps;
    this.#tell = tell;
    this.#all = waves.reduce((sum, wave) => sum + this.#cost(wave), 0);
  }

  begin(wave: EnsembleWave): void {
    this.#wave = this.#waves.indexOf(wave);
    this.#done = 0;
    this.resumed();
  }

  /** Time starts here again. */
  resumed(): void {
    this.#resumed = performance.now();
    this.#rate.reset(this.#resumed, this.#done);
  }

  landed(modelSteps: number, steps: number): void {
    const now = performance.now();
    this.#took += now - this.#resumed;
    this.#resumed = now;
    this.#done += modelSteps;
    this.#total += modelSteps;
    this.#steps = steps;
    const rate = this.#rate.update(now, this.#done);
    if (now - this.#told >= REPORT_MS) this.#report(now, rate);
  }

  /** The wave is done. */
  end(): void {
    const wave = this.#waves[this.#wave];
    this.#before += this.#cost(wave);
    this.#ended += wave.models.length;
    this.#done = 0;
    const now = performance.now();
    this.#report(now, this.#rate.update(now, 0));
  }

  #cost(wave: EnsembleWave): number {
    return wave.each * wave.models.length * this.#budget;
  }

  #report(now: number, rate: number): void {
    this.#told = now;
    const cost = this.#before + this.#done * this.#waves[this.#wave].each;
    const fraction = this.#all > 0 ? Math.min(1, cost / this.#all) : 1;
    this.#tell?.({
      ended: this.#ended,
      models: this.#waves.reduce((sum, { models }) => sum + models.length, 0),
      fraction,
      modelStepsPerSecond: rate,
      modelSteps: this.#total,
      dispatchSteps: this.#steps,
      secondsLeft:
        cost > 0 ? ((this.#all - cost) * this.#took) / cost / 1000 : null,
      wave: this.#wave,
      waves: this.#waves.length,
    });
  }
}
