/** Models of the exact estimator on the GPU: sorted by form, in one arena, at their starts. */
import { StartCache } from "./exact-basis.ts";
import { cvaeForm } from "./exact-cvae.ts";
import { ExactEnsemble } from "./exact-ensemble.ts";
import { dataOf, type ExactForm } from "./exact-form.ts";
import type { VariantRequest } from "./exact-layout.ts";
import { mhvaeForm } from "./exact-mhvae.ts";
import { vaeForm } from "./exact-vae.ts";
import type { Gpu } from "./gpu.ts";
import type { Slices } from "../math/slices.ts";
import { guarded, type KernelCache } from "./kernel-cache.ts";
import { TERMS, type LaneInput } from "./stepper.ts";

/** Models of one form. */
export interface FormGroup {
  readonly form: ExactForm;
  /** Positions among the inputs. */
  readonly slots: readonly number[];
}

/** A group and where it starts in the arena, in floats. */
export interface PlacedGroup extends FormGroup {
  readonly offset: number;
  readonly ensemble: ExactEnsemble;
}

/** Groups that share an arena and a ring of terms; the caller destroys them. */
export interface Placed {
  readonly groups: readonly PlacedGroup[];
  readonly terms: { readonly buffer: GPUBuffer; readonly ring: number };
  /** `floats` counts the state, which comes first. */
  readonly arena: { readonly buffer: GPUBuffer; readonly floats: number };
  destroy(): void;
}

/** Floats of the 256 bytes a binding must start at. */
const ALIGN = 64;
const FORMS = { vae: vaeForm, cvae: cvaeForm, mhvae: mhvaeForm } as const;

/**
 * Sorts models by what trains them together, in the order they come.
 *
 * Throws if moments and biases disagree or there are more latents than the kernels take.
 */
export function groupByForm(
  gpu: Pick<Gpu, "tier" | "subgroups">,
  inputs: readonly LaneInput[],
  request?: VariantRequest,
): FormGroup[] {
  const groups: Groups = new Map();
  inputs.forEach((input, slot) => {
    put(groups, formOf(gpu, input, request), slot);
  });
  return [...groups.values()];
}

/** The same for many models, with a turn for others between them. */
export async function groupInSlices(
  gpu: Pick<Gpu, "tier" | "subgroups">,
  inputs: readonly LaneInput[],
  request: VariantRequest | undefined,
  slices: Slices,
): Promise<FormGroup[]> {
  const groups: Groups = new Map();
  for (const [slot, input] of inputs.entries()) {
    await slices.go();
    put(groups, formOf(gpu, input, request), slot);
  }
  return [...groups.values()];
}

type Groups = Map<string, { readonly form: ExactForm; slots: number[] }>;

function put(groups: Groups, form: ExactForm, slot: number): void {
  const group = groups.get(form.key);
  if (group) group.slots.push(slot);
  else groups.set(form.key, { form, slots: [slot] });
}

function formOf(
  gpu: Pick<Gpu, "tier" | "subgroups">,
  input: LaneInput,
  request: VariantRequest | undefined,
): ExactForm {
  const { settings, moments } = input;
  if (settings.biases !== moments.centered) {
    throw new Error(
      `exact estimator: biases are ${settings.biases ? "on" : "off"} but the moments are ${moments.centered ? "about the mean" : "raw"}`,
    );
  }
  return FORMS[settings.model](gpu, input, request);
}

function aligned(floats: number): number {
  return Math.ceil(floats / ALIGN) * ALIGN;
}

/** Where a group lies in the arena, in floats. */
interface Extent {
  readonly offset: number;
  /** Of the constants of each model's data. */
  readonly constants: readonly number[];
  readonly work: number;
}

