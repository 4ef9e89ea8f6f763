/** Principal axes of latents: spectra, KL along them and the information they carry. */
import type { Eigen } from "../math/linear-algebra.ts";
import { cholesky, eigh, solveLower } from "../math/linear-algebra.ts";
import { addOuter } from "./gram.ts";

/** Axes whose mean moves by less than this share of the prior variance have no data mode. */
const DEAD_SHARE = 0.01;

/** Eigenvalues of what diverged are NaN, not an endless iteration. */
export function eighOrNaN(matrix: Float64Array, n: number): Eigen {
  if (matrix.every(Number.isFinite)) return eigh(matrix, n);
  return {
    values: new Float64Array(n).fill(NaN),
    vectors: new Float64Array(n * n).fill(NaN),
  };
}

/** Singular values out of the eigenvalues of a Gram matrix. */
export function roots(values: Float64Array): Float64Array {
  return values.map((value) => Math.sqrt(Math.max(0, value)));
}

/** q^T M q for column `axis` of `vectors`, [k, k]. */
function along(matrix: Float64Array, { vectors, values }: Eigen, axis: number) {
  const k = values.length;
  let sum = 0;
  for (let i = 0; i < k; i++) {
    let row = 0;
    for (let j = 0; j < k; j++) {
      row += matrix[i * k + j] * vectors[j * k + axis];
    }
    sum += vectors[i * k + axis] * row;
  }
  return sum;
}

/**
 * A KL's unit terms 1/2 [ M_ii / scale - 1 - ln(v_i / scale) ] along axes q instead:
 * 1/2 [ q^T M q / scale - 1 - q^T ln(v / scale) q ]. They have the same sum.
 *
 * An axis belongs to the mode whose theta^2 is q^T W A^2 W^T q / q^T W A W^T q (an average of
 * theta^2 over the modes it mixes), exact at the optimum. Axes come in that order, theta
 * descending; those that hardly move come last.
 */
export function klAlongAxes(
  axes: Eigen,
  level: {
    /** M, second moments under the KL's expectation, [k, k]. */
    readonly square: Float64Array;
    /** v, encoder variances, [k]. */
    readonly variance: Float64Array;
    readonly scale: number;
    /** W A W^T and W A^2 W^T, [k, k]. */
    readonly signal: Float64Array;
    readonly spread: Float64Array;
  },
): Float64Array {
  const { square, variance, scale, signal, spread } = level;
  const k = axes.values.length;
  const all = Array.from(axes.values, (value, axis) => {
    let log = 0;
    for (let i = 0; i < k; i++) {
      log += axes.vectors[i * k + axis] ** 2 * Math.log(variance[i] / scale);
    }
    const power = along(signal, axes, axis);
    return {
      alive: value > DEAD_SHARE * scale,
      theta: power > 0 ? along(spread, axes, axis) / power : 0,
      kl: (along(square, axes, axis) / scale - 1 - log) / 2,
    };
  });
  const alive = all.filter((axis) => axis.alive);
  alive.sort((left, right) => right.theta - left.theta);
  const dead = all.filter((axis) => !axis.alive);
  return Float64Array.from([...alive, ...dead], ({ kl }) => kl);
}

/**
 * Information in nats of z = signal + noise about the signal, both Gaussian, by mode, descending: its
 * sum is 1/2 ln det(I + noise^-1 signal). [k, k] covariances; NaN where the noise has no inverse.
 */
function informationPerMode(
  signal: Float64Array,
  noise: Float64Array,
  k: number,
): Float64Array {
  const finite = [signal, noise].every((m) => m.every(Number.isFinite));
  const lower = finite ? choleskyOrNull(noise, k) : null;
  if (!lower) return new Float64Array(k).fill(NaN);
  const half = transposeSquare(solveLower(lower, k, signal, k), k);
  const { values } = eighOrNaN(solveLower(lower, k, half, k), k);
  return values.map((value) => Math.log1p(Math.max(0, value)) / 2);
}

/** What a level carries: by mode, in all, and for means about their own mean `drift`, [k]. */
export function informationFields(
  signal: Float64Array,
  noise: Float64Array,
  drift: ArrayLike<number>,
): {
  information: number;
  informationPerMode: Float64Array;
  informationBound: number;
} {
  const k = drift.length;
  const perMode = informationPerMode(signal, noise, k);
  const information = informationOf(perMode);
  if (Array.from(drift).every((value) => value === 0)) {
    return {
      information,
      informationPerMode: perMode,
      informationBound: information,
    };
  }
  const centered = signal.slice();
  addOuter(centered, drift, -1);
  return {
    information,
    informationPerMode: perMode,
    informationBound: informationOf(informationPerMode(centered, noise, k)),
  };
}

/** The information in all; NaN where the noise has no inverse. */
function informationOf(perMode: Float64Array): number {
  return perMode.reduce((sum, value) => sum + value, 0);
}

/** Null where the matrix, symmetric but for rounding, has a direction without variance. */
export function choleskyOrNull(
  matrix: Float64Array,
  n: number,
): Float64Array | null {
  const twin = transposeSquare(matrix, n);
  const symmetric = matrix.map((value, at) => (value + twin[at]) / 2);
  try {
    return cholesky(symmetric, n);
  } catch {
    // A variance so small that it is 0 in float64: there is no number to show.
    return null;
  }
}

function transposeSquare(matrix: Float64Array, n: number): Float64Array {
  return matrix.map((_, at) => matrix[(at % n) * n + Math.floor(at / n)]);
}
