/** The eigenbases of a conditional lane: of S_xx for x, of the residual's moments E for y. */
import type { ConditionMoments, Moments } from "../data/dataset.ts";
import { fromEigenbasis, toEigenbasis, transpose } from "./exact-basis.ts";

/** Orthonormal directions: the first `rank` columns of `eigenvectors` [columns, columns]. */
type Directions = Pick<Moments, "columns" | "eigenvectors" | "rank">;

export interface ConditionBasis {
  readonly x: Directions;
  readonly y: Directions;
  /** Variance of x along its directions, and of the residual along those of y. */
  readonly phi: Float64Array;
  readonly residual: Float64Array;
  /** B between both bases, [y.rank, x.rank]. */
  readonly regression: Float64Array;
}

/** Rows of B below this share of its largest entry are what eigenvectors leave of exact zeros. */
const CUTOFF = 1e-12;

const bases = new WeakMap<ConditionMoments, ConditionBasis>();

/**
 * Directions kept. Of x those with variance; of y those with residual variance or a part in the
 * regression, for a y that x determines still moves W1 + W2 B. In all others the loss sees a
 * decay of the decoder at most, so weights there are zero from the start.
 */
export function conditionBasis(
  moments: Moments,
  condition: ConditionMoments,
): ConditionBasis {
  const known = bases.get(condition);
  if (known) return known;
  const { inputs, outputs, inputRank } = condition;
  const x = {
    columns: inputs,
    eigenvectors: condition.inputEigenvectors,
    rank: inputRank,
  };
  const all = {
    columns: outputs,
    eigenvectors: moments.eigenvectors,
    rank: outputs,
  };
  const rotated = mapInto(condition.regression, { x, y: all });
  const largest = rotated.reduce((most, b) => Math.max(most, Math.abs(b)), 0);
  const row = (mode: number): Float64Array =>
    rotated.subarray(mode * inputRank, (mode + 1) * inputRank);
  const kept = Array.from({ length: outputs }, (_, mode) => mode).filter(
    (mode) =>
      mode < moments.rank ||
      row(mode).some((b) => Math.abs(b) > CUTOFF * largest),
  );
  const eigenvectors = new Float64Array(outputs * outputs);
  const regression = new Float64Array(kept.length * inputRank);
  kept.forEach((mode, to) => {
    regression.set(row(mode), to * inputRank);
    for (let column = 0; column < outputs; column++)
      eigenvectors[column * outputs + to] =
        moments.eigenvectors[column * outputs + mode];
  });
  const basis = {
    x,
    y: { columns: outputs, eigenvectors, rank: kept.length },
    phi: condition.inputEigenvalues.slice(0, inputRank),
    residual: Float64Array.from(kept, (mode) =>
      mode < moments.rank ? moments.eigenvalues[mode] : 0,
    ),
    regression,
  };
  bases.set(condition, basis);
  return basis;
}

/** A map from x to y [outputs, inputs] between the bases: Q^T M P, [y.rank, x.rank]. */
export function mapInto(
  map: ArrayLike<number>,
  { x, y }: Pick<ConditionBasis, "x" | "y">,
): Float64Array {
  const left = toEigenbasis(map, x.columns, y);
  const across = toEigenbasis(transpose(left, y.rank, x.columns), y.rank, x);
  return transpose(across, x.rank, y.rank);
}

/** The reverse: Q M^ P^T. */
export function mapFrom(
  map: ArrayLike<number>,
  { x, y }: Pick<ConditionBasis, "x" | "y">,
): Float64Array {
  const left = fromEigenbasis(map, x.rank, y);
  const across = fromEigenbasis(
    transpose(left, y.columns, x.rank),
    y.columns,
    x,
  );
  return transpose(across, x.columns, y.columns);
}
