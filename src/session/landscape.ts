/** The loss along one mode of every lane that theory covers, and where the lane stands on it. */
import { meetingBeta, modeLoss } from "../theory/landscape.ts";
import type { Landscape } from "./landscape-protocol.ts";
import type { LaneState } from "./store.ts";

/**
 * Of a mode, from 0, or of the one whose fate is the least certain; lanes that no such theory
 * covers, or that it is hidden of, are left out.
 */
export function landscapes(
  lanes: readonly LaneState[],
  wanted: number | null,
): Landscape[] {
  const mode = wanted ?? edgeMode(lanes);
  return lanes.flatMap((state, lane) => {
    const { settings, prediction, name } = state;
    const theta = prediction?.theta.at(mode);
    if (!prediction || !theta || settings.model === "mhvae") return [];
    const std =
      settings.encoderVariance.kind === "fixed" ? prediction.std[mode] : null;
    return {
      ...{ lane, name, mode },
      theta: prediction.theta.filter((value) => value > 0),
      omega: prediction.omega[mode],
      measured: state.readout?.omega.at(mode) ?? null,
      meeting: meetingBeta(settings.beta, theta, prediction.threshold[mode]),
      loss: (u: number) => modeLoss(u, theta, settings, std),
    };
  });
}

/** The mode nearest to its threshold in the first lane that has theory. */
function edgeMode(lanes: readonly LaneState[]): number {
  const known = lanes.find(({ prediction }) => prediction)?.prediction;
  if (!known) return 0;
  const distance = known.theta.map((theta, mode) =>
    theta > 0 ? Math.abs(Math.log(theta / known.threshold[mode])) : Infinity,
  );
  return Math.max(0, distance.indexOf(Math.min(...distance)));
}
