/** What a sweep says of its trained cells. */
import { describeDevice } from "../engine/gpu.ts";
import type { LaneInput } from "../engine/stepper.ts";
import type { Prediction } from "../theory/prediction.ts";
import { Evaluators } from "./evaluators.ts";
import type { LaneData } from "./lane-data.ts";
import { estimateLikelihood, type LikelihoodLane } from "./likelihood.ts";
import { measureLanes } from "./metrics.ts";
import type {
  LaneMetrics,
  LaneReadout,
  LikelihoodReadout,
} from "./protocol.ts";
import type { SweepCell } from "./sweep-plan.ts";
import type { SweepLevel, SweepRow } from "./sweep-protocol.ts";
import type { Trained } from "./sweep-ensemble.ts";

/** Collapse is tabulated at this epsilon, nats. */
const COLLAPSE_EPSILON = 0.01;

export interface MeasureOptions {
  readonly device?: GPUDevice;
  readonly signal?: AbortSignal;
}

/** The rows of a batch at the end of its training; null if the signal ended it. */
export async function measureCells(
  batch: readonly SweepCell[],
  trainer: Trained,
  laneData: LaneData,
  likelihoodSamples: number,
  { device, signal }: MeasureOptions,
): Promise<SweepRow[] | null> {
  const inputs: LaneInput[] = [];
  for (const { settings } of batch)
    inputs.push(await laneData.prepare(settings, () => undefined));
  const params = batch.map((_, lane) => trainer.params(lane));
  const gpu = device ? describeDevice(device) : null;
  const left = (): boolean => signal?.aborted ?? false;
  const evaluators = new Evaluators(gpu);
  try {
    const { step } = trainer;
    const readouts = await trainer.measure();
    const metrics = await measureLanes(step, inputs, params, gpu, {
      evaluators,
      left,
    });
    if (left()) return null;
    const rows: SweepRow[] = [];
    for (const [lane, { values, settings }] of batch.entries()) {
      const diverged = trainer.diverged(lane);
      const input = inputs[lane];
      const logLikelihood =
        likelihoodSamples > 0 && diverged === null
          ? await likelihoodOf(
              {
                lane,
                step,
                input,
                params: params[lane],
                passes: await evaluators.of(input),
              },
              likelihoodSamples,
              left,
            )
          : null;
      if (left()) return null;
      rows.push({
        values,
        seed: settings.seed,
        steps: diverged ?? step,
        ...terms(readouts[lane], diverged !== null),
        levels: readouts[lane].levels.map((_, level) =>
          levelOf(readouts[lane], metrics[lane], level),
        ),
        logLikelihood,
        linear: linearOf(trainer.predictions[lane] ?? trainer.guides[lane]),
        diverged,
      });
    }
    return rows;
  } finally {
    evaluators.destroy();
  }
}

async function likelihoodOf(
  lane: LikelihoodLane,
  samples: number,
  left: () => boolean,
): Promise<SweepRow["logLikelihood"]> {
  let last: LikelihoodReadout | null = null as LikelihoodReadout | null;
  await estimateLikelihood(
    lane,
    samples,
    (readout) => {
      last = readout;
    },
    left,
  );
  if (!last) return null;
  const { on, examples, mean, error, exact } = last;
  return {
    on,
    examples,
    samples,
    mean,
    error,
    ...(exact !== undefined && { exact }),
  };
}

/** What theory says of a cell, or of the linear model in its place. */
function linearOf(prediction: Prediction | null): SweepRow["linear"] {
  return (
    prediction && {
      activeUnits: prediction.levels.map(({ activeUnits }) => activeUnits),
      loss: prediction.loss,
    }
  );
}

/** A diverged lane's read-out is of its last finite step, which is no result. */
function terms(
  { loss, reconstruction, kl, kl2 }: LaneReadout,
  diverged: boolean,
): Pick<SweepRow, "loss" | "reconstruction" | "kl" | "kl2"> {
  const none = Number.NaN;
  return diverged
    ? { loss: none, reconstruction: none, kl: none, kl2: none }
    : { loss, reconstruction, kl, kl2 };
}

function levelOf(
  readout: LaneReadout,
  metrics: LaneMetrics,
  level: number,
): SweepLevel {
  const { activeUnitsBurda, epsilon, delta, collapsed } = metrics.levels[level];
  const { activeModes, activeUnits, klPerUnit } = readout.levels[level];
  const at = epsilon.findIndex((value) => value >= COLLAPSE_EPSILON * 0.999);
  return {
    units: klPerUnit.length,
    activeUnits,
    activeModes,
    activeUnitsBurda,
    collapsed: collapsed[at],
    epsilon,
    delta,
    collapse: collapsed,
  };
}
