/**
 * The waterline: the data singular value below which a mode collapses, as a function of the
 * settings, and back. Drawn from the settings so that it follows the hand at once; the
 * predictions themselves come with the data (theory/).
 */
import type { Settings } from "../experiment/config.ts";

/** Thresholds on theta of the first `modes` modes: sqrt(beta) etaDec, or times std / etaEnc if fixed. */
export function waterline(settings: Settings, modes: number): number[] {
  const { encoderVariance, beta, etaDec, etaEnc } = settings;
  const learnable = Math.sqrt(beta) * etaDec;
  if (encoderVariance.kind === "learnable")
    return new Array<number>(modes).fill(learnable);
  const std = [...encoderVariance.std].sort((a, b) => a - b);
  return Array.from(
    { length: modes },
    (_, i) => (learnable / etaEnc) * std[Math.min(i, std.length - 1)],
  );
}

/** The beta that puts the waterline of the last of `modes` modes at `theta`. */
export function betaAt(
  settings: Settings,
  theta: number,
  modes: number,
): number {
  const unit = waterline({ ...settings, beta: 1 }, modes)[modes - 1];
  return (theta / unit) ** 2;
}

/** How high a decoder singular value reaches above its waterline, in units of theta. */
export function reach(settings: Settings, line: number, omega: number): number {
  return Math.hypot(line, settings.etaEnc * omega);
}

/** Modes of `theta` above the waterline. */
export function survivors(
  theta: readonly number[],
  lines: readonly number[],
): number {
  return theta.filter((t, i) => t > lines[i]).length;
}

/** Whether all lanes have one and the same waterline. */
export function sameLines(a: readonly number[], b: readonly number[]): boolean {
  return a.every((x, i) => Math.abs(x - b[i]) <= 1e-9 * Math.max(x, b[i]));
}

/** `x` to three significant digits: what a hand on a slider means. */
export function roundSetting(x: number): number {
  return Number(x.toPrecision(3));
}
