/** Gaussians, alone or in pairs, whose sample second moments are exactly those asked for. */
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
 * that depends on the seed. The last `held` rows are further draws of the same distribution, which
 * the moments leave out.
 * @throws DataError "settings" when rows do not exceed columns (fewer cannot span them).
 */
export function drawSpectrum(
  theta: readonly number[],
  rows: number,
  seed: number,
  held = 0,
): Dataset {
  const columns = theta.length;
  checkSpectrum(theta);
  if (!(rows - held > columns)) {
    throw new DataError(
      "settings",
      `A spectrum of ${columns} values needs more than ${columns} examples to hold exactly; ` +
        `${rows - held} were asked for. Raise the number of examples or shorten the spectrum.`,
    );
  }
  const draws = new Float64Array(rows * columns);
  fillNormal(draws, seed, 0, "data");
  makeWhite(draws, rows - held, columns);
  const x = turned(theta, seed, 0, rows, (row, j) => draws[row * columns + j]);
  return { name: `spectrum of ${columns}`, rows, columns, x };
}

/** @throws DataError "settings" for a spectrum that cannot be. */
function checkSpectrum(theta: readonly number[]): void {
  const possible = theta.every((value) => Number.isFinite(value) && value >= 0);
  if (theta.length < 1 || !possible) {
    throw new DataError(
      "settings",
      `A spectrum needs at least one number, none of them negative; got "${theta.join(", ")}".`,
    );
  }
}

/**
 * `rows` pairs of x and y in theta.length columns each. y has sample second moments
 * Q diag(theta^2) Q^T and is what `drawSpectrum` draws; x has the identity's, i.e. unit variance
 * in every direction, so that how well it can be learned from does not depend on theta. Along y's
 * i-th eigenvector, y has correlation `correlation[i]` (or the only one) with x's i-th direction
 * and 0 with all others: S_xy = P diag(correlation theta) Q^T, exact in this very sample to the
 * float32 rounding of the values. P and Q are random orthogonal bases that depend on the seed.
 * The residual of y given x then has the eigenvalues (1 - correlation^2) theta^2. The last `held`
 * rows are further pairs, which the moments leave out.
 * @throws DataError "settings" when rows do not exceed the columns of x and y together, or a
 * correlation is none.
 */
export function drawPair(
  theta: readonly number[],
  correlation: readonly number[],
  rows: number,
  seed: number,
  held = 0,
): Dataset {
  const columns = theta.length;
  checkSpectrum(theta);
  if (
    (correlation.length !== 1 && correlation.length !== columns) ||
    !correlation.every((value) => Math.abs(value) <= 1)
  ) {
    throw new DataError(
      "settings",
      `Correlations are one number from -1 to 1, or one for each of the ${columns} entries of the ` +
        `spectrum; got "${correlation.join(", ")}".`,
    );
  }
  if (!(rows - held > 2 * columns)) {
    throw new DataError(
      "settings",
      `A spectrum of ${columns} values with an x of as many columns needs more than ` +
        `${2 * columns} examples to hold exactly; ${rows - held} were asked for. ` +
        `Raise the number of examples or shorten the spectrum.`,
    );
  }
  const own = new Float64Array(rows * columns);
  const other = new Float64Array(rows * columns);
  fillNormal(own, seed, 0, "data");
  fillNormal(other, seed, 1, "data");
  // Side by side, y's draws first: whitening is triangular, so they come out as they would alone.
  const both = new Float64Array(2 * own.length);
  for (let row = 0; row < rows; row++) {
    const [from, to] = [row * columns, (row + 1) * columns];
    both.set(own.subarray(from, to), 2 * from);
    both.set(other.subarray(from, to), 2 * from + columns);
  }
  makeWhite(both, rows - held, 2 * columns);
  const shared = theta.map((_, i) => correlation[i % correlation.length]);
  const rest = shared.map((value) => Math.sqrt(1 - value * value));
  const unit = theta.map(() => 1);
  const y = turned(
    theta,
    seed,
    0,
    rows,
    (row, i) => both[2 * row * columns + i],
  );
  const x = turned(unit, seed, 1, rows, (row, i) => {
    const at = 2 * row * columns + i;
    return shared[i] * both[at] + rest[i] * both[at + columns];
  });
  return {
    name: `correlated pair of ${columns}`,
    rows,
    columns,
    x,
    y: { outputs: columns, values: y },
  };
}

/** Rows Q diag(scale) g: `draw` gives g, Q is the seed's `which`-th random basis. */
function turned(
  scale: readonly number[],
  seed: number,
  which: number,
  rows: number,
  draw: (row: number, column: number) => number,
): Float32Array {
  const columns = scale.length;
  const gaussian = new Float64Array(columns * columns);
  fillNormal(gaussian, seed, which, "basis");
  const basis = orthogonalFactor(gaussian, columns);
  const out = new Float32Array(rows * columns);
  const scaled = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < columns; j++) scaled[j] = draw(row, j);
    for (let i = 0; i < columns; i++) {
      let sum = 0;
      for (let j = 0; j < columns; j++) {
        sum += basis[i * columns + j] * scale[j] * scaled[j];
      }
      out[row * columns + i] = sum;
    }
  }
  return out;
}

/** Draws whose first `rows` rows have sample mean 0 and the identity as sample second moments. */
function makeWhite(draws: Float64Array, rows: number, columns: number): void {
  center(draws, rows, columns);
  // Twice: the first pass loses as many digits as the draws are ill-conditioned (barely more rows
  // than columns), the second starts from nearly white data and loses none.
  whiten(draws, rows, columns);
  whiten(draws, rows, columns);
}

function center(x: Float64Array, rows: number, columns: number): void {
  for (let j = 0; j < columns; j++) {
    let sum = 0;
    for (let i = j; i < rows * columns; i += columns) sum += x[i];
    for (let i = j; i < x.length; i += columns) x[i] -= sum / rows;
  }
}

/** Turns every row g into L^-1 g, with L L^T the first rows' sample second moments: they become the identity. */
function whiten(x: Float64Array, rows: number, columns: number): void {
  const moments = new Float64Array(columns * columns);
  for (let row = 0; row < rows * columns; row += columns) {
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
