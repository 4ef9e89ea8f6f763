/** The page's state as it follows from a config alone, before anything is measured. */
import {
  allLanes,
  type ExperimentConfig,
  type Notice,
  type Settings,
} from "../experiment/config.ts";
import { writeLink } from "../experiment/link.ts";
import { laneName } from "../experiment/names.ts";
import { presetOf } from "../experiment/presets.ts";
import { linearModelOf } from "../experiment/linear-model.ts";
import type { View } from "../experiment/view.ts";
import { predict, whyNoTheory } from "../theory/predict.ts";
import { FIRST_PICTURES } from "./protocol.ts";
import { NEW_CLASSROOM, viewAfter } from "./store-view.ts";
import type { LabState, LaneState, Store } from "./store.ts";

/** What follows from a config, and how it is shown, alone. */
export function stateOf(
  config: ExperimentConfig,
  view: View,
): Pick<LabState, "config" | "view" | "link" | "preset"> {
  return {
    config,
    view,
    link: writeLink(config, view),
    preset: presetOf(config)?.title ?? null,
  };
}

/** @param given the link that was opened, as it was given */
export function freshState(
  config: ExperimentConfig,
  notices: readonly Notice[],
  engine: LabState["engine"],
  given: string,
  view: View = {},
  classroom = NEW_CLASSROOM,
  pictures = FIRST_PICTURES,
  runs: LabState["runs"] = null,
): LabState {
  return {
    ...stateOf(config, view),
    classroom,
    given,
    notices,
    engine,
    status: "loading",
    step: 0,
    stepsPerSecond: 0,
    lanes: allLanes(config).map((settings, index) => ({
      settings,
      name: laneName(index),
      data: null,
      ...predictedHere(settings, knownSpectrum(settings)),
      readout: null,
      likelihood: null,
      poke: null,
      seeds: null,
      diverged: null,
    })),
    pictures,
    images: null,
    traversals: null,
    scatter: null,
    tensors: [],
    metrics: [],
    rotated: config.lanes.map(() => false),
    milestones: [],
    kept: [],
    look: null,
    branched: null,
    progress: null,
    runs,
  };
}

/** A lane without a likelihood estimate that will not be finished. */
export function withoutUnfinished(lane: LaneState): LaneState {
  return lane.likelihood && lane.likelihood.progress < 1
    ? { ...lane, likelihood: null }
    : lane;
}

/** What a change of live settings does to the state of a run that goes on. */
export function changedState(
  state: LabState,
  config: ExperimentConfig,
): Partial<LabState> {
  const { step, milestones } = state;
  const settings = allLanes(config);
  return {
    ...stateOf(config, viewAfter(state, config)),
    lanes: state.lanes.map((lane, index) => ({
      ...lane,
      settings: settings[index],
      seeds: null,
      ...(lane.data && predictedHere(settings[index], lane.data.theta)),
    })),
    milestones:
      step > 0
        ? [...milestones, { step, lane: -1, kind: "changed", label: "changed" }]
        : milestones,
  };
}

/** Singular values that training will see, where the settings alone tell them. */
function knownSpectrum(settings: Settings): readonly number[] | null {
  const { data, scaling, model, correlation } = settings;
  const changed = scaling === "standardize" || scaling === "binarize";
  if (data.kind !== "spectrum" || changed) return null;
  if (model !== "cvae") return data.theta;
  // What x does not tell of y: theta_k^2 (1 - rho_k^2).
  return data.theta
    .map((theta, k) => {
      const rho = correlation[correlation.length === 1 ? 0 : k];
      return theta * Math.sqrt(Math.max(0, 1 - rho * rho));
    })
    .sort((a, b) => b - a);
}

/** What theory says of a lane, or why it says nothing. */
export function predictedHere(
  settings: Settings,
  theta: readonly number[] | null,
): Pick<LaneState, "prediction" | "noTheory" | "guide"> {
  const silent = whyNoTheory(settings);
  const noTheory = silent ?? undefined;
  if (!theta) return { prediction: null, noTheory, guide: null };
  const energy = theta.reduce((sum, value) => sum + value * value, 0);
  const data = { theta, energy, columns: theta.length };
  const linear = silent === null ? null : linearModelOf(settings);
  return {
    prediction: predict(settings, data),
    noTheory,
    guide: linear && predict(linear, data),
  };
}

/** Resolves once a store's state satisfies `condition`. */
export async function reached(
  store: Pick<Store, "state" | "subscribe">,
  condition: (state: LabState) => boolean,
): Promise<void> {
  if (condition(store.state)) return;
  await new Promise<void>((resolve) => {
    const unsubscribe = store.subscribe((state) => {
      if (!condition(state)) return;
      unsubscribe();
      resolve();
    });
  });
}
