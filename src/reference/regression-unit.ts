/** Whether y goes with x at all, as far as float32 data can tell. */
import type { ConditionMoments } from "../data/dataset.ts";

/** Unit roundoff of float32, in which data are stored. */
const FLOAT32 = 2 ** -24;

const units = new WeakMap<ConditionMoments, number>();

/** What distances from B are measured in: ||B||, or 1 where there is no regression. */
export function regressionUnit(
  condition: ConditionMoments,
  centered: boolean,
): number {
  let unit = units.get(condition);
  if (unit === undefined) {
    unit = hasRegression(condition, centered) ? norm(condition.regression) : 1;
    units.set(condition, unit);
  }
  return unit;
}

/**
 * Whether B is more than what rounding the data to float32 makes of none.
 *
 * Stored are x + dx and y + dy, |dx_j| <= u |x_j|, |dy_c| <= u |y_c|, u = 2^-24. Had they no
 * S_yx before, then along a unit vector p of x, with a bar over what the mean is taken off of,
 *
 *     S_yx p = E[dy (xbar^T p)] + E[ybar (dx^T p)] + E[dy (dx^T p)].
 *
 * With |v|^2 = E||v||^2 and phi = p^T S_xx p these are, by Cauchy and Schwarz and Minkowski, no
 * longer than u |y| sqrt(phi), u |ybar| s and u^2 |y| s, s = sum_j |p_j| |x_j|. As S_yx p = phi B p
 * for an eigenvector p, rounding alone explains of y along it at most
 *
 *     sqrt(phi) ||B p|| <= u (|y| + (|ybar| + u |y|) s / sqrt(phi)).
 *
 * Raw moments have x and y for their bars.
 */
function hasRegression(
  condition: ConditionMoments,
  centered: boolean,
): boolean {
  const { inputs: dx, outputs: dy, inputRank: rank, regression } = condition;
  const { inputMean, outputMean, inputMatrix, outputEnergy } = condition;
  const { inputEigenvalues: phi, inputEigenvectors: p } = condition;
  const ofMean = centered ? 1 : 0;
  const size = Float64Array.from(inputMean, (mean, j) =>
    Math.sqrt(inputMatrix[j * (dx + 1)] + ofMean * mean * mean),
  );
  const energy = outputEnergy + ofMean * norm(outputMean) ** 2;
  const rounding = FLOAT32 * Math.sqrt(energy);
  const slope = FLOAT32 * (Math.sqrt(outputEnergy) + rounding);
  for (let i = 0; i < rank; i++) {
    let spread = 0;
    for (let j = 0; j < dx; j++) spread += Math.abs(p[j * dx + i]) * size[j];
    const along = new Float64Array(dy);
    for (let c = 0; c < dy; c++) {
      for (let j = 0; j < dx; j++)
        along[c] += regression[c * dx + j] * p[j * dx + i];
    }
    const scale = Math.sqrt(phi[i]);
    if (scale * norm(along) > rounding + (slope * spread) / scale) return true;
  }
  return false;
}

/** Frobenius or Euclidean. */
export function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
