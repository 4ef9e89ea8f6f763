/**
 * Tensors of the linear VAE into the data's eigenbasis and back, in float64.
 *
 * Both weights are handled as [D, k] (the encoder transposed): X^ = P^T X and X = P X^ over the
 * directions of some variance.
 */
import type { Moments } from "../data/dataset.ts";

type Basis = Pick<Moments, "columns" | "eigenvectors" | "rank">;

/** [D, k] -> [rank, k]; columns of `basis.eigenvectors` past the rank are dropped. */
export function toEigenbasis(
  x: ArrayLike<number>,
  latents: number,
  { columns, eigenvectors, rank }: Basis,
): Float64Array {
  const out = new Float64Array(rank * latents);
  for (let column = 0; column < columns; column++) {
    for (let mode = 0; mode < rank; mode++) {
      const component = eigenvectors[column * columns + mode];
      const at = mode * latents;
      const from = column * latents;
      for (let unit = 0; unit < latents; unit++)
        out[at + unit] += component * x[from + unit];
    }
  }
  return out;
}

/** [rank, k] -> [D, k]. */
export function fromEigenbasis(
  x: ArrayLike<number>,
  latents: number,
  { columns, eigenvectors, rank }: Basis,
): Float64Array {
  const out = new Float64Array(columns * latents);
  for (let column = 0; column < columns; column++) {
    const at = column * latents;
    for (let mode = 0; mode < rank; mode++) {
      const component = eigenvectors[column * columns + mode];
      const from = mode * latents;
      for (let unit = 0; unit < latents; unit++)
        out[at + unit] += component * x[from + unit];
    }
  }
  return out;
}

/** [rows, columns] row-major -> [columns, rows]. */
export function transpose(
  x: ArrayLike<number>,
  rows: number,
  columns: number,
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      out[column * rows + row] = x[row * columns + column];
  }
  return out;
}

/** Starts kept at most: a map rarely has more seeds, and two tensors each. */
const KEPT = 48;

/**
 * Rotated starts by what was rotated, so that models that share seed and sizes pay once. Compares
 * contents: nobody has to hand in the same array.
 */
export class StartCache {
  readonly #known: {
    readonly basis: object;
    readonly kind: string;
    readonly tensor: Float32Array;
    readonly rotated: Float64Array;
  }[] = [];

  /**
   * @param basis what `rotate` depends on besides the tensor
   * @param kind tells different rotations of equal tensors apart
   */
  get(
    tensor: Float32Array,
    basis: object,
    kind: string,
    rotate: () => Float64Array,
  ): Float64Array {
    const found = this.#known.find(
      (one) =>
        one.basis === basis && one.kind === kind && equal(one.tensor, tensor),
    );
    if (found) return found.rotated;
    const rotated = rotate();
    if (this.#known.length === KEPT) this.#known.shift();
    // A copy: the caller may go on writing into its own.
    this.#known.push({ basis, kind, tensor: tensor.slice(), rotated });
    return rotated;
  }
}

function equal(x: Float32Array, y: Float32Array): boolean {
  return x.length === y.length && x.every((value, n) => value === y[n]);
}
