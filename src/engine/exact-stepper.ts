/**
 * Lanes of the exact estimator on the GPU: the expected loss from second moments, in the data's
 * eigenbasis, full batch, at a cost that does not depend on the number of examples.
 *
 * Lanes of one model and size form one ensemble; ensembles share one arena and one ring of terms
 * behind the same stepper. Directions without variance start at zero instead of at their draw (the
 * loss never sees them), and biases are kept at their optimum for the current weights, which is
 * what centered moments mean.
 */
import type { Settings } from "../experiment/config.ts";
import type { ParamSet } from "../model/ops.ts";
import { cvaeForm } from "./exact-cvae.ts";
import { ExactEnsemble, MAX_DISPATCHES } from "./exact-ensemble.ts";
import type { ExactForm } from "./exact-form.ts";
import type { VariantRequest } from "./exact-layout.ts";
import { mhvaeForm } from "./exact-mhvae.ts";
import { vaeForm } from "./exact-vae.ts";
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

export interface ExactStepper extends Stepper {
  /** Which kernel trains each slot. */
  readonly kernels: readonly string[];
}

/** Lanes of one form, before the GPU. Offsets count floats of the arena. */
interface Group {
  readonly form: ExactForm;
  /** Positions among the stepper's lanes. */
  readonly slots: number[];
  offset: number;
  work: number;
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

function aligned(floats: number): number {
  return Math.ceil(floats / ALIGN) * ALIGN;
}

const FORMS = { vae: vaeForm, cvae: cvaeForm, mhvae: mhvaeForm } as const;

function groupLanes(
  gpu: Gpu,
  inputs: readonly ExactLane[],
  request: VariantRequest | undefined,
): Group[] {
  const groups = new Map<string, Group>();
  inputs.forEach(({ input }, slot) => {
    const { settings, moments } = input;
    if (settings.biases !== moments.centered) {
      throw new Error(
        `exact estimator: biases are ${settings.biases ? "on" : "off"} but the moments are ${moments.centered ? "about the mean" : "raw"}`,
      );
    }
    const form = FORMS[settings.model](gpu, input, request);
    const group = groups.get(form.key);
    if (group) group.slots.push(slot);
    else groups.set(form.key, { form, slots: [slot], offset: 0, work: 0 });
  });
  return [...groups.values()];
}

/** Places the state of all groups, then their work; returns floats of both. */
function placeGroups(groups: readonly Group[]): {
  state: number;
  all: number;
} {
  let state = 0;
  for (const group of groups) {
    group.offset = aligned(state);
    state = group.offset + group.slots.length * group.form.block;
  }
  let all = state;
  for (const group of groups) {
    if (group.form.work === 0) continue;
    group.work = aligned(all);
    all = group.work + group.slots.length * group.form.work;
  }
  return { state, all };
}

/** The start of every lane, rotated in float64, and the constants of its work. */
function initialArena(
  inputs: readonly ExactLane[],
  groups: readonly Group[],
  floats: number,
): Float32Array<ArrayBuffer> {
  const arena = new Float32Array(floats);
  for (const { form, slots, offset, work } of groups) {
    slots.forEach((slot, index) => {
      const block = offset + index * form.block;
      const own = work + index * form.work;
      form.pack(
        inputs[slot].input,
        arena.subarray(block, block + form.block),
        arena.subarray(own, own + form.work),
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
  readonly kernels: readonly string[];
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
    this.kernels = homes.map(({ group }) => group.form.kernel);
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

  params(arena: Float32Array, slot: number): ParamSet {
    const { group, index } = this.#homes[slot];
    const from = group.offset + index * group.form.block;
    const block = arena.subarray(from, from + group.form.block);
    return group.form.params(block, this.#inputs[slot].input);
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
  const floats = placeGroups(groups);
  const initial = initialArena(inputs, groups, floats.all);
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
      const { form, slots, offset, work } = group;
      const ensemble = await ExactEnsemble.create(gpu, cache, form, {
        inputs: slots.map((slot) => inputs[slot].input),
        slots,
        arena,
        offset,
        work,
        terms: { buffer: terms, ring, lanes: inputs.length },
      });
      return [group, ensemble];
    }),
  );
  return new Lanes(
    inputs,
    new Map(ensembles),
    { buffer: terms, ring },
    { buffer: arena, floats: floats.state },
  );
}
