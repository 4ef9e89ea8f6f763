/**
 * Many models of one form and size, trained by the exact estimator in the same dispatches.
 *
 * The ensemble owns what its kernel reads; arena and terms belong to the caller, so that several
 * ensembles can stand behind one stepper.
 */
import type { Settings } from "../experiment/config.ts";
import type { Slices } from "../math/slices.ts";
import type { EnsembleKernel, EnsemblePlace, ExactForm } from "./exact-form.ts";
import { storage } from "./exact-form.ts";
import { adamSchedule } from "./exact-schedule.ts";
import type { Gpu } from "./gpu.ts";
import type { Dispatch, KernelCache } from "./kernel-cache.ts";

/** Dispatches one `encode` may need at most, and how many slots their uniforms take turns in. */
export const MAX_DISPATCHES = 64;
const SLOTS = 4 * MAX_DISPATCHES;
const SLOT_BYTES = 256;
const STEP_BYTES = 16;
/** A dispatch should not hold the device longer than this, in microseconds. */
const DISPATCH_MICROS = 8000;

/** Steps [first, first + count) of models [model, model + models). */
export interface Stretch {
  readonly first: number;
  readonly count: number;
  readonly model: number;
  readonly models: number;
  /** Times each model's own learning rate. */
  readonly rate: number;
}

/** Bytes an ensemble holds besides those of each model. */
export const ENSEMBLE_BYTES = SLOTS * SLOT_BYTES + adamSchedule().byteLength;

export class ExactEnsemble {
  readonly models: number;
  readonly stepsPerDispatch: number;
  readonly #device: GPUDevice;
  readonly #kernel: EnsembleKernel;
  readonly #recordBytes: number;
  readonly #dispatch: Dispatch;
  readonly #stepGroup: GPUBindGroup;
  readonly #steps: GPUBuffer;
  readonly #records: GPUBuffer;
  readonly #owned: readonly GPUBuffer[];
  readonly #settings: Settings[];
  readonly #running: boolean[];
  readonly #words = new DataView(new ArrayBuffer(STEP_BYTES));
  readonly #dynamic = [0];
  #slot = 0;

  private constructor(
    gpu: Gpu,
    form: ExactForm,
    place: EnsemblePlace,
    kernel: EnsembleKernel,
    dispatch: Dispatch,
    steps: GPUBuffer,
    stepGroup: GPUBindGroup,
  ) {
    this.models = place.inputs.length;
    this.#device = gpu.device;
    this.#kernel = kernel;
    this.#recordBytes = form.recordBytes;
    this.#dispatch = dispatch;
    this.#stepGroup = stepGroup;
    this.#steps = steps;
    this.#records = place.models;
    this.#owned = [
      ...kernel.owned,
      place.models,
      place.schedule,
      steps,
      ...(dispatch.shape ? [dispatch.shape] : []),
    ];
    this.#settings = place.inputs.map(({ settings }) => settings);
    this.#running = place.inputs.map(() => true);
    const micros = form.stepMicros(gpu.tier, place.inputs.length);
    this.stepsPerDispatch = Math.max(
      form.stretch,
      Math.floor(DISPATCH_MICROS / micros),
    );
  }

  /**
   * Compiles, binds and writes the models' records. Throws an `EngineError` if the device refuses;
   * then it holds nothing.
   *
   * @param slices lets others run between models
   */
  static async create(
    gpu: Gpu,
    cache: KernelCache,
    form: ExactForm,
    at: Omit<EnsemblePlace, "device" | "models" | "schedule">,
    slices?: Slices,
  ): Promise<ExactEnsemble> {
    const { device } = gpu;
    const place: EnsemblePlace = {
      ...at,
      device,
      models: storage(device, "models", at.inputs.length * form.recordBytes),
      schedule: storage(device, "schedule", adamSchedule()),
    };
    const steps = device.createBuffer({
      label: "exact steps",
      size: SLOTS * SLOT_BYTES,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    const kernel = form.open(place);
    let dispatch: Dispatch;
    try {
      dispatch = await cache.prepare(kernel.spec);
    } catch (error) {
      for (const buffer of [
        ...kernel.owned,
        place.models,
        place.schedule,
        steps,
      ])
        buffer.destroy();
      throw error;
    }
    const stepGroup = device.createBindGroup({
      label: "exact steps",
      layout: cache.stepLayout(STEP_BYTES),
      entries: [{ binding: 0, resource: { buffer: steps, size: STEP_BYTES } }],
    });
    const ensemble = new ExactEnsemble(
      gpu,
      form,
      place,
      kernel,
      dispatch,
      steps,
      stepGroup,
    );
    for (let model = 0; model < ensemble.models; model++) {
      await slices?.go();
      ensemble.#write(model);
    }
    return ensemble;
  }

  /** Encodes steps [first, first + count) of all models, at most `MAX_DISPATCHES` dispatches. */
  encode(pass: GPUComputePassEncoder, first: number, count: number): void {
    const dispatches = Math.ceil(count / this.stepsPerDispatch);
    if (dispatches > MAX_DISPATCHES) {
      throw new Error(
        `exact ensemble: ${count} steps need ${dispatches} dispatches, expected at most ${MAX_DISPATCHES}`,
      );
    }
    for (let done = 0; done < count; done += this.stepsPerDispatch) {
      this.encodeStretch(pass, {
        first: first + done,
        count: Math.min(this.stepsPerDispatch, count - done),
        model: 0,
        models: this.models,
        rate: 1,
      });
    }
  }

  /**
   * Encodes one dispatch. Its uniform is written at once: no more than `SLOTS` dispatches may be
   * encoded and not yet submitted.
   */
  encodeStretch(pass: GPUComputePassEncoder, stretch: Stretch): void {
    const { first, count, model, models, rate } = stretch;
    this.#words.setUint32(0, first, true);
    this.#words.setUint32(4, count, true);
    this.#words.setUint32(8, model, true);
    this.#words.setFloat32(12, rate, true);
    const at = this.#slot * SLOT_BYTES;
    this.#slot = (this.#slot + 1) % SLOTS;
    this.#device.queue.writeBuffer(this.#steps, at, this.#words.buffer);
    this.#dynamic[0] = at;
    pass.setPipeline(this.#dispatch.pipeline);
    pass.setBindGroup(0, this.#dispatch.group);
    pass.setBindGroup(1, this.#stepGroup, this.#dynamic);
    pass.dispatchWorkgroups(models);
  }

  /** New hyperparameters from the next encoded step on. */
  update(model: number, settings: Settings): void {
    this.#settings[model] = settings;
    this.#write(model);
  }

  /** The model keeps its state from now on. */
  stop(model: number): void {
    this.#running[model] = false;
    this.#write(model);
  }

  destroy(): void {
    for (const buffer of this.#owned) buffer.destroy();
  }

  #write(model: number): void {
    this.#device.queue.writeBuffer(
      this.#records,
      model * this.#recordBytes,
      this.#kernel.record(model, this.#settings[model], this.#running[model]),
    );
  }
}
