/** What an event of the worker changes in the page's state. Page side. */
import { laneSettings, type Notice } from "../experiment/config.ts";
import { laneName } from "../experiment/names.ts";
import { changeSettings } from "../experiment/schema.ts";
import { milestonesBetween } from "./milestones.ts";
import {
  TERM_COLUMNS,
  type LaneReadout,
  type TrainerEvent,
} from "./protocol.ts";
import { stateOf } from "./store-state.ts";
import type { LabState, LaneState, Milestone } from "./store.ts";

type EventOf<K extends TrainerEvent["kind"]> = Extract<
  TrainerEvent,
  { kind: K }
>;

/** The change, to be merged into the state. */
export function changeBy(
  state: LabState,
  event: TrainerEvent,
): Partial<LabState> {
  switch (event.kind) {
    case "engine":
      return { engine: event.engine };
    case "status":
      return {
        status: event.status,
        step: event.step,
        ...(event.status === "done" && {
          classroom: { ...state.classroom, revealed: true },
        }),
      };
    case "progress": {
      const { label, fraction } = event;
      return { progress: label === "" ? null : { label, fraction } };
    }
    case "notice":
      return { notices: withNotice(state.notices, event.notice) };
    case "ready":
      return {
        lanes: state.lanes.map((lane, index) => ({
          ...lane,
          data: event.data[index],
          prediction: event.predictions[index],
          guide: event.guides[index],
        })),
      };
    case "terms":
      return {
        stepsPerSecond: event.stepsPerSecond,
        // Read-outs of wide data are rarer than terms.
        step:
          event.firstStep + event.terms.length / (event.lanes * TERM_COLUMNS),
      };
    case "readout":
      return byReadout(state, event.lanes);
    case "tensors":
      return { tensors: event.lanes };
    case "metrics":
      return { metrics: event.lanes };
    // What was under way when it was no longer asked for is dropped.
    case "images":
      return state.pictures.images ? { images: event.images } : {};
    case "traversals":
      return state.pictures.traversals ? { traversals: event.traversals } : {};
    case "scatter":
      return state.pictures.scatter ? { scatter: event.scatter } : {};
    case "likelihood": {
      const { likelihood } = event;
      return { lanes: withLane(state, likelihood.lane, { likelihood }) };
    }
    case "kept":
      return { kept: event.steps };
    case "look":
      return {
        look: event.step,
        lanes: state.lanes.map((lane, index) => ({
          ...lane,
          readout: event.lanes.at(index) ?? lane.readout,
        })),
      };
    case "branch":
      return byBranch(state, event);
    case "seeds": {
      const { seeds } = event;
      return { lanes: withLane(state, seeds.lane, { seeds }) };
    }
    case "poke":
      return byPoke(state, event);
    case "sweep-row":
    case "sweep-progress":
    case "map-theory":
    case "map-lines":
    case "map-cells":
    case "map-progress":
      return {};
    case "diverged":
      return byDivergence(state, event);
  }
}

/** One that offers something takes the place of the one before that did. */
export function withNotice(
  notices: readonly Notice[],
  notice: Notice,
): Notice[] {
  const kept = notices.filter(
    ({ action }) => action === undefined || action !== notice.action,
  );
  return [...kept, notice];
}

function withLane(
  { lanes }: LabState,
  index: number,
  change: Partial<LaneState>,
): LaneState[] {
  return lanes.map((lane, at) =>
    at === index ? { ...lane, ...change } : lane,
  );
}

function byReadout(
  state: LabState,
  readouts: readonly LaneReadout[],
): Partial<LabState> {
  const milestones = readouts.flatMap((readout, lane) =>
    milestonesBetween(lane, state.lanes[lane].readout, readout),
  );
  return {
    // The read-out of a network is of a step that training has left behind.
    step: Math.max(state.step, readouts[0].step),
    look: null,
    lanes: state.lanes.map((lane, index) => ({
      ...lane,
      readout: readouts[index],
    })),
    ...(milestones.length > 0 && {
      milestones: [...state.milestones, ...milestones],
    }),
  };
}

/** What came after is no part of the run any more. */
function byBranch(
  state: LabState,
  { step, of }: EventOf<"branch">,
): Partial<LabState> {
  const before = state.milestones.filter((one) => one.step <= step);
  return {
    look: null,
    step,
    branched: { step, of },
    kept: state.kept.filter((one) => one <= step),
    lanes: state.lanes.map((lane) => ({
      ...lane,
      poke: lane.poke?.verdict && lane.poke.step <= step ? lane.poke : null,
      likelihood: null,
    })),
    milestones: [
      ...before,
      { step, lane: -1, kind: "branched", label: `went on from step ${step}` },
    ],
  };
}

/** A budget that a poke has made longer is the experiment's from then on. */
function byPoke(
  state: LabState,
  { poke, budget }: EventOf<"poke">,
): Partial<LabState> {
  const { lane, step } = poke;
  const lanes = withLane(state, lane, { poke });
  const name = laneName(lane);
  const began: Milestone = {
    step,
    lane,
    kind: "poked",
    label: `${name} poked`,
  };
  const marks =
    poke.verdict === null ? { milestones: [...state.milestones, began] } : {};
  if (budget <= state.config.base.steps) return { lanes, ...marks };
  const config = changeSettings(state.config, "steps", budget);
  return {
    ...stateOf(config, state.view),
    ...marks,
    lanes: lanes.map((of, index) => ({
      ...of,
      settings: laneSettings(config, index),
    })),
  };
}

function byDivergence(
  state: LabState,
  { lane, step, message }: EventOf<"diverged">,
): Partial<LabState> {
  return {
    lanes: withLane(state, lane, { diverged: { step, message } }),
    notices: withNotice(state.notices, { code: "run", message }),
    milestones: [
      ...state.milestones,
      { step, lane, kind: "diverged", label: `${laneName(lane)} diverged` },
    ],
  };
}
