/** What a sweep says of its trained cells. */
import { describeDevice } from "../engine/gpu.ts";
import type { EncoderVariance, Settings } from "../experiment/config.ts";
import { NEUTRAL } from "../experiment/neutral.ts";
import type { LaneInput } from "../engine/stepper.ts";
import type { LaneData } from "./lane-data.ts";
import { predictLane } from "./lane-data.ts";
import { measureLanes } from "./metrics.ts";
import type { LaneMetrics, LaneReadout } from "./protocol.ts";
import type { SweepCell } from "./sweep-plan.ts";
import type { SweepLevel, SweepRow } from "./sweep-protocol.ts";
import type { Trainer } from "./trainer.ts";

/** Collapse is tabulated at this epsilon, nats. */
const COLLAPSE_EPSILON = 0.01;

export interface MeasureOptions {
  readonly device?: GPUDevice;
  readonly signal?: AbortSignal;
}

/** The rows of a batch at the end of its training; null if the signal ended it. */
export async function measureCells(
  batch: readonly SweepCell[],
  trainer: Trainer,
  laneData: LaneData,
  likelihoodSamples: number,
  { device, signal }: MeasureOptions,
): Promise<SweepRow[] | null> {
  const inputs: LaneInput[] = [];
  for (const { settings } of batch)
    inputs.push(await laneData.prepare(settings, () => undefined));
  const params = batch.map((_, lane) => trainer.params(lane));
  const metrics = await measureLanes(
    trainer.step,
    inputs,
    params,
    device ? describeDevice(device) : null,
  );
  if (signal?.aborted) return null;
  const readouts = trainer.readout();
  return batch.map((cell, lane) => {
    const diverged = trainer.diverged(lane);
    return {
      values: cell.values,
      seed: cell.settings.seed,
      steps: diverged ?? trainer.step,
      ...terms(readouts[lane], diverged !== null),
      levels: readouts[lane].levels.map((_, level) =>
        levelOf(readouts[lane], metrics[lane], level),
      ),
      logLikelihood: null,
      linear: linearTheory(inputs[lane]),
      diverged,
    };
  });
}

/** What theory says of a cell, or of the linear model in its place. */
export function linearTheory(input: LaneInput): SweepRow["linear"] {
  const prediction =
    predictLane(input) ??
    predictLane({ ...input, settings: linearOf(input.settings) });
  return (
    prediction && {
      activeUnits: prediction.levels.map(({ activeUnits }) => activeUnits),
      loss: prediction.loss,
    }
  );
}

/** The linear model with a lane's sizes, weights and noises. */
function linearOf(settings: Settings): Settings {
  const learnable = (variance: EncoderVariance): EncoderVariance =>
    variance.kind === "predicted"
      ? { kind: "learnable", std: variance.std }
      : variance;
  const { network, likelihood, klSchedule, freeBits } = NEUTRAL;
  return {
    ...settings,
    ...{ network, likelihood, klSchedule, freeBits },
    encoderVariance: learnable(settings.encoderVariance),
    encoderVariance2: learnable(settings.encoderVariance2),
  };
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
