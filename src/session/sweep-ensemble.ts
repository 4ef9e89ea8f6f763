/**
 * Cells of a sweep that the exact estimator can train all at once, as an ensemble: linear models on
 * a device. They end as lanes of a trainer do, to the bit.
 */
import { Ensemble } from "../engine/ensemble.ts";
import { describeDevice } from "../engine/gpu.ts";
import type { LaneInput } from "../engine/stepper.ts";
import type { ParamSet } from "../model/ops.ts";
import { type LaneData, guideLane, predictLane } from "./lane-data.ts";
import { LaneMonitor } from "./lane-monitor.ts";
import type { SweepCell } from "./sweep-plan.ts";
import type { Trainer } from "./trainer.ts";

/** What measuring a batch needs of its training. */
export type Trained = Pick<
  Trainer,
  "step" | "measure" | "params" | "diverged" | "predictions" | "guides"
>;

/** Models whose weights are held at once, to be measured when all have ended. */
export const ENSEMBLE_CELLS = 256;

/** Whether a cell can be a model of an ensemble. */
export function isExact({ settings }: SweepCell): boolean {
  return settings.estimator === "exact";
}

/** How the cells of a batch ended. */
export interface EnsembleEnd {
  /** Of the cells that `healthy` lists, in its order. */
  readonly trained: Trained;
  /** Positions in the batch of cells with finite weights; when others diverged a trainer can tell. */
  readonly healthy: readonly number[];
}

/** Null if the signal ended it. Throws as `Ensemble` does. */
export async function trainCells(
  batch: readonly SweepCell[],
  device: GPUDevice,
  laneData: LaneData,
  onProgress: (fraction: number) => void,
  signal: AbortSignal | undefined,
): Promise<EnsembleEnd | null> {
  const inputs: LaneInput[] = [];
  for (const { settings } of batch)
    inputs.push(await laneData.prepare(settings, () => undefined));
  const ends: ParamSet[] = [];
  const { steps } = batch[0].settings;
  const finished = await new Ensemble(describeDevice(device), inputs).run({
    steps,
    ...(signal && { signal }),
    onProgress: ({ fraction }) => {
      onProgress(fraction);
    },
    onReadback: (readback) => {
      if (!readback.ended) return;
      readback.models.forEach((model, index) => {
        ends[model] = structuredClone(readback.params(index));
      });
    },
  });
  if (!finished) return null;
  const healthy = ends.flatMap((params, cell) =>
    isFinite(params) ? [cell] : [],
  );
  const alive = healthy.map((cell) => inputs[cell]);
  const predictions = alive.map(predictLane);
  return {
    healthy,
    trained: {
      step: steps,
      predictions,
      guides: alive.map(guideLane),
      params: (index) => ends[healthy[index]],
      diverged: () => null,
      measure: () =>
        Promise.resolve(
          alive.map((input, index) =>
            new LaneMonitor(input, predictions[index]).measure(
              steps,
              ends[healthy[index]],
              true,
            ),
          ),
        ),
    },
  };
}

function isFinite(params: ParamSet): boolean {
  return Object.values(params).every((values) => values.every(Number.isFinite));
}
