/** In which order the units of a lane are drawn. */
import type { EncoderVariance } from "../experiment/config.ts";

/**
 * Largest KL first, so that units meet the theory's modes in order. Near-ties keep their previous
 * places, else noise would shuffle them at every repaint. Distinct fixed stds pair ascending std
 * with descending theta (theory), so that is their order.
 */
export function unitOrder(
  kl: readonly number[],
  variance: EncoderVariance,
  previous: readonly number[] | null,
): number[] {
  if (variance.kind === "fixed" && variance.std.length > 1) {
    const { std } = variance;
    return kl.map((_, i) => i).sort((a, b) => std[a] - std[b]);
  }
  if (previous?.length !== kl.length)
    return kl.map((_, i) => i).sort((a, b) => kl[b] - kl[a]);
  const order = [...previous];
  const slack = 0.03 * Math.max(...kl);
  for (let i = 1; i < order.length; i += 1) {
    for (let j = i; j > 0 && kl[order[j]] > kl[order[j - 1]] + slack; j -= 1) {
      [order[j - 1], order[j]] = [order[j], order[j - 1]];
    }
  }
  return order;
}