/** State of all groups first, then the constants of their data, then their work. */
function layOutGroups(
  inputs: readonly LaneInput[],
  groups: readonly FormGroup[],
): { extents: Extent[]; state: number; all: number } {
  let state = 0;
  const offsets = groups.map(({ form, slots }) => {
    const offset = aligned(state);
    state = offset + slots.length * form.block;
    return offset;
  });
  let all = state;
  const extents = groups.map(({ form, slots }, index) => {
    const places = new Map<object, number>();
    const constants = slots.map((slot) => {
      if (form.constants === 0) return 0;
      const data = dataOf(inputs[slot]);
      const known = places.get(data);
      if (known !== undefined) return known;
      const at = aligned(all);
      all = at + form.constants;
      places.set(data, at);
      return at;
    });
    const work = aligned(all);
    if (form.work > 0) all = work + slots.length * form.work;
    return { offset: offsets[index], constants, work };
  });
  return { extents, state, all };
}

/** Writes what is not zero: values, and the constants of each data set once. Throws what ends it. */
async function upload(
  device: GPUDevice,
  arena: GPUBuffer,
  inputs: readonly LaneInput[],
  { form, slots }: FormGroup,
  { offset, constants }: Extent,
  { starts, slices, signal }: Packing,
): Promise<void> {
  const values = new Float32Array(form.values);
  const shared = new Float32Array(form.constants);
  const written = new Set<number>();
  for (const [index, slot] of slots.entries()) {
    await slices?.go();
    signal?.throwIfAborted();
    values.fill(0);
    form.pack(inputs[slot], values, starts);
    device.queue.writeBuffer(arena, 4 * (offset + index * form.block), values);
    const at = constants[index];
    if (form.constants === 0 || written.has(at)) continue;
    written.add(at);
    shared.fill(0);
    form.packConstants(inputs[slot], shared);
    device.queue.writeBuffer(arena, 4 * at, shared);
  }
}

/** How models are put on the GPU. */
export interface Packing {
  readonly starts: StartCache;
  /** Lets others run between models; all in one stretch without it. */
  readonly slices?: Slices;
  readonly signal?: AbortSignal;
}

/**
 * Puts models on the GPU at their initial tensors, their starts rotated in float64.
 *
 * Throws an `EngineError` if the device refuses, and the signal's reason if that ends it; then
 * nothing is left behind.
 *
 * @param ring steps whose terms are kept; with 0 terms may be left out
 */
export async function placeGroups(
  gpu: Gpu,
  cache: KernelCache,
  inputs: readonly LaneInput[],
  groups: readonly FormGroup[],
  ring: number,
  packing: Packing = { starts: new StartCache() },
): Promise<Placed> {
  const { device } = gpu;
  const { extents, state, all } = layOutGroups(inputs, groups);
  const usage =
    GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const owned: { destroy(): void }[] = [];
  const release = (): void => {
    for (const one of owned) one.destroy();
  };
  try {
    const create = (label: string, size: number): GPUBuffer => {
      const buffer = device.createBuffer({ label, size, usage });
      owned.push(buffer);
      return buffer;
    };
    const [terms, arena] = await guarded(device, "exact arena", () => [
      create("exact terms", Math.max(1, ring) * inputs.length * TERMS * 4),
      create("exact arena", 4 * all),
    ]);
    const opened = await Promise.allSettled(
      groups.map(async (group, index): Promise<PlacedGroup> => {
        const { form, slots } = group;
        const extent = extents[index];
        await upload(device, arena, inputs, group, extent, packing);
        const at = {
          ...extent,
          inputs: slots.map((slot) => inputs[slot]),
          slots,
          arena,
          terms: {
            buffer: terms,
            ring: Math.max(1, ring),
            lanes: inputs.length,
            recorded: ring > 0,
          },
        };
        const ensemble = await ExactEnsemble.create(
          gpu,
          cache,
          form,
          at,
          packing.slices,
        );
        owned.push(ensemble);
        return { ...group, offset: extent.offset, ensemble };
      }),
    );
    const placed = opened.map((result) => {
      if (result.status === "rejected") throw result.reason;
      return result.value;
    });
    return {
      groups: placed,
      terms: { buffer: terms, ring },
      arena: { buffer: arena, floats: state },
      destroy: release,
    };
  } catch (error) {
    release();
    throw error;
  }
}
