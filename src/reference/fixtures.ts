/** Settings, data and moments for the tests of this room. */
import type { Dataset, Moments } from "../data/dataset.ts";
import type { Settings } from "../experiment/config.ts";
import { eigh, orthogonalFactor } from "../math/linear-algebra.ts";
import { fillNormal } from "../math/rng.ts";

export const BASE: Settings = {
  model: "vae",
  data: { kind: "spectrum", theta: [] },
  rows: 64,
  scaling: "none",
  latents: 3,
  beta: 1.3,
  etaDec: 0.8,
  etaEnc: 1.2,
  encoderVariance: { kind: "learnable", std: 0.7 },
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
