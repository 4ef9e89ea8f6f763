/**
 * Lanes of the exact estimator on the GPU: the expected loss from second moments, in the data's
 * eigenbasis, full batch, at a cost that does not depend on the number of examples.
 *
 * Lanes of one size form one ensemble; ensembles of different sizes share one arena and one ring
 * of terms behind the same stepper. Directions without variance start at zero instead of at their
 * draw (the loss never sees them), and biases are kept at their optimum for the current weights,
 * which is what centered moments mean.
 */
import type { Moments } from "../data/dataset.ts";
import type { Settings } from "../experiment/config.ts";
import type { ParamSet } from "../model/ops.ts";
import { fromEigenbasis, toEigenbasis, transpose } from "./exact-basis.ts";
import { ExactEnsemble, MAX_DISPATCHES, packBlock } from "./exact-ensemble.ts";
import type {
  EnsembleLayout,
  EnsembleShape,
  EnsembleVariant,
  VariantRequest,
} from "./exact-layout.ts";
import { chooseVariant, ensembleLayout, weightIndex } from "./exact-layout.ts";
import type { Gpu } from "./gpu.ts";
import { KernelCache } from "./kernel-cache.ts";
import { TERMS, type LaneInput, type Stepper } from "./stepper.ts";

/** A lane and its number in the experiment. */
export interface ExactLane {
  readonly lane: number;
  readonly input: LaneInput;
}

export interface ExactOptions {
  readonly cache?: KernelCache;
  /** Instead of the kernel the adapter runs fastest. */
  readonly variant?: VariantRequest;
  /** Steps whose terms are kept. */
  readonly ring?: number;
}

/** Tensors of a lane in the data's eigenbasis: W^ = W P and U^ = P^T U, transposed alike. */
export interface EigenParams {
  /** W^ transposed, [rank, k]. */
  readonly w: Float32Array;
  /** U^, [rank, k]. */
  readonly u: Float32Array;
  readonly logVar: Float32Array;
}

export interface ExactStepper extends Stepper {
  /** As `params`, without the rotation: O(rank k). */
  eigenParams(arena: Float32Array, slot: number): EigenParams;
  /** Which kernel trains each slot. */
  readonly variants: readonly EnsembleVariant[];
}

/** Lanes of one size, before the GPU. */
interface Group {
  readonly shape: EnsembleShape;
  readonly variant: EnsembleVariant;
  readonly layout: EnsembleLayout;
  /** Positions among the stepper's lanes. */
  readonly slots: number[];
  /** First float in the arena. */
  offset: number;
}

/** Where a slot lives. */
interface Home {
  readonly group: Group;
  readonly index: number;
}

/** Floats of the 256 bytes a binding must start at. */
const ALIGN = 64;
const RING_BYTES = 2 ** 21;

function ringLength(lanes: number): number {
  const fit = Math.floor(Math.log2(RING_BYTES / (lanes * TERMS * 4)));
  return 2 ** Math.max(8, Math.min(15, fit));
}

function groupLanes(
  gpu: Gpu,
  inputs: readonly ExactLane[],
  request: VariantRequest | undefined,
): Group[] {
  const groups = new Map<string, Group>();
  inputs.forEach(({ input: { settings, moments } }, slot) => {
    if (settings.biases !== moments.centered) {
      throw new Error(
        `exact estimator: biases are ${settings.biases ? "on" : "off"} but the moments are ${moments.centered ? "about the mean" : "raw"}`,
      );
    }
    const shape = { coordinates: moments.rank, latents: settings.latents };
    const key = `${shape.coordinates} ${shape.latents}`;
    let group = groups.get(key);
    if (!group) {
      const variant = chooseVariant(gpu, shape, request);
      const layout = ensembleLayout(shape, variant);
      group = { shape, variant, layout, slots: [], offset: 0 };
      groups.set(key, group);
    }
    group.slots.push(slot);
  });
  let offset = 0;
  for (const group of groups.values()) {
    group.offset = offset;
    offset += group.slots.length * group.layout.block;
    offset = Math.ceil(offset / ALIGN) * ALIGN;
  }
  return [...groups.values()];
}

/** The start of every lane, rotated in float64. */
function initialArena(
  inputs: readonly ExactLane[],
  groups: readonly Group[],
): Float32Array<ArrayBuffer> {
  const last = groups[groups.length - 1];
  const arena = new Float32Array(
    last.offset + last.slots.length * last.layout.block,
  );
  for (const { shape, layout, slots, offset } of groups) {
    slots.forEach((slot, index) => {
      const { initial, moments } = inputs[slot].input;
      const { latents } = shape;
      const encoder = transpose(initial.encW, latents, moments.columns);
      packBlock(
        layout,
        shape,
        {
          w: toEigenbasis(encoder, latents, moments),
          u: toEigenbasis(initial.decU, latents, moments),
          logVar: initial.logVar,
        },
        arena.subarray(offset + index * layout.block),
      );
    });
  }
  return arena;
}

class Lanes implements ExactStepper {
  readonly lanes: readonly number[];
  readonly maxChunk: number;
  readonly terms: Stepper["terms"];
  readonly arena: Stepper["arena"];
  readonly variants: readonly EnsembleVariant[];
  readonly #inputs: readonly ExactLane[];
  readonly #homes: readonly Home[];
  readonly #ensembles: ReadonlyMap<Group, ExactEnsemble>;

