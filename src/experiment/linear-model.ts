/** The linear model in the place of a lane: what its settings become where theory can follow. */
import type { EncoderVariance, KlSchedule, Settings } from "./config.ts";
import { NEUTRAL } from "./neutral.ts";

/** What the KL weights are multiplied with once a schedule has run its course. */
export function finalFactor(schedule: KlSchedule): number {
  if (schedule.kind !== "points") return 1;
  return schedule.points.at(-1)?.[1] ?? 1;
}

/** The settings with the KL weights that training ends with, constant. */
export function atTheEnd(settings: Settings): Settings {
  const { klSchedule, beta, beta2 } = settings;
  if (klSchedule.kind === "constant") return settings;
  const factor = finalFactor(klSchedule);
  return {
    ...settings,
    klSchedule: NEUTRAL.klSchedule,
    beta: beta * factor,
    beta2: beta2 * factor,
  };
}

/**
 * Least noise that a Gaussian may stand in with for a pixel of two values: its std at even odds. The
 * Bernoulli loss in logits l lies below (l - 4 (x - 1/2))^2 / 8 plus a constant and touches it at
 * l = 0 (curvature p (1 - p) <= 1/4; Böhning, "Multinomial logistic regression algorithm", 1992),
 * which is the Gaussian's in l / 4 with this std, about x - 1/2.
 */
const BERNOULLI_STD = 0.5;

/**
 * The linear model with a lane's data and settings: no hidden layers, a variance of each latent
 * where it was predicted from the input, a Gaussian likelihood, no free bits, the KL weights that
 * training ends with. Biases are as they are. Null where no linear model stands for it: a
 * Bernoulli likelihood without biases (its pixels are about a half, not about 0), or of a
 * hierarchical model whose first level has other noise than the pixels.
 *
 * In place of a Bernoulli likelihood its singular values are of a quarter of the logits, and its
 * loss is not comparable.
 */
export function linearModelOf(settings: Settings): Settings | null {
  const { likelihood, model, biases, etaDec } = settings;
  const bernoulli = likelihood === "bernoulli";
  if (bernoulli && !biases) return null;
  if (bernoulli && model === "mhvae" && etaDec !== BERNOULLI_STD) return null;
  const { network, activation, maps, freeBits } = NEUTRAL;
  return {
    ...atTheEnd(settings),
    network,
    activation,
    maps,
    freeBits,
    likelihood: "gaussian",
    etaDec: bernoulli ? BERNOULLI_STD : etaDec,
    encoderVariance: ofEachLatent(settings.encoderVariance),
    encoderVariance2: ofEachLatent(settings.encoderVariance2),
  };
}

function ofEachLatent(variance: EncoderVariance): EncoderVariance {
  return variance.kind === "predicted"
    ? { kind: "learnable", std: variance.std }
    : variance;
}
