/**
 * A linear VAE's training step with its residual eliminated: what `plan.ts` puts in the place of
 * the tape's dispatches where that is sound.
 *
 * With v = [W^T | U], [P | Q] = X v, z = P + sigma eps, G = U^T U, t = z G - Q, S = z^T z and
 * f = weight / (B variance):
 *   dU = f (U S - X^T z),  dW^T = X^T (f t + (beta / (B prior)) P).
 * Two products with the data instead of five, 8 B D k operations instead of 10 B D k.
 */
import type { Settings } from "../experiment/config.ts";
import { isLinear } from "../model/param.ts";
import { layOutSideBySide, rowStride, type ArenaLayout } from "./arena.ts";
import type { DispatchSpec } from "./kernel-cache.ts";
import type { ProductSizes } from "./autotune.ts";
import type { Matrix, Product } from "./kernels/product.ts";
import { vaeFinish } from "./kernels/vae-finish.ts";
import { vaeGradient, vaeSample } from "./kernels/vae-latent.ts";
import { MAX_SMALL_UNITS, vaeSteps } from "./kernels/vae-steps.ts";
import type { Scratch } from "./plan-buffers.ts";
import type { PlanInput } from "./plan.ts";
import type { Gpu } from "./gpu.ts";
import type { LaneInput } from "./stepper.ts";

/**
 * Nats of data energy up to which ||x||^2 - 2 z.Q + z.G z keeps the loss to about 1e-3 nats: it
 * is rounded at 2^-24 of the energy, a few times over.
 */
const MAX_NATS = 4000;

/** Whether this lane is a linear VAE whose residual may be eliminated. */
export function eliminatesResidual({ settings, moments }: LaneInput): boolean {
  const { model, biases, etaDec, likelihood, freeBits } = settings;
  const nats = moments.energy / (2 * etaDec * etaDec);
  return (
    model === "vae" &&
    isLinear(settings) &&
    !biases &&
    likelihood === "gaussian" &&
    freeBits === 0 &&
    nats < MAX_NATS
  );
}

/** Arena of the plan below. */
export function eliminatedLayout(
  settings: Settings,
  columns: number,
): ArenaLayout {
  return layOutSideBySide(
    columns,
    settings.latents,
    rowStride(settings.latents),
    settings.encoderVariance.kind === "learnable",
  );
}

/** Multiply-adds of a step up to which one core beats two that dispatches keep waiting. */
const MAX_SMALL_WORK = 1_000_000;

/** vec4s of each half of v in the small plan. */
const SMALL_HALF = MAX_SMALL_UNITS / 4;

/** Whether whole steps of this lane fit the registers of one quad, and are better there. */
export function fitsOneQuad(gpu: Gpu, input: LaneInput): boolean {
  const { latents, batchSize } = input.settings;
  return (
    gpu.tier === "software" &&
    gpu.subgroups &&
    latents <= MAX_SMALL_UNITS &&
    4 * batchSize * input.data.columns * MAX_SMALL_UNITS <= MAX_SMALL_WORK
  );
}

/** Equal of lanes that one dispatch of `smallSteps` can train, if their data are the same too. */
export function smallKind({ settings }: LaneInput): string {
  const { latents, batchSize, optimizer, encoderVariance } = settings;
  const kinds = [optimizer.kind, encoderVariance.kind];
  return [latents, batchSize, ...kinds].join(" ");
}

/** Arena of `smallSteps`. */
export function smallLayout(settings: Settings, columns: number): ArenaLayout {
  return layOutSideBySide(
    columns,
    settings.latents,
    SMALL_HALF,
    settings.encoderVariance.kind === "learnable",
  );
}

/** Everything of a step, optimizer included: many steps of `input.models` lanes a dispatch. */
export function smallSteps(input: PlanInput, buffers: Scratch): DispatchSpec {
  const { settings, data, layout, arena, terms, models = 1 } = input;
  if (settings.latents > MAX_SMALL_UNITS) {
    throw new Error(
      `small plan: ${settings.latents} latents, at most ${MAX_SMALL_UNITS}`,
    );
  }
  const ceil32 = (count: number): number => 32 * Math.ceil(count / 32);
  const row = 16 * 2 * SMALL_HALF;
  return vaeSteps(
    {
      batch: settings.batchSize,
      units: settings.latents,
      width: data.columns,
      xStride: rowStride(data.columns),
      rows: data.rows,
      lane: terms.lane,
      lanes: terms.lanes,
      copy: layout.bytes / 16,
      logVar: (layout.regions.get("logVar")?.offset ?? 0) / 16,
    },
    models,
    {
      adam: settings.optimizer.kind === "adam",
      learnVariance: settings.encoderVariance.kind === "learnable",
    },
    {
      data: data.buffer,
      norms: data.norms,
      steps: input.steps,
      arena: {
        buffer: arena.buffer,
        offset: arena.offset,
        size: models * 3 * layout.bytes,
      },
      y: buffers.create("y", models * ceil32(settings.batchSize) * row),
      g: buffers.create("products", models * ceil32(data.columns) * row),
      terms: terms.buffer,
    },
  );
}

