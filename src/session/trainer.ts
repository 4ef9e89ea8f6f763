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
import { Evaluators } from "./evaluators.ts";
import { guideLane, LaneData, predictLane, summarize } from "./lane-data.ts";
import { LaneMonitor } from "./lane-monitor.ts";
import { estimateLikelihood } from "./likelihood.ts";
import { measureLanes } from "./metrics.ts";
import { toldByMoments } from "./posterior.ts";
import type { PokeReadout } from "./poke-protocol.ts";
import { concludePoke, startPoke } from "./poke.ts";
import type {
  DataSummary,
  LaneMetrics,
  LaneReadout,
  LikelihoodReadout,
} from "./protocol.ts";

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
  /** What theory says of the linear model with a lane's data and settings, where it says nothing of the lane itself. */
  readonly guides: readonly (Prediction | null)[];
  /** Steps done. */
  readonly step: number;
  /** Trains `count` more steps (never past the budget) and measures. */
  train(count: number): Promise<readonly LaneReadout[]>;
  /** The same without measuring, which takes a network many passes. */
  advance(count: number): Promise<void>;
  /** Measures the weights as they stand. */
  measure(): Promise<readonly LaneReadout[]>;
  /**
   * The latest measurement of each lane. Linear models with Gaussian likelihood are measured whenever weights are
   * read, so theirs is of now; any other's is of the last `train`, `measure` or `update`.
   */
  readout(): readonly LaneReadout[];
  /** Counts over the whole data set. */
  metrics(): Promise<readonly LaneMetrics[]>;
  /** Mean log-likelihood of each lane's held-out examples by importance sampling; `onProgress` is told how it goes. */
  likelihood(
    samples: number,
    onProgress?: (readout: LikelihoodReadout) => void,
  ): Promise<readonly LikelihoodReadout[]>;
  /** Terms of the last `train` as far as the ring on the device held them. */
  terms(lane: number): readonly StepTerms[];
  params(lane: number): ParamSet;
  /** Changes beta, eta or learning rates without a restart; one entry per lane. */
  update(lanes: readonly Settings[]): Promise<void>;
  /**
   * Revives what a lane does not use and trains on for `count` steps more, past the budget if need
   * be: does it die again, or was training stuck? Null where everything is in use.
   */
  poke(lane: number, count: number): Promise<PokeReadout | null>;
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
  const guides = inputs.map(guideLane);
  const gpu = device ? describeDevice(device) : null;
  const backend = gpu
    ? await GpuBackend.create(gpu, inputs)
    : new ReferenceBackend(inputs);
  const evaluators = new Evaluators(gpu);

  let terms: { first: number; values: Float32Array[] } = {
    first: 0,
    values: [],
  };
  let params: readonly ParamSet[] = [];
  const readouts: LaneReadout[] = [];
  let failure: Error | null = null;
  const diverged = new Map<number, number>();
  let { steps } = config.base;
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
        monitors.forEach((monitor, lane) => {
          if (!toldByMoments(inputs[lane])) return;
          readouts[lane] = monitor.measure(
            readback.step,
            params[lane],
            readback.step >= steps,
          );
        });
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
  const advance = async (count: number): Promise<void> => {
    terms = { first: scheduler.step, values: [] };
    await scheduler.advance(count);
    if (failure) throw failure;
  };
  const measure = async (): Promise<readonly LaneReadout[]> => {
    const { step } = scheduler;
    const finished = step >= steps;
    for (const [lane, monitor] of monitors.entries()) {
      if (toldByMoments(inputs[lane])) continue;
      const passes = await evaluators.of(inputs[lane]);
      const of = params[lane];
      const readout = await monitor.measureByPasses(step, of, finished, passes);
      if (readout) readouts[lane] = readout;
    }
    return [...readouts];
  };
  await scheduler.readNow();
  await measure();

  return {
    config,
    data: inputs.map(summarize),
    predictions,
    guides,
    get step() {
      return scheduler.step;
    },
    train: async (count) => {
      await advance(count);
      return measure();
    },
    advance,
    measure,
    readout: () => [...readouts],
    metrics: () =>
      measureLanes(scheduler.step, inputs, params, gpu, { evaluators }),
    likelihood: async (samples, onProgress = () => undefined) => {
      const { step } = scheduler;
      const found: LikelihoodReadout[] = [];
      for (const [lane, input] of inputs.entries()) {
        const passes = await evaluators.of(input);
        await estimateLikelihood(
          { lane, step, input, params: params[lane], passes },
          samples,
          (readout) => {
            found[lane] = readout;
            onProgress(readout);
          },
        );
      }
      return found;
    },
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
        guides[lane] = guideLane(inputs[lane]);
        monitor.change(inputs[lane], predictions[lane]);
      });
      await scheduler.update(lanes);
      await scheduler.readNow();
      await measure();
    },
    poke: async (lane, count) => {
      const poke = await startPoke(
        {
          scheduler,
          lane,
          input: inputs[lane],
          prediction: predictions[lane],
          read: async () => {
            await scheduler.readNow();
            const all = await measure();
            return { readout: all[lane], params: params[lane] };
          },
        },
        count,
      );
      if (!poke) return null;
      monitors[lane].forget();
      steps = Math.max(steps, poke.step + count);
      scheduler.extend(steps);
      await advance(count);
      const { estimator } = inputs[lane].settings;
      return concludePoke(poke, (await measure())[lane], estimator);
    },
    snapshot: () => scheduler.snapshot,
    diverged: (lane) => diverged.get(lane) ?? null,
    destroy: () => {
      evaluators.destroy();
      scheduler.close();
    },
  };
}
