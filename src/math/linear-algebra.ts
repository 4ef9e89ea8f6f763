/**
 * A thin float64 layer over ml-matrix: symmetric eigenproblems, singular values, Cholesky, QR.
 *
 * Matrices are row-major Float64Arrays; values come in descending order and every vector has a
 * fixed sign (its first component of largest magnitude is positive), so results do not depend on
 * the library's iteration.
 */
import {
  CholeskyDecomposition,
  EigenvalueDecomposition,
  Matrix,
  QrDecomposition,
  SingularValueDecomposition,
} from "ml-matrix";

export interface Eigen {
  /** [n], descending. */
  readonly values: Float64Array;
  /** [n, n] row-major; column i is the eigenvector of `values[i]`. */
  readonly vectors: Float64Array;
}

export interface Svd {
  /** [rows, k] row-major, k = min(rows, columns); column i belongs to `values[i]`. */
  readonly u: Float64Array;
  /** [k], descending. */
  readonly values: Float64Array;
  /** [columns, k] row-major. */
  readonly v: Float64Array;
}

/**
 * Eigenvalues and orthonormal eigenvectors of a symmetric [n, n] matrix.
 *
 * Columns that are zero off the diagonal (dead pixels) are split off first: they are their own
 * eigenvectors, and the cubic cost falls on the others only. About 2.5 s for n = 784, all in one
 * go.
 */
export function eigh(matrix: Float64Array, n: number): Eigen {
  expectSize("eigh", matrix, n, n);
  const coupled: number[] = [];
  const alone: number[] = [];
  for (let i = 0; i < n; i++)
    (isCoupled(matrix, n, i) ? coupled : alone).push(i);
  const count = coupled.length;
  const values: number[] = alone.map((i) => matrix[i * n + i]);
  let basis: Matrix | null = null;
  if (count > 0) {
    const sub = new Matrix(count, count);
    for (let i = 0; i < count; i++) {
      // The mean of the two halves: a symmetric problem whatever the rounding of the input.
      for (let j = 0; j < count; j++) {
        const [a, b] = [coupled[i], coupled[j]];
        sub.set(i, j, (matrix[a * n + b] + matrix[b * n + a]) / 2);
      }
    }
    const evd = new EigenvalueDecomposition(sub, { assumeSymmetric: true });
    basis = evd.eigenvectorMatrix;
    values.push(...evd.realEigenvalues);
  }
  const order = values
    .map((_, i) => i)
    .sort((a, b) => values[b] - values[a] || a - b);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    if (from < alone.length) vectors[alone[from] * n + to] = 1;
    else if (basis !== null) {
      for (let i = 0; i < count; i++) {
        vectors[coupled[i] * n + to] = basis.get(i, from - alone.length);
      }
    }
  });
  fixSigns(vectors, n, n);
  return { values: Float64Array.from(order, (i) => values[i]), vectors };
}

/** Singular values of a [rows, columns] matrix, descending, min(rows, columns) of them. */
export function singularValues(
  matrix: Float64Array,
  rows: number,
  columns: number,
): Float64Array {
  expectSize("singularValues", matrix, rows, columns);
  const decomposition = new SingularValueDecomposition(
    wrap(matrix, rows, columns),
    {
      computeLeftSingularVectors: false,
      computeRightSingularVectors: false,
      autoTranspose: true,
    },
  );
  return Float64Array.from(decomposition.diagonal).sort().reverse();
}

/**
 * Singular values by way of the smaller Gram matrix: far cheaper for long thin matrices, but
 * values below about 1e-8 of the largest are noise (half the digits are lost in squaring).
 */
export function gramSingularValues(
  matrix: Float64Array,
  rows: number,
  columns: number,
): Float64Array {
  expectSize("gramSingularValues", matrix, rows, columns);
  const wide = rows <= columns;
  const n = wide ? rows : columns;
  const length = wide ? columns : rows;
  const [outer, inner] = wide ? [columns, 1] : [1, columns];
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < length; k++) {
        sum += matrix[i * outer + k * inner] * matrix[j * outer + k * inner];
      }
      gram[i * n + j] = sum;
      gram[j * n + i] = sum;
    }
  }
  return eigh(gram, n).values.map((value) => Math.sqrt(Math.max(0, value)));
}

