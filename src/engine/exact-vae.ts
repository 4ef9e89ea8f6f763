/** The linear VAE of the exact estimator: encoder and decoder in the eigenbasis of the data. */
import type { Moments } from "../data/dataset.ts";
import type { ParamSet } from "../model/ops.ts";
import type { StartCache } from "./exact-basis.ts";
import { fromEigenbasis, toEigenbasis, transpose } from "./exact-basis.ts";
import type { EnsembleKernel, EnsemblePlace, ExactForm } from "./exact-form.ts";
import { storage } from "./exact-form.ts";
import type {
  EnsembleLayout,
  EnsembleShape,
  EnsembleVariant,
  VariantRequest,
} from "./exact-layout.ts";
import { chooseVariant, ensembleLayout, weightIndex } from "./exact-layout.ts";
import { MODEL_BYTES, modelRecord, packModel } from "./exact-model.ts";
import type { Gpu } from "./gpu.ts";
import type { DispatchSpec } from "./kernel-cache.ts";
import { exactQuad } from "./kernels/exact-quad.ts";
import { exactRegisters } from "./kernels/exact-registers.ts";
import { exactRows } from "./kernels/exact-rows.ts";
import { exactWorkgroup } from "./kernels/exact-workgroup.ts";
import type { LaneInput } from "./stepper.ts";

/** As measured on SwiftShader: with 16 a quarter slower, with 64 no faster. */
const REGISTERS_STRETCH = 32;

/**
 * Software: as seen on SwiftShader with two cores. Hardware: a slow one, 20 GFLOP/s a
 * workgroup, 16 workgroups at a time, 5 us of barriers.
 */
function estimateStepMicros(
  tier: Gpu["tier"],
  variant: EnsembleVariant,
  { coordinates, latents }: EnsembleLayout,
  models: number,
): number {
  if (variant.kernel === "quad")
    return (1.7 * Math.max(2, models) * variant.groups) / 8;
  const flops = coordinates * latents * (8 * latents + 40);
  if (variant.kernel === "registers")
    return (Math.max(2, models) / 2) * (2 + flops / 5000);
  if (variant.kernel === "rows")
    return (Math.max(2, models) / 2) * (2 + flops / 2400);
  return tier === "software"
    ? models * (5 + flops / 1000)
    : Math.ceil(models / 16) * (5 + flops / 20000);
}

function shapeOf({
  settings,
  moments,
}: Pick<LaneInput, "settings" | "moments">): EnsembleShape {
  return { coordinates: moments.rank, latents: settings.latents };
}

class VaeForm implements ExactForm {
  readonly key: string;
  readonly kernel: string;
  readonly values: number;
  readonly block: number;
  readonly constants = 0;
  readonly work = 0;
  readonly scratch: number;
  readonly shared: number;
  readonly recordBytes = MODEL_BYTES;
  readonly stretch: number;
  readonly #variant: EnsembleVariant;
  readonly #layout: EnsembleLayout;

  constructor(shape: EnsembleShape, variant: EnsembleVariant) {
    this.#variant = variant;
    this.#layout = ensembleLayout(shape, variant);
    const { coordinates, latents } = this.#layout;
    this.key = `vae ${coordinates} ${latents} ${JSON.stringify(variant)}`;
    this.kernel = variant.kernel;
    this.stretch = variant.kernel === "registers" ? REGISTERS_STRETCH : 1;
    this.values = this.#layout.tensors;
    this.block = this.#layout.block;
    this.scratch = this.#layout.scratch;
    this.shared = this.#layout.coordinates;
  }

  pack(
    { initial, moments, settings }: LaneInput,
    block: Float32Array,
    starts: StartCache,
  ): void {
    const layout = this.#layout;
    const { coordinates, latents } = shapeOf({ settings, moments });
    const w = starts.get(initial.encW, moments, `encoder ${latents}`, () =>
      toEigenbasis(
        transpose(initial.encW, latents, moments.columns),
        latents,
        moments,
      ),
    );
    const u = starts.get(initial.decU, moments, `decoder ${latents}`, () =>
      toEigenbasis(initial.decU, latents, moments),
    );
    for (let j = 0; j < coordinates; j++) {
      for (let i = 0; i < latents; i++) {
        const at = weightIndex(layout, j, i);
        block[at] = w[j * latents + i];
        block[layout.weights + at] = u[j * latents + i];
      }
    }
    block.set(initial.logVar, 2 * layout.weights);
  }

  packConstants(): void {
    // Its kernels have a binding for the spectra.
  }

