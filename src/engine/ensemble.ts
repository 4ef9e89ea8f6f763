/**
 * Up to thousands of models, each with settings, data and start of its own, trained to a budget of
 * steps: the engine's side of a map.
 *
 * Knows neither cells nor pages. Models are sorted by form and trained in waves that fit into the
 * device's limits and a budget of memory. A lane runs the same code as one model of a wave:
 * of the exact estimator (`ExactEnsemble`), or sampled (`SampledStepper`).
 */
import { DispatchMeter } from "./ensemble-meter.ts";
import type { EnsembleWave } from "./ensemble-plan.ts";
import { WaveReader, type Receive } from "./ensemble-read.ts";
import type { EnsemblePhase, TrainedWave } from "./ensemble-wave.ts";
import { openWave, planAllWaves } from "./ensemble-waves.ts";
import { EngineError } from "./errors.ts";
import { StartCache } from "./exact-basis.ts";
import type { VariantRequest } from "./exact-layout.ts";
import type { Gpu } from "./gpu.ts";
import { Slices } from "../math/slices.ts";
import { KernelCache } from "./kernel-cache.ts";
import type { LaneInput } from "./stepper.ts";

export interface EnsembleOptions {
  readonly cache?: KernelCache;
  /** Bytes held on the GPU at once, 256 MiB without one. */
  readonly memory?: number;
  /** Instead of the kernel the adapter runs fastest. */
  readonly variant?: VariantRequest;
  /** How work between dispatches is cut. */
  readonly slices?: Slices;
}

export interface EnsembleProgress {
  /** Models that have taken all steps, and all. */
  readonly ended: number;
  readonly models: number;
  /** Of the arithmetic, 0 to 1. */
  readonly fraction: number;
  /** Steps of single models a second, lately. */
  readonly modelStepsPerSecond: number;
  /** Steps of single models that have landed, and steps of the last dispatch. */
  readonly modelSteps: number;
  readonly dispatchSteps: number;
  /** Null until it can be told; pauses do not count. */
  readonly secondsLeft: number | null;
  /** Counts from 0. */
  readonly wave: number;
  readonly waves: number;
}

export interface EnsembleRun {
  /** At each model's own learning rate. */
  readonly steps: number;
  /** What follows, at multiples of it, so that ends are sharp; Adam's moments are kept. */
  readonly phases?: readonly EnsemblePhase[];
  /** At most ten times a second, and at the end. */
  readonly onProgress?: (progress: EnsembleProgress) => void;
  /** Values of a few models, in turn while they train and each model once when it has ended. */
  readonly onReadback?: Receive;
  /** Ends the run within a few dispatches and frees what it holds. */
  readonly signal?: AbortSignal;
}

const IN_FLIGHT = 2;

export class Ensemble {
  /** What trains together, in this order. */
  readonly waves: readonly EnsembleWave[];
  readonly #gpu: Gpu;
  readonly #inputs: readonly LaneInput[];
  readonly #cache: KernelCache;
  readonly #slices: Slices;
  #paused: { readonly over: Promise<void>; resume(): void } | null = null;
  #busy = false;

  private constructor(
    gpu: Gpu,
    inputs: readonly LaneInput[],
    waves: readonly EnsembleWave[],
    cache: KernelCache,
    slices: Slices,
  ) {
    this.#gpu = gpu;
    this.#inputs = inputs;
    this.waves = waves;
    this.#cache = cache;
    this.#slices = slices;
  }

  /**
   * Plans; holds nothing on the GPU before `run` and after it.
   *
   * Rejects if there are no models, one of them does not fit into the device or the budget of
   * memory, moments and biases disagree, or there are more latents than the kernels take.
   */
  static async create(
    gpu: Gpu,
    inputs: readonly LaneInput[],
    options: EnsembleOptions = {},
  ): Promise<Ensemble> {
    if (inputs.length === 0) throw new Error("ensemble: no models");
    const { variant, memory, slices = new Slices() } = options;
    const cache = options.cache ?? new KernelCache(gpu.device);
    const waves = await planAllWaves(gpu, inputs, variant, memory, slices);
    return new Ensemble(gpu, inputs, waves, cache, slices);
  }

