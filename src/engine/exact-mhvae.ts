/**
 * The two-level linear hierarchical VAE of the exact estimator: level 1 in the eigenbasis of the
 * data, level 2 as it is.
 */
import type { ParamSet } from "../model/ops.ts";
import type { StartCache } from "./exact-basis.ts";
import { fromEigenbasis, toEigenbasis, transpose } from "./exact-basis.ts";
import type { EnsembleKernel, EnsemblePlace, ExactForm } from "./exact-form.ts";
import type { VariantRequest } from "./exact-layout.ts";
import { encoderBias, keptEnergy } from "./exact-vae.ts";
import type { WorkVariant } from "./exact-work.ts";
import {
  checkLatents,
  chooseWork,
  packWorkModel,
  padded,
  putRows,
  takeRows,
  WORK_MODEL_BYTES,
  workConstants,
  workMicros,
} from "./exact-work.ts";
import type { Gpu } from "./gpu.ts";
import { exactMhvae } from "./kernels/exact-mhvae.ts";
import type { LaneInput } from "./stepper.ts";

class MhvaeForm implements ExactForm {
  readonly key: string;
  readonly kernel = "mhvae";
  readonly block: number;
  readonly values: number;
  readonly constants: number;
  readonly work: number;
  readonly scratch = 0;
  readonly shared = 0;
  readonly recordBytes = WORK_MODEL_BYTES;
  readonly stretch = 1;
  readonly #variant: WorkVariant;
  /** With padding. */
  readonly #rows: number;
  readonly #wide1: number;
  readonly #wide2: number;
  readonly #tensors: number;

  constructor(
    tier: Gpu["tier"],
    rank: number,
    k1: number,
    k2: number,
    request?: VariantRequest,
  ) {
    checkLatents(k1);
    checkLatents(k2);
    const [rows, wide1, wide2] = [rank, k1, k2].map(padded);
    [this.#rows, this.#wide1, this.#wide2] = [rows, wide1, wide2];
    // R and Q [k1, k1], Y [k2, k1].
    const others = (wide1 * (2 * wide1 + wide2)) / 4;
    this.#variant = chooseWork(tier, wide1 / 4, rows, others, request);
    this.#tensors = 2 * rows * wide1 + 2 * wide1 * wide2 + wide1 + wide2;
    this.values = this.#tensors;
    this.block = 3 * this.#tensors;
    this.constants = rows;
    const { local, splits } = this.#variant;
    this.key = `mhvae ${rows} ${wide1} ${wide2} ${JSON.stringify(this.#variant)}`;
    this.work =
      this.#tensors + (local ? 0 : 2 * splits * wide1 * wide1 + 4 * others);
  }

  /** Where each tensor starts in a block. */
  get #at(): Record<string, number> {
    const [weights, cross] = [
      this.#rows * this.#wide1,
      this.#wide1 * this.#wide2,
    ];
    const logVar1 = 2 * weights + 2 * cross;
    return {
      encW1: 0,
      decU1: weights,
      encW2: 2 * weights,
      decU2: 2 * weights + cross,
      logVar1,
      logVar2: logVar1 + this.#wide1,
    };
  }

  pack(
    { initial, moments, settings }: LaneInput,
    block: Float32Array,
    starts: StartCache,
  ): void {
    const { latents: k1, latents2: k2 } = settings;
    const [wide1, wide2] = [this.#wide1, this.#wide2];
    const at = this.#at;
    const w = starts.get(initial.encW1, moments, `encoder ${k1}`, () =>
      toEigenbasis(transpose(initial.encW1, k1, moments.columns), k1, moments),
    );
    const u = starts.get(initial.decU1, moments, `decoder ${k1}`, () =>
      toEigenbasis(initial.decU1, k1, moments),
    );
    putRows(block, at.encW1, wide1, w, moments.rank, k1);
    putRows(block, at.decU1, wide1, u, moments.rank, k1);
    putRows(block, at.encW2, wide1, initial.encW2, k2, k1);
    putRows(block, at.decU2, wide2, initial.decU2, k1, k2);
    block.set(initial.logVar1, at.logVar1);
    block.set(initial.logVar2, at.logVar2);
  }

  packConstants({ moments }: LaneInput, constants: Float32Array): void {
    constants.set(moments.eigenvalues.subarray(0, moments.rank));
  }

  params(block: Float32Array, { settings, moments }: LaneInput): ParamSet {
    const { latents: k1, latents2: k2 } = settings;
    const [wide1, wide2] = [this.#wide1, this.#wide2];
    const at = this.#at;
    const { columns, mean, rank } = moments;
    const w = takeRows(block, at.encW1, wide1, rank, k1);
    const u = takeRows(block, at.decU1, wide1, rank, k1);
    const encoder = fromEigenbasis(w, k1, moments);
    const params: Record<string, Float32Array> = {
      encW1: Float32Array.from(transpose(encoder, columns, k1)),
      encW2: takeRows(block, at.encW2, wide1, k2, k1),
      decU1: Float32Array.from(fromEigenbasis(u, k1, moments)),
      decU2: takeRows(block, at.decU2, wide2, k1, k2),
      logVar1: block.slice(at.logVar1, at.logVar1 + k1),
      logVar2: block.slice(at.logVar2, at.logVar2 + k2),
    };
    if (settings.biases) {
      // The mean of z1 is free; here it is 0, and so is that of z2.
      params.encB1 = encoderBias(encoder, k1, mean);
      params.encB2 = new Float32Array(k2);
      params.decB1 = Float32Array.from(mean);
      params.decB2 = new Float32Array(k1);
    }
    return params;
  }

  stepMicros(tier: Gpu["tier"], models: number): number {
    const [rows, wide1, wide2] = [this.#rows, this.#wide1, this.#wide2];
    const products =
      wide1 * wide1 * (4 * rows + 2 * wide1 + 3 * wide2) +
      3 * wide1 * wide1 * wide2;
    return workMicros(tier, products, this.#tensors, models);
  }

  open(place: EnsemblePlace): EnsembleKernel {
    const { inputs, slots, terms } = place;
    const spec = exactMhvae(
      inputs.length,
      workConstants(this.#variant),
      {
        models: place.models,
        schedule: place.schedule,
        arena: { buffer: place.arena, offset: 4 * place.offset },
        terms: terms.buffer,
      },
      {
        coordinates: this.#rows / 4,
        width: this.#wide1 / 4,
        width2: this.#wide2 / 4,
        tensors: this.#tensors / 4,
        work: (place.work - place.offset) / 4,
        workSize: this.work / 4,
        ring: terms.ring,
        lanes: terms.lanes,
      },
    );
    return {
      spec,
      owned: [],
      record: (model, settings, running) => {
        const { moments } = inputs[model];
        return packWorkModel(settings, {
          slot: slots[model],
          running,
          constants: (place.constants[model] - place.offset) / 4,
          outputs: moments.columns,
          dropped: moments.energy - keptEnergy(moments),
        });
      },
    };
  }
}

/** The form of a hierarchical lane. Throws above the latents the kernel takes. */
export function mhvaeForm(
  { tier }: Pick<Gpu, "tier">,
  { settings, moments }: LaneInput,
  request?: VariantRequest,
): ExactForm {
  const { latents, latents2 } = settings;
  return new MhvaeForm(tier, moments.rank, latents, latents2, request);
}
