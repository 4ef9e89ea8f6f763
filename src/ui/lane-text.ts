/** Classes and counts of lanes. */
import type { Settings } from "../experiment/config.ts";
import type { LaneState } from "../session/store.ts";

/** CSS class of lane `index`: its hue, everywhere. */
export function laneClass(index: number): string {
  return `lane-${"abcdef"[index % 6]}`;
}

/** CSS class of a lane by its name. */
export function laneClassOf(lane: LaneState): string {
  return laneClass(lane.name.charCodeAt(0) - 65);
}

export function varianceShort(settings: Settings): string {
  return settings.encoderVariance.kind === "learnable" ? "learnable" : "fixed";
}

/** Latents of the lane that are off: measured, or predicted before the first measurement. */
export function deadCount(lane: LaneState): number {
  if (lane.readout) return lane.readout.dead.filter(Boolean).length;
  return predictedDead(lane);
}

export function predictedDead(lane: LaneState): number {
  const { prediction } = lane;
  if (!prediction) return 0;
  return prediction.unitsAligned || prediction.activeUnits === 0
    ? prediction.collapsedUnits
    : 0;
}

/** Modes of the lane that are alive: measured, or predicted before the first measurement. */
export function aliveCount(lane: LaneState): number {
  return lane.readout?.activeModes ?? lane.prediction?.activeUnits ?? 0;
}
