/**
 * Training without a page: the same engines, scheduler and read-outs behind one object, for
 * scripts, notebooks and tests. Runs where there is a GPUDevice, or on the CPU without one.
 */
import { GpuBackend } from "../engine/gpu-backend.ts";
import { describeDevice } from "../engine/gpu.ts";
import { Scheduler } from "../engine/scheduler.ts";
import { TERMS, type LaneInput, type Snapshot } from "../engine/stepper.ts";
import type { Dataset } from "../data/dataset.ts";
import {
  allLanes,
  type ExperimentConfig,
  type Settings,
} from "../experiment/config.ts";
import type { ParamSet } from "../model/ops.ts";
import { ReferenceBackend } from "../reference/trainer.ts";
import type { Prediction } from "../theory/prediction.ts";
import { LaneData, predictLane, summarize } from "./lane-data.ts";
import { LaneMonitor } from "./lane-monitor.ts";
import type { DataSummary, LaneReadout } from "./protocol.ts";

export interface TrainerOptions {
  readonly config: ExperimentConfig;
  /** Trains on this device; without one, in float64 on the CPU. */
  readonly device?: GPUDevice;
  /** Data sets for `file:` data, by hash. */
  readonly files?: ReadonlyMap<string, Dataset>;
  /** Data prepared before and kept: a trainer of the same data need not find its spectrum again. */
  readonly laneData?: LaneData;
  /** Continue from a snapshot of a trainer of the same config. */
  readonly snapshot?: Snapshot;
  /** Long preparations report here; fraction is null while unknown. */
  readonly onProgress?: (label: string, fraction: number | null) => void;
}

/** Per-step terms of one lane, nats per example. */
export interface StepTerms {
  readonly step: number;
  readonly loss: number;
  readonly reconstruction: number;
  readonly kl: number;
}

export interface Trainer {
  readonly config: ExperimentConfig;
  readonly data: readonly DataSummary[];
  readonly predictions: readonly (Prediction | null)[];
  /** Steps done. */
  readonly step: number;
  /** Trains `count` more steps (never past the budget) and measures. */
  train(count: number): Promise<readonly LaneReadout[]>;
  /** The latest measurement of each lane. */
  readout(): readonly LaneReadout[];
  /** Terms of the last `train` as far as the ring on the device held them. */
  terms(lane: number): readonly StepTerms[];
  params(lane: number): ParamSet;
  /** Changes beta, eta or learning rates without a restart; one entry per lane. */
  update(lanes: readonly Settings[]): Promise<void>;
  snapshot(): Snapshot | null;
  /** First non-finite step of a lane that diverged, else null. */
  diverged(lane: number): number | null;
  destroy(): void;
}

/**
 * Prepares data, predictions and lanes at step 0 (or at the snapshot).
 *
 * @throws DataError when data cannot be had, EngineError when the device cannot run the lanes.
 */
export async function createTrainer(options: TrainerOptions): Promise<Trainer> {
  const { config, device, onProgress = () => undefined } = options;
  const laneData = options.laneData ?? new LaneData();
  options.files?.forEach((dataset, hash) => laneData.files.set(hash, dataset));
  let inputs: LaneInput[] = [];
  for (const settings of allLanes(config)) {
    inputs.push(await laneData.prepare(settings, onProgress));
  }
  const predictions = inputs.map(predictLane);
  const monitors = inputs.map(
    (input, lane) => new LaneMonitor(input, predictions[lane]),
  );
  const backend = device
    ? await GpuBackend.create(describeDevice(device), inputs)
    : new ReferenceBackend(inputs);

  let terms: { first: number; values: Float32Array[] } = {
    first: 0,
    values: [],
  };
  let params: readonly ParamSet[] = [];
  let readouts: readonly LaneReadout[] = [];
  let failure: Error | null = null;
  const diverged = new Map<number, number>();
  const { steps } = config.base;
  const scheduler = new Scheduler(
    backend,
    {
      lanes: inputs.length,
      steps,
      pace: 0,
      ...(options.snapshot && { snapshot: options.snapshot }),
    },
    {
      status: () => undefined,
      readback: (readback) => {
        const held = terms.values.length / inputs.length;
        if (terms.first + held !== readback.firstStep) {
          terms = { first: readback.firstStep, values: [] };
        }
        for (let at = 0; at < readback.terms.length; at += TERMS) {
          terms.values.push(readback.terms.slice(at, at + TERMS));
        }
        params = readback.params;
        readouts = monitors.map((monitor, lane) =>
          monitor.measure(readback.step, params[lane], readback.step >= steps),
        );
      },
      diverged: ({ lane, step }) => {
        diverged.set(lane, step);
        monitors[lane].diverge();
      },
      failed: (error) => {
        failure = error instanceof Error ? error : new Error(String(error));
      },
    },
  );
  await scheduler.readNow();

  return {
    config,
    data: inputs.map(summarize),
    predictions,
    get step() {
      return scheduler.step;
    },
    train: async (count) => {
      terms = { first: scheduler.step, values: [] };
      await scheduler.advance(count);
      if (failure) throw failure;
      return readouts;
    },
    readout: () => readouts,
    terms: (lane) =>
      terms.values.flatMap(([loss, reconstruction, kl], index) =>
        index % inputs.length === lane
          ? [
              {
                step: terms.first + Math.floor(index / inputs.length),
                loss,
                reconstruction,
                kl,
              },
            ]
          : [],
      ),
    params: (lane) => params[lane],
    update: async (lanes) => {
      inputs = inputs.map((input, lane) => ({
        ...input,
        settings: lanes[lane],
      }));
      monitors.forEach((monitor, lane) => {
        predictions[lane] = predictLane(inputs[lane]);
        monitor.change(inputs[lane], predictions[lane]);
      });
      await scheduler.update(lanes);
      await scheduler.readNow();
    },
    snapshot: () => scheduler.snapshot,
    diverged: (lane) => diverged.get(lane) ?? null,
    destroy: () => {
      scheduler.close();
    },
  };
}
