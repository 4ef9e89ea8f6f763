/**
 * The linear conditional VAE of the exact estimator: x in the eigenbasis of its moments, y in that
 * of its residual about the regression on x.
 */
import type { ParamSet } from "../model/ops.ts";
import type { StartCache } from "./exact-basis.ts";
import { fromEigenbasis, toEigenbasis, transpose } from "./exact-basis.ts";
import type { ConditionBasis } from "./exact-condition.ts";
import { conditionBasis, mapFrom, mapInto } from "./exact-condition.ts";
import type { EnsembleKernel, EnsemblePlace, ExactForm } from "./exact-form.ts";
import type { VariantRequest } from "./exact-layout.ts";
import { encoderBias } from "./exact-vae.ts";
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
import { exactCvae } from "./kernels/exact-cvae.ts";
import type { LaneInput } from "./stepper.ts";

/** Sizes in the eigenbases. */
interface Sizes {
  readonly inputs: number;
  readonly outputs: number;
  readonly latents: number;
}

function basisOf({ moments, condition }: LaneInput): ConditionBasis {
  if (!condition)
    throw new Error("exact estimator: a conditional lane without its moments");
  return conditionBasis(moments, condition);
}

function sizesOf(input: LaneInput): Sizes {
  const { x, y } = basisOf(input);
  return { inputs: x.rank, outputs: y.rank, latents: input.settings.latents };
}

