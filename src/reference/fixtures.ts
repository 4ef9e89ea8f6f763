/** Settings, data and moments for the tests of this room. */
import type { ConditionMoments, Dataset, Moments } from "../data/dataset.ts";
import type { Settings } from "../experiment/config.ts";
import { NEUTRAL } from "../experiment/neutral.ts";
import { eigh, orthogonalFactor } from "../math/linear-algebra.ts";
import { fillNormal } from "../math/rng.ts";
import { Dense } from "./dense.ts";
import type { JointMoments } from "./exact-cvae.ts";

export const BASE: Settings = {
  ...NEUTRAL,
  model: "vae",
  data: { kind: "spectrum", theta: [] },
  rows: 64,
  scaling: "none",
  latents: 3,
  beta: 1.3,
  etaDec: 0.8,
  etaEnc: 1.2,
  encoderVariance: { kind: "learnable", std: 0.7 },
  latents2: 2,
  beta2: 0.7,
  encoderVariance2: { kind: "learnable", std: 0.9 },
  condition: { kind: "correlated" },
  correlation: [0.5],
  biases: false,
  estimator: "exact",
  optimizer: { kind: "adam", learningRate: 0.02 },
  batchSize: 16,
  initScale: 0.1,
  seed: 5,
  steps: 1000,
  pace: 0,
};

export function normals(count: number, seed: number): Float64Array {
  const out = new Float64Array(count);
  fillNormal(out, seed, 0, "data");
  return out;
}

/** Examples of uneven scale, off center, with a last column that never changes from 0. */
export function someData(rows: number, columns: number, seed = 1): Dataset {
  const noise = normals(rows * columns, seed);
  const x = Float32Array.from(noise, (value, at) => {
    const column = at % columns;
    if (column === columns - 1) return 0;
    return (value + 0.3 * noise[at + 1]) * (2 - column / columns) + 0.5;
  });
  return { name: "test", rows, columns, x };
}

export function momentsOf(data: Dataset, centered: boolean): Moments {
  const { rows, columns, x } = data;
  const mean = new Float64Array(columns);
  x.forEach((value, at) => {
    mean[at % columns] += value / rows;
  });
  const matrix = new Float64Array(columns * columns);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < columns; i++) {
      for (let j = 0; j < columns; j++) {
        matrix[i * columns + j] +=
          ((x[row * columns + i] - (centered ? mean[i] : 0)) *
            (x[row * columns + j] - (centered ? mean[j] : 0))) /
          rows;
      }
    }
  }
  return { ...momentsFrom(matrix, columns, rows), centered, mean };
}

/** Moments Q diag(theta^2) Q^T for a random orthogonal Q, mean 0. */
export function spectrumMoments(theta: readonly number[], seed = 3): Moments {
  const columns = theta.length;
  const q = orthogonalFactor(normals(columns * columns, seed), columns);
  const matrix = new Float64Array(columns * columns);
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < columns; j++) {
      theta.forEach((value, mode) => {
        matrix[i * columns + j] +=
          q[i * columns + mode] * value * value * q[j * columns + mode];
      });
    }
  }
  return momentsFrom(matrix, columns, 1000);
}

/** Moments of (x; y) and of y regressed on x. */
export interface Conditional {
  /** Of the residual. */
  readonly moments: Moments;
  readonly condition: ConditionMoments;
  /** Of u = (x; y). */
  readonly joint: JointMoments;
}

/**
 * Pairs of x (4 columns, one of them always 0) and y (5 columns: two of noise and x, one exactly
 * linear in x, one of noise only, one always 0), off center.
 */
export function somePairs(rows: number, seed = 1): Dataset {
  const x = someData(rows, 4, seed).x;
  const noise = normals(3 * rows, seed + 1);
  const values = new Float32Array(rows * 5);
  for (let row = 0; row < rows; row++) {
    const [a, b, c] = x.subarray(row * 4, row * 4 + 3);
    const [n, m, o] = noise.subarray(row * 3, row * 3 + 3);
    values.set(
      [1.5 * n + a - 0.5 * b, m + 0.7 * c + 0.4, b + c, 0.5 * o],
      row * 5,
    );
  }
  return { name: "pairs", rows, columns: 4, x, y: { outputs: 5, values } };
}

