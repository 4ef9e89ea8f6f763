/** Lanes that no theorem covers: which they are, and what stands in for theory there. */
import type { Settings } from "../experiment/config.ts";
import { isHidden } from "../experiment/network-text.ts";
import type { LaneState } from "../session/store.ts";
import type { Prediction } from "../theory/prediction.ts";

/** Whether a lane's maps have hidden layers. */
export function isNetwork({ network }: Settings): boolean {
  return isHidden(network);
}

/** What theory says of the linear model with this lane's data, where it says nothing of the lane itself. */
export function guideOf(lane: LaneState): Prediction | null {
  return lane.prediction ? null : lane.guide;
}

/** Theory of the lane, or of the linear model in its place. */
export function theoryOf(lane: LaneState): Prediction | null {
  return lane.prediction ?? lane.guide;
}

/** Whether the page speaks of networks: no theorem decides, the linear model's is a guide. */
export function guided(lanes: readonly LaneState[]): boolean {
  return lanes.some(
    (lane) => isNetwork(lane.settings) || guideOf(lane) !== null,
  );
}
