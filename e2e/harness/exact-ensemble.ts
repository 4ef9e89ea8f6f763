/** Ensembles in the page: what they read back, how they end, and what memory they hold. */
import type { Moments } from "../../src/data/dataset.ts";
import { Ensemble, type EnsembleProgress } from "../../src/engine/ensemble.ts";
import type { EnsemblePhase } from "../../src/engine/ensemble-wave.ts";
import type { VariantRequest } from "../../src/engine/exact-layout.ts";
import type { Gpu } from "../../src/engine/gpu.ts";
import type { KernelCache } from "../../src/engine/kernel-cache.ts";
import type { LaneInput } from "../../src/engine/stepper.ts";
import { SLICE_MS, Slices } from "../../src/math/slices.ts";

export interface EnsembleRequest {
  readonly steps: number;
  readonly phases?: readonly EnsemblePhase[];
  readonly memory?: number;
  readonly variant?: VariantRequest;
  /** Ends the run so many ms after its first progress report. */
  readonly cancelAfter?: number;
  /** Pauses for so many ms at the first progress report. */
  readonly pause?: number;
  /** Counts turns on a clock by which every look ends a slice; ends the run at turn `endAt`. */
  readonly turns?: { readonly endAt?: number };
  /** Models whose tensors are wanted; all without it. */
  readonly wanted?: readonly number[];
}

export interface EnsembleResult {
  readonly finished: boolean;
  readonly kernels: readonly string[];
  readonly waves: readonly {
    readonly models: readonly number[];
    readonly bytes: number;
  }[];
  /** Of each model wanted, at its end. */
  readonly params: Readonly<
    Record<number, Readonly<Record<string, readonly number[]>>>
  >;
  readonly reads: readonly {
    readonly models: readonly number[];
    readonly step: number;
    readonly ended: boolean;
  }[];
  readonly progress: readonly EnsembleProgress[];
  readonly memory: {
    readonly peak: number;
    readonly created: number;
    readonly destroyed: number;
    readonly left: number;
  };
  /** Between asking for the end or a pause and the last landing after it, ms. */
  readonly stopMs: number;
  /** With `turns`: those given, writes of models in all, and most of them between two turns. */
  readonly packing: {
    readonly turns: number;
    readonly writes: number;
    readonly most: number;
  };
  /** Dispatches that landed while paused, those in flight apart. */
  readonly landedPaused: number;
}

/** Counts what a device's buffers hold from now until `restore`. */
export function account(device: GPUDevice): {
  readonly peak: number;
  readonly created: number;
  readonly destroyed: number;
  readonly held: number;
  restore(): void;
} {
  const create = device.createBuffer.bind(device);
  const count = {
    peak: 0,
    created: 0,
    destroyed: 0,
    held: 0,
    restore(): void {
      device.createBuffer = create;
    },
  };
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    count.created++;
    count.held += buffer.size;
    count.peak = Math.max(count.peak, count.held);
    const destroy = buffer.destroy.bind(buffer);
    let gone = false;
    buffer.destroy = (): undefined => {
      if (!gone) {
        gone = true;
        count.destroyed++;
        count.held -= buffer.size;
      }
      destroy();
    };
    return buffer;
  };
  return count;
}

/** Looks at how models are packed: what is written between turns. */
function watchPacking(
  { queue }: GPUDevice,
  onTurn: (turns: number) => void,
): {
  turns: number;
  writes: number;
  most: number;
  slices: Slices;
  restore(): void;
} {
  const write = queue.writeBuffer.bind(queue);
  let [now, since] = [0, 0];
  const seen = {
    turns: 0,
    writes: 0,
    most: 0,
    slices: new Slices(undefined, {
      now: () => (now += SLICE_MS),
      turn: () => {
        since = 0;
        onTurn(++seen.turns);
        return Promise.resolve();
      },
    }),
    restore(): void {
      queue.writeBuffer = write;
    },
  };
  queue.writeBuffer = (...args: Parameters<GPUQueue["writeBuffer"]>) => {
    if (/^exact (arena|models)$/.test(args[0].label)) {
      seen.writes++;
      seen.most = Math.max(seen.most, ++since);
    }
    write(...args);
  };
  return seen;
}

/** Trains `inputs` and tells all about it. */
export async function runEnsemble(
  { gpu, cache }: { gpu: Gpu; cache: KernelCache },
  inputs: readonly LaneInput[],
  request: EnsembleRequest,
): Promise<EnsembleResult> {
  const { steps, phases, memory, variant, cancelAfter, pause } = request;
  const controller = new AbortController();
  const packing = watchPacking(gpu.device, (turns) => {
    if (turns === request.turns?.endAt) controller.abort();
  });
  const options = {
    cache,
    ...(request.turns ? { slices: packing.slices } : {}),
    ...(memory !== undefined ? { memory } : {}),
    ...(variant ? { variant } : {}),
  };
  const wanted = new Set(request.wanted ?? inputs.map((_, model) => model));
  const ensemble = await Ensemble.create(gpu, inputs, options);
  const params: Record<number, Record<string, number[]>> = {};
  const reads: EnsembleResult["reads"][number][] = [];
  const progress: EnsembleProgress[] = [];
  let asked = 0;
  let stopMs = 0;
  let landedPaused = 0;
  const onFirst = (): void => {
    if (cancelAfter !== undefined)
      setTimeout(() => {
        asked = performance.now();
        controller.abort();
      }, cancelAfter);
    if (pause !== undefined) {
      ensemble.pause();
      let seen = 0;
      setTimeout(() => {
        seen = progress.length;
      }, pause / 2);
      setTimeout(() => {
        landedPaused = progress.length - seen;
        ensemble.resume();
      }, pause);
    }
  };
  const memoryHeld = account(gpu.device);
  let finished: boolean;
  try {
    finished = await ensemble.run({
      steps,
      ...(phases ? { phases } : {}),
      signal: controller.signal,
      onProgress: (report) => {
        if (progress.length === 0) onFirst();
        progress.push(report);
      },
      onReadback: (readback) => {
        const { models, step, ended } = readback;
        reads.push({ models, step, ended });
        models.forEach((model, index) => {
          if (!wanted.has(model)) return;
          const tensors = Object.entries(readback.params(index));
          if (ended)
            params[model] = Object.fromEntries(
              tensors.map(([name, values]) => [name, [...values]]),
            );
        });
      },
    });
    if (asked > 0) stopMs = performance.now() - asked;
  } finally {
    memoryHeld.restore();
    packing.restore();
  }
  const { peak, created, destroyed, held } = memoryHeld;
  return {
    finished,
    kernels: ensemble.waves.map(({ kernel }) => kernel),
    waves: ensemble.waves.map(({ models, bytes }) => ({ models, bytes })),
    params,
    reads,
    progress,
    memory: { peak, created, destroyed, left: held },
    stopMs,
    packing: {
      turns: packing.turns,
      writes: packing.writes,
      most: packing.most,
    },
    landedPaused,
  };
}

/** Inputs of a map of `cells` models that share data and start. */
export function mapInputs(
  base: LaneInput,
  cells: number,
  moments: Moments = base.moments,
): LaneInput[] {
  const side = Math.ceil(Math.sqrt(cells));
  return Array.from({ length: cells }, (_, cell) => ({
    ...base,
    moments,
    settings: {
      ...base.settings,
      beta: 0.25 + (2 * (cell % side)) / side,
      etaDec: 0.5 + Math.floor(cell / side) / side,
    },
  }));
}
