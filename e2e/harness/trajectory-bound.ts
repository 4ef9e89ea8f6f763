/**
 * How far the losses of a float32 training may be from those of the float64 reference.
 *
 * Both engines iterate the same map F_n of the state s = (values, Adam's first and second moments).
 * Float32 makes errors d_m at step m, s^_{m+1} = F_m(s^_m) + d_m, so to first order (products of
 * two errors left out) its loss at step n is off by
 *
 *   L_n(s^_n) - L_n(s_n) = (own rounding of L_n) + lambda_0 . d_start
 *                       + sum_{m < n} lambda_{m+1} . d_m
 *
 * where lambda_n = grad L_n and lambda_m = F_m'^T lambda_{m+1} (the adjoint) carries the errors
 * through the exact Jacobian of the reference's own path. The bound takes absolute values of the
 * products lambda d, not of the Jacobian: what the path forgets, or never lets through, is not
 * counted. Thus Adam's first move, rate sign(g), hardly passes on the error of g.
 *
 * With c1 = 1 - b1^(m+1), c2 = 1 - b2^(m+1), r = rate / c1 and
 *   first' = b1 first + (1 - b1) g,  second' = b2 second + (1 - b2) g^2,
 *   values' = values - r first' / q,  q = sqrt(second' / c2) + epsilon
 * the adjoints of one step are
 *   A_first = lambda_first - lambda_values r / q
 *   A_second = lambda_second + lambda_values r first' / (2 q^2 sqrt(second' c2))
 *   A_g = (1 - b1) A_first + 2 (1 - b2) g A_second
 *   lambda_values <- lambda_values + Hessian A_g,  lambda_first <- b1 A_first,
 *   lambda_second <- b2 A_second
 * and what the errors made in it may add up to is
 *   |A_g| |dg| + |A_first| |d first'| + |A_second| |d second'| + |lambda_values| |d values'|
 * with dg of `trajectory-rounding.ts` and the roundings of the optimizer below. Sampled lanes start
 * from the same float32 numbers on both engines; exact ones are rounded once in the eigenbasis.
 * Adam only. `e2e/training/trajectory.test.ts` checks that errors of this size are of first order.
 */
import type { LaneInput } from "../../src/engine/stepper.ts";
import { ADAM } from "../../src/reference/optimizer.ts";
import { UNIT } from "./tracked.ts";
import type { RoundedStep } from "./trajectory-rounding.ts";
import type { StepLoss } from "./trajectory-step.ts";
import {
  analyze,
  walk,
  type Walk,
  type WalkedStep,
} from "./trajectory-walk.ts";

/** Derivatives of one later loss by what step m starts from, and by what it computes. */
export interface Adjoint {
  /** By the state before the step. */
  readonly before: {
    readonly values: Float64Array;
    readonly first: Float64Array;
    readonly second: Float64Array;
  };
  /** By the gradient, the new moments and the new values. */
  readonly gradient: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly values: Float64Array;
}

/** Bounds on the rounding errors a step makes, entry by entry. */
export interface LocalErrors {
  readonly gradient: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  readonly values: Float64Array;
}

/** A float64 training with all that its rounding errors depend on. */
export interface Trajectory {
  readonly input: LaneInput;
  readonly walked: Walk;
  readonly losses: readonly RoundedStep["loss"][];
  readonly local: readonly StepLoss[];
  readonly errors: readonly LocalErrors[];
  /** Gradients as the kernels sum them, for comparison. */
  readonly gradients: readonly Float64Array[];
  /** Of the values before the first step. */
  readonly start: Float64Array;
}

/** r and q of an entry. */
function moveOf(
  { settings }: LaneInput,
  step: number,
  second: number,
): { rate: number; root: number; q: number; c2: number } {
  const c2 = 1 - ADAM.beta2 ** (step + 1);
  const root = Math.sqrt(second / c2);
  return {
    rate: settings.optimizer.learningRate / (1 - ADAM.beta1 ** (step + 1)),
    root,
    q: root + ADAM.epsilon,
    c2,
  };
}

