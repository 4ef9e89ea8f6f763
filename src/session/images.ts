/**
 * A few examples and what each lane makes of them: reconstructions by the posterior mean, or, in a
 * conditional model, completions of the known part with z drawn from the prior. Worker side.
 */
import type { LaneInput } from "../engine/stepper.ts";
import type { Settings } from "../experiment/config.ts";
import { normal } from "../math/rng.ts";
import type { ParamSet } from "../model/ops.ts";
import type { ImageReadout } from "./protocol.ts";

const COUNT = 10;
/** Completions draw their z from here, the same in every lane. */
const COMPLETION_STEP = 0xffffffff;

/** Rows shown: the first of each label, or the first few. */
function chooseRows({ rows, labels }: LaneInput["data"]): number[] {
  const all = Array.from(
    { length: Math.min(rows, COUNT) },
    (_, index) => index,
  );
  if (!labels) return all;
  const first = all
    .map((label) => labels.indexOf(label))
    .filter((row) => row >= 0);
  return first.length === COUNT ? first : all;
}

/** Null unless every lane's data are images of one size, split alike. */
export function readImages(
  step: number,
  inputs: readonly LaneInput[],
  params: readonly ParamSet[],
): ImageReadout | null {
  const { data } = inputs[0];
  const { image } = data;
  const shape = shapeOf(inputs[0]);
  if (!image || inputs.some((input) => shapeOf(input) !== shape)) return null;
  const rows = chooseRows(data);
  const given = data.parts && new Uint8Array(image.width * image.height);
  for (const pixel of data.parts?.x ?? []) given?.fill(1, pixel, pixel + 1);
  return {
    step,
    width: image.width,
    height: image.height,
    ...(given && { given }),
    inputs: concatenate(rows.map((row) => wholeRow(inputs[0], row))),
    reconstructions: inputs.map((input, lane) =>
      concatenate(rows.map((row) => decodeRow(input, params[lane], row))),
    ),
  };
}

function shapeOf({ data }: LaneInput): string {
  return JSON.stringify([data.columns, data.image, data.parts?.x]);
}

function concatenate(rows: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(rows.length * rows[0].length);
  rows.forEach((row, index) => {
    out.set(row, index * row.length);
  });
  return out;
}

function rowOf(
  values: Float32Array,
  columns: number,
  row: number,
): Float32Array {
  return values.subarray(row * columns, (row + 1) * columns);
}

/** x alone, or x and y put together where they lie in the image. */
function wholeRow({ data }: LaneInput, row: number): Float32Array {
  const x = rowOf(data.x, data.columns, row);
  return data.y ? join(data, x, rowOf(data.y.values, data.y.outputs, row)) : x;
}

function join(
  { parts, columns, y }: LaneInput["data"],
  given: Float32Array,
  completion: Float32Array,
): Float32Array {
  const out = new Float32Array(columns + (y?.outputs ?? 0));
  parts?.x.forEach((pixel, index) => (out[pixel] = given[index]));
  parts?.y.forEach((pixel, index) => (out[pixel] = completion[index]));
  return out;
}

/** What the lane shows for a row, in the coordinates of the whole row. */
function decodeRow(
  input: LaneInput,
  params: ParamSet,
  row: number,
): Float32Array {
  const { data, settings } = input;
  const x = rowOf(data.x, data.columns, row);
  switch (settings.model) {
    case "vae":
      return through(params, x, ["encW", "encB"], ["decU", "decB"]);
    case "mhvae":
      return through(params, x, ["encW1", "encB1"], ["decU1", "decB1"]);
    case "cvae": {
      const z = priorDraw(settings, row);
      const mean = affine(params.decUz, z, optional(params, "decB"));
      const regression = affine(params.decUx, x);
      return join(
        data,
        x,
        mean.map((value, index) => value + regression[index]),
      );
    }
  }
}

function priorDraw(
  { seed, latents, etaEnc }: Settings,
  row: number,
): Float32Array {
  return Float32Array.from({ length: latents }, (_, unit) => {
    return (
      etaEnc * normal(seed, COMPLETION_STEP, "latent", row * latents + unit)
    );
  });
}

type Layer = readonly [weight: string, bias: string];

function through(
  params: ParamSet,
  x: Float32Array,
  ...layers: readonly Layer[]
): Float32Array {
  return layers.reduce(
    (value, [weight, bias]) =>
      affine(params[weight], value, optional(params, bias)),
    x,
  );
}

/** Biases are absent in models without them. */
function optional(params: ParamSet, name: string): Float32Array | undefined {
  return params[name];
}

/** W v + b, W row-major with v.length columns. */
function affine(
  weight: Float32Array,
  vector: Float32Array,
  bias?: Float32Array,
): Float32Array {
  const columns = vector.length;
  return Float32Array.from({ length: weight.length / columns }, (_, row) => {
    let sum = bias ? bias[row] : 0;
    for (let j = 0; j < columns; j++)
      sum += weight[row * columns + j] * vector[j];
    return sum;
  });
}
