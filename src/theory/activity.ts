/** Counting what the levels of a model use, of measured and of predicted values alike. */
import type { Settings } from "../experiment/config.ts";
import { activeModes } from "./verdict.ts";
import type { LevelValues } from "./verdict.ts";

/** Singular values of one level (as `LevelPrediction` has them) and the stds of its units. */
export interface LevelActivity extends LevelValues {
  readonly std: ArrayLike<number>;
}

type Scales = Pick<
  Settings,
  "etaDec" | "etaEnc" | "encoderVariance" | "estimator"
>;

/**
 * Modes that both halves of each level use, by the rule of `activeModes`.
 *
 * z2 and the z of one level have etaEnc as their scale. z1 of two levels has none of its own: it is
 * sigma1 where that is fixed, and then y is measured in it too if it is below etaDec, so that
 * a mode of small theta that a small sigma1 keeps alive counts; where sigma1 is learnable it is
 * the root mean square of z1 over its units. The encoder of z2 is judged by how far it moves
 * for a z1 of that root mean square.
 */
export function activeModesPerLevel(
  levels: readonly LevelActivity[],
  settings: Scales,
): number[] {
  const { etaDec, etaEnc, encoderVariance, estimator } = settings;
  const [first, second] = levels;
  if (levels.length === 1) return [activeModes(flat(first, 1), settings)];
  const spread = Math.sqrt(
    (squares(first.encoder) + squares(first.std)) / first.std.length,
  );
  const fixed = encoderVariance.kind === "fixed";
  const noise = Math.sqrt(squares(first.std) / first.std.length);
  return [
    activeModes(flat(first, 1), {
      etaDec: fixed ? Math.min(noise, etaDec) : etaDec,
      etaEnc: fixed ? noise : spread,
      estimator,
    }),
    activeModes(flat(second, spread), { etaDec, etaEnc, estimator }),
  ];
}

function flat(
  { encoder, decoder }: LevelValues,
  scale: number,
): { omega: ArrayLike<number>; lambda: number[] } {
  return {
    omega: decoder,
    lambda: Array.from(encoder, (value) => value * scale),
  };
}

function squares(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value * value, 0);
}