/** matrix = u diag(values) v^T; signs are fixed on u, v follows. */
export function svd(matrix: Float64Array, rows: number, columns: number): Svd {
  expectSize("svd", matrix, rows, columns);
  const decomposition = new SingularValueDecomposition(
    wrap(matrix, rows, columns),
    {
      autoTranspose: true,
    },
  );
  const k = Math.min(rows, columns);
  const raw = decomposition.diagonal;
  const order = Array.from({ length: k }, (_, i) => i).sort(
    (a, b) => raw[b] - raw[a] || a - b,
  );
  const left = decomposition.leftSingularVectors;
  const right = decomposition.rightSingularVectors;
  const u = new Float64Array(rows * k);
  const v = new Float64Array(columns * k);
  order.forEach((from, to) => {
    for (let i = 0; i < rows; i++) u[i * k + to] = left.get(i, from);
    for (let i = 0; i < columns; i++) v[i * k + to] = right.get(i, from);
  });
  fixSigns(u, rows, k, v);
  return { u, values: Float64Array.from(order, (i) => raw[i]), v };
}

/**
 * Lower triangular L with matrix = L L^T, for a symmetric positive definite [n, n] matrix.
 * Throws when it is not positive definite.
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  expectSize("cholesky", matrix, n, n);
  const decomposition = new CholeskyDecomposition(wrap(matrix, n, n));
  if (!decomposition.isPositiveDefinite()) {
    throw new Error(`cholesky: the ${n}x${n} matrix is not positive definite`);
  }
  return flatten(decomposition.lowerTriangularMatrix);
}

/** Solves L X = B by forward substitution; L is [n, n] lower triangular, B is [n, columns]. */
export function solveLower(
  lower: Float64Array,
  n: number,
  right: Float64Array,
  columns: number,
): Float64Array {
  expectSize("solveLower", lower, n, n);
  expectSize("solveLower", right, n, columns);
  const x = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) {
      const factor = lower[i * n + k];
      for (let j = 0; j < columns; j++)
        x[i * columns + j] -= factor * x[k * columns + j];
    }
    for (let j = 0; j < columns; j++) x[i * columns + j] /= lower[i * n + i];
  }
  return x;
}

/**
 * The orthogonal factor Q of a square matrix's QR decomposition, signs chosen so that R has a
 * positive diagonal: of a Gaussian matrix it is uniformly distributed (Haar; Mezzadri, "How to
 * generate random matrices from the classical compact groups", Notices AMS 54, 2007).
 */
export function orthogonalFactor(
  matrix: Float64Array,
  n: number,
): Float64Array {
  expectSize("orthogonalFactor", matrix, n, n);
  const decomposition = new QrDecomposition(wrap(matrix, n, n));
  const q = flatten(decomposition.orthogonalMatrix);
  const r = decomposition.upperTriangularMatrix;
  for (let j = 0; j < n; j++) {
    if (r.get(j, j) >= 0) continue;
    for (let i = 0; i < n; i++) q[i * n + j] = -q[i * n + j];
  }
  return q;
}

function isCoupled(matrix: Float64Array, n: number, i: number): boolean {
  for (let j = 0; j < n; j++) {
    if (j !== i && (matrix[i * n + j] !== 0 || matrix[j * n + i] !== 0))
      return true;
  }
  return false;
}

function wrap(matrix: Float64Array, rows: number, columns: number): Matrix {
  return Matrix.from1DArray(rows, columns, matrix);
}

function flatten(matrix: Matrix): Float64Array {
  return Float64Array.from(matrix.to1DArray());
}

/** Makes each column's first component of (nearly) largest magnitude positive, in `twin` too. */
function fixSigns(
  columns: Float64Array,
  rows: number,
  count: number,
  twin?: Float64Array,
): void {
  for (let j = 0; j < count; j++) {
    let largest = 0;
    for (let i = 0; i < rows; i++)
      largest = Math.max(largest, Math.abs(columns[i * count + j]));
    // Near-ties go to the first, so rounding cannot flip a vector such as (1, -1) / sqrt 2.
    let at = 0;
    while (
      at < rows - 1 &&
      Math.abs(columns[at * count + j]) < largest * (1 - 1e-6)
    )
      at++;
    if (columns[at * count + j] >= 0) continue;
    for (let i = j; i < columns.length; i += count) columns[i] = -columns[i];
    if (twin) for (let i = j; i < twin.length; i += count) twin[i] = -twin[i];
  }
}

function expectSize(
  what: string,
  matrix: Float64Array,
  rows: number,
  columns: number,
): void {
  if (matrix.length !== rows * columns || rows < 1 || columns < 1) {
    throw new Error(
      `${what}: ${matrix.length} numbers are no [${rows}, ${columns}] matrix (${rows * columns} expected, at least 1)`,
    );
  }
}
