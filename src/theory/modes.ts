/** What the closed forms share: the data's spectrum, thresholds with their rounding, Gaussian terms. */
import type { Criterion, LevelPrediction } from "./prediction.ts";

/** Spectrum of the data: all singular values (descending), E||x||^2 and the number of columns. */
export interface Spectrum {
  readonly theta: readonly number[];
  readonly energy: number;
  readonly columns: number;
}

/**
 * A theta meant to equal its threshold is computed from float32 data, good to 2^-24 = 6e-8
 * relative; within 1e-7 it counts as equal, and equality means collapsed.
 */
const EQUAL = 1 + 1e-7;

/** Whether a value passes its threshold. */
export function passes(value: number, threshold: number): boolean {
  return value > threshold * EQUAL;
}

export function criterion(
  left: string,
  right: string,
  value: number,
  threshold: number,
): Criterion {
  return { left, right, value, threshold, alive: passes(value, threshold) };
}

/** Singular values of the first `count` modes, zero beyond the data's. */
export function paddedTheta(data: Spectrum, count: number): number[] {
  return Array.from({ length: count }, (_, i) => data.theta[i] ?? 0);
}

/** E[KL(N(mean, std^2) || N(0, prior^2))] in nats, given E[mean^2]: never below `klFloor`. */
export function gaussianKl(square: number, std: number, prior: number): number {
  return square / (2 * prior * prior) + klFloor(std, prior);
}

/** KL in nats of a unit with this std that does not depend on x: 1/2 (s^2/e - 1 - ln(s^2/e)). */
export function klFloor(std: number, etaEnc: number): number {
  const ratio = (std / etaEnc) ** 2;
  return (ratio - 1 - Math.log(ratio)) / 2;
}

/**
 * One fixed std per latent, ascending: the i-th smallest pairs with the i-th largest mode.
 * Throws unless the list has one entry or one per latent.
 */
export function pairedStds(std: readonly number[], latents: number): number[] {
  if (std.length !== 1 && std.length !== latents) {
    throw new Error(
      `encoder std: got ${std.length} values, expected 1 or one per latent (${latents})`,
    );
  }
  return Array.from({ length: latents }, (_, i) => std[i % std.length]).sort(
    (a, b) => a - b,
  );
}

/** What theorems throw that meet a variance of each example's own. */
export const PREDICTED =
  "prediction: encoder variance predicted from the input; expected it fixed or learnable";

/** Whether all values are the same: an isotropic list of stds, say. */
export function allEqual(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}

/** Whether no two neighbours of an ascending list are equal. */
export function ascends(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value > values[i - 1]);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Fills in what follows from the lists; `active` latents of `encoder`'s length are alive. */
export function level(
  lists: Pick<
    LevelPrediction,
    | "criteria"
    | "encoder"
    | "decoder"
    | "std"
    | "klPerUnit"
    | "information"
    | "unitsAligned"
  >,
  active: number,
  kl = sum(lists.klPerUnit),
): LevelPrediction {
  return {
    ...lists,
    kl,
    activeUnits: active,
    collapsedUnits: lists.encoder.length - active,
  };
}