/** The two products with the data, nearly all of a step's work. */
export function dataProducts({ settings, data }: PlanInput): ProductSizes[] {
  const n = 8 * rowStride(settings.latents);
  const { batchSize } = settings;
  const { columns } = data;
  return [
    { kind: "nn", m: batchSize, n, k: columns, gathered: true },
    { kind: "tn", m: columns, n, k: batchSize, gathered: true },
  ];
}

/** Loss and gradients of a step; the caller adds the optimizer. */
export function eliminatedStep(
  gpu: Gpu,
  input: PlanInput,
  buffers: Scratch,
  multiply: (product: Product) => DispatchSpec,
): { specs: DispatchSpec[]; gradients: GPUBuffer } {
  const { settings, data, layout, arena } = input;
  const { batchSize: batch, latents: units } = settings;
  const half = rowStride(units);
  const wide = 2 * half;
  const gradients = buffers.create("gradients", layout.bytes);
  const create = (label: string, rows: number, stride: number): Matrix => ({
    tensor: buffers.create(label, 16 * rows * stride),
    stride,
  });
  const right = (matrix: Matrix): Matrix => ({ ...matrix, offset: half });
  const columns = data.columns;
  const logVarAt = layout.regions.get("logVar")?.offset ?? 0;
  const x: Matrix = { tensor: data.buffer, stride: rowStride(columns) };
  const vBytes = 16 * columns * wide;
  const v: Matrix = {
    tensor: { buffer: arena.buffer, offset: arena.offset, size: vBytes },
    stride: wide,
  };
  const dV: Matrix = {
    tensor: { buffer: gradients, offset: 0, size: vBytes },
    stride: wide,
  };
  const logVar = {
    buffer: arena.buffer,
    offset: arena.offset + logVarAt,
    size: 16 * half,
  };
  const projected = create("projected", batch, wide);
  const y = create("y", batch, wide);
  const z = create("z", batch, half);
  const spread = create("spread", batch, half);
  const t = create("t", batch, half);
  const gram = create("gram", 4 * half, half);
  const scatter = create("scatter", 4 * half, half);
  const nats = buffers.create("nats", 8 * batch);
  const sizes = { batch, units, width: columns, rows: data.rows };
  const latentTensors = {
    projected: projected.tensor,
    logVar,
    y: y.tensor,
    z: z.tensor,
    spread: spread.tensor,
  };
  const n = 4 * half;
  const gatheredFrom = data.rows;
  const specs = [
    multiply({
      kind: "nn",
      m: batch,
      n: 2 * n,
      k: columns,
      a: x,
      b: v,
      c: projected,
      gatheredFrom,
    }),
    vaeSample(gpu.tier, sizes, latentTensors),
    multiply({
      kind: "tn",
      m: n,
      n,
      k: columns,
      a: right(v),
      b: right(v),
      c: gram,
    }),
    multiply({ kind: "tn", m: n, n, k: batch, a: right(y), b: z, c: scatter }),
    multiply({ kind: "nn", m: batch, n, k: units, a: z, b: gram, c: t }),
    vaeGradient(gpu.tier, sizes, {
      ...latentTensors,
      t: t.tensor,
      norms: data.norms,
      nats,
    }),
    multiply({
      kind: "tn",
      m: columns,
      n: 2 * n,
      k: batch,
      a: x,
      b: y,
      c: dV,
      gatheredFrom,
    }),
    // scatter holds -f S, since the right half of y is -f z.
    multiply({
      kind: "nn",
      m: columns,
      n,
      k: units,
      a: right(v),
      b: scatter,
      c: right(dV),
      accumulate: "subtract",
    }),
    vaeFinish(
      gpu.tier,
      { batch, units, lane: input.terms.lane, lanes: input.terms.lanes },
      {
        nats,
        spread: spread.tensor,
        logVar,
        dLogVar: { buffer: gradients, offset: logVarAt, size: 16 * half },
        terms: input.terms.buffer,
      },
    ),
  ];
  return { specs, gradients };
}
