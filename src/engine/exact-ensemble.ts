/**
 * Many linear VAEs of one size, trained by the exact estimator in the same dispatches.
 *
 * The ensemble owns what its kernel reads; arena and terms belong to the caller, so that several
 * ensembles can stand behind one stepper.
 */
import type { ExactSettings, EnsembleModel } from "./exact-model.ts";
import { MODEL_BYTES, modelRecord, packModel } from "./exact-model.ts";
import type {
  EnsembleLayout,
  EnsembleShape,
  EnsembleVariant,
} from "./exact-layout.ts";
import { weightIndex } from "./exact-layout.ts";
import { adamSchedule } from "./exact-schedule.ts";
import type { Gpu } from "./gpu.ts";
import type { Dispatch, DispatchSpec, KernelCache } from "./kernel-cache.ts";
import { exactQuad } from "./kernels/exact-quad.ts";
import { exactRows } from "./kernels/exact-rows.ts";
import { exactWorkgroup } from "./kernels/exact-workgroup.ts";

/** Dispatches one `encode` may need at most, and how many slots their uniforms take turns in. */
export const MAX_DISPATCHES = 64;
const SLOTS = 4 * MAX_DISPATCHES;
const SLOT_BYTES = 256;
const STEP_BYTES = 8;
/** A dispatch should not hold the device longer than this, in microseconds. */
const DISPATCH_MICROS = 8000;

export interface EnsembleInit {
  readonly shape: EnsembleShape;
  readonly variant: EnsembleVariant;
  readonly layout: EnsembleLayout;
  readonly models: readonly EnsembleModel[];
  /** Eigenvalues of each data set, `shape.coordinates` long. */
  readonly spectra: readonly Float64Array[];
  /** Blocks of the models, `layout.block` floats each. */
  readonly arena: GPUBufferBinding;
  readonly terms: {
    readonly buffer: GPUBuffer;
    readonly ring: number;
    readonly lanes: number;
  };
  /** Column of each model in the terms. */
  readonly slots: readonly number[];
}

/** Values, not moments, of one model in its eigenbasis as the kernel reads them. */
export function packBlock(
  layout: EnsembleLayout,
  { coordinates, latents }: EnsembleShape,
  tensors: {
    /** W^ and U^, [coordinates, latents]. */
    readonly w: ArrayLike<number>;
    readonly u: ArrayLike<number>;
    readonly logVar: ArrayLike<number>;
  },
  out: Float32Array,
): void {
  for (let j = 0; j < coordinates; j++) {
    for (let i = 0; i < latents; i++) {
      const at = weightIndex(layout, j, i);
      out[at] = tensors.w[j * latents + i];
      out[layout.weights + at] = tensors.u[j * latents + i];
    }
  }
  for (let i = 0; i < latents; i++)
    out[2 * layout.weights + i] = tensors.logVar[i];
}

/**
 * Roughly how long a step of the whole ensemble takes, in microseconds.
 *
 * Only bounds the length of a dispatch; the scheduler measures what a chunk really takes.
 * Software: as seen on SwiftShader with two cores. Hardware: a slow one, 20 GFLOP/s a
 * workgroup, 16 workgroups at a time, 5 us of barriers.
 */
export function estimateStepMicros(
  tier: Gpu["tier"],
  variant: EnsembleVariant,
  { coordinates, latents }: EnsembleLayout,
  models: number,
): number {
  if (variant.kernel === "quad")
    return (1.7 * Math.max(2, models) * variant.groups) / 8;
  const flops = coordinates * latents * (8 * latents + 40);
  if (variant.kernel === "rows")
    return (Math.max(2, models) / 2) * (2 + flops / 2400);
  return tier === "software"
    ? models * (5 + flops / 1000)
    : Math.ceil(models / 16) * (5 + flops / 20000);
}

export class ExactEnsemble {
  readonly models: number;
  readonly stepsPerDispatch: number;
  readonly #device: GPUDevice;
  readonly #init: EnsembleInit;
  readonly #dispatch: Dispatch;
  readonly #stepGroup: GPUBindGroup;
  readonly #steps: GPUBuffer;
  readonly #modelBuffer: GPUBuffer;
  readonly #owned: readonly GPUBuffer[];
  readonly #kept: readonly number[];
  readonly #settings: ExactSettings[];
  readonly #running: boolean[];
  #slot = 0;

