/** The page's state as it follows from a config alone, before anything is measured. */
import {
  allLanes,
  type ExperimentConfig,
  type Notice,
} from "../experiment/config.ts";
import { writeLink } from "../experiment/link.ts";
import { laneName } from "../experiment/names.ts";
import { presetOf } from "../experiment/presets.ts";
import { predict } from "../theory/predict.ts";
import type { LabState, LaneState } from "./store.ts";

/** What follows from a config alone. */
export function stateOf(
  config: ExperimentConfig,
): Pick<LabState, "config" | "link" | "preset"> {
  return {
    config,
    link: writeLink(config),
    preset: presetOf(config)?.title ?? null,
  };
}

export function freshState(
  config: ExperimentConfig,
  notices: readonly Notice[],
  engine: LabState["engine"],
): LabState {
  return {
    ...stateOf(config),
    notices,
    engine,
    status: "loading",
    step: 0,
    stepsPerSecond: 0,
    lanes: allLanes(config).map((settings, index) => ({
      settings,
      name: laneName(index),
      data: null,
      prediction:
        settings.data.kind === "spectrum" && settings.scaling !== "standardize"
          ? predictHere(settings, settings.data.theta)
          : null,
      readout: null,
      diverged: null,
    })),
    images: null,
    milestones: [],
    progress: null,
  };
}

export function predictHere(
  settings: LaneState["settings"],
  theta: readonly number[],
): LaneState["prediction"] {
  const energy = theta.reduce((sum, value) => sum + value * value, 0);
  return predict(settings, { theta, energy, columns: theta.length });
}
