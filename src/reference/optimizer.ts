/** Adam (Kingma and Ba, 2015) and plain gradient descent, float64. */
import type { Optimizer } from "../experiment/config.ts";

export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Values, gradients and Adam's moments of one lane, equal offsets in all four. */
export interface OptimizerArena {
  readonly values: Float64Array;
  readonly grads: Float64Array;
  readonly m: Float64Array;
  readonly v: Float64Array;
}

/**
 * One update of the entries [from, to).
 *
 * @param update which update this is, from 1: corrects the bias of Adam's moments
 */
export function optimize(
  arena: OptimizerArena,
  from: number,
  to: number,
  optimizer: Optimizer,
  update: number,
): void {
  const { values, grads, m, v } = arena;
  const { learningRate } = optimizer;
  if (optimizer.kind === "sgd") {
    for (let i = from; i < to; i++) values[i] -= learningRate * grads[i];
    return;
  }
  const { beta1, beta2, epsilon } = ADAM;
  const correction1 = 1 - beta1 ** update;
  const correction2 = 1 - beta2 ** update;
  for (let i = from; i < to; i++) {
    const grad = grads[i];
    m[i] = beta1 * m[i] + (1 - beta1) * grad;
    v[i] = beta2 * v[i] + (1 - beta2) * grad * grad;
    values[i] -=
      (learningRate * (m[i] / correction1)) /
      (Math.sqrt(v[i] / correction2) + epsilon);
  }
}
