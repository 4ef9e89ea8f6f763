/** The prepared dispatches of one lane's training step. */
import { MODELS } from "../model/models.ts";
import type { Settings } from "../experiment/config.ts";
import { layOut, matrixBytes, rowStride, type ArenaLayout } from "./arena.ts";
import { productLauncher, type ProductVariant } from "./autotune.ts";
import type { Gpu } from "./gpu.ts";
import {
  guarded,
  type Dispatch,
  type DispatchSpec,
  type KernelCache,
  type Tensor,
} from "./kernel-cache.ts";
import { adam } from "./kernels/adam.ts";
import { gather } from "./kernels/gather.ts";
import { sgd } from "./kernels/sgd.ts";
import { terms } from "./kernels/terms.ts";
import { PlanBuffers } from "./plan-buffers.ts";
import { MAX_SCALARS } from "./step-ring.ts";
import type { LaneInput } from "./stepper.ts";
import { Tape, TermScalars, type GpuTensor } from "./tape.ts";
import {
  dataProducts,
  eliminatedLayout,
  eliminatedStep,
  eliminatesResidual,
  fitsOneQuad,
  smallLayout,
  smallSteps,
} from "./vae-plan.ts";

/**
 * How a lane's step is computed: one kernel per op; the linear VAE's own way in a few products;
 * or that in one dispatch for many steps.
 */
export type PlanKind = "tape" | "eliminated" | "small";

/** Choices that are otherwise made for the device and the sizes. */
export interface PlanOptions {
  readonly plan?: PlanKind;
  readonly product?: ProductVariant;
}

/** The fastest plan that is right for a lane. */
export function choosePlan(gpu: Gpu, input: LaneInput): PlanKind {
  if (!eliminatesResidual(input)) return "tape";
  return fitsOneQuad(gpu, input) ? "small" : "eliminated";
}

/** The arena a plan needs. */
export function planLayout(kind: PlanKind, input: LaneInput): ArenaLayout {
  const { settings, data } = input;
  if (kind === "small") return smallLayout(settings, data.columns);
  return kind === "eliminated"
    ? eliminatedLayout(settings, data.columns)
    : layOut(MODELS[settings.model].params(settings, data.columns));
}

/** What a plan works on. */
export interface PlanInput {
  readonly settings: Settings;
  readonly layout: ArenaLayout;
  /** Resident data, padded rows. */
  readonly data: {
    readonly buffer: GPUBuffer;
    /** ||x||^2 of each row. */
    readonly norms: GPUBuffer;
    readonly rows: number;
    readonly columns: number;
  };
  /** The lane's parameters, then m, then v, each `layout.bytes` long. */
  readonly arena: { readonly buffer: GPUBuffer; readonly offset: number };
  /** Ring of step uniforms. */
  readonly steps: GPUBuffer;
  readonly terms: {
    readonly buffer: GPUBuffer;
    readonly lane: number;
    readonly lanes: number;
  };
}

/** Dispatches of one step and what must be freed with them. */
export interface TrainPlan {
  readonly kind: PlanKind;
  /** The dispatches make the step's `count` steps, not one. */
  readonly many: boolean;
  readonly dispatches: readonly Dispatch[];
  /** Gradients of the last step, laid out as the arena, where the plan keeps them. */
  readonly gradients?: GPUBuffer;
  destroy(): void;
}

/** (variance, weight) of the loss terms under `settings`. */
export function termScalars(settings: Settings): [number, number][] {
  const scalars = new TermScalars();
  MODELS[settings.model].forward(scalars, settings);
  return scalars.values;
}

/** Ranges of the arena and of gradients by parameter. */
function paramTensor(
  { layout, arena }: PlanInput,
  gradients: GPUBuffer,
  name: string,
): GpuTensor {
  const region = layout.regions.get(name);
  if (!region) throw new Error(`no parameter ${name}`);
  const size = matrixBytes(region.rows, region.columns);
  return {
    name,
    rows: region.rows,
    columns: region.columns,
    tensor: {
      buffer: arena.buffer,
      offset: arena.offset + region.offset,
      size,
    },
    gradient: { buffer: gradients, offset: region.offset, size },
  };
}

