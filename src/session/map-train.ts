/** Trains the models of a map and measures them on the way: on a device, or in float64 without one. Worker side. */
import { Ensemble } from "../engine/ensemble.ts";
import type { EnsemblePhase } from "../engine/ensemble-wave.ts";
import type { Gpu } from "../engine/gpu.ts";
import { Rate } from "../engine/pacing.ts";
import type { LaneInput } from "../engine/stepper.ts";
import type { ParamSet } from "../model/ops.ts";
import { ReferenceBackend } from "../reference/trainer.ts";
import { turn } from "../math/turn.ts";
import type { MapGrid } from "./map-grid.ts";
import { Evaluators } from "./evaluators.ts";
import { CellMeasure } from "./map-measure.ts";
import type { MapCells, MapProgress } from "./map-protocol.ts";
import { MAP_NUMBERS } from "./map-plan.ts";
import { Slices } from "../math/slices.ts";

/**
 * Shares of the steps at multiples of the learning rate: Adam's own steps shrink, so that ends
 * are sharp enough to count modes at.
 */
const PHASES: readonly { readonly share: number; readonly rate: number }[] = [
  { share: 0.5, rate: 1 },
  { share: 0.25, rate: 0.2 },
  { share: 0.25, rate: 0.04 },
];

/** `steps` in all, at least one a phase that has any. */
export function mapPhases(steps: number): EnsemblePhase[] {
  let before = 0;
  let share = 0;
  return PHASES.map((phase) => {
    share += phase.share;
    const upTo = Math.round(share * steps);
    const own = { steps: upTo - before, rate: phase.rate };
    before = upTo;
    return own;
  });
}

export interface MapTraining {
  readonly grid: MapGrid;
  readonly steps: number;
  /** Trains on it; without one, in float64 on the CPU, cell after cell. */
  readonly gpu?: Gpu;
  readonly signal: AbortSignal;
  readonly onCells: (cells: MapCells) => void;
  readonly onProgress: (progress: TrainingProgress) => void;
}

export type TrainingProgress = Pick<
  MapProgress,
  "done" | "fraction" | "secondsLeft" | "modelStepsPerSecond"
>;

/** Measuring models on their way takes at most this share of the worker's time. */
const LIVE_SHARE = 0.25;

/** A map in training, which can be paused. */
export class MapTrainer {
  readonly #at: MapTraining;
  readonly #evaluators: Evaluators;
  readonly #measure: CellMeasure;
  readonly #ensemble: Ensemble | null;
  #paused = false;
  #wake: (() => void) | null = null;

  private constructor(at: MapTraining, ensemble: Ensemble | null) {
    this.#at = at;
    this.#evaluators = new Evaluators(at.gpu ?? null);
    this.#measure = new CellMeasure(this.#evaluators);
    this.#ensemble = ensemble;
  }

  /** Plans; rejects if a model does not fit into the device. */
  static async create(at: MapTraining): Promise<MapTrainer> {
    const { gpu, grid } = at;
    return new MapTrainer(
      at,
      gpu ? await Ensemble.create(gpu, grid.inputs) : null,
    );
  }

  get paused(): boolean {
    return this.#paused;
  }

  pause(): void {
    this.#paused = true;
    this.#ensemble?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#ensemble?.resume();
    this.#wake?.();
  }

  /** True when all models have taken all steps and are measured, false when the signal ended it. */
  async run(): Promise<boolean> {
    try {
      return await (this.#ensemble
        ? this.#onGpu(this.#ensemble)
        : this.#onCpu());
    } finally {
      this.#evaluators.destroy();
    }
  }

  async #onGpu(ensemble: Ensemble): Promise<boolean> {
    const { steps, signal, onProgress } = this.#at;
    const [first, ...phases] = mapPhases(steps);
    return ensemble.run({
      steps: first.steps,
      phases,
      signal,
      onProgress: ({ ended, fraction, secondsLeft, modelStepsPerSecond }) => {
        onProgress({ done: ended, fraction, secondsLeft, modelStepsPerSecond });
      },
      onReadback: async (readback) => {
        const { models, step, ended } = readback;
        const from = performance.now();
        await this.#read(models, step, ended, (index) =>
          readback.params(index),
        );
        if (ended || signal.aborted) return;
        const took = performance.now() - from;
        await new Promise((resolve) =>
          setTimeout(resolve, took * (1 / LIVE_SHARE - 1)),
        );
      },
    });
  }

  /** A lane at a time, spread over the map so that its picture is there early. */
  async #onCpu(): Promise<boolean> {
    const { grid, steps, signal, onProgress } = this.#at;
    const order = spread(grid.inputs.length);
    const rate = new Rate();
    rate.reset(performance.now(), 0);
    let [took, since] = [0, performance.now()];
    for (const [done, cell] of order.entries()) {
      const backend = new ReferenceBackend([grid.inputs[cell]]);
      const { settings } = grid.inputs[cell];
      let step = 0;
      for (const phase of mapPhases(steps)) {
        backend.update(0, atRate(settings, phase.rate));
        for (const end = step + phase.steps; step < end;) {
          if (this.#paused) {
            took += performance.now() - since;
            await this.#pauseOver();
            since = performance.now();
          }
          if (signal.aborted) return false;
          const count = Math.min(CPU_STEPS[settings.estimator], end - step);
          await backend.run(step, count);
          step += count;
        }
      }
      const { params } = await backend.read(steps);
      await this.#read([cell], steps, true, () => params[0]);
      const now = performance.now();
      const ended = done + 1;
      const seconds = (took + now - since) / 1000;
      onProgress({
        done: ended,
        fraction: ended / order.length,
        secondsLeft: (seconds / ended) * (order.length - ended),
        modelStepsPerSecond: rate.update(now, ended * steps),
      });
    }
    return true;
  }

  async #pauseOver(): Promise<void> {
    const { signal } = this.#at;
    while (this.#paused && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        signal.addEventListener(
          "abort",
          () => {
            resolve();
          },
          { once: true },
        );
      });
    }
    this.#wake = null;
  }

  async #read(
    models: readonly number[],
    step: number,
    ended: boolean,
    params: (index: number) => ParamSet,
  ): Promise<void> {
    const { grid, signal, onCells } = this.#at;
    const slices = new Slices(signal);
    const width = MAP_NUMBERS.length;
    const values = new Float64Array(models.length * width);
    for (const [index, cell] of models.entries()) {
      if (!(await slices.go())) return;
      const input: LaneInput = grid.inputs[cell];
      const prediction = grid.predict(cell);
      const numbers = await this.#measure.of({
        ...{ input, step, prediction },
        params: params(index),
      });
      values.set(numbers, index * width);
    }
    onCells({
      cells: Uint32Array.from(models),
      values,
      steps: new Uint32Array(models.length).fill(step),
      ended,
    });
    await turn();
  }
}

/** Steps of a lane between looks at pause and end: a few milliseconds of small models. */
const CPU_STEPS = { exact: 50, sampled: 2 } as const;

function atRate(
  settings: LaneInput["settings"],
  rate: number,
): LaneInput["settings"] {
  const { optimizer } = settings;
  return {
    ...settings,
    optimizer: { ...optimizer, learningRate: rate * optimizer.learningRate },
  };
}

/** 0 to count - 1, far ones after each other: steps of about the golden section of the count, coprime to it. */
function spread(count: number): number[] {
  const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
  let stride = Math.max(1, Math.round(count * 0.618));
  while (gcd(stride, count) !== 1) stride++;
  return Array.from({ length: count }, (_, i) => (i * stride) % count);
}