  private constructor(
    gpu: Gpu,
    init: EnsembleInit,
    buffers: ReturnType<typeof createBuffers>,
    dispatch: Dispatch,
    stepGroup: GPUBindGroup,
  ) {
    this.#device = gpu.device;
    this.#init = init;
    this.#dispatch = dispatch;
    this.#stepGroup = stepGroup;
    this.#steps = buffers.steps;
    this.#modelBuffer = buffers.models;
    this.#owned = [
      ...Object.values(buffers),
      ...(dispatch.shape ? [dispatch.shape] : []),
    ];
    this.models = init.models.length;
    this.#kept = init.spectra.map((phi) =>
      phi.reduce((sum, value) => sum + value, 0),
    );
    this.#settings = init.models.map(({ settings }) => settings);
    this.#running = init.models.map(() => true);
    const micros = estimateStepMicros(
      gpu.tier,
      init.variant,
      init.layout,
      this.models,
    );
    this.stepsPerDispatch = Math.max(1, Math.floor(DISPATCH_MICROS / micros));
    for (let model = 0; model < this.models; model++) this.#write(model);
  }

  /** Compiles and binds. Throws an `EngineError` if the device refuses. */
  static async create(
    gpu: Gpu,
    cache: KernelCache,
    init: EnsembleInit,
  ): Promise<ExactEnsemble> {
    const buffers = createBuffers(gpu.device, init);
    const { variant, layout, terms } = init;
    const tensors = {
      models: buffers.models,
      spectra: buffers.spectra,
      schedule: buffers.schedule,
      arena: init.arena,
      terms: terms.buffer,
    };
    const shape = {
      weights: layout.weights,
      latents: layout.latents,
      coordinates: layout.coordinates,
      ring: terms.ring,
      lanes: terms.lanes,
    };
    const models = init.models.length;
    let spec: DispatchSpec;
    switch (variant.kernel) {
      case "quad":
        spec = exactQuad(models, variant.groups, tensors, shape);
        break;
      case "rows":
        spec = exactRows(models, variant.blocks, tensors, shape);
        break;
      case "workgroup":
        spec = exactWorkgroup(
          models,
          variant,
          { ...tensors, scratch: buffers.scratch },
          shape,
        );
    }
    const dispatch = await cache.prepare(spec);
    const stepGroup = gpu.device.createBindGroup({
      label: "exact steps",
      layout: cache.stepLayout(STEP_BYTES),
      entries: [
        { binding: 0, resource: { buffer: buffers.steps, size: STEP_BYTES } },
      ],
    });
    return new ExactEnsemble(gpu, init, buffers, dispatch, stepGroup);
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
  update(model: number, settings: ExactSettings): void {
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
    const { models, layout, slots } = this.#init;
    const { spectrum } = models[model];
    const record = modelRecord(
      { ...models[model], settings: this.#settings[model] },
      {
        kept: this.#kept[spectrum],
        offset: spectrum * layout.coordinates,
        slot: slots[model],
        running: this.#running[model],
      },
    );
    this.#device.queue.writeBuffer(
      this.#modelBuffer,
      model * MODEL_BYTES,
      packModel(record),
    );
  }
}

function createBuffers(
  device: GPUDevice,
  { layout, models, spectra }: EnsembleInit,
) {
  const storage = (label: string, size: number): GPUBuffer =>
    device.createBuffer({
      label: `exact ${label}`,
      size: Math.max(16, size),
      usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
    });
  const phi = new Float32Array(spectra.length * layout.coordinates);
  spectra.forEach((spectrum, index) => {
    phi.set(spectrum, index * layout.coordinates);
  });
  const schedule = adamSchedule();
  const buffers = {
    models: storage("models", models.length * MODEL_BYTES),
    spectra: storage("spectra", phi.byteLength),
    schedule: storage("schedule", schedule.byteLength),
    scratch: storage("scratch", models.length * layout.scratch * 4),
    steps: device.createBuffer({
      label: "exact steps",
      size: SLOTS * SLOT_BYTES,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    }),
  };
  device.queue.writeBuffer(buffers.spectra, 0, phi);
  device.queue.writeBuffer(buffers.schedule, 0, schedule);
  return buffers;
}
