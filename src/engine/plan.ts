/** The prepared dispatches of one lane's training step. */
import type { Settings } from "../experiment/config.ts";
import { dataShape, type DataShape } from "../model/param.ts";
import type { ArenaLayout } from "./arena.ts";
import {
  productLauncher,
  type Multiply,
  type ProductSizes,
  type ProductVariant,
} from "./autotune.ts";
import type { Gpu } from "./gpu.ts";
import {
  guarded,
  type Dispatch,
  type DispatchSpec,
  type KernelCache,
  type Tensor,
} from "./kernel-cache.ts";
import type { DataBuffers } from "./lane-data.ts";
import { adam } from "./kernels/adam.ts";
import { sgd } from "./kernels/sgd.ts";
import { PlanBuffers, type Scratch, type ScratchPool } from "./plan-buffers.ts";
import type { LaneInput } from "./stepper.ts";
import { tapeLayout, tapeStep, tapeStepProducts } from "./tape-plan.ts";
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
 * How a lane's step is computed: op by op; the linear VAE's own way in a few products;
 * or that in one dispatch for many steps.
 */
export type PlanKind = "tape" | "eliminated" | "small";

/** Choices that are otherwise made for the device and the sizes. */
export interface PlanOptions {
  readonly plan?: PlanKind;
  readonly product?: ProductVariant;
  /** Where lanes that take turns have their scratch in common; the pool outlives the plans. */
  readonly scratch?: ScratchPool;
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
    : tapeLayout(settings, dataShape(data));
}

/** What a plan works on. */
export interface PlanInput {
  readonly settings: Settings;
  readonly shape: DataShape;
  readonly layout: ArenaLayout;
  readonly data: DataBuffers;
  /** Lanes from this one on that a small plan trains; 1 without it. */
  readonly models?: number;
  /** The lane's parameters, then m, then v, each `layout.bytes` long; those of further lanes follow. */
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

/** Products of a plan whose kernel is worth timing. */
function largeProducts(kind: PlanKind, input: PlanInput): ProductSizes[] {
  if (kind === "small") return [];
  return kind === "eliminated" ? dataProducts(input) : tapeStepProducts(input);
}

type PlanSizes = Pick<PlanInput, "settings" | "shape" | "models"> & {
  readonly data: Pick<DataBuffers, "rows">;
};

/** Equal of lanes whose plans differ in numbers and places only. */
export function structureOf(
  kind: PlanKind,
  { settings, shape, data, models = 1 }: PlanSizes,
): string {
  const { model, network, activation, maps, likelihood, freeBits } = settings;
  const { latents, latents2, biases, batchSize, optimizer } = settings;
  return JSON.stringify([
    [kind, models, data.rows, shape],
    [model, network, activation, maps, likelihood, freeBits > 0],
    [latents, latents2, biases, batchSize, optimizer.kind],
    [settings.encoderVariance.kind, settings.encoderVariance2.kind],
  ]);
}

/** Dispatches of a step before they are prepared; nothing but `buffers` is made. */
export function recordPlan(
  gpu: Gpu,
  kind: PlanKind,
  input: PlanInput,
  buffers: Scratch,
  multiply: Multiply,
  { product }: PlanOptions = {},
): { specs: DispatchSpec[]; gradients?: GPUBuffer } {
  if (kind === "small") return { specs: [smallSteps(input, buffers)] };
  const recorded =
    kind === "eliminated"
      ? eliminatedStep(gpu, input, buffers, multiply)
      : tapeStep(gpu, input, buffers, multiply, product !== undefined);
  recorded.specs.push(optimizerStep(gpu, input, recorded.gradients));
  return recorded;
}

/** Builds the plan of a lane. Throws `EngineError` when the device refuses. */
export async function buildPlan(
  gpu: Gpu,
  cache: KernelCache,
  kind: PlanKind,
  input: PlanInput,
  options: PlanOptions = {},
): Promise<TrainPlan> {
  const buffers =
    options.scratch?.of(structureOf(kind, input)) ??
    new PlanBuffers(gpu.device);
  const multiply = await productLauncher(
    gpu,
    cache,
    largeProducts(kind, input),
    options.product,
  );
  const { specs, gradients } = await guarded(gpu.device, "training plan", () =>
    recordPlan(gpu, kind, input, buffers, multiply, options),
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
      if (!options.scratch) buffers.destroy();
      for (const { shape } of dispatches) shape?.destroy();
    },
  };
}
