/**
 * Cells of a sweep on a device, trained as an ensemble: many at once by the exact estimator, some in
 * turns where it samples. They end as lanes of a trainer do, to the bit.
 */
import { Ensemble } from "../engine/ensemble.ts";
import { describeDevice } from "../engine/gpu.ts";
import type { LaneInput } from "../engine/stepper.ts";
import type { ParamSet } from "../model/ops.ts";
import type { Prediction } from "../theory/prediction.ts";
import { type LaneData, guideLane, predictLane } from "./lane-data.ts";
import { LaneMonitor } from "./lane-monitor.ts";
import { Evaluators } from "./evaluators.ts";
import { toldByMoments } from "./posterior.ts";
import type { LaneReadout } from "./protocol.ts";
import type { SweepCell } from "./sweep-plan.ts";
import type { Trainer } from "./trainer.ts";

/** What measuring a batch needs of its training. */
export type Trained = Pick<
  Trainer,
  "step" | "measure" | "params" | "diverged" | "predictions" | "guides"
>;

/** Models whose weights are held at once, to be measured when all have ended. */
const CELLS = {
  exact: 256,
  /** Linear, which may train in the same dispatches. */
  sampled: 32,
  /** These take turns: rows come sooner of few. */
  network: 8,
} as const;

/** Cells that train as one ensemble; all of a sweep are of one kind. */
export function ensembleCells([{ settings }]: readonly SweepCell[]): number {
  if (settings.estimator === "exact") return CELLS.exact;
  return toldByMoments({ settings }) ? CELLS.sampled : CELLS.network;
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
  const ensemble = await Ensemble.create(describeDevice(device), inputs);
  const finished = await ensemble.run({
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
        measureEnds(
          alive.map((input, index) => ({
            input,
            prediction: predictions[index],
            params: ends[healthy[index]],
          })),
          steps,
          device,
        ),
    },
  };
}

interface End {
  readonly input: LaneInput;
  readonly prediction: Prediction | null;
  readonly params: ParamSet;
}

async function measureEnds(
  ends: readonly End[],
  steps: number,
  device: GPUDevice,
): Promise<LaneReadout[]> {
  const evaluators = new Evaluators(describeDevice(device));
  try {
    const readouts: LaneReadout[] = [];
    for (const { input, prediction, params } of ends) {
      const monitor = new LaneMonitor(input, prediction);
      const readout = toldByMoments(input)
        ? monitor.measure(steps, params, true)
        : await monitor.measureByPasses(
            steps,
            params,
            true,
            await evaluators.of(input),
          );
      if (readout) readouts.push(readout);
    }
    return readouts;
  } finally {
    evaluators.destroy();
  }
}

function isFinite(params: ParamSet): boolean {
  return Object.values(params).every((values) => values.every(Number.isFinite));
}
