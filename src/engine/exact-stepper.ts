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
import { StartCache } from "./exact-basis.ts";
import { MAX_DISPATCHES } from "./exact-ensemble.ts";
import type { VariantRequest } from "./exact-layout.ts";
import {
  groupByForm,
  placeGroups,
  type Placed,
  type PlacedGroup,
} from "./exact-place.ts";
import type { Gpu } from "./gpu.ts";
import { KernelCache } from "./kernel-cache.ts";
import {
  TERMS,
  type LaneInput,
  type PackedLane,
  type Stepper,
} from "./stepper.ts";

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

/** Where a slot lives. */
interface Home {
  readonly group: PlacedGroup;
  readonly index: number;
}

const RING_BYTES = 2 ** 21;

function ringLength(lanes: number): number {
  const fit = Math.floor(Math.log2(RING_BYTES / (lanes * TERMS * 4)));
  return 2 ** Math.max(8, Math.min(15, fit));
}

class Lanes implements ExactStepper {
  readonly lanes: readonly number[];
  readonly maxChunk: number;
  readonly terms: Stepper["terms"];
  readonly arena: Stepper["arena"];
  readonly kernels: readonly string[];
  readonly #inputs: readonly ExactLane[];
  readonly #homes: readonly Home[];
  readonly #placed: Placed;

  constructor(inputs: readonly ExactLane[], placed: Placed) {
    this.#inputs = inputs;
    this.#placed = placed;
    const homes: Home[] = [];
    for (const group of placed.groups) {
      group.slots.forEach((slot, index) => (homes[slot] = { group, index }));
    }
    this.#homes = homes;
    this.lanes = inputs.map(({ lane }) => lane);
    this.kernels = homes.map(({ group }) => group.form.kernel);
    this.terms = placed.terms;
    this.arena = placed.arena;
    const steps = placed.groups.map((one) => one.ensemble.stepsPerDispatch);
    this.maxChunk = Math.min(
      placed.terms.ring,
      MAX_DISPATCHES * Math.min(...steps),
    );
  }

  encode(encoder: GPUCommandEncoder, first: number, count: number): void {
    if (count > this.maxChunk) {
      throw new Error(
        `exact stepper: got ${count} steps, expected at most ${this.maxChunk}`,
      );
    }
    const pass = encoder.beginComputePass({ label: "exact" });
    for (const { ensemble } of this.#placed.groups)
      ensemble.encode(pass, first, count);
    pass.end();
  }

  params(arena: Float32Array, slot: number): ParamSet {
    const { group, index } = this.#homes[slot];
    const from = group.offset + index * group.form.block;
    const values = arena.subarray(from, from + group.form.values);
    return group.form.params(values, this.#inputs[slot].input);
  }

  pack(params: ParamSet, slot: number): PackedLane {
    const { group, index } = this.#homes[slot];
    const { form } = group;
    const entries = new Float32Array(form.values);
    const input = { ...this.#inputs[slot].input, initial: params };
    form.pack(input, entries, new StartCache());
    const values = group.offset + index * form.block;
    const [first, second] = [values + form.values, values + 2 * form.values];
    return { values, first, second, entries };
  }

  update(slot: number, settings: Settings): void {
    const { group, index } = this.#homes[slot];
    group.ensemble.update(index, settings);
  }

  stop(slot: number): void {
    const { group, index } = this.#homes[slot];
    group.ensemble.stop(index);
  }

  destroy(): void {
    this.#placed.destroy();
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
  lanes: readonly ExactLane[],
  options: ExactOptions = {},
): Promise<ExactStepper> {
  if (lanes.length === 0) throw new Error("exact stepper: no lanes");
  const inputs = lanes.map(({ input }) => input);
  const placed = await placeGroups(
    gpu,
    options.cache ?? new KernelCache(gpu.device),
    inputs,
    groupByForm(gpu, inputs, options.variant),
    options.ring ?? ringLength(inputs.length),
  );
  return new Lanes(lanes, placed);
}
