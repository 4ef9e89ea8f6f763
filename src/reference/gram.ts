/** Products and Gram matrices of row-major float64 arrays, quick enough for whole data sets' sizes. */

/** W times the mean of x, [k]. */
export function encoderTimesMean(
  encW: ArrayLike<number>,
  mean: Float64Array,
  k: number,
): Float64Array {
  const columns = mean.length;
  return Float64Array.from({ length: k }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += encW[i * columns + c] * mean[c];
    return sum;
  });
}

/** out = W A for symmetric A, four rows of A at a time to spare loads of `out`. */
export function timesSymmetric(
  weights: Float64Array,
  matrix: Float64Array,
  k: number,
  n: number,
  out: Float64Array,
): void {
  out.fill(0);
  let row = 0;
  for (; row + 4 <= n; row += 4) {
    const [r0, r1, r2, r3] = [
      row * n,
      (row + 1) * n,
      (row + 2) * n,
      (row + 3) * n,
    ];
    for (let i = 0; i < k; i++) {
      const at = i * n;
      const w0 = weights[at + row];
      const w1 = weights[at + row + 1];
      const w2 = weights[at + row + 2];
      const w3 = weights[at + row + 3];
      for (let c = 0; c < n; c++) {
        out[at + c] +=
          w0 * matrix[r0 + c] +
          w1 * matrix[r1 + c] +
          w2 * matrix[r2 + c] +
          w3 * matrix[r3 + c];
      }
    }
  }
  for (; row < n; row++) {
    for (let i = 0; i < k; i++) {
      const weight = weights[i * n + row];
      for (let c = 0; c < n; c++) {
        out[i * n + c] += weight * matrix[row * n + c];
      }
    }
  }
}

/** left right^T for [k, n] matrices whose product is symmetric. */
export function gramOfRows(
  left: Float64Array,
  right: Float64Array,
  k: number,
  n: number,
): Float64Array {
  const out = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let c = 0; c < n; c++) sum += left[i * n + c] * right[j * n + c];
      out[i * k + j] = sum;
      out[j * k + i] = sum;
    }
  }
  return out;
}

/** U^T U for U [n, k]. */
export function gramOfColumns(
  matrix: Float64Array,
  k: number,
  n: number,
): Float64Array {
  const out = new Float64Array(k * k);
  for (let c = 0; c < n; c++) {
    for (let i = 0; i < k; i++) {
      const value = matrix[c * k + i];
      for (let j = 0; j < k; j++) out[i * k + j] += value * matrix[c * k + j];
    }
  }
  return out;
}

/**
 * out += left right over the first `columns` columns of `right` and the first m of `left`, whose
 * rows are `leftStride` long (m if left out): right [m, stride], out [n, columns]. Two rows of `left` and four of `right` at a time.
 */
export function addProduct(
  left: ArrayLike<number>,
  right: Float64Array,
  size: {
    readonly n: number;
    readonly m: number;
    readonly columns: number;
    readonly stride: number;
    readonly leftStride?: number;
  },
  out: Float64Array,
): void {
  const { n, m, columns, stride, leftStride: step = m } = size;
  const pairs = n - (n % 2);
  const fours = m - (m % 4);
  for (let i = 0; i < pairs; i += 2) {
    const [o0, o1] = [i * columns, (i + 1) * columns];
    for (let j = 0; j < fours; j += 4) {
      const at = i * step + j;
      const a0 = left[at];
      const a1 = left[at + 1];
      const a2 = left[at + 2];
      const a3 = left[at + 3];
      const b0 = left[at + step];
      const b1 = left[at + step + 1];
      const b2 = left[at + step + 2];
      const b3 = left[at + step + 3];
      const r = j * stride;
      for (let c = 0; c < columns; c++) {
        const r0 = right[r + c];
        const r1 = right[r + stride + c];
        const r2 = right[r + 2 * stride + c];
        const r3 = right[r + 3 * stride + c];
        out[o0 + c] += a0 * r0 + a1 * r1 + a2 * r2 + a3 * r3;
        out[o1 + c] += b0 * r0 + b1 * r1 + b2 * r2 + b3 * r3;
      }
    }
  }
  // What the blocks leave over.
  for (let i = 0; i < n; i++) {
    for (let j = i < pairs ? fours : 0; j < m; j++) {
      const scale = left[i * step + j];
      for (let c = 0; c < columns; c++) {
        out[i * columns + c] += scale * right[j * stride + c];
      }
    }
  }
}

/** matrix += scale v v^T, [k, k]. */
export function addOuter(
  matrix: Float64Array,
  v: ArrayLike<number>,
  scale: number,
): void {
  const k = v.length;
  for (let at = 0; at < matrix.length; at++) {
    matrix[at] += scale * v[Math.floor(at / k)] * v[at % k];
  }
}

/** diag(values), [k, k]. */
export function diagonalOf(values: Float64Array): Float64Array {
  const k = values.length;
  const out = new Float64Array(k * k);
  for (let i = 0; i < k; i++) out[i * (k + 1)] = values[i];
  return out;
}
