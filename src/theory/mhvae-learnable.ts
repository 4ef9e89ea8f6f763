/**
 * The hierarchical optimum where Sigma1 is learnable: this project's own.
 *
 * With S = E[z1 z1^T] the loss splits in two. What z1 knows of x is the linear VAE's at weight
 * beta: noise takes the fraction f = min(1, beta a / theta^2) of each direction's variance s. What
 * z2 does is decided without the data: with Sigma2 learnable only by comparing beta2 with beta;
 * with Sigma2 diagonal and fixed, z2's j-th smallest sigma2 is used iff beta e > beta2 sigma2^2, with
 * s = a^2 / k, k = (beta2 / beta) a sigma2^2 / e and omega^2 = a / sigma2^2 - kappa; otherwise s = a.
 */
import { criterion } from "./modes.ts";
import type { Choice, MhvaeSettings } from "./mhvae-slots.ts";
import type { Prediction } from "./prediction.ts";

/** Betas this close (relative) are equal: sliders and links hold decimals, not exact sums. */
const SAME_BETA = 1e-9;

/** What a model with both variances learnable has: one optimum, many, or none. */
export function kindOfBothLearnable({
  beta,
  beta2,
}: MhvaeSettings): Prediction["kind"] {
  if (Math.abs(beta2 - beta) <= SAME_BETA * beta) return "continuum";
  return beta2 > beta ? "optimum" : "unbounded";
}

/**
 * One minimizer, with K and S aligned in theta order; with Sigma2 learnable that of
 * beta2 > beta, which is also the one with the smallest s of the continuum at beta2 = beta.
 *
 * @param theta of each of the z1 latents
 * @param std2 one per z2 latent, ascending; null where Sigma2 is learnable
 */
export function learnableFirstLevel(
  theta: readonly number[],
  std2: readonly number[] | null,
  settings: MhvaeSettings,
): Choice[] {
  const { beta, etaDec } = settings;
  const a = etaDec * etaDec;
  return theta.map((t, i) => {
    const criterion1 = criterion(
      `\\theta_{${i + 1}}`,
      String.raw`\sqrt{\beta_1} \, \eta_{dec}`,
      t,
      Math.sqrt(beta) * etaDec,
    );
    const f = criterion1.alive ? (beta * a) / (t * t) : 1;
    const second =
      i >= settings.latents2
        ? null
        : std2
          ? fixedSecond(std2, i, settings)
          : learnableSecond(settings);
    const s = second?.s ?? a;
    return { theta: t, s, std1: Math.sqrt(s * f), criterion1, second };
  });
}

type Second = NonNullable<Choice["second"]> & { readonly s: number };

function learnableSecond(settings: MhvaeSettings): Second {
  const { beta, beta2, etaDec, etaEnc } = settings;
  return {
    s: etaDec * etaDec,
    omega: 0,
    std: etaEnc,
    criterion: criterion(String.raw`\beta_1`, String.raw`\beta_2`, beta, beta2),
  };
}

function fixedSecond(
  stds: readonly number[],
  i: number,
  { beta, beta2, etaDec, etaEnc }: MhvaeSettings,
): Second {
  const std = stds[i];
  const a = etaDec * etaDec;
  const e = etaEnc * etaEnc;
  const name =
    stds[0] === stds[stds.length - 1]
      ? String.raw`\sigma_2`
      : `\\sigma_{2,${i + 1}}`;
  const passed = criterion(
    String.raw`\beta_1 \, \eta_{enc}^2`,
    String.raw`\beta_2 \, ${name}^2`,
    beta * e,
    beta2 * std * std,
  );
  const kappa = (beta2 / beta) * (a / e);
  return {
    s: passed.alive ? (a * a) / (kappa * std * std) : a,
    omega: passed.alive ? Math.sqrt(a / (std * std) - kappa) : 0,
    std,
    criterion: passed,
  };
}
