/**
 * Moments of a conditional model's data in float64: y regressed on x, and the residual.
 *
 * With S the second moments of (x, y): B = S_yx S_xx^+ and E = S_yy - B S_xy, the Schur
 * complement, so that theory and training see the second moments of r = y - B x.
 */
import { eigh } from "../math/linear-algebra.ts";
import type { ConditionMoments, Dataset, Moments } from "./dataset.ts";
import { RANK_CUTOFF, secondMoments } from "./moments.ts";

/**
 * Share of tr S_yy below which a direction of E counts as none. Rounding leaves of a y that is a
 * function of x (x = y, no more rows than columns of x) up to about 2 * 2^-52 sqrt(condition of
 * S_xx) of it, 4e-10 at the cutoff of S_xx's rank and 1e-13 where S_xx is well conditioned.
 */
const RESIDUAL_CUTOFF = 1e-10;
/** Shares of the progress: S, then the eigenbasis of S_xx; the rest is that of E. */
const SHARE = { matrix: 0.5, inputs: 0.6 } as const;

export interface ConditionalMoments {
  /** Of the residual r = y - B x; its columns are those of y. */
  readonly moments: Moments;
  readonly condition: ConditionMoments;
}

/**
 * Moments of a data set of pairs. S_xx may be singular: B then uses its pseudo-inverse. Directions
 * in which x explains y to within rounding have the eigenvalue 0, exactly; where all have (E = 0)
 * the eigenbasis is the identity. `onProgress` as in `computeMoments`.
 * @throws Error when the data set has no y.
 */
export async function computeConditionMoments(
  dataset: Dataset,
  centered: boolean,
  onProgress?: (fraction: number) => void | Promise<void>,
): Promise<ConditionalMoments> {
  const { rows, columns: inputs, x, y } = dataset;
  if (!y) throw new Error(`${dataset.name} has no y to regress on x`);
  const { outputs } = y;
  const parts = [
    { columns: inputs, values: x },
    { columns: outputs, values: y.values },
  ];
  const joint = await secondMoments(rows, parts, centered, (fraction) =>
    onProgress?.(fraction * SHARE.matrix),
  );
  const result = await regressMoments(
    { rows, inputs, outputs, centered, ...joint },
    () => onProgress?.(SHARE.inputs),
  );
  await onProgress?.(1);
  return result;
}

/** Second moments of the pairs (x, y): mean [n] and matrix [n, n], n = inputs + outputs. */
export interface JointMoments {
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly centered: boolean;
  readonly mean: Float64Array;
  readonly matrix: Float64Array;
}

/** What `computeConditionMoments` makes of the second moments; `onInputs` hears when S_xx is done. */
export async function regressMoments(
  joint: JointMoments,
  onInputs?: () => void | Promise<void>,
): Promise<ConditionalMoments> {
  const { rows, inputs, outputs, centered } = joint;
  const size = inputs + outputs;
  const block = (row: number, column: number, high: number, wide: number) =>
    slice(joint.matrix, size, row, column, high, wide);
  const inputMatrix = block(0, 0, inputs, inputs);
  const cross = block(inputs, 0, outputs, inputs);
  const outputMatrix = block(inputs, inputs, outputs, outputs);

  const basis = eigh(inputMatrix, inputs);
  const inputEigenvalues = basis.values.map((value) => Math.max(0, value));
  const inputRank = rankOf(inputEigenvalues);
  await onInputs?.();

  const { regression, explained } = regress(
    cross,
    outputs,
    inputs,
    { values: inputEigenvalues, vectors: basis.vectors },
    inputRank,
  );
  const outputEnergy = trace(outputMatrix, outputs);
  const residual = outputMatrix.map((value, i) => value - explained[i]);
  const inputMean = joint.mean.slice(0, inputs);
  const outputMean = joint.mean.slice(inputs);
  const moments: Moments = {
    rows,
    columns: outputs,
    centered,
    mean: outputMean.map((value, i) => {
      let sum = value;
      for (let j = 0; j < inputs; j++)
        sum -= regression[i * inputs + j] * inputMean[j];
      return sum;
    }),
    ...residualSpectrum(residual, outputs, RESIDUAL_CUTOFF * outputEnergy),
  };
  return {
    moments,
    condition: {
      inputs,
      outputs,
      inputMean,
      outputMean,
      inputMatrix,
      inputEigenvalues,
      inputEigenvectors: basis.vectors,
      inputRank,
      regression,
      outputEnergy,
    },
  };
}

