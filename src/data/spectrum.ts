/** A Gaussian whose sample second moments have exactly the spectrum asked for. */
import {
  cholesky,
  orthogonalFactor,
  solveLower,
} from "../math/linear-algebra.ts";
import { fillNormal } from "../math/rng.ts";
import { DataError } from "./data-error.ts";
import type { Dataset } from "./dataset.ts";

/**
 * `rows` draws in theta.length columns with sample mean 0 and sample second moments
 * Q diag(theta^2) Q^T, to the float32 rounding of the values.
 *
 * Gaussian draws are centered and whitened by their own sample moments, so theory computed from
 * `theta` is exact for this very sample, not only on average. Q is a random orthogonal basis
 * that depends on the seed.
 * @throws DataError "settings" when rows do not exceed columns (fewer cannot span them).
 */
export function drawSpectrum(
  theta: readonly number[],
  rows: number,
  seed: number,
): Dataset {
  const columns = theta.length;
  if (
    columns < 1 ||
    !theta.every((value) => Number.isFinite(value) && value >= 0)
  ) {
    throw new DataError(
      "settings",
      `A spectrum needs at least one number, none of them negative; got "${theta.join(", ")}".`,
    );
  }
  if (!(rows > columns)) {
    throw new DataError(
      "settings",
      `A spectrum of ${columns} values needs more than ${columns} examples to hold exactly; ` +
        `${rows} were asked for. Raise the number of examples or shorten the spectrum.`,
    );
  }
  const draws = new Float64Array(rows * columns);
  fillNormal(draws, seed, 0, "data");
  center(draws, rows, columns);
  // Twice: the first pass loses as many digits as the draws are ill-conditioned (barely more rows
  // than columns), the second starts from nearly white data and loses none.
  whiten(draws, rows, columns);
  whiten(draws, rows, columns);

  const gaussian = new Float64Array(columns * columns);
  fillNormal(gaussian, seed, 0, "basis");
  const basis = orthogonalFactor(gaussian, columns);
  const x = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < columns; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        sum += basis[i * columns + j] * theta[j] * draws[row * columns + j];
      }
      x[row * columns + i] = sum;
    }
  }
  return { name: `spectrum of ${columns}`, rows, columns, x };
}

function center(x: Float64Array, rows: number, columns: number): void {
  for (let j = 0; j < columns; j++) {
    let sum = 0;
    for (let i = j; i < x.length; i += columns) sum += x[i];
    for (let i = j; i < x.length; i += columns) x[i] -= sum / rows;
  }
}

/** Turns every row g into L^-1 g, with L L^T the sample second moments: they become the identity. */
function whiten(x: Float64Array, rows: number, columns: number): void {
  const moments = new Float64Array(columns * columns);
  for (let row = 0; row < x.length; row += columns) {
    for (let i = 0; i < columns; i++) {
      for (let j = 0; j <= i; j++)
        moments[i * columns + j] += x[row + i] * x[row + j];
    }
  }
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j <= i; j++) {
      moments[i * columns + j] /= rows;
      moments[j * columns + i] = moments[i * columns + j];
    }
  }
  const identity = new Float64Array(columns * columns);
  for (let i = 0; i < columns; i++) identity[i * (columns + 1)] = 1;
  const inverse = solveLower(
    cholesky(moments, columns),
    columns,
    identity,
    columns,
  );
  const white = new Float64Array(columns);
  for (let row = 0; row < x.length; row += columns) {
    white.fill(0);
    for (let i = 0; i < columns; i++) {
      for (let j = 0; j <= i; j++)
        white[i] += inverse[i * columns + j] * x[row + j];
    }
    x.set(white, row);
  }
}
