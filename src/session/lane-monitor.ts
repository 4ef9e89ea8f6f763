/** Turns read-back weights of one lane into a read-out and a verdict. Worker side. */
import type { Settings } from "../experiment/config.ts";
import type { LaneInput } from "../engine/stepper.ts";
import type { ParamSet } from "../model/ops.ts";
import { klFactor } from "../model/schedule.ts";
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
  type Judgement,
} from "../theory/verdict.ts";
import type { LanePasses } from "./passes.ts";
import { someExamples } from "./examples.ts";
import { measureExamples, type PosteriorMeasurement } from "./posterior.ts";
import type { LaneReadout, LevelReadout } from "./protocol.ts";

/** Examples that a network is measured on; convolutions take longer over each. */
const EXAMPLES = { dense: 1024, conv: 512 } as const;

export class LaneMonitor {
  #input: LaneInput;
  #prediction: Prediction | null;
  #history: DistancePoint[] = [];
  #diverged = false;
  #verdict: Verdict = "waiting";
  #step = 0;
  readonly #scratch = new MeasureScratch();

  constructor(input: LaneInput, prediction: Prediction | null) {
    this.#input = input;
    this.#prediction = prediction;
  }

  /** Settings changed while training: what was measured before says nothing of now. */
  change(input: LaneInput, prediction: Prediction | null): void {
    this.#input = input;
    this.#prediction = prediction;
    this.forget();
  }

  /** What was measured before says nothing of now. */
  forget(): void {
    this.#history = [];
    this.#verdict = "waiting";
  }

  diverge(): void {
    this.#diverged = true;
  }

  /** At theory and no longer moving, or stopped: nothing more is to be expected. */
  get settled(): boolean {
    if (this.#verdict === "diverged") return true;
    const { settings } = this.#input;
    return this.#verdict === "at-theory" && weightsRest(settings, this.#step);
  }

  /**
   * Of a lane that the data's moments tell all of (`toldByMoments`).
   *
   * @param finished the lane will not move again: its budget is spent
   */
  measure(step: number, params: ParamSet, finished: boolean): LaneReadout {
    const { settings } = this.#input;
    const measured = measureLane(params, this.#input, this.#scratch);
    const { reconstruction, kl, kl2 } = measured;
    const levels = readLevels(measured, settings);
    const loss = minimized(settings, step, reconstruction, levels, [kl, kl2]);
    const away = this.#prediction
      ? levelDistance(this.#prediction.levels, measured.levels)
      : Number.NaN;
    const judged = this.#judge({ step, distance: away, loss }, finished);
    return {
      step,
      loss,
      ...{ reconstruction, kl, kl2 },
      ...firstLevel(levels),
      omega: Array.from(measured.omega),
      lambda: Array.from(measured.lambda),
      levels,
      ...(measured.regressionGap && { regressionGap: measured.regressionGap }),
      distance: away,
      recentDistance: judged.distance,
      verdict: judged.verdict,
    };
  }

  /**
   * Of any other lane, by passes over some of its examples.
   *
   * Null if its settings changed meanwhile.
   */
  async measureByPasses(
    step: number,
    params: ParamSet,
    finished: boolean,
    passes: LanePasses,
  ): Promise<LaneReadout | null> {
    const input = this.#input;
    const { settings, data } = input;
    const measured = await measureExamples(
      { input, params, passes },
      someExamples(data, EXAMPLES[settings.network.kind], settings.seed),
      () => this.#input !== input,
    );
    if (!measured) return null;
    const { examples, reconstruction, kl, kl2 } = measured;
    const levels = levelsOfUnits(measured, settings);
    const loss = minimized(settings, step, reconstruction, levels, [kl, kl2]);
    const { verdict } = this.#judge({ step, distance: NaN, loss }, finished);
    return {
      step,
      examples,
      loss,
      ...{ reconstruction, kl, kl2 },
      ...firstLevel(levels),
      omega: [],
      lambda: [],
      levels,
      distance: NaN,
      recentDistance: NaN,
      verdict,
    };
  }

  #judge(point: DistancePoint, finished: boolean): Judgement {
    if (this.#history.at(-1)?.step === point.step) this.#history.pop();
    this.#history.push(point);
    const prediction = this.#prediction;
    const judged = judge({
      history: this.#history,
      estimator: this.#input.settings.estimator,
      finished,
      diverged: this.#diverged,
      prediction,
    });
    const silent = !prediction && judged.verdict !== "diverged";
    this.#verdict = silent ? "no-theory" : judged.verdict;
    this.#step = point.step;
    return { ...judged, verdict: this.#verdict };
  }
}

/** Whether the KL weights stay as they are from `step` on. */
function weightsRest({ klSchedule }: Settings, step: number): boolean {
  switch (klSchedule.kind) {
    case "constant":
      return true;
    case "warmup":
      return step >= klSchedule.steps;
    case "cyclical":
      return klSchedule.ramp === 0;
    case "points":
      return step >= (klSchedule.points.at(-1)?.[0] ?? 0);
  }
}

/** The loss as it is minimized at `step`: its KL weights as scheduled, KL below the free bits for nothing. */
function minimized(
  { beta, beta2, klSchedule, freeBits, estimator }: Settings,
  step: number,
  reconstruction: number,
  levels: readonly LevelReadout[],
  kls: readonly [number, number],
): number {
  const sampled = estimator === "sampled";
  const factor = sampled ? klFactor(klSchedule, step) : 1;
  const weights = [beta, beta2];
  return levels.reduce((loss, { klPerUnit }, level) => {
    // Of two levels the second has free bits.
    const free = sampled && freeBits > 0 && level === levels.length - 1;
    const cost = free
      ? klPerUnit.reduce((sum, kl) => sum + Math.max(freeBits, kl), 0)
      : kls[level];
    return loss + factor * weights[level] * cost;
  }, reconstruction);
}

function firstLevel([first]: readonly LevelReadout[]): Pick<
  LaneReadout,
  "klPerUnit" | "klPerAxis" | "std" | "activeModes" | "activeUnits" | "dead"
> {
  const { klPerUnit, klPerAxis, std, activeModes, activeUnits, dead } = first;
  return { klPerUnit, klPerAxis, std, activeModes, activeUnits, dead };
}

/** z1 of two levels has no prior of its own scale: its units are judged by their own noise. */
function deadOf(
  { meanVariance, std }: { meanVariance: Float64Array; std: Float64Array },
  level: number,
  levels: number,
  { etaEnc }: Settings,
): boolean[] {
  const ownScale = levels > 1 && level === 0;
  return deadUnits(meanVariance, ownScale ? std : etaEnc);
}

function readLevels(measured: Measurement, settings: Settings): LevelReadout[] {
  const active = activeModesPerLevel(measured.levels, settings);
  return measured.levels.map((level, index) => {
    const dead = deadOf(level, index, measured.levels.length, settings);
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

/** Levels whose only modes are their units. */
function levelsOfUnits(
  { levels }: PosteriorMeasurement,
  settings: Settings,
): LevelReadout[] {
  return levels.map((level, index) => {
    const dead = deadOf(level, index, levels.length, settings);
    const activeUnits = dead.filter((unit) => !unit).length;
    const klPerUnit = Array.from(level.klPerUnit);
    return {
      encoder: [],
      decoder: [],
      std: Array.from(level.std),
      klPerUnit,
      klPerAxis: klPerUnit,
      information: NaN,
      activeModes: activeUnits,
      activeUnits,
      dead,
    };
  });
}