  /**
   * Trains all models from their starts; true when all have taken all steps, false when the
   * signal ended it.
   *
   * Rejects with an `EngineError` if the device refuses or is lost, and with what a callback
   * throws; nothing is left on the GPU in any case.
   */
  async run(run: EnsembleRun): Promise<boolean> {
    if (this.#busy) throw new Error("ensemble: it is running already");
    this.#busy = true;
    try {
      return await this.#train(run);
    } finally {
      this.#busy = false;
    }
  }

  /** No dispatch follows those in flight, until `resume`. */
  pause(): void {
    if (this.#paused) return;
    let resume = (): void => undefined;
    const over = new Promise<void>((resolve) => (resume = resolve));
    this.#paused = { over, resume };
  }

  resume(): void {
    this.#paused?.resume();
    this.#paused = null;
  }

  async #train(run: EnsembleRun): Promise<boolean> {
    const phases = [{ steps: run.steps, rate: 1 }, ...(run.phases ?? [])];
    const steps = phases.reduce((sum, phase) => sum + phase.steps, 0);
    const meter = new DispatchMeter(this.waves, steps, run.onProgress);
    const starts = new StartCache();
    const lost = this.#gpu.device.lost.then((info): never => {
      throw new EngineError(
        "lost",
        `The graphics device was lost (${info.reason}): ${info.message}`,
      );
    });
    lost.catch(() => undefined);
    for (const plan of this.waves) {
      const wave = await this.#open(plan, phases, starts, run.signal);
      if (!wave) return false;
      const reader =
        run.onReadback &&
        new WaveReader(this.#gpu.device, wave, plan, run.onReadback);
      try {
        meter.begin(plan);
        if (!(await this.#trainWave(wave, reader, meter, run, lost)))
          return false;
        meter.end();
      } finally {
        reader?.destroy();
        wave.destroy();
      }
    }
    return true;
  }

  /** Null if the signal ended it. */
  async #open(
    plan: EnsembleWave,
    phases: readonly EnsemblePhase[],
    starts: StartCache,
    signal: AbortSignal | undefined,
  ): Promise<TrainedWave | null> {
    if (signal?.aborted) return null;
    try {
      return await openWave(
        this.#gpu,
        this.#cache,
        plan,
        this.#inputs,
        phases,
        { starts, slices: this.#slices, ...(signal && { signal }) },
      );
    } catch (error) {
      if (signal?.aborted) return null;
      throw error;
    }
  }

  async #trainWave(
    wave: TrainedWave,
    reader: WaveReader | undefined,
    meter: DispatchMeter,
    { signal }: EnsembleRun,
    lost: Promise<never>,
  ): Promise<boolean> {
    const inFlight: Promise<void>[] = [];
    const cancelled = (): boolean => signal?.aborted === true;
    while (!cancelled()) {
      if (this.#paused) {
        await Promise.race([Promise.all(inFlight.splice(0)), lost]);
        await this.#pauseOver(signal);
        meter.resumed();
        continue;
      }
      const next = wave.submit();
      if (!next) break;
      const landed = next.landed.then(() => {
        meter.landed(next.modelSteps, next.steps);
      });
      // A failure surfaces where it is awaited.
      landed.catch(() => undefined);
      inFlight.push(landed);
      reader?.poll();
      if (inFlight.length >= IN_FLIGHT)
        await Promise.race([inFlight.shift(), lost]);
    }
    await Promise.race([Promise.all(inFlight), lost]);
    await Promise.race([reader?.finish(cancelled), lost]);
    return !cancelled();
  }

  async #pauseOver(signal: AbortSignal | undefined): Promise<void> {
    const over = this.#paused?.over;
    if (!signal) return over;
    if (signal.aborted) return;
    let stop = (): void => undefined;
    const aborted = new Promise<void>((resolve) => (stop = resolve));
    signal.addEventListener("abort", stop);
    await Promise.race([over, aborted]);
    signal.removeEventListener("abort", stop);
  }
}