class CvaeForm implements ExactForm {
  readonly key: string;
  readonly kernel = "cvae";
  readonly block: number;
  readonly values: number;
  readonly constants: number;
  readonly work: number;
  readonly scratch = 0;
  readonly shared = 0;
  readonly recordBytes = WORK_MODEL_BYTES;
  readonly stretch = 1;
  readonly #variant: WorkVariant;
  readonly #padded: Sizes;
  /** Where each tensor starts in a block. */
  readonly #at: {
    readonly encWx: number;
    readonly encWy: number;
    readonly decUz: number;
    readonly decUx: number;
    readonly logVar: number;
  };
  readonly #tensors: number;

  constructor(tier: Gpu["tier"], sizes: Sizes, request?: VariantRequest) {
    checkLatents(sizes.latents);
    const [inputs, outputs, latents] = [
      padded(sizes.inputs),
      padded(sizes.outputs),
      padded(sizes.latents),
    ];
    this.#padded = { inputs, outputs, latents };
    const encWy = inputs * latents;
    const decUz = encWy + outputs * latents;
    const decUx = decUz + outputs * latents;
    const logVar = decUx + outputs * inputs;
    this.#at = { encWx: 0, encWy, decUz, decUx, logVar };
    this.#tensors = logVar + latents;
    this.values = this.#tensors;
    this.block = 3 * this.#tensors;
    this.constants = inputs + outputs + outputs * inputs;
    this.#variant = chooseWork(tier, latents / 4, outputs, 0, request);
    const { local, splits } = this.#variant;
    this.key = `cvae ${inputs} ${outputs} ${latents} ${JSON.stringify(this.#variant)}`;
    this.work =
      this.#tensors +
      inputs * latents +
      (local ? 0 : 2 * splits * latents * latents);
  }

  pack(input: LaneInput, block: Float32Array, starts: StartCache): void {
    const { initial } = input;
    const { inputs, outputs, latents } = sizesOf(input);
    const { inputs: across, latents: wide } = this.#padded;
    const at = this.#at;
    const basis = basisOf(input);
    const { x, y } = basis;
    const encoder = (name: "encWx" | "encWy", of: typeof x): Float64Array =>
      starts.get(initial[name], of, `${name} ${latents}`, () =>
        toEigenbasis(
          transpose(initial[name], latents, of.columns),
          latents,
          of,
        ),
      );
    putRows(block, at.encWx, wide, encoder("encWx", x), inputs, latents);
    putRows(block, at.encWy, wide, encoder("encWy", y), outputs, latents);
    const decoder = starts.get(initial.decUz, y, `decUz ${latents}`, () =>
      toEigenbasis(initial.decUz, latents, y),
    );
    putRows(block, at.decUz, wide, decoder, outputs, latents);
    const skip = starts.get(initial.decUx, basis, "decUx", () =>
      mapInto(initial.decUx, basis),
    );
    putRows(block, at.decUx, across, skip, outputs, inputs);
    block.set(initial.logVar, at.logVar);
  }

  packConstants(input: LaneInput, constants: Float32Array): void {
    const { inputs, outputs } = sizesOf(input);
    const residual = this.#padded.inputs;
    const regression = residual + this.#padded.outputs;
    const basis = basisOf(input);
    constants.set(basis.phi);
    constants.set(basis.residual, residual);
    putRows(
      constants,
      regression,
      this.#padded.inputs,
      basis.regression,
      outputs,
      inputs,
    );
  }

  params(block: Float32Array, input: LaneInput): ParamSet {
    const { inputs, outputs, latents } = sizesOf(input);
    const { inputs: across, latents: wide } = this.#padded;
    const at = this.#at;
    const basis = basisOf(input);
    const { x, y } = basis;
    const back = (from: number, rows: number, of: typeof x): Float64Array =>
      fromEigenbasis(takeRows(block, from, wide, rows, latents), latents, of);
    const wx = back(at.encWx, inputs, x);
    const wy = back(at.encWy, outputs, y);
    const skip = takeRows(block, at.decUx, across, outputs, inputs);
    const ux = mapFrom(skip, basis);
    const params: Record<string, Float32Array> = {
      encWx: Float32Array.from(transpose(wx, x.columns, latents)),
      encWy: Float32Array.from(transpose(wy, y.columns, latents)),
      decUz: Float32Array.from(back(at.decUz, outputs, y)),
      decUx: Float32Array.from(ux),
      logVar: block.slice(at.logVar, at.logVar + latents),
    };
    if (input.settings.biases && input.condition) {
      const { inputMean, outputMean } = input.condition;
      const fromY = encoderBias(wy, latents, outputMean);
      params.encB = encoderBias(wx, latents, inputMean).map(
        (value, unit) => value + fromY[unit],
      );
      params.decB = Float32Array.from(outputMean, (mean, row) =>
        inputMean.reduce(
          (left, value, c) => left - ux[row * x.columns + c] * value,
          mean,
        ),
      );
    }
    return params;
  }

  stepMicros(tier: Gpu["tier"], models: number): number {
    const { inputs, outputs, latents } = this.#padded;
    const products =
      5 * inputs * outputs * latents + 4 * outputs * latents * latents;
    return workMicros(tier, products, this.#tensors, models);
  }

  open(place: EnsemblePlace): EnsembleKernel {
    const { inputs, slots, terms } = place;
    const sizes = this.#padded;
    const spec = exactCvae(
      inputs.length,
      workConstants(this.#variant),
      {
        models: place.models,
        schedule: place.schedule,
        arena: { buffer: place.arena, offset: 4 * place.offset },
        terms: terms.buffer,
      },
      {
        inputs: sizes.inputs / 4,
        outputs: sizes.outputs / 4,
        width: sizes.latents / 4,
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
        const kept = basisOf(inputs[model]).residual;
        return packWorkModel(settings, {
          slot: slots[model],
          running,
          constants: (place.constants[model] - place.offset) / 4,
          outputs: moments.columns,
          dropped: kept.reduce((left, t) => left - t, moments.energy),
        });
      },
    };
  }
}

/** The form of a conditional lane. Throws above the latents the kernel takes. */
export function cvaeForm(
  { tier }: Pick<Gpu, "tier">,
  input: LaneInput,
  request?: VariantRequest,
): ExactForm {
  return new CvaeForm(tier, sizesOf(input), request);
}
