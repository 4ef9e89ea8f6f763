/** Tensors of the linear VAE into the data's eigenbasis and back. */
import type { Moments } from "../data/dataset.ts";

type Basis = Pick<Moments, "columns" | "eigenvectors" | "rank">;

/** W^ = W P over the directions of some variance: [k, D] -> [k, rank]. */
export function encoderToEigenbasis(
  encW: ArrayLike<number>,
  latents: number,
  { columns, eigenvectors, rank }: Basis,
): Float64Array {
  const out = new Float64Array(latents * rank);
  for (let column = 0; column < columns; column++) {
    for (let unit = 0; unit < latents; unit++) {
      const weight = encW[unit * columns + column];
      for (let mode = 0; mode < rank; mode++) {
        out[unit * rank + mode] +=
          weight * eigenvectors[column * columns + mode];
      }
    }
  }
  return out;
}

/** U^ = P^T U: [D, k] -> [rank, k]. */
export function decoderToEigenbasis(
  decU: ArrayLike<number>,
  latents: number,
  basis: Basis,
): Float64Array {
  const { columns, rank } = basis;
  const rows = transpose(decU, columns, latents);
  return transpose(encoderToEigenbasis(rows, latents, basis), latents, rank);
}

/** W = W^ P^T: [k, rank] -> [k, D]. */
export function encoderFromEigenbasis(
  encW: Float64Array,
  latents: number,
  { columns, eigenvectors, rank }: Basis,
): Float64Array {
  const out = new Float64Array(latents * columns);
  for (let column = 0; column < columns; column++) {
    const at = column * columns;
    let unit = 0;
    // Four units share each load of P.
    for (; unit + 4 <= latents; unit += 4) {
      const first = unit * rank;
      let [a, b, c, d] = [0, 0, 0, 0];
      for (let mode = 0; mode < rank; mode++) {
        const p = eigenvectors[at + mode];
        a += encW[first + mode] * p;
        b += encW[first + rank + mode] * p;
        c += encW[first + 2 * rank + mode] * p;
        d += encW[first + 3 * rank + mode] * p;
      }
      out[unit * columns + column] = a;
      out[(unit + 1) * columns + column] = b;
      out[(unit + 2) * columns + column] = c;
      out[(unit + 3) * columns + column] = d;
    }
    for (; unit < latents; unit++) {
      let sum = 0;
      for (let mode = 0; mode < rank; mode++) {
        sum += encW[unit * rank + mode] * eigenvectors[at + mode];
      }
      out[unit * columns + column] = sum;
    }
  }
  return out;
}

/** U = P U^: [rank, k] -> [D, k]. */
export function decoderFromEigenbasis(
  decU: Float64Array,
  latents: number,
  basis: Basis,
): Float64Array {
  const rows = transpose(decU, basis.rank, latents);
  return transpose(
    encoderFromEigenbasis(rows, latents, basis),
    latents,
    basis.columns,
  );
}

function transpose(
  matrix: ArrayLike<number>,
  rows: number,
  columns: number,
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      out[column * rows + row] = matrix[row * columns + column];
    }
  }
  return out;
}
