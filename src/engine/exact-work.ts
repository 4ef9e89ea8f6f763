/**
 * How the kernels of several weight matrices (`exact-mhvae`, `exact-cvae`) are shaped: padding,
 * workgroups, what lives in workgroup memory, and the WGSL struct `Model` they share.
 */
import type { Settings } from "../experiment/config.ts";
import type { VariantRequest } from "./exact-layout.ts";
import { MAX_LATENTS } from "./exact-layout.ts";
import type { Gpu } from "./gpu.ts";
import type { Constants } from "./kernel-cache.ts";

/** Override constants of the kernels, in TypeScript's terms. */
export interface WorkVariant {
  readonly workgroupSize: number;
  readonly splits: number;
  readonly local: boolean;
  /** vec4s of workgroup memory, at least 1. */
  readonly localVectors: number;
}

/**
 * vec4s of workgroup memory for latents' own matrices: what 16 KiB leave beside the parts of the
 * terms of 256 invocations.
 */
const LOCAL_VECTORS = 720;
/** Products a workgroup of this many invocations has to share for the larger size to pay. */
const SMALL = 1024;

/** Least multiple of 4 that is no less than `size`, at least 4. */
export function padded(size: number): number {
  return Math.max(4, 4 * Math.ceil(size / 4));
}

/** Throws unless there are 1 to `MAX_LATENTS` latents. */
export function checkLatents(latents: number): void {
  if (latents > MAX_LATENTS || latents < 1)
    throw new Error(
      `exact estimator: got ${latents} latents, expected 1 to ${MAX_LATENTS}`,
    );
}

/**
 * Four invocations a model without workgroup memory on software adapters, where both cost more
 * than they save, otherwise enough invocations for the largest product.
 *
 * @param width vec4s of a row of the encoder, k / 4
 * @param rows coordinates the Gram matrices sum over
 * @param others vec4s of the other products
 */
export function chooseWork(
  tier: Gpu["tier"],
  width: number,
  rows: number,
  others: number,
  request?: VariantRequest,
): WorkVariant {
  if (request && request.kernel !== "workgroup")
    throw new Error(
      `exact-${request.kernel} trains plain VAEs only, not a model of several weight matrices`,
    );
  const workgroupSize =
    request?.workgroupSize ??
    (tier === "software" ? 4 : 4 * width * rows <= SMALL ? 64 : 256);
  const pair = 8 * width * width;
  const fits = pair + others <= LOCAL_VECTORS;
  const splits = Math.max(
    1,
    Math.min(
      Math.floor(workgroupSize / (2 * width * width)),
      fits ? Math.floor((LOCAL_VECTORS - others) / pair) : 8,
      Math.floor(rows / 16),
    ),
  );
  const local = workgroupSize > 4 && fits;
  return {
    workgroupSize,
    splits,
    local,
    localVectors: local ? splits * pair + others : 1,
  };
}

export function workConstants(variant: WorkVariant): Constants {
  return {
    WORKGROUP_SIZE: variant.workgroupSize,
    SPLITS: variant.splits,
    LOCAL: variant.local ? 1 : 0,
    LOCAL_VECTORS: variant.localVectors,
  };
}

/** Bytes of the WGSL struct `Model` of `shaders/lib/exact.wgsl`; its fields in order. */
export const WORK_MODEL_BYTES = 64;
export const WORK_MODEL_FIELDS = [
  "running",
  "adam",
  "slot",
  "latents",
  "latents2",
  "invA",
  "invE",
  "beta",
  "beta2",
  "learningRate",
  "learnable",
  "learnable2",
  "reconstructionConstant",
  "klConstant",
  "kl2Constant",
  "constants",
] as const;
const INTEGERS: ReadonlySet<string> = new Set([
  "running",
  "adam",
  "slot",
  "latents",
  "latents2",
  "constants",
]);

/**
 * The struct's bytes.
 *
 * @param constants vec4s to the constants of its data
 * @param outputs dimension of y
 * @param dropped energy of y that the kernel does not see
 */
export function packWorkModel(
  settings: Settings,
  at: {
    readonly slot: number;
    readonly running: boolean;
    readonly constants: number;
    readonly outputs: number;
    readonly dropped: number;
  },
): ArrayBuffer {
  const a = settings.etaDec ** 2;
  const e = settings.etaEnc ** 2;
  const { latents, latents2 } = settings;
  const levels = settings.model === "mhvae";
  const record: Record<(typeof WORK_MODEL_FIELDS)[number], number> = {
    running: at.running ? 1 : 0,
    adam: settings.optimizer.kind === "adam" ? 1 : 0,
    slot: at.slot,
    latents,
    latents2: levels ? latents2 : 0,
    invA: 1 / a,
    invE: 1 / e,
    beta: settings.beta,
    beta2: levels ? settings.beta2 : 0,
    learningRate: settings.optimizer.learningRate,
    learnable: settings.encoderVariance.kind === "learnable" ? 1 : 0,
    learnable2:
      levels && settings.encoderVariance2.kind === "learnable" ? 1 : 0,
    reconstructionConstant:
      at.dropped / (2 * a) + (at.outputs / 2) * Math.log(2 * Math.PI * a),
    klConstant: (latents / 2) * (Math.log(levels ? a : e) - 1),
    kl2Constant: levels ? (latents2 / 2) * (Math.log(e) - 1) : 0,
    constants: at.constants,
  };
  const bytes = new ArrayBuffer(WORK_MODEL_BYTES);
  const view = new DataView(bytes);
  WORK_MODEL_FIELDS.forEach((field, index) => {
    if (INTEGERS.has(field)) view.setUint32(4 * index, record[field], true);
    else view.setFloat32(4 * index, record[field], true);
  });
  return bytes;
}

/** Copies [rows, columns] into rows of `stride` floats from `out[at]` on. */
export function putRows(
  out: Float32Array,
  at: number,
  stride: number,
  from: ArrayLike<number>,
  rows: number,
  columns: number,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      out[at + row * stride + column] = from[row * columns + column];
  }
}

/** The reverse of `putRows`. */
export function takeRows(
  from: Float32Array,
  at: number,
  stride: number,
  rows: number,
  columns: number,
): Float32Array {
  const out = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = at + row * stride;
    out.set(from.subarray(start, start + columns), row * columns);
  }
  return out;
}

/**
 * How long a step takes at most, in microseconds: see `ExactForm.stepMicros`.
 *
 * @param products multiplications of matrix products of a model
 * @param tensors trained floats of a model
 */
export function workMicros(
  tier: Gpu["tier"],
  products: number,
  tensors: number,
  models: number,
): number {
  const flops = 2 * products + 40 * tensors;
  return tier === "software"
    ? models * (5 + flops / 1000)
    : Math.ceil(models / 16) * (8 + flops / 20000);
}
