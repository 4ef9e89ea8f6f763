/**
 * The waterline: the data singular value below which a mode collapses, as a function of the
 * settings, and back. Drawn from the settings so that it follows the hand at once; the
 * predictions themselves come with the data (theory/).
 *
 * In a hierarchical model with sigma1 fixed, level 2 says something of x above its line. With
 * c = etaDec / etaEnc and k = (beta2 / beta) etaDec^2 (times (std2 / etaEnc)^2 if std2 is fixed):
 *
 *   sigma1^2 < k    level 1  sqrt(beta) sigma1     level 2  beta k / (sqrt(beta) sigma1)
 *   sigma1^2 >= k   both     sqrt(beta2) etaDec, or (beta beta2)^(1/4) sqrt(c sigma1 std2)
 */
import type { EncoderVariance, Settings } from "../experiment/config.ts";
import { linearModelOf } from "../experiment/linear-model.ts";

/** The KL weight that a waterline's handle sets. */
export type Weight = "beta" | "beta2";

const ascending = (std: readonly number[]) => [...std].sort((a, b) => a - b);

/** The first level's one fixed std, or null if it is learned or differs between units. */
function fixedStd(variance: EncoderVariance): number | null {
  if (variance.kind !== "fixed") return null;
  const [first, ...rest] = variance.std;
  return rest.every((std) => std === first) ? first : null;
}

/** Level 2's share of slot `i`, or null for a slot it cannot use. */
function slot(settings: Settings, sigma1: number, i: number) {
  const { beta, beta2, etaDec, etaEnc, encoderVariance2: second } = settings;
  if (i >= Math.min(settings.latents, settings.latents2)) return null;
  const stds = second.kind === "fixed" ? ascending(second.std) : null;
  const std = stds ? stds[Math.min(i, stds.length - 1)] / etaEnc : 1;
  const k = (beta2 / beta) * (etaDec * std) ** 2;
  return { k, std, noisy: sigma1 ** 2 >= k, fixed: stds !== null };
}

function hierarchicalLine(
  settings: Settings,
  sigma1: number,
  level: number,
  i: number,
): number {
  const { beta, beta2, etaDec } = settings;
  const first = Math.sqrt(beta) * sigma1;
  const share = slot(settings, sigma1, i);
  if (!share) return level === 0 ? first : Infinity;
  if (share.noisy)
    return share.fixed
      ? Math.sqrt(Math.sqrt(beta * beta2) * etaDec * share.std * sigma1)
      : Math.sqrt(beta2) * etaDec;
  return level === 0 ? first : (beta * share.k) / first;
}

/**
 * Thresholds on theta of the first `modes` modes of a level, or null where theta does not decide
 * (level 2 above a learned sigma1) or theory is silent; those of the linear model in the place of a
 * network. A latent that has no mode to take is at Infinity.
 */
export function waterline(
  lane: Settings,
  modes: number,
  level = 0,
): number[] | null {
  const settings = linearModelOf(lane);
  if (!settings) return null;
  const { model, encoderVariance, beta, etaDec, etaEnc } = settings;
  const learnable = Math.sqrt(beta) * etaDec;
  if (model === "mhvae" && encoderVariance.kind === "fixed") {
    const sigma1 = fixedStd(encoderVariance);
    if (sigma1 === null) return null;
    return Array.from({ length: modes }, (_, i) =>
      hierarchicalLine(settings, sigma1, level, i),
    );
  }
  if (level > 0) return null;
  if (encoderVariance.kind !== "fixed")
    return new Array<number>(modes).fill(learnable);
  const std = ascending(encoderVariance.std);
  return Array.from(
    { length: modes },
    (_, i) => (learnable / etaEnc) * std[Math.min(i, std.length - 1)],
  );
}

/** Whether each mode of `theta` reaches the top level of the model, at the optimum. */
export function informative(
  settings: Settings,
  theta: readonly number[],
): boolean[] {
  const lines = waterline(settings, theta.length, 1);
  const first = waterline(settings, theta.length, 0);
  return theta.map((t, i) => t > (lines ?? first ?? [])[i]);
}

/** The weight that decides where the last line of a level lies. */
export function bindingWeight(
  settings: Settings,
  modes: number,
  level = 0,
): Weight {
  if (settings.model !== "mhvae") return "beta";
  if (level > 0) return "beta2";
  const sigma1 = fixedStd(settings.encoderVariance);
  if (sigma1 === null) return "beta";
  return slot(settings, sigma1, modes - 1)?.noisy ? "beta2" : "beta";
}

/** The value of `weight` that puts the waterline of the last of `modes` modes of a level at `theta`. */
export function weightAt(
  settings: Settings,
  weight: Weight,
  theta: number,
  modes: number,
  level = 0,
): number {
  const line = (value: number) =>
    waterline({ ...settings, [weight]: value }, modes, level)?.[modes - 1] ??
    NaN;
  // Lines only rise with a weight, so bisection on its logarithm finds the place.
  let [low, high] = [1e-8, 1e8];
  for (let i = 0; i < 60; i += 1) {
    const middle = Math.sqrt(low * high);
    if (line(middle) < theta) low = middle;
    else high = middle;
  }
  return high;
}

/** How high a singular value reaches above its waterline, in units of theta. */
export function reach(line: number, length: number): number {
  return Math.hypot(line, length);
}

/** Modes of `theta` above the waterline. */
export function survivors(
  theta: readonly number[],
  lines: readonly number[],
): number {
  return theta.filter((t, i) => t > lines[i]).length;
}

/** Whether two lanes have one and the same waterline, as far as both have modes. */
export function sameLines(
  a: readonly number[] | null,
  b: readonly number[] | null,
): boolean {
  if (a === null || b === null) return a === b;
  return a
    .slice(0, b.length)
    .every(
      (x, i) => x === b[i] || Math.abs(x - b[i]) <= 1e-9 * Math.max(x, b[i]),
    );
}

/** `x` to three significant digits: what a hand on a slider means. */
export function roundSetting(x: number): number {
  return Number(x.toPrecision(3));
}
