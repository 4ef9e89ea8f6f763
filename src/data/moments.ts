/**
 * Second moments of a data set and their eigenbasis, in float64.
 *
 * A = E[x x^T], or E[(x - mean)(x - mean)^T] when centered, averaged over the rows.
 */
import { eigh } from "../math/linear-algebra.ts";
import type { Dataset, Moments } from "./dataset.ts";
import { columnStatistics } from "./scaling.ts";

/** Rows taken together: each entry of A is loaded and stored once for all of them. */
const BLOCK = 4;
/** Share of the progress that goes to A; the rest is its eigenbasis. */
const MATRIX_SHARE = 0.5;
/** Products between two reports of progress, about 50 ms of work. */
const PRODUCTS_PER_REPORT = 5e7;
/** Eigenvalues above this share of the largest count. */
export const RANK_CUTOFF = 1e-12;

/**
 * Moments of `dataset`. `onProgress` hears fractions in [0, 1]; when it returns a promise it is
 * waited for, which is where a worker can let its messages in. The eigenbasis of n coupled
 * columns then takes one uninterrupted stretch (2 to 3 s for n = 784), between two reports.
 */
export async function computeMoments(
  dataset: Dataset,
  centered: boolean,
  onProgress?: (fraction: number) => void | Promise<void>,
): Promise<Moments> {
  const { rows, columns } = dataset;
  const parts = [{ columns, values: dataset.x }];
  const { mean, matrix } = await secondMoments(
    rows,
    parts,
    centered,
    (fraction) => onProgress?.(fraction * MATRIX_SHARE),
  );
  const { values, vectors } = eigh(matrix, columns);
  const eigenvalues = values.map((value) => Math.max(0, value));
  let energy = 0;
  for (let i = 0; i < columns; i++) energy += matrix[i * (columns + 1)];
  await onProgress?.(1);
  return {
    rows,
    columns,
    centered,
    mean,
    matrix,
    eigenvalues,
    eigenvectors: vectors,
    rank: eigenvalues.filter((value) => value > RANK_CUTOFF * eigenvalues[0])
      .length,
    energy,
  };
}

/** Columns of the same examples, [rows, columns]. */
export interface Columns {
  readonly columns: number;
  readonly values: Float32Array;
}

/**
 * Means [n] and second moments [n, n] (about the mean when centered) of the examples whose columns
 * are those of all `parts` side by side. `onProgress` as in `computeMoments`.
 */
export async function secondMoments(
  rows: number,
  parts: readonly Columns[],
  centered: boolean,
  onProgress?: (fraction: number) => void | Promise<void>,
): Promise<{ mean: Float64Array; matrix: Float64Array }> {
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  if (rows < 1 || columns < 1)
    throw new Error(`moments: no data in ${rows} rows x ${columns}`);
  await onProgress?.(0);
  const mean = new Float64Array(columns);
  const shift = new Float64Array(columns);
  let first = 0;
  for (const part of parts) {
    const own = columnStatistics(part.values, rows, part.columns).mean;
    mean.set(own, first);
    if (centered) shift.set(accumulationShift(rows, part, own), first);
    first += part.columns;
  }
  const matrix = await accumulate(rows, parts, shift, onProgress);
  for (let i = 0; i < columns; i++) {
    const offset = centered ? mean[i] - shift[i] : 0;
    for (let j = i; j < columns; j++) {
      const value =
        matrix[i * columns + j] / rows - offset * (mean[j] - shift[j]);
      matrix[i * columns + j] = value;
      matrix[j * columns + i] = value;
    }
  }
  await onProgress?.(1);
  return { mean, matrix };
}

/**
 * What is subtracted from each column before products are summed: its mean, so that nothing
 * cancels, except where most values are 0; there it is 0, which keeps the zeros (they are
 * skipped) and is harmless, since such a mean is no larger than the standard deviation.
 */
function accumulationShift(
  rows: number,
  { columns, values }: Columns,
  mean: Float64Array,
): Float64Array {
  const zeros = new Float64Array(columns);
  for (let start = 0; start < values.length; start += columns) {
    for (let j = 0; j < columns; j++) if (values[start + j] === 0) zeros[j]++;
  }
  return mean.map((value, j) => (zeros[j] > rows / 2 ? 0 : value));
}

/** Upper triangle of the sum over rows of (x - shift)(x - shift)^T, [n, n]. */
async function accumulate(
  rows: number,
  parts: readonly Columns[],
  shift: Float64Array,
  onProgress?: (fraction: number) => void | Promise<void>,
): Promise<Float64Array> {
  const columns = shift.length;
  const sum = new Float64Array(columns * columns);
  const used = new Int32Array(columns);
  const block = new Float64Array(BLOCK * columns);
  let products = 0;
  for (let first = 0; first < rows; first += BLOCK) {
    const taken = Math.min(BLOCK, rows - first);
    let count = 0;
    let offset = 0;
    for (const part of parts) {
      count = gather(part, offset, shift, first, taken, used, block, count);
      offset += part.columns;
    }
    addProducts(sum, columns, used, block, count);
    products += (BLOCK * count * count) / 2;
    if (products > PRODUCTS_PER_REPORT) {
      products = 0;
      await onProgress?.(first / rows);
    }
  }
  return sum;
}

/**
 * Packs the columns that are not 0 in all rows of the block behind the `count` there are: indices
 * in `used`, values in fours. Returns their number.
 */
function gather(
  { columns, values }: Columns,
  offset: number,
  shift: Float64Array,
  first: number,
  rows: number,
  used: Int32Array,
  block: Float64Array,
  count: number,
): number {
  for (let j = 0; j < columns; j++) {
    let any = false;
    for (let r = 0; r < BLOCK; r++) {
      const value =
        r < rows ? values[(first + r) * columns + j] - shift[offset + j] : 0;
      block[count * BLOCK + r] = value;
      any ||= value !== 0;
    }
    if (any) used[count++] = offset + j;
  }
  return count;
}

function addProducts(
  sum: Float64Array,
  columns: number,
  used: Int32Array,
  block: Float64Array,
  count: number,
): void {
  for (let i = 0; i < count; i++) {
    const row = used[i] * columns;
    const at = i * BLOCK;
    const a = block[at];
    const b = block[at + 1];
    const c = block[at + 2];
    const d = block[at + 3];
    for (let j = i; j < count; j++) {
      const k = j * BLOCK;
      sum[row + used[j]] +=
        a * block[k] + b * block[k + 1] + c * block[k + 2] + d * block[k + 3];
    }
  }
}
