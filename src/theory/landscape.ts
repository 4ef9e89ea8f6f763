/**
 * The loss along one mode of a model with one level of latents: what its decoder's singular value
 * u costs when the encoder, and a variance that is learnt, are at their best for it.
 *
 * With a = etaDec^2, e = etaEnc^2 and the other modes left out, the exact loss of one mode is
 *   (theta^2 (1 - u w)^2 + u^2 s) / 2a + beta ((theta^2 w^2 + s) / e - ln(s / e) - 1) / 2
 * and is least over w and s at w = u / (u^2 + beta a / e), s = beta / (u^2 / a + beta / e).
 * Its minima over u are the theorems' omega, plus and minus: two above the threshold, which meet
 * at 0 as beta theta passes it. In a conditional model theta is that of the residual.
 */
import type { Settings } from "../experiment/config.ts";

export type ModeSettings = Pick<Settings, "beta" | "etaDec" | "etaEnc">;

/**
 * Nats above the collapsed state u = 0.
 *
 * @param std the mode's encoder std where it is fixed; null where it is learnt
 */
export function modeLoss(
  u: number,
  theta: number,
  { beta, etaDec, etaEnc }: ModeSettings,
  std: number | null,
): number {
  const a = etaDec * etaDec;
  const e = etaEnc * etaEnc;
  const w = u / (u * u + (beta * a) / e);
  const s = std === null ? beta / ((u * u) / a + beta / e) : std * std;
  const collapsed = std === null ? e : s;
  const fit = theta * theta * u * w * (u * w - 2) + u * u * s;
  const kl =
    (theta * theta * w * w + s - collapsed) / e - Math.log(s / collapsed);
  return fit / (2 * a) + (beta * kl) / 2;
}

/** KL weight at which a mode's two minima meet: its threshold grows as the root of beta. */
export function meetingBeta(
  beta: number,
  theta: number,
  threshold: number,
): number {
  return beta * (theta / threshold) ** 2;
}
