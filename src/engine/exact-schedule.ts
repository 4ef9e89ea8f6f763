/** Adam's bias corrections of every step, computed once in float64. */

export const ADAM = { decay1: 0.9, decay2: 0.999, epsilon: 1e-8 } as const;

/**
 * Steps after which both corrections are 1 in float32: sqrt(1 - 0.999^t) differs from 1 by less
 * than half a unit in the last place, 2^-25, from 0.999^t < 2^-24 on.
 */
export const SCHEDULE_STEPS = Math.ceil(
  (-24 * Math.LN2) / Math.log(ADAM.decay2),
);

/**
 * [SCHEDULE_STEPS + 1, 2] for update t = index + 1: the factor sqrt(1 - decay2^t) / (1 - decay1^t)
 * of the rate and the epsilon of the uncorrected second moment, epsilon sqrt(1 - decay2^t). The
 * last entry serves all later steps.
 */
export function adamSchedule(): Float32Array<ArrayBuffer> {
  const out = new Float32Array(2 * (SCHEDULE_STEPS + 1));
  for (let index = 0; index <= SCHEDULE_STEPS; index++) {
    const root = Math.sqrt(1 - ADAM.decay2 ** (index + 1));
    out[2 * index] = root / (1 - ADAM.decay1 ** (index + 1));
    out[2 * index + 1] = ADAM.epsilon * root;
  }
  return out;
}
