/** Turns read-back weights of one lane into a read-out and a verdict. Worker side. */
import type { LaneInput } from "../engine/stepper.ts";
import type { ParamSet } from "../model/ops.ts";
import { measureLane, MeasureScratch } from "../reference/measure.ts";
import type { Prediction, Verdict } from "../theory/prediction.ts";
import {
  activeModes,
  deadUnits,
  distance,
  judge,
  type DistancePoint,
} from "../theory/verdict.ts";
import type { LaneReadout } from "./protocol.ts";

export class LaneMonitor {
  #input: LaneInput;
  #prediction: Prediction | null;
  #history: DistancePoint[] = [];
  #diverged = false;
  #verdict: Verdict = "waiting";
  readonly #scratch: MeasureScratch;

  constructor(input: LaneInput, prediction: Prediction | null) {
    this.#input = input;
    this.#prediction = prediction;
    this.#scratch = new MeasureScratch(
      input.settings.latents,
      input.data.columns,
    );
  }

  /** Settings changed while training: what was measured before says nothing of now. */
  change(input: LaneInput, prediction: Prediction | null): void {
    this.#input = input;
    this.#prediction = prediction;
    this.#history = [];
  }

  diverge(): void {
    this.#diverged = true;
  }

  /** At theory and no longer moving, or stopped: nothing more is to be expected. */
  get settled(): boolean {
    return this.#verdict === "at-theory" || this.#verdict === "diverged";
  }

  /** @param finished the lane will not move again: its budget is spent */
  measure(step: number, params: ParamSet, finished: boolean): LaneReadout {
    const { settings, moments } = this.#input;
    const measured = measureLane(params, settings, moments, this.#scratch);
    const away = this.#prediction
      ? distance(this.#prediction, measured)
      : Number.NaN;
    if (this.#history.at(-1)?.step === step) this.#history.pop();
    this.#history.push({ step, distance: away });
    const judged = judge({
      history: this.#history,
      estimator: settings.estimator,
      finished,
      diverged: this.#diverged,
      prediction: this.#prediction,
    });
    this.#verdict = judged.verdict;
    const dead = deadUnits(measured.meanVariance, settings.etaEnc);
    return {
      step,
      loss: measured.loss,
      reconstruction: measured.reconstruction,
      kl: measured.kl,
      klPerUnit: Array.from(measured.klPerUnit),
      klPerAxis: Array.from(measured.klPerAxis),
      std: Array.from(measured.std),
      omega: Array.from(measured.omega),
      lambda: Array.from(measured.lambda),
      activeModes: activeModes(measured, settings),
      activeUnits: dead.filter((unit) => !unit).length,
      dead,
      distance: away,
      recentDistance: judged.distance,
      verdict: judged.verdict,
    };
  }
}
