/** Classes and counts of lanes. */
import type { ExperimentConfig, Settings } from "../experiment/config.ts";
import { describeValue } from "../experiment/fields.ts";
import { describeLane } from "../experiment/names.ts";
import { isHidden } from "../experiment/network-text.ts";
import { differences } from "../experiment/schema.ts";
import type { LaneState } from "../session/store.ts";
import type { LevelView } from "./levels.ts";
import { text } from "./strings.ts";

/** CSS class of lane `index`: its hue, everywhere. */
export function laneClass(index: number): string {
  return `lane-${"abcdef"[index % 6]}`;
}

/** CSS class of a lane by its name. */
export function laneClassOf(lane: LaneState): string {
  return laneClass(lane.name.charCodeAt(0) - 65);
}

/** What tells a lane from the others in a word or two, for a narrow tab. */
export function laneShort(
  settings: Settings,
  config: ExperimentConfig,
): string {
  const differing = differences(config);
  const word = (variance: Settings["encoderVariance"]) =>
    text.model.variances[variance.kind];
  if (differing.length === 0 || differing.includes("encoderVariance"))
    return word(settings.encoderVariance);
  if (differing.includes("encoderVariance2"))
    return `σ₂ ${word(settings.encoderVariance2)}`;
  return describeLane(settings, config).split(/[,;]/)[0];
}

/** What a lane's maps are in a word or two: "linear", "ReLU 256–128", "ReLU conv". */
export function madeOf({ network, activation }: Settings): string {
  if (!isHidden(network)) return text.model.linear;
  const layers =
    network.kind === "conv" ? text.model.conv : network.hidden.join("–");
  return `${describeValue("activation", { activation })} ${layers}`;
}

/** Modes of the lane that are alive: measured, or predicted before the first measurement. */
export function aliveCount(lane: LaneState): number {
  return lane.readout?.activeModes ?? lane.prediction?.activeUnits ?? 0;
}

/** Modes of one level that are alive: measured, or predicted before the first measurement; null if neither is known. */
export function aliveAt({ measured, predicted }: LevelView): number | null {
  const alive = measured?.activeModes ?? predicted?.activeUnits;
  return alive === undefined || Number.isNaN(alive) ? null : alive;
}

/** Latents of one level that are off: measured, or predicted before the first measurement. */
export function deadAt({ measured, predicted }: LevelView): number {
  if (measured) return measured.dead.filter(Boolean).length;
  if (!predicted) return 0;
  return predicted.unitsAligned || predicted.activeUnits === 0
    ? predicted.collapsedUnits
    : 0;
}
