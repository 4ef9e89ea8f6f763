/** What a map says of its trained cells, in float64 from their weights. Worker side. */
import type { LaneInput } from "../engine/stepper.ts";
import type { ParamSet } from "../model/ops.ts";
import { measureLane, MeasureScratch } from "../reference/measure.ts";
import { activeModesPerLevel } from "../theory/activity.ts";
import type { Prediction } from "../theory/prediction.ts";
import { levelDistance } from "../theory/verdict.ts";
import { MAP_NUMBERS } from "./map-plan.ts";

const NOTHING: readonly number[] = MAP_NUMBERS.map(() => Number.NaN);

/** Measures cells one after another, with buffers of its own. */
export class CellMeasure {
  readonly #scratch = new MeasureScratch();

  /** In the order of `MAP_NUMBERS`; all NaN if the model diverged. */
  of(
    input: LaneInput,
    params: ParamSet,
    prediction: Prediction | null,
  ): readonly number[] {
    if (!isFinite(params)) return NOTHING;
    const { loss, kl, kl2, levels } = measureLane(params, input, this.#scratch);
    const active = activeModesPerLevel(levels, input.settings);
    return [
      active[0],
      active.at(1) ?? Number.NaN,
      loss,
      kl,
      kl2,
      prediction ? levelDistance(prediction.levels, levels) : Number.NaN,
      levels[levels.length - 1].information,
    ];
  }
}

function isFinite(params: ParamSet): boolean {
  return Object.values(params).every((values) => values.every(Number.isFinite));
}
