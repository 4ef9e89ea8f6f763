/** The linear theory as a guide to lanes that no theorem covers. */
import type { Settings } from "../experiment/config.ts";
import { linearModelOf } from "../experiment/linear-model.ts";

/**
 * Settings of the linear model whose prediction stands beside a lane that has none of its own, for
 * `predict` with the lane's spectrum: the paper's claim is that it predicts networks too. Null
 * where no linear model stands for the lane; `predict` may still have nothing to say.
 */
export function guideSettings(settings: Settings): Settings | null {
  return linearModelOf(settings);
}