  params(block: Float32Array, { settings, moments }: LaneInput): ParamSet {
    const layout = this.#layout;
    const { coordinates, latents } = shapeOf({ settings, moments });
    const w = new Float32Array(coordinates * latents);
    const u = new Float32Array(coordinates * latents);
    for (let j = 0; j < coordinates; j++) {
      for (let i = 0; i < latents; i++) {
        const from = weightIndex(layout, j, i);
        w[j * latents + i] = block[from];
        u[j * latents + i] = block[from + layout.weights];
      }
    }
    const { columns, mean } = moments;
    const encoder = fromEigenbasis(w, latents, moments);
    const variances = 2 * layout.weights;
    const params: Record<string, Float32Array> = {
      encW: Float32Array.from(transpose(encoder, columns, latents)),
      decU: Float32Array.from(fromEigenbasis(u, latents, moments)),
      logVar: block.slice(variances, variances + latents),
    };
    if (settings.biases) {
      params.encB = encoderBias(encoder, latents, mean);
      params.decB = Float32Array.from(mean);
    }
    return params;
  }

  stepMicros(tier: Gpu["tier"], models: number): number {
    return estimateStepMicros(tier, this.#variant, this.#layout, models);
  }

  open(place: EnsemblePlace): EnsembleKernel {
    const { device, inputs, slots, terms } = place;
    const variant = this.#variant;
    const layout = this.#layout;
    const data = [...new Set(inputs.map(({ moments }) => moments))];
    const places = new Map(data.map((moments, index) => [moments, index]));
    const spectra = new Float32Array(data.length * layout.coordinates);
    data.forEach(({ eigenvalues, rank }, index) => {
      spectra.set(eigenvalues.subarray(0, rank), index * layout.coordinates);
    });
    const kept = data.map(keptEnergy);
    const owned = [storage(device, "spectra", spectra)];
    const tensors = {
      models: place.models,
      spectra: owned[0],
      schedule: place.schedule,
      arena: {
        buffer: place.arena,
        offset: 4 * place.offset,
        size: 4 * inputs.length * layout.block,
      },
      terms: terms.buffer,
    };
    const shape = {
      weights: layout.weights,
      latents: layout.latents,
      coordinates: layout.coordinates,
      ring: terms.ring,
      lanes: terms.lanes,
    };
    const scratch = (): GPUBuffer => {
      const bytes = 4 * inputs.length * layout.scratch;
      const buffer = storage(device, "scratch", bytes);
      owned.push(buffer);
      return buffer;
    };
    let spec: DispatchSpec;
    switch (variant.kernel) {
      case "quad":
        spec = exactQuad(
          inputs.length,
          { groups: variant.groups, terms: terms.recorded },
          tensors,
          shape,
        );
        break;
      case "registers":
        spec = exactRegisters(
          inputs.length,
          { ...variant, terms: terms.recorded },
          { ...tensors, parts: scratch() },
          shape,
        );
        break;
      case "rows":
        spec = exactRows(
          inputs.length,
          { blocks: variant.blocks, terms: terms.recorded },
          tensors,
          shape,
        );
        break;
      case "workgroup":
        spec = exactWorkgroup(
          inputs.length,
          variant,
          { ...tensors, scratch: scratch() },
          shape,
        );
    }
    return {
      spec,
      owned,
      record: (model, settings, running) => {
        const { moments } = inputs[model];
        const spectrum = places.get(moments) ?? 0;
        const { columns, energy } = moments;
        return packModel(
          modelRecord(
            { settings, spectrum, columns, energy },
            {
              kept: kept[spectrum],
              offset: spectrum * layout.coordinates,
              slot: slots[model],
              running,
            },
          ),
        );
      },
    };
  }
}

/** Sum of the eigenvalues a kernel sees. */
export function keptEnergy({ eigenvalues, rank }: Moments): number {
  return eigenvalues.subarray(0, rank).reduce((sum, value) => sum + value, 0);
}

/** -W mean for an encoder [D, k]: the best encoder bias, with which latents are 0 on average. */
export function encoderBias(
  encoder: ArrayLike<number>,
  latents: number,
  mean: ArrayLike<number>,
): Float32Array {
  const bias = new Float64Array(latents);
  for (let column = 0; column < mean.length; column++) {
    for (let unit = 0; unit < latents; unit++)
      bias[unit] -= encoder[column * latents + unit] * mean[column];
  }
  return Float32Array.from(bias);
}

/** The form of a linear VAE lane. Throws above the latents the kernels take. */
export function vaeForm(
  gpu: Pick<Gpu, "tier" | "subgroups">,
  { settings, moments }: LaneInput,
  request?: VariantRequest,
): ExactForm {
  const shape = shapeOf({ settings, moments });
  return new VaeForm(shape, chooseVariant(gpu, shape, request));
}
