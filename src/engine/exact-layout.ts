/**
 * Where an ensemble keeps its numbers: sizes, padding and kernel shape of many models alike.
 *
 * A model's block of the arena holds values, first and second optimizer moments, each
 * W | U | logVar with W and U in the data's eigenbasis, in the order of `weightIndex`.
 */
import type { Gpu } from "./gpu.ts";

/** Most latents the kernels take. */
export const MAX_LATENTS = 64;

/** Sizes all models of an ensemble share, without padding. */
export interface EnsembleShape {
  /** Directions of some variance (`Moments.rank`). */
  readonly coordinates: number;
  readonly latents: number;
}

/** Which kernel trains an ensemble, and its override constants. */
export type EnsembleVariant =
  | { readonly kernel: "quad"; readonly groups: 4 | 8 }
  | {
      readonly kernel: "registers";
      readonly blocks: number;
      readonly quads: number;
    }
  | { readonly kernel: "rows"; readonly blocks: number }
  | {
      readonly kernel: "workgroup";
      readonly workgroupSize: number;
      readonly splits: number;
      readonly gramInWorkgroup: boolean;
      /** vec4s of workgroup memory for H and K. */
      readonly gramVectors: number;
    };

/** Padded sizes, in floats. */
export interface EnsembleLayout {
  readonly coordinates: number;
  readonly latents: number;
  /** Of W, and of U. */
  readonly weights: number;
  /** Of values, and of each optimizer moment: W | U | logVar. */
  readonly tensors: number;
  /** Of a model's block in the arena. */
  readonly block: number;
  /** Of a model's scratch, 0 where the kernel needs none. */
  readonly scratch: number;
  /** Coordinates stored next to each other: what a quad reads at once, 1 (latents innermost) else. */
  readonly interleave: 1 | 4 | 16;
}

/** Where in W or U coordinate `j`, latent `i` is. */
export function weightIndex(
  { latents, interleave }: Pick<EnsembleLayout, "latents" | "interleave">,
  j: number,
  i: number,
): number {
  const group = Math.floor(j / interleave);
  return (group * latents + i) * interleave + (j % interleave);
}

/** What a test or benchmark may ask for instead of the default. */
export interface VariantRequest {
  readonly kernel: EnsembleVariant["kernel"];
  readonly workgroupSize?: number;
}

/** Sizes the quad kernel holds in registers. */
const QUAD = { latents: 8, coordinates: 32 } as const;
/** Latents for which the registers kernel compiles in 3 s, coordinates of 256 invocations and of a quad. */
const REGISTERS = { latents: 24, coordinates: 1024, quad: 16 } as const;
/** Most latents of which the rows kernel holds H and K in registers. */
const ROWS_LATENTS = 32;
/** vec4s of workgroup memory spent on H and K at most: 12 of the 16 KiB every device has. */
const GRAM_VECTORS = 768;

function padded(size: number, multiple: number): number {
  return Math.ceil(size / multiple) * multiple;
}

function fits(
  kernel: EnsembleVariant["kernel"],
  { coordinates, latents }: EnsembleShape,
  subgroups: boolean,
): boolean {
  switch (kernel) {
    case "quad":
      return (
        subgroups && latents <= QUAD.latents && coordinates <= QUAD.coordinates
      );
    case "registers":
      return (
        subgroups &&
        latents <= REGISTERS.latents &&
        coordinates <= REGISTERS.coordinates
      );
    case "rows":
      return subgroups && latents <= ROWS_LATENTS;
    case "workgroup":
      return true;
  }
}

/**
 * The kernel an adapter runs fastest: on software adapters as few invocations a model as have room
 * for its state in registers, or else four with H and K in theirs; otherwise a workgroup a model.
 *
 * Throws when `request` names a kernel that cannot hold the shape.
 */
