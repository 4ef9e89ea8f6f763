/**
 * Weights as pictures: each matrix of a lane with the units on one side, V = W A^(1/2) (what the
 * encoder does to directions of unit variance), and the latents turned to their principal
 * axes on request. Worker side.
 */
import type { Moments } from "../data/dataset.ts";
import type { LaneInput } from "../engine/stepper.ts";
import { eigh } from "../math/linear-algebra.ts";
import { MODELS } from "../model/models.ts";
import type { ParamSet } from "../model/ops.ts";
import { dataShape, isLinear } from "../model/param.ts";
import type { TensorReadout } from "./protocol.ts";

/** A unit whose entries are all below this share of the matrix's largest is drawn as zero. */
const ZERO_SHARE = 1e-3;
/** Directions of the data that V shows at most. */
const V_MODES = 64;

/** Row-major. */
class Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array | Float64Array;

  constructor(rows: number, values: Float32Array | Float64Array) {
    this.rows = rows;
    this.columns = values.length / rows;
    this.values = values;
  }

  times(other: Matrix): Matrix {
    const out = new Float64Array(this.rows * other.columns);
    for (let i = 0; i < this.rows; i++) {
      for (let k = 0; k < this.columns; k++) {
        const factor = this.values[i * this.columns + k];
        if (factor === 0) continue;
        const from = k * other.columns;
        for (let j = 0; j < other.columns; j++) {
          out[i * other.columns + j] += factor * other.values[from + j];
        }
      }
    }
    return new Matrix(this.rows, out);
  }

  get transposed(): Matrix {
    const out = new Float64Array(this.values.length);
    for (let i = 0; i < this.rows; i++) {
      for (let j = 0; j < this.columns; j++) {
        out[j * this.rows + i] = this.values[i * this.columns + j];
      }
    }
    return new Matrix(this.columns, out);
  }
}

/** W A^(1/2) in the data's eigenbasis: column i is the response to mode i, [k, modes]. */
function modeResponse(
  encoder: Matrix,
  { eigenvalues, eigenvectors, columns, rank }: Moments,
): Matrix {
  const modes = Math.min(rank, V_MODES);
  const basis = new Float64Array(columns * modes);
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < modes; i++) {
      basis[j * modes + i] =
        eigenvectors[j * columns + i] * Math.sqrt(eigenvalues[i]);
    }
  }
  return encoder.times(new Matrix(columns, basis));
}

/** Q^T whose rows are the principal axes of the rows of `response`: eigenvectors of its Gram matrix. */
function axesOf(response: Matrix): Matrix {
  const { values } = response.times(response.transposed);
  const { vectors } = eigh(Float64Array.from(values), response.rows);
  return new Matrix(response.rows, vectors).transposed;
}

function picture(
  name: string,
  matrix: Matrix,
  unitAxis: TensorReadout["unitAxis"] | null,
): TensorReadout {
  const { rows, columns } = matrix;
  const values = Float32Array.from(matrix.values);
  const largest = values.reduce(
    (most, value) => Math.max(most, Math.abs(value)),
    0,
  );
  const units = unitAxis === "rows" ? rows : columns;
  const strongest = new Float64Array(unitAxis ? units : 0);
  if (unitAxis) {
    values.forEach((value, at) => {
      const unit =
        unitAxis === "rows" ? Math.floor(at / columns) : at % columns;
      strongest[unit] = Math.max(strongest[unit], Math.abs(value));
    });
  }
  return {
    name,
    rows,
    columns,
    values,
    zeroUnits: Array.from(strongest, (most) => most <= ZERO_SHARE * largest),
    unitAxis: unitAxis ?? "rows",
  };
}

/**
 * A network's matrices with latents on one side: heads of its encoders and first layers of its
 * decoders. Their hidden units have no axes to turn the latents to.
 */
function readEnds(
  { settings, data }: LaneInput,
  params: ParamSet,
): TensorReadout[] {
  const { model, latents, latents2 } = settings;
  const specs = MODELS[model].params(settings, dataShape(data));
  const heads = specs.filter(({ name }) => /^enc[WV][12]?[xy]?$/.test(name));
  const levels =
    model === "mhvae"
      ? ([
          ["1", latents],
          ["2", latents2],
        ] as const)
      : ([["", latents]] as const);
  const firsts = levels.flatMap(([level, units]) => {
    const own = new RegExp(`^dec(${level}z?[.].*[^B]|U${level}z?)$`);
    return specs
      .filter(({ name, shape }) => own.test(name) && shape[1] === units)
      .slice(0, 1);
  });
  return [
    ...heads.map(({ name, shape }) =>
      picture(name, new Matrix(shape[0], params[name]), "rows"),
    ),
    ...firsts.map(({ name, shape }) =>
      picture(name, new Matrix(shape[0], params[name]), "columns"),
    ),
  ];
}

/** All matrices of a linear lane, the ends of a network's; with `rotated`, latents along their principal axes, strongest first. */
export function readTensors(
  input: LaneInput,
  params: ParamSet,
  rotated: boolean,
): TensorReadout[] {
  const { settings, moments } = input;
  if (!isLinear(settings)) return readEnds(input, params);
  const { latents, latents2, model } = settings;
  const named = (name: string, rows: number): Matrix =>
    new Matrix(rows, params[name]);
  const turn = (axes: Matrix, matrix: Matrix): Matrix =>
    rotated ? axes.times(matrix) : matrix;
  const turnBack = (axes: Matrix, matrix: Matrix): Matrix =>
    rotated ? matrix.times(axes.transposed) : matrix;
  switch (model) {
    case "vae": {
      const encoder = named("encW", latents);
      const response = modeResponse(encoder, moments);
      const axes = axesOf(response);
      return [
        picture("encW", turn(axes, encoder), "rows"),
        picture(
          "decU",
          turnBack(axes, named("decU", moments.columns)),
          "columns",
        ),
        picture("V", turn(axes, response), "rows"),
      ];
    }
    case "cvae": {
      const encoder = named("encWy", latents);
      const response = modeResponse(encoder, moments);
      const axes = axesOf(response);
      return [
        picture("encWx", turn(axes, named("encWx", latents)), "rows"),
        picture("encWy", turn(axes, encoder), "rows"),
        picture(
          "decUz",
          turnBack(axes, named("decUz", moments.columns)),
          "columns",
        ),
        picture("decUx", named("decUx", moments.columns), null),
        picture("V", turn(axes, response), "rows"),
      ];
    }
    case "mhvae": {
      const encoder = named("encW1", latents);
      const response = modeResponse(encoder, moments);
      const axes = axesOf(response);
      const upper = named("encW2", latents2);
      const upperAxes = axesOf(upper.times(response));
      return [
        picture("encW1", turn(axes, encoder), "rows"),
        picture(
          "decU1",
          turnBack(axes, named("decU1", moments.columns)),
          "columns",
        ),
        picture("encW2", turn(upperAxes, turnBack(axes, upper)), "rows"),
        picture(
          "decU2",
          turnBack(upperAxes, turn(axes, named("decU2", latents))),
          "columns",
        ),
        picture("V", turn(axes, response), "rows"),
      ];
    }
  }
}
