/** A conditional lane's eigenbases: of S_xx for x and of the residual's E for y. */
import type { ConditionMoments, Moments } from "../data/dataset.ts";
import type { ReducedCondition } from "./exact-reduced-cvae.ts";
import { encoderFromEigenbasis, encoderToEigenbasis } from "./eigenbasis.ts";
import { addProduct } from "./gram.ts";

/** Directions kept, as columns of an orthonormal [columns, rank] matrix stored with `columns` a row. */
export interface Directions {
  readonly columns: number;
  readonly rank: number;
  /** [columns, columns]; the first `rank` columns count. */
  readonly eigenvectors: Float64Array;
}

export interface ConditionBasis {
  readonly x: Directions;
  readonly y: Directions;
  readonly reduced: ReducedCondition;
}

/** Rows of B below this share of its largest entry are 0: what eigenvectors leave of exact zeros. */
const REGRESSION_CUTOFF = 1e-12;

/**
 * Directions of x are those of some variance. Of y those with residual variance or a part in the
 * regression are kept: one without the first still moves the encoder's F = W1 + W2 B. In any
 * other the loss sees at most a decay of U1, so it starts and stays at zero.
 */
export function conditionBasis(
  moments: Moments,
  condition: ConditionMoments,
): ConditionBasis {
  const { inputs, outputs, inputRank, inputEigenvalues } = condition;
  const x: Directions = {
    columns: inputs,
    rank: inputRank,
    eigenvectors: condition.inputEigenvectors,
  };
  // B P, then Q^T (B P): rows along the residual's eigenvectors.
  const inX = encoderToEigenbasis(condition.regression, outputs, x);
  const all: Directions = {
    columns: outputs,
    rank: outputs,
    eigenvectors: moments.eigenvectors,
  };
  const rotated = decoderRows(inX, inputRank, all);
  const row = (i: number): Float64Array =>
    rotated.subarray(i * inputRank, (i + 1) * inputRank);
  const largest = rotated.reduce((max, b) => Math.max(max, Math.abs(b)), 0);
  const kept: number[] = [];
  for (let i = 0; i < outputs; i++) {
    if (
      i < moments.rank ||
      row(i).some((b) => Math.abs(b) > REGRESSION_CUTOFF * largest)
    ) {
      kept.push(i);
    }
  }
  const eigenvectors = new Float64Array(outputs * outputs);
  const regression = new Float64Array(kept.length * inputRank);
  kept.forEach((from, to) => {
    regression.set(row(from), to * inputRank);
    for (let c = 0; c < outputs; c++) {
      eigenvectors[c * outputs + to] = moments.eigenvectors[c * outputs + from];
    }
  });
  return {
    x,
    y: { columns: outputs, rank: kept.length, eigenvectors },
    reduced: {
      phi: inputEigenvalues.slice(0, inputRank),
      t: Float64Array.from(kept, (i) =>
        i < moments.rank ? moments.eigenvalues[i] : 0,
      ),
      regression,
      outputs,
    },
  };
}

/** Q^T M: [columns, n] -> [rank, n]. */
export function decoderRows(
  matrix: Float64Array,
  n: number,
  { columns, rank, eigenvectors }: Directions,
): Float64Array {
  const out = new Float64Array(rank * n);
  for (let c = 0; c < columns; c++) {
    for (let mode = 0; mode < rank; mode++) {
      const scale = eigenvectors[c * columns + mode];
      if (scale === 0) continue;
      for (let j = 0; j < n; j++) {
        out[mode * n + j] += scale * matrix[c * n + j];
      }
    }
  }
  return out;
}

/** Q M: [rank, n] -> [columns, n]. */
export function decoderFromRows(
  matrix: Float64Array,
  n: number,
  { columns, rank, eigenvectors }: Directions,
): Float64Array {
  const out = new Float64Array(columns * n);
  addProduct(
    eigenvectors,
    matrix,
    { n: columns, m: rank, leftStride: columns, columns: n, stride: n },
    out,
  );
  return out;
}

/** [outputs, inputs] into both bases: Q^T M P, [ry, rx]. */
export function mapToBases(
  matrix: ArrayLike<number>,
  { x, y }: ConditionBasis,
): Float64Array {
  return decoderRows(encoderToEigenbasis(matrix, y.columns, x), x.rank, y);
}

/** Q M P^T, [outputs, inputs]. */
export function mapFromBases(
  matrix: Float64Array,
  { x, y }: ConditionBasis,
): Float64Array {
  return encoderFromEigenbasis(
    decoderFromRows(matrix, x.rank, y),
    y.columns,
    x,
  );
}