export function chooseVariant(
  { tier, subgroups }: Pick<Gpu, "tier" | "subgroups">,
  shape: EnsembleShape,
  request?: VariantRequest,
): EnsembleVariant {
  if (request && !fits(request.kernel, shape, subgroups)) {
    throw new Error(
      `exact-${request.kernel}: ${shape.coordinates} coordinates and ${shape.latents} latents do not fit, with subgroups ${subgroups ? "on" : "off"}`,
    );
  }
  const order: EnsembleVariant["kernel"][] =
    tier === "software"
      ? ["quad", "registers", "rows", "workgroup"]
      : ["workgroup"];
  const kernel =
    request?.kernel ??
    order.find((name) => fits(name, shape, subgroups)) ??
    "workgroup";
  if (kernel === "quad")
    return { kernel, groups: shape.coordinates <= 16 ? 4 : 8 };
  if (kernel === "registers") {
    const blocks = padded(shape.latents, 4) / 4;
    const quads = padded(shape.coordinates, REGISTERS.quad) / REGISTERS.quad;
    return { kernel, blocks, quads: Math.max(1, quads) };
  }
  if (kernel === "rows")
    return { kernel, blocks: padded(shape.latents, 4) / 4 };
  const latents = padded(shape.latents, 4);
  const workgroupSize =
    request?.workgroupSize ??
    (tier === "software" ? 4 : latents * shape.coordinates <= 1024 ? 64 : 256);
  const pair = (2 * latents * latents) / 4;
  const gramInWorkgroup = pair <= GRAM_VECTORS;
  const tasks = pair / 4;
  const splits = gramInWorkgroup
    ? Math.max(
        1,
        Math.min(
          Math.floor(workgroupSize / tasks),
          Math.floor(GRAM_VECTORS / pair),
          padded(shape.coordinates, 4),
        ),
      )
    : 1;
  const gramVectors = gramInWorkgroup ? splits * pair : 1;
  return { kernel, workgroupSize, splits, gramInWorkgroup, gramVectors };
}

/** Sizes of `shape` as `variant` wants them padded. Throws above `MAX_LATENTS`. */
export function ensembleLayout(
  shape: EnsembleShape,
  variant: EnsembleVariant,
): EnsembleLayout {
  if (shape.latents > MAX_LATENTS || shape.latents < 1) {
    throw new Error(
      `exact estimator: got ${shape.latents} latents, expected 1 to ${MAX_LATENTS}`,
    );
  }
  const sizes = paddedSizes(shape, variant);
  const weights = sizes.coordinates * sizes.latents;
  const tensors = 2 * weights + sizes.latents;
  return { ...sizes, weights, tensors, block: 3 * tensors };
}

function paddedSizes(
  shape: EnsembleShape,
  variant: EnsembleVariant,
): Pick<EnsembleLayout, "coordinates" | "latents" | "scratch" | "interleave"> {
  const latents = padded(shape.latents, 4);
  switch (variant.kernel) {
    case "quad":
      return {
        coordinates: 4 * variant.groups,
        latents: QUAD.latents,
        scratch: 0,
        interleave: 4,
      };
    case "registers": {
      const { blocks, quads } = variant;
      return {
        coordinates: REGISTERS.quad * quads,
        latents,
        scratch: (quads + 1) * blocks * (blocks + 1) * 16,
        interleave: 16,
      };
    }
    case "rows": {
      // It reads eight at a time.
      const coordinates = Math.max(8, padded(shape.coordinates, 8));
      return { coordinates, latents, scratch: 0, interleave: 1 };
    }
    case "workgroup": {
      const coordinates = Math.max(4, padded(shape.coordinates, 4));
      const gram = variant.gramInWorkgroup ? 0 : 2 * latents * latents;
      const scratch = 2 * coordinates * latents + gram;
      return { coordinates, latents, scratch, interleave: 1 };
    }
  }
}

/** A run of models trained together. */
export interface Wave {
  readonly first: number;
  readonly count: number;
}

/** Bytes of a model, and of what models share. */
export interface ModelBytes {
  /** In the largest buffer. */
  readonly arena: number;
  /** In all buffers. */
  readonly all: number;
  /** Of an ensemble, whatever its models: in the largest buffer, and in all. */
  readonly arenaFixed: number;
  readonly fixed: number;
}

/** Bytes an ensemble may hold at once, besides the device's own limits. */
export const ENSEMBLE_MEMORY = 256 * 2 ** 20;

/**
 * Cuts `models` models into as few, equally large waves as memory and limits allow.
 *
 * Throws if a single model does not fit.
 */
export function planEnsemble(
  limits: Pick<
    GPUSupportedLimits,
    | "maxBufferSize"
    | "maxStorageBufferBindingSize"
    | "maxComputeWorkgroupsPerDimension"
  >,
  models: number,
  { arena, arenaFixed, all, fixed }: ModelBytes,
  memory: number = ENSEMBLE_MEMORY,
): Wave[] {
  const most = Math.min(
    limits.maxComputeWorkgroupsPerDimension,
    Math.floor((limits.maxBufferSize - arenaFixed) / arena),
    Math.floor((limits.maxStorageBufferBindingSize - arenaFixed) / arena),
    Math.floor((memory - fixed) / all),
  );
  if (most < 1) {
    throw new Error(
      `ensemble: a model needs ${all + fixed} bytes, more than the device or the budget of ${memory} bytes allows`,
    );
  }
  const waves = Math.ceil(models / most);
  return Array.from({ length: waves }, (_, wave) => {
    const first = Math.floor((wave * models) / waves);
    return {
      first,
      count: Math.floor(((wave + 1) * models) / waves) - first,
    };
  });
}
