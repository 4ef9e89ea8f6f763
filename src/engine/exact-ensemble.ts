/**
 * Many models of one form and size, trained by the exact estimator in the same dispatches.
 *
 * The ensemble owns what its kernel reads; arena and terms belong to the caller, so that several
 * ensembles can stand behind one stepper.
 */
import type { Settings } from "../experiment/config.ts";
import type { EnsembleKernel, EnsemblePlace, ExactForm } from "./exact-form.ts";
import { storage } from "./exact-form.ts";
import { adamSchedule } from "./exact-schedule.ts";
import type { Gpu } from "./gpu.ts";
import type { Dispatch, KernelCache } from "./kernel-cache.ts";

/** Dispatches one `encode` may need at most, and how many slots their uniforms take turns in. */
export const MAX_DISPATCHES = 64;
const SLOTS = 4 * MAX_DISPATCHES;
const SLOT_BYTES = 256;
const STEP_BYTES = 8;
/** A dispatch should not hold the device longer than this, in microseconds. */
const DISPATCH_MICROS = 8000;

export class ExactEnsemble {
  readonly stepsPerDispatch: number;
  readonly #device: GPUDevice;
  readonly #kernel: EnsembleKernel;
  readonly #recordBytes: number;
  readonly #dispatch: Dispatch;
  readonly #stepGroup: GPUBindGroup;
  readonly #steps: GPUBuffer;
  readonly #models: GPUBuffer;
  readonly #owned: readonly GPUBuffer[];
  readonly #settings: Settings[];
  readonly #running: boolean[];
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
    this.#device = gpu.device;
    this.#kernel = kernel;
    this.#recordBytes = form.recordBytes;
    this.#dispatch = dispatch;
    this.#stepGroup = stepGroup;
    this.#steps = steps;
    this.#models = place.models;
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
    this.stepsPerDispatch = Math.max(1, Math.floor(DISPATCH_MICROS / micros));
    for (let model = 0; model < place.inputs.length; model++)
      this.#write(model);
  }

  /** Compiles and binds. Throws an `EngineError` if the device refuses. */
  static async create(
    gpu: Gpu,
    cache: KernelCache,
    form: ExactForm,
    at: Omit<EnsemblePlace, "device" | "models" | "schedule">,
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
    const dispatch = await cache.prepare(kernel.spec);
    const stepGroup = device.createBindGroup({
      label: "exact steps",
      layout: cache.stepLayout(STEP_BYTES),
      entries: [{ binding: 0, resource: { buffer: steps, size: STEP_BYTES } }],
    });
    return new ExactEnsemble(
      gpu,
      form,
      place,
      kernel,
      dispatch,
      steps,
      stepGroup,
    );
  }

  /** Encodes steps [first, first + count), at most `MAX_DISPATCHES` dispatches. */
  encode(pass: GPUComputePassEncoder, first: number, count: number): void {
    const dispatches = Math.ceil(count / this.stepsPerDispatch);
    if (dispatches > MAX_DISPATCHES) {
      throw new Error(
        `exact ensemble: ${count} steps need ${dispatches} dispatches, expected at most ${MAX_DISPATCHES}`,
      );
    }
    if (this.#slot + dispatches > SLOTS) this.#slot = 0;
    const words = new Uint32Array((dispatches * SLOT_BYTES) / 4);
    pass.setPipeline(this.#dispatch.pipeline);
    pass.setBindGroup(0, this.#dispatch.group);
    for (let i = 0; i < dispatches; i++) {
      const done = i * this.stepsPerDispatch;
      words[(i * SLOT_BYTES) / 4] = first + done;
      words[(i * SLOT_BYTES) / 4 + 1] = Math.min(
        this.stepsPerDispatch,
        count - done,
      );
      pass.setBindGroup(1, this.#stepGroup, [(this.#slot + i) * SLOT_BYTES]);
      pass.dispatchWorkgroups(...this.#dispatch.workgroups);
    }
    this.#device.queue.writeBuffer(this.#steps, this.#slot * SLOT_BYTES, words);
    this.#slot += dispatches;
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
      this.#models,
      model * this.#recordBytes,
      this.#kernel.record(model, this.#settings[model], this.#running[model]),
    );
  }
}