/** B = S_yx S_xx^+ [outputs, inputs] and B S_xy [outputs, outputs], by way of S_xx's eigenbasis. */
function regress(
  cross: Float64Array,
  outputs: number,
  inputs: number,
  basis: { readonly values: Float64Array; readonly vectors: Float64Array },
  rank: number,
): { regression: Float64Array; explained: Float64Array } {
  const regression = new Float64Array(outputs * inputs);
  // S_yx P diag(1 / sqrt(values)): its Gram matrix is symmetric and nowhere negative by itself.
  const whitened = new Float64Array(outputs * rank);
  for (let i = 0; i < outputs; i++) {
    for (let j = 0; j < inputs; j++) {
      const value = cross[i * inputs + j];
      if (value === 0) continue;
      for (let k = 0; k < rank; k++)
        whitened[i * rank + k] += value * basis.vectors[j * inputs + k];
    }
    for (let k = 0; k < rank; k++)
      whitened[i * rank + k] /= Math.sqrt(basis.values[k]);
    for (let j = 0; j < inputs; j++) {
      let sum = 0;
      for (let k = 0; k < rank; k++)
        sum +=
          (whitened[i * rank + k] / Math.sqrt(basis.values[k])) *
          basis.vectors[j * inputs + k];
      regression[i * inputs + j] = sum;
    }
  }
  const explained = new Float64Array(outputs * outputs);
  for (let i = 0; i < outputs; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < rank; k++)
        sum += whitened[i * rank + k] * whitened[j * rank + k];
      explained[i * outputs + j] = sum;
      explained[j * outputs + i] = sum;
    }
  }
  return { regression, explained };
}

/** E and its eigenbasis, with eigenvalues up to `floor` set to 0 in both. */
function residualSpectrum(
  residual: Float64Array,
  n: number,
  floor: number,
): Pick<
  Moments,
  "matrix" | "eigenvalues" | "eigenvectors" | "rank" | "energy"
> {
  const { values, vectors } = eigh(residual, n);
  const eigenvalues = values.map((value) => (value > floor ? value : 0));
  const count = eigenvalues.filter((value) => value > 0).length;
  const matrix = count === n ? residual : new Float64Array(n * n);
  if (count < n) {
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < count; k++)
          sum += vectors[i * n + k] * eigenvalues[k] * vectors[j * n + k];
        matrix[i * n + j] = sum;
        matrix[j * n + i] = sum;
      }
    }
  }
  return {
    matrix,
    eigenvalues,
    eigenvectors: count > 0 ? vectors : identity(n),
    rank: rankOf(eigenvalues),
    energy: trace(matrix, n),
  };
}

function rankOf(eigenvalues: Float64Array): number {
  const cutoff = RANK_CUTOFF * eigenvalues[0];
  return eigenvalues.filter((value) => value > cutoff).length;
}

function identity(n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) matrix[i * (n + 1)] = 1;
  return matrix;
}

function trace(matrix: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += matrix[i * (n + 1)];
  return sum;
}

/** The [high, wide] block of an [n, n] matrix that starts at (row, column). */
function slice(
  matrix: Float64Array,
  n: number,
  row: number,
  column: number,
  high: number,
  wide: number,
): Float64Array {
  const out = new Float64Array(high * wide);
  for (let i = 0; i < high; i++) {
    const start = (row + i) * n + column;
    out.set(matrix.subarray(start, start + wide), i * wide);
  }
  return out;
}
