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
  { columns, eigenvectors, rank }: Basis,
): Float64Array {
  const out = new Float64Array(rank * latents);
  for (let column = 0; column < columns; column++) {
    for (let mode = 0; mode < rank; mode++) {
      const component = eigenvectors[column * columns + mode];
      for (let unit = 0; unit < latents; unit++) {
        out[mode * latents + unit] += component * decU[column * latents + unit];
      }
    }
  }
  return out;
}

/** W = W^ P^T: [k, rank] -> [k, D]. */
export function encoderFromEigenbasis(
  encW: Float64Array,
  latents: number,
  { columns, eigenvectors, rank }: Basis,
): Float64Array {
  const out = new Float64Array(latents * columns);
  for (let column = 0; column < columns; column++) {
    for (let unit = 0; unit < latents; unit++) {
      let sum = 0;
      for (let mode = 0; mode < rank; mode++) {
        sum += encW[unit * rank + mode] * eigenvectors[column * columns + mode];
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
  { columns, eigenvectors, rank }: Basis,
): Float64Array {
  const out = new Float64Array(columns * latents);
  for (let column = 0; column < columns; column++) {
    for (let mode = 0; mode < rank; mode++) {
      const component = eigenvectors[column * columns + mode];
      for (let unit = 0; unit < latents; unit++) {
        out[column * latents + unit] += component * decU[mode * latents + unit];
      }
    }
  }
  return out;
}
