/** Turns read-back weights of one lane into a read-out and a verdict. Worker side. */
import type { LaneInput } from "../engine/stepper.ts";
import type { ParamSet } from "../model/ops.ts";
import type { Settings } from "../experiment/config.ts";
import {
  measureLane,
  MeasureScratch,
  type Measurement,
} from "../reference/measure.ts";
import { activeModesPerLevel } from "../theory/activity.ts";
import type { Prediction, Verdict } from "../theory/prediction.ts";
import {
  deadUnits,
  judge,
  levelDistance,
  type DistancePoint,
} from "../theory/verdict.ts";
import type { LaneReadout, LevelReadout } from "./protocol.ts";

export class LaneMonitor {
  #input: LaneInput;
  #prediction: Prediction | null;
  #history: DistancePoint[] = [];
  #diverged = false;
  #verdict: Verdict = "waiting";
  readonly #scratch = new MeasureScratch();

  constructor(input: LaneInput, prediction: Prediction | null) {
    this.#input = input;
    this.#prediction = prediction;
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
    const { settings } = this.#input;
    const measured = measureLane(params, this.#input, this.#scratch);
    const away = this.#prediction
      ? levelDistance(this.#prediction.levels, measured.levels)
      : Number.NaN;
    if (this.#history.at(-1)?.step === step) this.#history.pop();
    this.#history.push({ step, distance: away, loss: measured.loss });
    const judged = judge({
      history: this.#history,
      estimator: settings.estimator,
      finished,
      diverged: this.#diverged,
      prediction: this.#prediction,
    });
    this.#verdict = judged.verdict;
    const levels = readLevels(measured, settings);
    const { klPerUnit, klPerAxis, std, activeModes, activeUnits, dead } =
      levels[0];
    return {
      step,
      loss: measured.loss,
      reconstruction: measured.reconstruction,
      kl: measured.kl,
      kl2: measured.kl2,
      klPerUnit,
      klPerAxis,
      std,
      omega: Array.from(measured.omega),
      lambda: Array.from(measured.lambda),
      activeModes,
      activeUnits,
      dead,
      levels,
      ...(measured.regressionGap && { regressionGap: measured.regressionGap }),
      distance: away,
      recentDistance: judged.distance,
      verdict: judged.verdict,
    };
  }
}

function readLevels(measured: Measurement, settings: Settings): LevelReadout[] {
  const active = activeModesPerLevel(measured.levels, settings);
  return measured.levels.map((level, index) => {
    // z1 of two levels has no prior of its own scale: its units are judged by their own noise.
    const ownScale = measured.levels.length > 1 && index === 0;
    const dead = deadUnits(
      level.meanVariance,
      ownScale ? level.std : settings.etaEnc,
    );
    return {
      encoder: Array.from(level.encoder),
      decoder: Array.from(level.decoder),
      std: Array.from(level.std),
      klPerUnit: Array.from(level.klPerUnit),
      klPerAxis: Array.from(level.klPerAxis),
      information: level.information,
      activeModes: active[index],
      activeUnits: dead.filter((unit) => !unit).length,
      dead,
    };
  });
}