function roundingOf(
  input: LaneInput,
  { trained, steps }: Walk,
  step: number,
  gradientError: Float64Array,
): LocalErrors {
  const { values, gradient, first, second } = steps[step];
  const before: Pick<WalkedStep, "first"> | undefined =
    step > 0 ? steps[step - 1] : undefined;
  return {
    gradient: gradientError.map((error, i) => trained[i] * error),
    // Two constants, two products, a sum.
    first: first.map((_, i) => {
      const was = ADAM.beta1 * Math.abs(before?.first[i] ?? 0);
      return 4 * UNIT * (was + (1 - ADAM.beta1) * Math.abs(gradient[i]));
    }),
    second: second.map((value) => 5 * UNIT * value),
    // The rate and corrections 6, root (WGSL: 1 / inverseSqrt, 2 and 2.5 units in the last place)
    // and epsilon 11, quotient 5; then the difference.
    values: values.map((value, i) => {
      const { rate, q } = moveOf(input, step, second[i]);
      const move = (rate * first[i]) / q;
      return trained[i] * UNIT * (22 * Math.abs(move) + Math.abs(value - move));
    }),
  };
}

/** Trains `count` steps in float64 and analyzes each. */
export function trajectoryOf(input: LaneInput, count: number): Trajectory {
  const walked = walk(input, count);
  const analyzed = walked.steps.map(({ values }, step) =>
    analyze(input, step, values),
  );
  const initial = walked.steps[0].values;
  return {
    input,
    walked,
    losses: analyzed.map(({ rounded }) => rounded.loss),
    local: analyzed.map(({ local }) => local),
    errors: analyzed.map(({ rounded }, step) =>
      roundingOf(input, walked, step, rounded.gradient.error),
    ),
    gradients: analyzed.map(({ rounded }) => rounded.gradient.value),
    start: initial.map((value) => Math.abs(value - Math.fround(value))),
  };
}

/** Derivatives of the loss at step `last` by all that steps last - 1, ..., 0 compute, in that order. */
export function adjoints(
  { input, walked, local }: Trajectory,
  last: number,
): Adjoint[] {
  const { steps, trained } = walked;
  const size = trained.length;
  let values: Float64Array = steps[last].gradient;
  let first: Float64Array = new Float64Array(size);
  let second: Float64Array = new Float64Array(size);
  const out: Adjoint[] = [];
  for (let step = last - 1; step >= 0; step--) {
    const now = steps[step];
    const a = {
      gradient: new Float64Array(size),
      first: new Float64Array(size),
      second: new Float64Array(size),
      values,
    };
    for (let i = 0; i < size; i++) {
      if (trained[i] === 0 || now.second[i] === 0) continue;
      const { rate, root, q, c2 } = moveOf(input, step, now.second[i]);
      a.first[i] = first[i] - (values[i] * rate) / q;
      a.second[i] =
        second[i] + (values[i] * rate * now.first[i]) / (2 * q * q * root * c2);
      a.gradient[i] =
        (1 - ADAM.beta1) * a.first[i] +
        2 * (1 - ADAM.beta2) * now.gradient[i] * a.second[i];
    }
    const bent = local[step].curvature(a.gradient);
    values = values.map((value, i) => value + bent[i]);
    first = a.first.map((value) => ADAM.beta1 * value);
    second = a.second.map((value) => ADAM.beta2 * value);
    out.push({ ...a, before: { values, first, second } });
  }
  return out;
}

/** What a bound is made of, nats. */
export interface BoundParts {
  /** Own rounding of the loss, here and in the reference's float32 record. */
  loss: number;
  start: number;
  gradient: number;
  first: number;
  second: number;
  values: number;
}

function spread(adjoint: Float64Array, error: Float64Array): number {
  return error.reduce((sum, e, i) => sum + e * Math.abs(adjoint[i]), 0);
}

/** Contributions to the bound on the loss at step `last`. */
export function boundParts(trajectory: Trajectory, last: number): BoundParts {
  const { losses, errors, start, walked } = trajectory;
  const { value, error } = losses[last];
  const back = adjoints(trajectory, last);
  const earliest = back.at(-1)?.before.values ?? walked.steps[last].gradient;
  const parts: BoundParts = {
    loss: error + UNIT * Math.abs(value),
    start: spread(earliest, start),
    gradient: 0,
    first: 0,
    second: 0,
    values: 0,
  };
  back.forEach((adjoint, index) => {
    const made = errors[last - 1 - index];
    for (const key of ["gradient", "first", "second", "values"] as const)
      parts[key] += spread(adjoint[key], made[key]);
  });
  return parts;
}

/** Bounds on |float32 loss - reference loss| of steps 0, ..., count - 1, nats. */
export function trajectoryBound(trajectory: Trajectory): number[] {
  return trajectory.walked.steps.map((_, last) => {
    const part = boundParts(trajectory, last);
    const made = part.gradient + part.first + part.second + part.values;
    return part.loss + part.start + made;
  });
}