  constructor(
    inputs: readonly ExactLane[],
    ensembles: ReadonlyMap<Group, ExactEnsemble>,
    terms: Stepper["terms"],
    arena: Stepper["arena"],
  ) {
    this.#inputs = inputs;
    this.#ensembles = ensembles;
    const homes: Home[] = [];
    for (const group of ensembles.keys()) {
      group.slots.forEach((slot, index) => (homes[slot] = { group, index }));
    }
    this.#homes = homes;
    this.lanes = inputs.map(({ lane }) => lane);
    this.variants = homes.map(({ group }) => group.variant);
    this.terms = terms;
    this.arena = arena;
    const steps = [...ensembles.values()].map((one) => one.stepsPerDispatch);
    this.maxChunk = Math.min(terms.ring, MAX_DISPATCHES * Math.min(...steps));
  }

  encode(encoder: GPUCommandEncoder, first: number, count: number): void {
    if (count > this.maxChunk) {
      throw new Error(
        `exact stepper: got ${count} steps, expected at most ${this.maxChunk}`,
      );
    }
    const pass = encoder.beginComputePass({ label: "exact" });
    for (const ensemble of this.#ensembles.values())
      ensemble.encode(pass, first, count);
    pass.end();
  }

  eigenParams(arena: Float32Array, slot: number): EigenParams {
    const { group, index } = this.#homes[slot];
    const { layout, shape } = group;
    const { coordinates, latents } = shape;
    const base = group.offset + index * layout.block;
    const w = new Float32Array(coordinates * latents);
    const u = new Float32Array(coordinates * latents);
    for (let j = 0; j < coordinates; j++) {
      for (let i = 0; i < latents; i++) {
        const from = base + weightIndex(layout, j, i);
        w[j * latents + i] = arena[from];
        u[j * latents + i] = arena[from + layout.weights];
      }
    }
    const variances = base + 2 * layout.weights;
    const logVar = arena.slice(variances, variances + latents);
    return { w, u, logVar };
  }

  params(arena: Float32Array, slot: number): ParamSet {
    const { settings, moments } = this.#inputs[slot].input;
    const { w, u, logVar } = this.eigenParams(arena, slot);
    return fromEigenParams({ w, u, logVar }, settings, moments);
  }

  update(slot: number, settings: Settings): void {
    const { group, index } = this.#homes[slot];
    this.#ensembles.get(group)?.update(index, settings);
  }

  stop(slot: number): void {
    const { group, index } = this.#homes[slot];
    this.#ensembles.get(group)?.stop(index);
  }

  destroy(): void {
    for (const ensemble of this.#ensembles.values()) ensemble.destroy();
    this.terms.buffer.destroy();
    this.arena.buffer.destroy();
  }
}

/** Tensors in the data's own coordinates: O(D rank k). */
function fromEigenParams(
  { w, u, logVar }: EigenParams,
  { latents, biases }: Settings,
  moments: Moments,
): ParamSet {
  const { columns, mean } = moments;
  const encoder = fromEigenbasis(w, latents, moments);
  const params: Record<string, Float32Array> = {
    encW: Float32Array.from(transpose(encoder, columns, latents)),
    decU: Float32Array.from(fromEigenbasis(u, latents, moments)),
    logVar,
  };
  if (biases) {
    const bias = new Float64Array(latents);
    for (let column = 0; column < columns; column++) {
      for (let unit = 0; unit < latents; unit++)
        bias[unit] -= encoder[column * latents + unit] * mean[column];
    }
    params.encB = Float32Array.from(bias);
    params.decB = Float32Array.from(mean);
  }
  return params;
}

/**
 * Puts lanes on the GPU at their initial tensors.
 *
 * Throws an `EngineError` if the device refuses, a plain `Error` if moments and biases disagree
 * or there are more latents than the kernels take.
 */
export async function createExactStepper(
  gpu: Gpu,
  inputs: readonly ExactLane[],
  options: ExactOptions = {},
): Promise<ExactStepper> {
  if (inputs.length === 0) throw new Error("exact stepper: no lanes");
  const { device } = gpu;
  const cache = options.cache ?? new KernelCache(device);
  const groups = groupLanes(gpu, inputs, options.variant);
  const initial = initialArena(inputs, groups);
  const ring = options.ring ?? ringLength(inputs.length);
  const usage =
    GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const terms = device.createBuffer({
    label: "exact terms",
    size: ring * inputs.length * TERMS * 4,
    usage,
  });
  const arena = device.createBuffer({
    label: "exact arena",
    size: initial.byteLength,
    usage,
  });
  device.queue.writeBuffer(arena, 0, initial);
  const ensembles = await Promise.all(
    groups.map(async (group): Promise<[Group, ExactEnsemble]> => {
      const { shape, variant, layout, slots, offset } = group;
      const lanes = slots.map((slot) => inputs[slot].input);
      const data = [...new Set(lanes.map(({ moments }) => moments))];
      const ensemble = await ExactEnsemble.create(gpu, cache, {
        shape,
        variant,
        layout,
        models: lanes.map(({ settings, moments }) => ({
          settings,
          spectrum: data.indexOf(moments),
          columns: moments.columns,
          energy: moments.energy,
        })),
        spectra: data.map(({ eigenvalues, rank }) =>
          eigenvalues.slice(0, rank),
        ),
        arena: {
          buffer: arena,
          offset: 4 * offset,
          size: 4 * slots.length * layout.block,
        },
        terms: { buffer: terms, ring, lanes: inputs.length },
        slots,
      });
      return [group, ensemble];
    }),
  );
  return new Lanes(
    inputs,
    new Map(ensembles),
    { buffer: terms, ring },
    { buffer: arena, floats: initial.length },
  );
}
