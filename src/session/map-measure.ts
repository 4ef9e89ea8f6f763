/** What a map says of its trained cells, in float64 from their weights. Worker side. */
import type { LaneInput } from "../engine/stepper.ts";
import type { ParamSet } from "../model/ops.ts";
import { measureLane, MeasureScratch } from "../reference/measure.ts";
import { activeModesPerLevel } from "../theory/activity.ts";
import type { Prediction } from "../theory/prediction.ts";
import { levelDistance } from "../theory/verdict.ts";
import { LaneMonitor } from "./lane-monitor.ts";
import { MAP_NUMBERS } from "./map-plan.ts";
import type { PassSource } from "./passes.ts";
import { toldByMoments } from "./posterior.ts";

const NOTHING: readonly number[] = MAP_NUMBERS.map(() => Number.NaN);

/** A cell as it stands. */
export interface TrainedCell {
  readonly input: LaneInput;
  readonly params: ParamSet;
  readonly step: number;
  readonly prediction: Prediction | null;
}

/** Measures cells one after another, with buffers of its own. */
export class CellMeasure {
  readonly #scratch = new MeasureScratch();
  readonly #passes: PassSource;

  /** @param passes through those that no moments tell of */
  constructor(passes: PassSource) {
    this.#passes = passes;
  }

  /** In the order of `MAP_NUMBERS`; all NaN if the model diverged. */
  async of(cell: TrainedCell): Promise<readonly number[]> {
    if (!isFinite(cell.params)) return NOTHING;
    return toldByMoments(cell.input)
      ? this.#byMoments(cell)
      : this.#byPasses(cell);
  }

  #byMoments({ input, params, prediction }: TrainedCell): readonly number[] {
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

  /** Units in use, and terms on examples; singular values there are none. */
  async #byPasses({
    input,
    params,
    step,
  }: TrainedCell): Promise<readonly number[]> {
    const readout = await new LaneMonitor(input, null).measureByPasses(
      step,
      params,
      true,
      await this.#passes.of(input),
    );
    if (!readout) return NOTHING;
    const { loss, kl, kl2, levels } = readout;
    return [
      levels[0].activeModes,
      levels.at(1)?.activeModes ?? Number.NaN,
      loss,
      kl,
      kl2,
      Number.NaN,
      Number.NaN,
    ];
  }
}

function isFinite(params: ParamSet): boolean {
  return Object.values(params).every((values) => values.every(Number.isFinite));
}
