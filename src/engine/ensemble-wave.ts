/** Models of one form on the GPU: dispatch after dispatch to the budget, read back on the way. */
import type { ExactWave } from "./ensemble-plan.ts";
import { DispatchPace, share } from "./ensemble-pace.ts";
import { placeGroups, type Packing, type Placed } from "./exact-place.ts";
import type { Gpu } from "./gpu.ts";
import type { KernelCache } from "./kernel-cache.ts";
import type { ParamSet } from "../model/ops.ts";
import type { LaneInput } from "./stepper.ts";

/** Steps at a multiple of each model's own learning rate. */
export interface EnsemblePhase {
  readonly steps: number;
  readonly rate: number;
}

/**
 * Models that take turns: they are at the same step whenever none of their dispatches is missing.
 * Fewer keep their state in a core's cache over more steps, more keep hardware busy.
 */
export interface Part {
  readonly first: number;
  readonly count: number;
  /** Steps all of them have taken. */
  step: number;
  /** The stretch under way: its steps, and models that have taken it. */
  stretch: number;
  done: number;
}

/** A dispatch on its way: what it does, and when it has. */
export interface Submitted {
  readonly modelSteps: number;
  readonly steps: number;
  readonly landed: Promise<void>;
}

/** Models a part, as measured: a multiple of the batches SwiftShader deals workgroups in. */
const WIDTH = { software: 32, hardware: 1024 } as const;

/** What an ensemble drives and its read-backs copy from. */
export type TrainedWave = Pick<
  Wave,
  "parts" | "submit" | "copyValues" | "params" | "ended" | "destroy"
>;

/** As many parts of at most `width` models as it takes, equally large. */
export function cut(models: number, width: number): Part[] {
  const parts = Math.ceil(models / width);
  return Array.from({ length: parts }, (_, part) => {
    const first = Math.floor((part * models) / parts);
    const count = Math.floor(((part + 1) * models) / parts) - first;
    return { first, count, step: 0, stretch: 0, done: 0 };
  });
}

export class Wave {
  readonly parts: readonly Part[];
  readonly inputs: readonly LaneInput[];
  readonly #gpu: Gpu;
  readonly #placed: Placed;
  readonly #phases: readonly EnsemblePhase[];
  readonly #pace: DispatchPace;

  private constructor(
    gpu: Gpu,
    plan: ExactWave,
    inputs: readonly LaneInput[],
    placed: Placed,
    phases: readonly EnsemblePhase[],
  ) {
    this.#gpu = gpu;
    this.inputs = inputs;
    this.#placed = placed;
    this.#phases = phases;
    this.#pace = new DispatchPace(
      plan.each,
      gpu.tier === "software" ? 4 : Infinity,
    );
    this.parts = cut(inputs.length, WIDTH[gpu.tier]);
  }

  /** Puts the models on the GPU. Throws as `placeGroups` does. */
  static async create(
    gpu: Gpu,
    cache: KernelCache,
    plan: ExactWave,
    all: readonly LaneInput[],
    phases: readonly EnsemblePhase[],
    packing: Packing,
  ): Promise<Wave> {
    const inputs = plan.models.map((model) => all[model]);
    const group = { form: plan.form, slots: inputs.map((_, slot) => slot) };
    const placed = await placeGroups(gpu, cache, inputs, [group], 0, packing);
    return new Wave(gpu, plan, inputs, placed, phases);
  }

  /** Submits the next dispatch; null when all models have taken all steps. */
  submit(): Submitted | null {
    const part = this.#behind();
    const phase = part && phaseAt(this.#phases, part.step);
    if (!part || !phase) return null;
    const { form } = this;
    if (part.done === 0)
      part.stretch = Math.min(
        Math.max(form.stretch, this.#pace.steps(part.count)),
        phase.left,
      );
    const models = share(
      part.count - part.done,
      this.#pace.models(part.stretch),
      this.#gpu.tier === "software" ? this.#gpu.cores : 1,
    );
    const { device } = this.#gpu;
    const encoder = device.createCommandEncoder({ label: "ensemble" });
    const pass = encoder.beginComputePass({ label: "ensemble" });
    this.#placed.groups[0].ensemble.encodeStretch(pass, {
      first: part.step,
      count: part.stretch,
      model: part.first + part.done,
      models,
      rate: phase.rate,
    });
    pass.end();
    device.queue.submit([encoder.finish()]);
    const steps = part.stretch;
    const modelSteps = models * steps;
    part.done += models;
    if (part.done === part.count) {
      part.step += part.stretch;
      part.done = 0;
    }
    const submitted = performance.now();
    const landed = device.queue.onSubmittedWorkDone().then(() => {
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
    const { form, offset } = this.#placed.groups[0];
    for (let model = 0; model < count; model++) {
      encoder.copyBufferToBuffer(
        this.#placed.arena.buffer,
        4 * (offset + (first + model) * form.block),
        to,
        4 * model * form.values,
        4 * form.values,
      );
    }
  }

  /** Tensors in the data's own coordinates. */
  params(values: Float32Array, model: number): ParamSet {
    return this.form.params(values, this.inputs[model]);
  }

  get form(): Placed["groups"][number]["form"] {
    return this.#placed.groups[0].form;
  }

  /** Whether a part's models have taken all steps. */
  ended(part: Part): boolean {
    return phaseAt(this.#phases, part.step) === null;
  }

  destroy(): void {
    this.#placed.destroy();
  }

  /** The part in the middle of a stretch, or else the one with the fewest steps. */
  #behind(): Part | null {
    let behind: Part | null = null;
    for (const part of this.parts) {
      if (part.done > 0) return part;
      if (!this.ended(part) && (!behind || part.step < behind.step))
        behind = part;
    }
    return behind;
  }
}

/** The phase a step belongs to, and its steps from there on; null after the last. */
export function phaseAt(
  phases: readonly EnsemblePhase[],
  step: number,
): { readonly rate: number; readonly left: number } | null {
  let end = 0;
  for (const { steps, rate } of phases) {
    end += steps;
    if (step < end) return { rate, left: end - step };
  }
  return null;
}
