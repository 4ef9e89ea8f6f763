/** Which settings only training by samples can follow. */
import type { Settings } from "./config.ts";
import { isHidden } from "./network-text.ts";

/** Why there is no exact expected loss, as the end of a sentence, or null where there is. */
export function needsSampling(settings: Settings): string | null {
  const { network, likelihood, klSchedule, freeBits } = settings;
  if (isHidden(network)) return "the exact loss is that of linear models";
  if (predictsVariance(settings))
    return "there is no exact loss for a variance predicted from each example";
  if (likelihood === "bernoulli")
    return "there is no exact loss for a Bernoulli likelihood";
  if (klSchedule.kind !== "constant")
    return "a KL schedule is for the sampled loss";
  if (freeBits > 0) return "free bits are for the sampled loss";
  return null;
}

/** Whether the encoder of some level predicts its variance. */
export function predictsVariance({
  model,
  encoderVariance,
  encoderVariance2,
}: Pick<Settings, "model" | "encoderVariance" | "encoderVariance2">): boolean {
  return (
    encoderVariance.kind === "predicted" ||
    (model === "mhvae" && encoderVariance2.kind === "predicted")
  );
}
