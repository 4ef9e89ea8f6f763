/** What theory says of a lane, whatever its model. */
import type { ModelKind, Settings } from "../experiment/config.ts";
import type { Prediction } from "./prediction.ts";
import { predictVae } from "./vae.ts";
import type { Spectrum } from "./vae.ts";

const THEOREMS: Readonly<
  Record<
    ModelKind,
    ((settings: Settings, data: Spectrum) => Prediction) | undefined
  >
> = { vae: predictVae };

/**
 * The optimum of a lane, or null where no theorem covers it (no theorem of its model, or a
 * weight that is not positive). The spectrum must be of the moments the lane trains on:
 * about the mean with biases, raw without.
 */
export function predict(settings: Settings, data: Spectrum): Prediction | null {
  const theorem = THEOREMS[settings.model];
  const { beta, etaDec, etaEnc } = settings;
  if (!theorem || !(beta > 0 && etaDec > 0 && etaEnc > 0)) return null;
  return theorem(settings, data);
}
