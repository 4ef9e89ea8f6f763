/** What the exact estimator trains, by model: tensors in eigenbases, their loss, and the way back. */
import type { LaneInput } from "../engine/stepper.ts";
import type { ModelKind, Settings } from "../experiment/config.ts";
import { MODELS } from "../model/models.ts";
import type { ParamSpec } from "../model/ops.ts";
import { isLinear } from "../model/param.ts";
import {
  conditionBasis,
  decoderFromRows,
  decoderRows,
  mapFromBases,
  mapToBases,
} from "./condition-basis.ts";
import {
  decoderFromEigenbasis,
  decoderToEigenbasis,
  encoderFromEigenbasis,
  encoderToEigenbasis,
} from "./eigenbasis.ts";
import { ExactReduced } from "./exact-reduced.ts";
import type { ReducedLoss } from "./exact-reduced.ts";
import { ExactReducedCvae } from "./exact-reduced-cvae.ts";
import { ExactReducedMhvae } from "./exact-reduced-mhvae.ts";

type Tensors = Record<string, Float64Array>;

/** Names as in the model's `params`, without biases. */
export interface ExactForm {
  readonly specs: readonly ParamSpec[];
  /** Start, in the eigenbases. */
  readonly start: Readonly<Tensors>;
  /** Loss and terms; overwrites `grads`. */
  evaluate(values: Tensors, grads: Tensors, settings: Settings): ReducedLoss;
  /** Tensors in the data's own coordinates; biases at their optimum, if there are any. */
  params(values: Tensors): Tensors;
}

/** Throws if the moments are not those of the settings, or the model is not one that has a closed form. */
export function exactForm(input: LaneInput): ExactForm {
  const { settings, moments } = input;
  if (!isLinear(settings) || settings.likelihood !== "gaussian") {
    throw new Error(
      "exact estimator: only linear models with a Gaussian likelihood have one; networks need the sampled estimator",
    );
  }
  if (settings.biases !== moments.centered) {
    throw new Error(
      `exact estimator: biases are ${settings.biases ? "on" : "off"} but the moments are ${moments.centered ? "about the mean" : "raw"}`,
    );
  }
  return FORMS[settings.model](input);
}

const FORMS: Readonly<Record<ModelKind, (input: LaneInput) => ExactForm>> = {
  vae: vaeForm,
  cvae: cvaeForm,
  mhvae: mhvaeForm,
};

function specsOf(settings: Settings, x: number, y?: number): ParamSpec[] {
  const { params } = MODELS[settings.model];
  const shape = { columns: x, ...(y !== undefined && { outputs: y }) };
  return params({ ...settings, biases: false }, shape);
}

/** Picks tensors by name, so that a missing one is a type error here and not in the loops. */
function pick<K extends string>(
  tensors: Tensors,
  names: readonly K[],
): Record<K, Float64Array> {
  return Object.fromEntries(
    names.map((name) => [name, tensors[name]]),
  ) as Record<K, Float64Array>;
}

function vaeForm({ settings, moments, initial }: LaneInput): ExactForm {
  const { latents: k, biases } = settings;
  const exact = new ExactReduced(
    moments.eigenvalues.slice(0, moments.rank),
    moments.columns,
    k,
  );
  const names = ["encW", "decU", "logVar"] as const;
  return {
    specs: specsOf(settings, moments.rank),
    start: {
      encW: encoderToEigenbasis(initial.encW, k, moments),
      decU: decoderToEigenbasis(initial.decU, k, moments),
      logVar: Float64Array.from(initial.logVar),
    },
    evaluate: (values, grads, scales) =>
      exact.evaluate(pick(values, names), pick(grads, names), scales),
    params({ encW, decU, logVar }) {
      const weights = encoderFromEigenbasis(encW, k, moments);
      return {
        encW: weights,
        decU: decoderFromEigenbasis(decU, k, moments),
        logVar,
        ...(biases && {
          encB: minusProduct(weights, moments.mean),
          decB: moments.mean,
        }),
      };
    },
  };
}

function mhvaeForm({ settings, moments, initial }: LaneInput): ExactForm {
  const { latents: k1, latents2: k2, biases } = settings;
  const exact = new ExactReducedMhvae(
    moments.eigenvalues.slice(0, moments.rank),
    moments.columns,
  );
  const names = [
    "encW1",
    "encW2",
    "decU1",
    "decU2",
    "logVar1",
    "logVar2",
  ] as const;
  return {
    specs: specsOf(settings, moments.rank),
    start: {
      encW1: encoderToEigenbasis(initial.encW1, k1, moments),
      encW2: Float64Array.from(initial.encW2),
      decU1: decoderToEigenbasis(initial.decU1, k1, moments),
      decU2: Float64Array.from(initial.decU2),
      logVar1: Float64Array.from(initial.logVar1),
      logVar2: Float64Array.from(initial.logVar2),
    },
    evaluate: (values, grads, scales) =>
      exact.evaluate(pick(values, names), pick(grads, names), scales),
    params(values) {
      const weights = encoderFromEigenbasis(values.encW1, k1, moments);
      return {
        ...values,
        encW1: weights,
        decU1: decoderFromEigenbasis(values.decU1, k1, moments),
        // The mean of z1 is free with biases on both sides of it: 0 is as good as any.
        ...(biases && {
          encB1: minusProduct(weights, moments.mean),
          encB2: new Float64Array(k2),
          decB1: moments.mean,
          decB2: new Float64Array(k1),
        }),
      };
    },
  };
}

function cvaeForm(input: LaneInput): ExactForm {
  const { settings, moments, condition, initial } = input;
  const { latents: k, biases } = settings;
  if (!condition) {
    throw new Error(
      "exact estimator: a conditional model needs the moments of its condition",
    );
  }
  const basis = conditionBasis(moments, condition);
  const { x, y } = basis;
  const exact = new ExactReducedCvae(basis.reduced, k);
  const names = ["encWx", "encWy", "decUz", "decUx", "logVar"] as const;
  return {
    specs: specsOf(settings, x.rank, y.rank),
    start: {
      encWx: encoderToEigenbasis(initial.encWx, k, x),
      encWy: encoderToEigenbasis(initial.encWy, k, y),
      decUz: decoderRows(Float64Array.from(initial.decUz), k, y),
      decUx: mapToBases(initial.decUx, basis),
      logVar: Float64Array.from(initial.logVar),
    },
    evaluate: (values, grads, scales) =>
      exact.evaluate(pick(values, names), pick(grads, names), scales),
    params(values) {
      const { inputMean, outputMean } = condition;
      const encWx = encoderFromEigenbasis(values.encWx, k, x);
      const encWy = encoderFromEigenbasis(values.encWy, k, y);
      const decUx = mapFromBases(values.decUx, basis);
      const fromX = minusProduct(encWx, inputMean);
      const fromY = minusProduct(encWy, outputMean);
      const explained = minusProduct(decUx, inputMean);
      return {
        encWx,
        encWy,
        decUz: decoderFromRows(values.decUz, k, y),
        decUx,
        logVar: values.logVar,
        ...(biases && {
          encB: fromX.map((value, unit) => value + fromY[unit]),
          decB: explained.map((value, row) => value + outputMean[row]),
        }),
      };
    },
  };
}

/** -M v for a row-major matrix. */
function minusProduct(
  matrix: Float64Array,
  vector: Float64Array,
): Float64Array {
  const columns = vector.length;
  return Float64Array.from({ length: matrix.length / columns }, (_, row) =>
    vector.reduce(
      (sum, value, column) => sum - matrix[row * columns + column] * value,
      0,
    ),
  );
}