/** Moments of paired data. */
export function conditionalOf(data: Dataset, centered: boolean): Conditional {
  const { rows, columns: inputs, x, y } = data;
  if (!y) throw new Error("no y");
  const { outputs, values } = y;
  const n = inputs + outputs;
  const u = new Float32Array(rows * n);
  for (let row = 0; row < rows; row++) {
    u.set(x.subarray(row * inputs, (row + 1) * inputs), row * n);
    u.set(
      values.subarray(row * outputs, (row + 1) * outputs),
      row * n + inputs,
    );
  }
  const all = momentsOf({ name: "joint", rows, columns: n, x: u }, centered);
  return conditionalFrom(all, inputs, outputs);
}

/** Schur complement of the joint moments. */
export function conditionalFrom(
  all: Pick<Moments, "rows" | "centered" | "mean" | "matrix">,
  inputs: number,
  outputs: number,
): Conditional {
  const n = inputs + outputs;
  const joint = new Dense(n, n, all.matrix);
  const xx = joint.block(0, inputs, 0, inputs);
  const yx = joint.block(inputs, n, 0, inputs);
  const yy = joint.block(inputs, n, inputs, n);
  const { values, vectors } = eigh(xx.values, inputs);
  const inputRank = values.filter((value) => value > 1e-12 * values[0]).length;
  const p = new Dense(inputs, inputs, vectors).block(0, inputs, 0, inputRank);
  const inverse = Dense.diagonal(values.slice(0, inputRank).map((v) => 1 / v));
  const regression = yx.times(p).times(inverse).times(p.transposed);
  const residual = yy.plus(regression.times(yx.transposed), -1).values.slice();
  for (let i = 0; i < outputs; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (residual[i * outputs + j] + residual[j * outputs + i]) / 2;
      residual[i * outputs + j] = mean;
      residual[j * outputs + i] = mean;
    }
  }
  const inputMean = all.mean.slice(0, inputs);
  const outputMean = all.mean.slice(inputs);
  const moments = momentsFrom(residual, outputs, all.rows);
  // The residual of an exact fit is rounding of y's moments.
  const noise = 1e-12 * yy.trace;
  const eigenvalues = moments.eigenvalues.map((v) => (v > noise ? v : 0));
  return {
    moments: {
      ...moments,
      centered: all.centered,
      mean: Dense.column(outputMean).plus(
        regression.times(Dense.column(inputMean)),
        -1,
      ).values,
      eigenvalues,
      rank: eigenvalues.filter((v) => v > 0).length,
    },
    condition: {
      inputs,
      outputs,
      inputMean,
      outputMean,
      inputMatrix: xx.values,
      inputEigenvalues: values.map((value) => Math.max(0, value)),
      inputEigenvectors: vectors,
      inputRank,
      regression: regression.values,
      outputEnergy: yy.trace,
    },
    joint: { inputs, outputs, matrix: all.matrix, mean: all.mean },
  };
}

function momentsFrom(
  matrix: Float64Array,
  columns: number,
  rows: number,
): Moments {
  const { values, vectors } = eigh(matrix, columns);
  const eigenvalues = values.map((value) => Math.max(0, value));
  return {
    rows,
    columns,
    centered: false,
    mean: new Float64Array(columns),
    matrix,
    eigenvalues,
    eigenvectors: vectors,
    rank: eigenvalues.filter((value) => value > 1e-12 * eigenvalues[0]).length,
    energy: eigenvalues.reduce((sum, value) => sum + value, 0),
  };
}

/** Largest |a_i - b_i| over the largest |b_i|. */
export function relativeError(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): number {
  if (a.length !== b.length) return Infinity;
  let [error, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    error = Math.max(error, Math.abs(a[i] - b[i]));
    size = Math.max(size, Math.abs(b[i]));
  }
  return size === 0 ? error : error / size;
}

/**
 * Central differences of `loss` in every entry of `values`, which it restores.
 *
 * With step h = 1e-4 the error is about h^2 |f'''| / 6 + 1e-16 |f| / h, i.e. of order 1e-8 of
 * the sizes met in these tests; callers allow 1e-6.
 */
export function finiteDifferences(
  values: Float64Array,
  loss: () => number,
): Float64Array {
  const h = 1e-4;
  return values.map((start, i) => {
    values[i] = start + h;
    const above = loss();
    values[i] = start - h;
    const below = loss();
    values[i] = start;
    return (above - below) / (2 * h);
  });
}
