/** What theory says of a lane, whatever its model. */
import type { ModelKind, Settings } from "../experiment/config.ts";
import { atTheEnd } from "../experiment/linear-model.ts";
import { isHidden } from "../experiment/network-text.ts";
import { predictsVariance } from "../experiment/sampling.ts";
import { predictCvae } from "./cvae.ts";
import { predictMhvae } from "./mhvae.ts";
import { allEqual } from "./modes.ts";
import type { Spectrum } from "./modes.ts";
import type { Prediction } from "./prediction.ts";
import { predictVae } from "./vae.ts";

const THEOREMS: Readonly<
  Record<ModelKind, (settings: Settings, data: Spectrum) => Prediction>
> = { vae: predictVae, cvae: predictCvae, mhvae: predictMhvae };

/**
 * The optimum of a lane, or null where no theorem covers it (`whyNoTheory` says why).
 *
 * The spectrum must be of the moments the lane trains on: about the mean with biases, raw
 * without. In a conditional model it is that of the residual r = y - B x: theta_i^2 are the
 * eigenvalues of E, `energy` is tr E and `columns` counts those of y. Where the KL weights have a
 * schedule, the optimum is that of the weights it ends with.
 */
export function predict(settings: Settings, data: Spectrum): Prediction | null {
  return whyNoTheory(settings) === null
    ? THEOREMS[settings.model](atTheEnd(settings), data)
    : null;
}

/** One sentence for people why `predict` is null, or null where it is not. */
export function whyNoTheory(settings: Settings): string | null {
  const { model, network, likelihood, freeBits, etaDec, etaEnc } = settings;
  if (isHidden(network)) {
    return "There is no theory for networks with hidden layers: what the linear model would keep is a guide.";
  }
  if (predictsVariance(settings)) {
    return "There is no theory for an encoder variance that is predicted from each example: make it learnable or fixed to see a prediction.";
  }
  if (likelihood === "bernoulli") {
    return "There is no theory for a Bernoulli likelihood: choose the Gaussian one to see a prediction.";
  }
  if (freeBits > 0) {
    return "There is no theory for free bits: without them, what the loss would keep is predicted.";
  }
  const { beta, beta2, encoderVariance } = atTheEnd(settings);
  const weights = model === "mhvae" ? [beta, beta2] : [beta];
  if (!weights.every((weight) => weight > 0)) {
    return "There is no theory for a KL weight of zero: without that weight nothing decides between many optima, or none exists.";
  }
  if (!(etaDec > 0 && etaEnc > 0)) {
    return "There is no theory for a decoder or prior without noise: both standard deviations must be above zero.";
  }
  if (
    model === "mhvae" &&
    encoderVariance.kind === "fixed" &&
    !allEqual(encoderVariance.std)
  ) {
    return "There is no closed form where the first level's fixed standard deviations differ between units: make them equal or learnable to see a prediction.";
  }
  return null;
}