/** Dispatches of the optimizer over all trained tensors. */
export function optimizerStep(
  gpu: Gpu,
  { settings, layout, arena }: PlanInput,
  gradients: GPUBuffer,
): DispatchSpec {
  const size = layout.trainedBytes;
  const range = (copy: number): Tensor => ({
    buffer: arena.buffer,
    offset: arena.offset + copy * layout.bytes,
    size,
  });
  const from = { buffer: gradients, offset: 0, size };
  return settings.optimizer.kind === "adam"
    ? adam(gpu.tier, size / 16, {
        params: range(0),
        m: range(1),
        v: range(2),
        gradients: from,
      })
    : sgd(gpu.tier, size / 16, { params: range(0), gradients: from });
}

/** One kernel per op: right for every model and size. */
function tapeDispatches(
  gpu: Gpu,
  input: PlanInput,
  buffers: PlanBuffers,
): { specs: DispatchSpec[]; gradients: GPUBuffer } {
  const { settings, layout, data } = input;
  const batch = settings.batchSize;
  const gradients = buffers.create("gradients", layout.bytes);
  const partials = buffers.create("partials", 4 * batch * MAX_SCALARS);
  const x = buffers.create("x", matrixBytes(batch, data.columns));
  const tape = new Tape(gpu.tier, batch, {
    input: (name) => {
      if (name !== "x") throw new Error(`no input ${name} in this data`);
      return { name, rows: batch, columns: data.columns, tensor: x };
    },
    param: (() => {
      // One object per name: a tape tells gradients apart by identity.
      const known = new Map<string, GpuTensor>();
      return (name: string) => {
        const tensor = known.get(name) ?? paramTensor(input, gradients, name);
        known.set(name, tensor);
        return tensor;
      };
    })(),
    activation: (name, rows, columns) => ({
      name,
      rows,
      columns,
      tensor: buffers.create(name, matrixBytes(rows, columns)),
      gradient: buffers.create(`d ${name}`, matrixBytes(rows, columns)),
    }),
    partials,
  });
  MODELS[settings.model].forward(tape, settings);
  const recorded = tape.finish();
  if (tape.terms.length > MAX_SCALARS) {
    throw new Error(`${tape.terms.length} loss terms, at most ${MAX_SCALARS}`);
  }
  const kinds = tape.terms.reduce(
    (bits, { term }, i) => bits | (Number(term === "kl") << i),
    0,
  );
  const specs = [
    gather(
      gpu.tier,
      { rows: data.rows, batch, stride: rowStride(data.columns) },
      { data: data.buffer, x },
    ),
    ...recorded,
    terms(
      gpu.tier,
      {
        batch,
        parts: tape.terms.length,
        kinds,
        lane: input.terms.lane,
        lanes: input.terms.lanes,
      },
      { partials, terms: input.terms.buffer },
    ),
  ];
  return { specs, gradients };
}

/** Builds the plan of a lane. Throws `EngineError` when the device refuses. */
export async function buildPlan(
  gpu: Gpu,
  cache: KernelCache,
  kind: PlanKind,
  input: PlanInput,
  options: PlanOptions = {},
): Promise<TrainPlan> {
  const buffers = new PlanBuffers(gpu.device);
  const multiply = await productLauncher(
    gpu,
    cache,
    kind === "eliminated" ? dataProducts(input) : [],
    options.product,
  );
  const { specs, gradients } = await guarded(
    gpu.device,
    "training plan",
    () => {
      if (kind === "small") {
        return { specs: [smallSteps(input, buffers)], gradients: undefined };
      }
      const recorded =
        kind === "eliminated"
          ? eliminatedStep(gpu, input, buffers, multiply)
          : tapeDispatches(gpu, input, buffers);
      recorded.specs.push(optimizerStep(gpu, input, recorded.gradients));
      return recorded;
    },
  );
  const dispatches = await Promise.all(
    specs.map((spec) => cache.prepare(spec)),
  );
  return {
    kind,
    many: kind === "small",
    dispatches,
    ...(gradients ? { gradients } : {}),
    destroy: () => {
      buffers.destroy();
      for (const { shape } of dispatches) shape?.destroy();
    },
  };
}
