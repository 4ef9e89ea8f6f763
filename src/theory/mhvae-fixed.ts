/**
 * The hierarchical optimum where Sigma1 = sigma1^2 I is held. Sigma2 learnable: Theorem 3 of Dang,
 * Tran, Nguyen and Ho (ICLR 2024). Both isotropic: Theorem 5. Diagonal Sigma2: this project's own,
 * by the same reduction to the eigenvalues s of E[z1 z1^T], the i-th smallest sigma2 serving the
 * i-th largest theta.
 *
 * With a = etaDec^2, e = etaEnc^2 and k = (beta2/beta) a sigma2^2 / e (learnable: (beta2/beta) a), z2 is
 * used where theta sigma1 / sqrt(beta) > k, and in every slot, if only for z1's noise, where
 * sigma1^2 > k. Then, if z1 is alive, s = theta^2 sigma1^2 / (beta2 a) (learnable) or
 * (theta^2 sigma1^2 / (beta sqrt(k)))^(2/3) (fixed); without z2, s = theta sigma1 / sqrt(beta);
 * with z1 dead, s = sigma1^2.
 */
import { criterion, passes } from "./modes.ts";
import type { Choice, MhvaeSettings } from "./mhvae-slots.ts";
import type { Criterion } from "./prediction.ts";

/** The rules of one slot, as numbers and as LaTeX. */
interface Rules {
  /** sigma1^2 > k, written so that both sides read well. */
  readonly tracksNoise: Criterion;
  /** Threshold of z1 where z2 tracks its noise too. */
  readonly first: readonly [right: string, threshold: number];
  /** Threshold of z2 where it does not. */
  readonly second: readonly [right: string, threshold: number];
  /** s of a slot in which both levels are alive. */
  variance(theta: number): number;
  omega(s: number): number;
  std(s: number, used: boolean): number;
}

/**
 * @param theta of each of the z1 latents
 * @param std1 sigma1
 * @param std2 one per z2 latent, ascending; null where Sigma2 is learnable
 */
export function fixedFirstLevel(
  theta: readonly number[],
  std1: number,
  std2: readonly number[] | null,
  settings: MhvaeSettings,
): Choice[] {
  return theta.map((t, i) => {
    if (i >= settings.latents2) return withoutSecond(t, i, std1, settings.beta);
    const rules = std2
      ? fixedRules(std1, std2, i, settings)
      : learnableRules(std1, settings);
    return slot(t, i, std1, rules, settings.beta);
  });
}

const NOISE_THRESHOLD = String.raw`\sqrt{\beta_1} \, \sigma_1`;

function slot(
  theta: number,
  i: number,
  std1: number,
  rules: Rules,
  beta: number,
): Choice {
  const name = `\\theta_{${i + 1}}`;
  const { tracksNoise } = rules;
  const criterion2 = tracksNoise.alive
    ? tracksNoise
    : criterion(name, rules.second[0], theta, rules.second[1]);
  const criterion1 = tracksNoise.alive
    ? criterion(name, rules.first[0], theta, rules.first[1])
    : criterion(name, NOISE_THRESHOLD, theta, Math.sqrt(beta) * std1);
  const s = !criterion1.alive
    ? std1 * std1
    : criterion2.alive
      ? rules.variance(theta)
      : (theta * std1) / Math.sqrt(beta);
  return {
    theta,
    s,
    std1,
    criterion1,
    second: {
      omega: criterion2.alive ? rules.omega(s) : 0,
      std: rules.std(s, criterion2.alive),
      criterion: criterion2,
    },
  };
}

function withoutSecond(
  theta: number,
  i: number,
  std1: number,
  beta: number,
): Choice {
  const threshold = Math.sqrt(beta) * std1;
  const name = `\\theta_{${i + 1}}`;
  return {
    theta,
    s: passes(theta, threshold)
      ? (theta * std1) / Math.sqrt(beta)
      : std1 * std1,
    std1,
    criterion1: criterion(name, NOISE_THRESHOLD, theta, threshold),
    second: null,
  };
}

function learnableRules(
  std1: number,
  { beta, beta2, etaDec, etaEnc }: MhvaeSettings,
): Rules {
  const k = (beta2 / beta) * etaDec * etaDec;
  const right = String.raw`\sqrt{\beta_2} \, \eta_{dec}`;
  const threshold = Math.sqrt(beta2) * etaDec;
  return {
    tracksNoise: criterion(
      NOISE_THRESHOLD,
      right,
      Math.sqrt(beta) * std1,
      threshold,
    ),
    first: [right, threshold],
    second: [
      String.raw`\beta_2 \, \eta_{dec}^2 / (\sqrt{\beta_1} \, \sigma_1)`,
      (beta2 * etaDec * etaDec) / (Math.sqrt(beta) * std1),
    ],
    variance: (theta) => ((theta * std1) / threshold) ** 2,
    omega: (s) => Math.sqrt(Math.max(0, s - k)) / etaEnc,
    std: (s, used) => (used ? etaEnc * Math.sqrt(k / s) : etaEnc),
  };
}

function fixedRules(
  std1: number,
  stds: readonly number[],
  i: number,
  { beta, beta2, etaDec, etaEnc }: MhvaeSettings,
): Rules {
  const std2 = stds[i];
  const c = etaDec / etaEnc;
  const kappa = (beta2 / beta) * c * c;
  const k = kappa * std2 * std2;
  const name =
    stds[0] === stds[stds.length - 1]
      ? String.raw`\sigma_2`
      : `\\sigma_{2,${i + 1}}`;
  return {
    tracksNoise: criterion(
      NOISE_THRESHOLD,
      String.raw`\sqrt{\beta_2} \, ${name} \, \eta_{dec} / \eta_{enc}`,
      Math.sqrt(beta) * std1,
      Math.sqrt(beta2) * c * std2,
    ),
    first: [
      String.raw`\sqrt{\sqrt{\beta_1 \beta_2} \, \sigma_1 ${name} \, \eta_{dec} / \eta_{enc}}`,
      Math.sqrt(Math.sqrt(beta * beta2) * c * std1 * std2),
    ],
    second: [
      String.raw`\beta_2 \, \eta_{dec}^2 ${name}^2 / (\sqrt{\beta_1} \, \sigma_1 \, \eta_{enc}^2)`,
      (beta2 * (c * std2) ** 2) / (Math.sqrt(beta) * std1),
    ],
    variance: (theta) =>
      Math.cbrt((theta * std1) ** 2 / (beta * Math.sqrt(k))) ** 2,
    omega: (s) => Math.sqrt(Math.max(0, Math.sqrt(kappa * s) / std2 - kappa)),
    std: () => std2,
  };
}
