/** Terms of the loss as values per example, and their gradients. */
import { addScaled, broadcast, expectShape } from "./checks.ts";
import type { Tensor } from "./tensor.ts";

/** One term; gradients are those of `weight * charged`. */
export interface TermValue {
  /** Mean over rows, unweighted, nats. */
  readonly value: number;
  /** What is minimized in its place, where that is something else. */
  readonly charged?: number;
  /** Nats of each row, where it is known. */
  readonly perRow?: Float64Array;
  /** Adds the gradients. */
  readonly backward: () => void;
}

/** ||target - mean||^2 / (2 variance) + (d / 2) ln(2 pi variance). */
export function gaussianNll(
  target: Tensor,
  mean: Tensor,
  variance: number,
  weight: number,
): TermValue {
  const { rows, columns } = mean;
  expectShape("gaussianNll target", target, rows, columns);
  const residual = mean.value.map((value, i) => value - target.value[i]);
  const square = residual.reduce((sum, value) => sum + value * value, 0);
  const constant = (columns / 2) * Math.log(2 * Math.PI * variance);
  return {
    value: square / (2 * variance * rows) + constant,
    perRow: rowSums(
      rows,
      columns,
      (at) => (residual[at] * residual[at]) / (2 * variance),
      constant,
    ),
    backward: () => {
      const scale = weight / (variance * rows);
      addScaled(mean.grad, 0, residual, 0, residual.length, scale);
      addScaled(target.grad, 0, residual, 0, residual.length, -scale);
    },
  };
}

/** sum ln(1 + exp(logits)) - target * logits. */
export function bernoulliNll(
  target: Tensor,
  logits: Tensor,
  weight: number,
): TermValue {
  const { rows, columns, value, grad } = logits;
  expectShape("bernoulliNll target", target, rows, columns);
  const perRow = rowSums(
    rows,
    columns,
    (at) => softplus(value[at]) - target.value[at] * value[at],
  );
  return {
    value: perRow.reduce((sum, nats) => sum + nats, 0) / rows,
    perRow,
    backward: () => {
      if (!grad) return;
      for (let i = 0; i < grad.length; i++) {
        grad[i] += (weight * (sigmoid(value[i]) - target.value[i])) / rows;
      }
    },
  };
}

/**
 * KL(N(mean, exp(logVar)) || N(0, priorVariance I)). With `freeBits` above zero every unit is charged
 * at least so many nats on average over the rows, and has no gradient while it has no more.
 */
export function gaussianKl(
  mean: Tensor,
  logVar: Tensor,
  priorVariance: number,
  weight: number,
  freeBits: number,
): TermValue {
  const stride = broadcast(logVar, mean);
  const { rows, columns } = mean;
  const ratio = logVar.value.map((value) => Math.exp(value) / priorVariance);
  const perUnit = new Float64Array(columns);
  let sum = 0;
  for (let b = 0; b < rows; b++) {
    for (let j = 0; j < columns; j++) {
      const r = ratio[b * stride + j];
      const log = logVar.value[b * stride + j] - Math.log(priorVariance);
      const twice =
        mean.value[b * columns + j] ** 2 / priorVariance + r - log - 1;
      sum += twice;
      perUnit[j] += twice / (2 * rows);
    }
  }
  const value = sum / (2 * rows);
  const paid = (unit: number): boolean =>
    freeBits <= 0 || perUnit[unit] > freeBits;
  const floor = (total: number, kl: number): number =>
    total + Math.max(freeBits, kl);
  return {
    value,
    ...(freeBits > 0 && { charged: perUnit.reduce(floor, 0) }),
    backward: () => {
      const scale = weight / (priorVariance * rows);
      for (let b = 0; b < rows; b++) {
        for (let j = 0; j < columns; j++) {
          if (!paid(j)) continue;
          const at = b * columns + j;
          if (mean.grad) mean.grad[at] += scale * mean.value[at];
          const shared = b * stride + j;
          if (logVar.grad) {
            logVar.grad[shared] += (weight * (ratio[shared] - 1)) / (2 * rows);
          }
        }
      }
    },
  };
}

/** -H(N(., exp(logVar))) = -sum (logVar + ln(2 pi) + 1) / 2. */
export function gaussianEntropy(logVar: Tensor, weight: number): TermValue {
  const { rows, columns, value, grad } = logVar;
  const sum = value.reduce((total, entry) => total + entry, 0);
  const constant = (columns / 2) * (Math.log(2 * Math.PI) + 1);
  return {
    value: -(sum / (2 * rows) + constant),
    backward: () => {
      if (!grad) return;
      for (let i = 0; i < grad.length; i++) grad[i] -= weight / (2 * rows);
    },
  };
}

/** ln(1 + exp(x)) without overflow. */
export function softplus(x: number): number {
  return Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)));
}

export function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x));
  return (x >= 0 ? 1 : e) / (1 + e);
}

function rowSums(
  rows: number,
  columns: number,
  entry: (at: number) => number,
  constant = 0,
): Float64Array {
  const sums = new Float64Array(rows).fill(constant);
  for (let b = 0; b < rows; b++) {
    for (let j = 0; j < columns; j++) sums[b] += entry(b * columns + j);
  }
  return sums;
}
