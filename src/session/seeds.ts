/**
 * Many seeds of one lane at once: the same data and settings, starts and noise of their own. Those of the exact
 * estimator are one ensemble in the same dispatches, others take turns. All are measured at the
 * same steps. Worker side.
 */
import { GpuBackend } from "../engine/gpu-backend.ts";
import type { Gpu } from "../engine/gpu.ts";
import type { Backend, LaneInput } from "../engine/stepper.ts";
import { initialParams } from "../model/init.ts";
import { dataShape } from "../model/param.ts";
import { ReferenceBackend } from "../reference/trainer.ts";
import type { DistancePoint } from "../theory/history.ts";
import type { Prediction } from "../theory/prediction.ts";
import { LaneMonitor } from "./lane-monitor.ts";
import type { LanePasses } from "./passes.ts";
import { toldByMoments } from "./posterior.ts";
import type { LaneReadout } from "./protocol.ts";
import type { SeedsReadout } from "./seeds-protocol.ts";
import {
  bandsOf,
  countOutcomes,
  outcome,
  seedSteps,
  type SeedPoint,
} from "./seeds-stats.ts";
import { Slices } from "../math/slices.ts";

/** Times that seeds are measured: networks take many passes each time. */
const LOOKS = { moments: 60, passes: 12 } as const;
/** Between looks at the signal. */
const SLICE_MS = 100;
/** Progress is told at most this often. */
const TELL_MS = 250;

export interface SeedsOptions {
  readonly lane: number;
  readonly input: LaneInput;
  readonly prediction: Prediction | null;
  readonly count: number;
  /** Trains on it; without one, in float64 on the CPU. */
  readonly gpu: Gpu | null;
  /** Passes over the lane's data, asked for only where moments do not tell all. */
  readonly passes: () => Promise<LanePasses>;
  readonly tell: (readout: SeedsReadout) => void;
  readonly signal: AbortSignal;
}

/** Inputs that differ in their seed alone: the lane's own is the first. */
export function seedInputs(input: LaneInput, count: number): LaneInput[] {
  return Array.from({ length: count }, (_, index) => {
    const settings = { ...input.settings, seed: input.settings.seed + index };
    const initial = initialParams(settings, dataShape(input.data));
    return { ...input, settings, initial };
  });
}

/** Resolves when it is over, however it ended; the last thing told says how. */
export async function runSeeds(options: SeedsOptions): Promise<void> {
  const run = new SeedsRun(options);
  try {
    await run.train();
  } catch (error) {
    run.end("failed", error instanceof Error ? error.message : String(error));
  }
}

class SeedsRun {
  readonly #options: SeedsOptions;
  readonly #inputs: readonly LaneInput[];
  readonly #monitors: readonly LaneMonitor[];
  readonly #histories: DistancePoint[][];
  readonly #steps: number[] = [];
  readonly #points: SeedPoint[][] = [];
  #latest: readonly LaneReadout[] = [];
  #step = 0;
  #told = -Infinity;
  #since: { readonly time: number; readonly step: number } | null = null;

  constructor(options: SeedsOptions) {
    const { input, prediction, count } = options;
    this.#options = options;
    this.#inputs = seedInputs(input, count);
    this.#monitors = this.#inputs.map(
      (one) => new LaneMonitor(one, prediction),
    );
    this.#histories = this.#inputs.map(() => []);
  }

  async train(): Promise<void> {
    const { gpu, input, signal } = this.#options;
    this.#tell("running", "Preparing", true);
    const backend: Backend = gpu
      ? await GpuBackend.create(gpu, this.#inputs)
      : new ReferenceBackend(this.#inputs);
    try {
      const moments = toldByMoments(input);
      const looks = seedSteps(
        input.settings.steps,
        moments ? LOOKS.moments : LOOKS.passes,
      );
      for (const look of looks) {
        if (!(await this.#advance(backend, look))) break;
        if (!(await this.#measure(backend, look))) break;
        this.#tell("running", "Training", false);
      }
    } finally {
      backend.destroy();
    }
    this.end(signal.aborted ? "cancelled" : "done", "");
  }

  end(status: "done" | "cancelled" | "failed", label: string): void {
    this.#tell(status, label, true);
  }

  /** False if the signal ended it. */
  async #advance(backend: Backend, to: number): Promise<boolean> {
    const { signal } = this.#options;
    let slice = 8;
    while (this.#step < to) {
      if (signal.aborted) return false;
      const from = performance.now();
      const count = Math.min(slice, to - this.#step, backend.maxChunk);
      await backend.run(this.#step, count);
      this.#step += count;
      const took = performance.now() - from;
      const factor = Math.min(4, Math.max(0.25, SLICE_MS / took));
      slice = Math.max(1, Math.round(slice * factor));
      // What compiles before says nothing of what is left.
      this.#since ??= { time: performance.now(), step: this.#step };
      this.#tell("running", "Training", false);
    }
    return !signal.aborted;
  }

  async #measure(backend: Backend, step: number): Promise<boolean> {
    const { input, signal, prediction, passes } = this.#options;
    const { params } = await backend.read(step);
    const slices = new Slices(signal);
    const finished = step >= input.settings.steps;
    const moments = toldByMoments(input);
    const found: LaneReadout[] = [];
    for (const [index, monitor] of this.#monitors.entries()) {
      if (!(await slices.go())) return false;
      const of = params[index];
      const finite = Object.values(of).every((tensor) =>
        tensor.every(Number.isFinite),
      );
      if (!finite) monitor.diverge();
      const readout = moments
        ? monitor.measure(step, of, finished)
        : await monitor.measureByPasses(step, of, finished, await passes());
      if (!readout) return false;
      found.push(readout);
      const { distance, loss } = readout;
      this.#histories[index].push({ step, distance, loss });
    }
    this.#latest = found;
    this.#steps.push(step);
    this.#points.push(
      found.map((readout) => ({
        loss: readout.loss,
        reconstruction: readout.reconstruction,
        kl: readout.kl,
        kl2: readout.kl2,
        distance: prediction ? readout.distance : NaN,
        activeModes: readout.levels.reduce(
          (sum, { activeModes }) => sum + activeModes,
          0,
        ),
      })),
    );
    return true;
  }

  #tell(status: SeedsReadout["status"], label: string, now: boolean): void {
    const time = performance.now();
    if (!now && time - this.#told < TELL_MS) return;
    this.#told = time;
    const { lane, count, input, tell } = this.#options;
    const total = input.settings.steps;
    const worked = this.#since ? this.#step - this.#since.step : 0;
    const seconds = this.#since ? (time - this.#since.time) / 1000 : 0;
    const { estimator } = input.settings;
    tell({
      lane,
      seeds: count,
      status,
      label,
      step: this.#step,
      total,
      secondsLeft:
        worked > 0 ? ((total - this.#step) * seconds) / worked : null,
      steps: [...this.#steps],
      bands: bandsOf(this.#points),
      counts: countOutcomes(
        this.#latest.map(({ verdict }, index) =>
          outcome(verdict, this.#histories[index], estimator),
        ),
      ),
    });
  }
}
