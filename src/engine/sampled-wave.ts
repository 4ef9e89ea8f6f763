/**
 * Models of the sampled estimator on the GPU, submit after submit to the budget. Their parts take
 * turns, each a stepper of its own; data, kernels and scratch are shared.
 */
import type { ParamSet } from "../model/ops.ts";
import type { EnsembleWave } from "./ensemble-plan.ts";
import type { Packing } from "./exact-place.ts";
import { DispatchPace } from "./ensemble-pace.ts";
import {
  cut,
  phaseAt,
  type EnsemblePhase,
  type Part,
  type Submitted,
  type TrainedWave,
} from "./ensemble-wave.ts";
import type { Gpu } from "./gpu.ts";
import type { KernelCache } from "./kernel-cache.ts";
import { LaneData } from "./lane-data.ts";
import { ScratchPool } from "./plan-buffers.ts";
import { partWidth, SAMPLED_CHUNK } from "./sampled-plan.ts";
import {
  createSampledStepper,
  type SampledStepper,
} from "./sampled-stepper.ts";
import type { LaneInput } from "./stepper.ts";

interface Placed {
  readonly part: Part;
  readonly inputs: readonly LaneInput[];
  readonly stepper: SampledStepper;
  /** Of the learning rates its models have now. */
  rate: number;
}

export class SampledWave implements TrainedWave {
  readonly parts: readonly Part[];
  readonly #gpu: Gpu;
  readonly #placed: readonly Placed[];
  readonly #phases: readonly EnsemblePhase[];
  readonly #shared: readonly { destroy(): void }[];
  readonly #pace: DispatchPace;

  private constructor(
    gpu: Gpu,
    plan: EnsembleWave,
    placed: readonly Placed[],
    phases: readonly EnsemblePhase[],
    shared: readonly { destroy(): void }[],
  ) {
    this.#gpu = gpu;
    this.#placed = placed;
    this.#phases = phases;
    this.#shared = shared;
    this.#pace = new DispatchPace(plan.each, Infinity);
    this.parts = placed.map(({ part }) => part);
  }

  /**
   * Puts the models on the GPU, as many as there is time for until the signal.
   *
   * Throws an `EngineError` if the device refuses; then it holds nothing.
   */
  static async create(
    gpu: Gpu,
    cache: KernelCache,
    plan: EnsembleWave,
    all: readonly LaneInput[],
    phases: readonly EnsemblePhase[],
    { slices, signal }: Omit<Packing, "starts">,
  ): Promise<SampledWave> {
    const data = new LaneData(gpu.device);
    const scratch = new ScratchPool(gpu.device);
    const placed: Placed[] = [];
    try {
      for (const part of cut(plan.models.length, partWidth(plan))) {
        await slices?.go();
        if (signal?.aborted) break;
        const inputs = plan.models
          .slice(part.first, part.first + part.count)
          .map((model) => all[model]);
        const stepper = await createSampledStepper(
          gpu,
          inputs.map((input, lane) => ({ lane, input })),
          { cache, data, scratch, chunk: SAMPLED_CHUNK, ring: 1 },
        );
        placed.push({ part, inputs, stepper, rate: 1 });
      }
    } catch (error) {
      for (const one of [
        ...placed.map(({ stepper }) => stepper),
        scratch,
        data,
      ])
        one.destroy();
      throw error;
    }
    return new SampledWave(gpu, plan, placed, phases, [scratch, data]);
  }

  /** Submits the next steps of the part that has taken fewest; null when all have taken all. */
  submit(): Submitted | null {
    const next = this.#behind();
    const phase = next && phaseAt(this.#phases, next.part.step);
    if (!next || !phase) return null;
    const { part, stepper } = next;
    setRate(next, phase.rate);
    const steps = Math.min(
      this.#pace.steps(part.count),
      phase.left,
      SAMPLED_CHUNK,
    );
    const { queue } = this.#gpu.device;
    const encoder = this.#gpu.device.createCommandEncoder({
      label: "sampled ensemble",
    });
    stepper.encode(encoder, part.step, steps);
    queue.submit([encoder.finish()]);
    part.step += steps;
    const modelSteps = part.count * steps;
    const submitted = performance.now();
    const landed = queue.onSubmittedWorkDone().then(() => {
      this.#pace.landed(submitted, performance.now(), modelSteps);
    });
    return { modelSteps, steps, landed };
  }

  /** Encodes copies of the values of models [first, first + count), one after the other. */
  copyValues(
    encoder: GPUCommandEncoder,
    first: number,
    count: number,
    to: GPUBuffer,
  ): void {
    for (let model = 0; model < count; model++) {
      const { stepper, slot } = this.#find(first + model);
      const { offset, bytes } = stepper.valuesAt(slot);
      const { buffer } = stepper.arena;
      encoder.copyBufferToBuffer(buffer, offset, to, model * bytes, bytes);
    }
  }

  params(values: Float32Array, model: number): ParamSet {
    const { stepper, slot } = this.#find(model);
    return stepper.unpack(values, slot);
  }

  /** Whether a part's models have taken all steps. */
  ended(part: Part): boolean {
    return phaseAt(this.#phases, part.step) === null;
  }

  destroy(): void {
    for (const { stepper } of this.#placed) stepper.destroy();
    for (const one of this.#shared) one.destroy();
  }

  #behind(): Placed | null {
    let behind: Placed | null = null;
    for (const placed of this.#placed) {
      const before = !behind || placed.part.step < behind.part.step;
      if (before && !this.ended(placed.part)) behind = placed;
    }
    return behind;
  }

  #find(model: number): { stepper: SampledStepper; slot: number } {
    const placed = this.#placed.find(
      ({ part }) => model < part.first + part.count,
    );
    if (!placed) throw new Error(`sampled wave: no model ${model}`);
    return { stepper: placed.stepper, slot: model - placed.part.first };
  }
}

function setRate(placed: Placed, rate: number): void {
  if (placed.rate === rate) return;
  placed.rate = rate;
  placed.inputs.forEach(({ settings }, slot) => {
    const { optimizer } = settings;
    const learningRate = rate * optimizer.learningRate;
    placed.stepper.update(slot, {
      ...settings,
      optimizer: { ...optimizer, learningRate },
    });
  });
}
