/** A few examples and their reconstructions by the posterior mean. Worker side. */
import type { LaneInput } from "../engine/stepper.ts";
import type { ParamSet } from "../model/ops.ts";
import type { ImageReadout } from "./protocol.ts";

const COUNT = 10;

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

/** Null unless every lane's data are images of one size. */
export function readImages(
  step: number,
  inputs: readonly LaneInput[],
  params: readonly ParamSet[],
): ImageReadout | null {
  const { image } = inputs[0].data;
  if (
    !image ||
    inputs.some(({ data }) => data.columns !== inputs[0].data.columns)
  )
    return null;
  const rows = chooseRows(inputs[0].data);
  return {
    step,
    width: image.width,
    height: image.height,
    inputs: gatherRows(inputs[0].data, rows),
    reconstructions: inputs.map((input, lane) =>
      reconstruct(
        gatherRows(input.data, rows),
        rows.length,
        input,
        params[lane],
      ),
    ),
  };
}

function gatherRows(
  { x, columns }: LaneInput["data"],
  rows: readonly number[],
): Float32Array {
  const out = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => {
    out.set(x.subarray(row * columns, (row + 1) * columns), at * columns);
  });
  return out;
}

/** U (W x + b) + c for each row of `x` [count, columns]. */
function reconstruct(
  x: Float32Array,
  count: number,
  { data, settings }: LaneInput,
  params: ParamSet,
): Float32Array {
  const { columns } = data;
  const { latents } = settings;
  const out = new Float32Array(count * columns);
  const mean = new Float64Array(latents);
  // Absent in models without biases.
  const encB = params.encB as Float32Array | undefined;
  const decB = params.decB as Float32Array | undefined;
  for (let row = 0; row < count; row++) {
    const from = row * columns;
    for (let unit = 0; unit < latents; unit++) {
      let sum = encB ? encB[unit] : 0;
      for (let j = 0; j < columns; j++)
        sum += params.encW[unit * columns + j] * x[from + j];
      mean[unit] = sum;
    }
    for (let j = 0; j < columns; j++) {
      let sum = decB ? decB[j] : 0;
      for (let unit = 0; unit < latents; unit++) {
        sum += params.decU[j * latents + unit] * mean[unit];
      }
      out[from + j] = sum;
    }
  }
  return out;
}
