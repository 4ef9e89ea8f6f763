/**
 * What a classroom link does to the page's state: theory hidden until it may be seen, a question
 * asked first, the experiment locked. Page side.
 */
import {
  allLanes,
  type ExperimentConfig,
  type Notice,
} from "../experiment/config.ts";
import { withoutKeys, type View } from "../experiment/view.ts";
import type { LabState, LaneState } from "./store.ts";

/** What the visitor of a classroom link has done. It stays on this page. */
export interface Classroom {
  /** How many they guessed will survive; null before, NaN if they would rather not. */
  readonly guess: number | null;
  /** The run has ended, or they asked to see theory. */
  readonly revealed: boolean;
}

export const NEW_CLASSROOM: Classroom = { guess: null, revealed: false };

/** Whether a guess is waited for. */
export function isAsking({
  view,
  classroom,
}: Pick<LabState, "view" | "classroom">): boolean {
  return view.ask !== undefined && classroom.guess === null;
}

/** Whether predictions stay out of sight. */
export function isTheoryHidden(
  state: Pick<LabState, "view" | "classroom">,
): boolean {
  const { view, classroom } = state;
  return isAsking(state) || (view.hide !== undefined && !classroom.revealed);
}

const hidden = new WeakMap<LaneState, LaneState>();

/** A lane without anything that theory says of it; the same object for the same lane. */
function withoutTheory(lane: LaneState): LaneState {
  const before = hidden.get(lane);
  if (before) return before;
  const after: LaneState = {
    ...lane,
    prediction: null,
    guide: null,
    theoryHidden: true,
    readout: lane.readout && {
      ...lane.readout,
      distance: NaN,
      recentDistance: NaN,
      verdict: "waiting",
    },
  };
  hidden.set(lane, after);
  return after;
}

/** The state as the page may show it. */
export function shownState(state: LabState): LabState {
  if (!isTheoryHidden(state)) return state;
  return {
    ...state,
    lanes: state.lanes.map(withoutTheory),
    milestones: state.milestones.filter(({ kind }) => kind !== "at-theory"),
  };
}

export const LOCKED: Notice = {
  code: "run",
  message:
    "This link locks the experiment. Unlock it above to change anything; the run is as it was.",
};

/** Whether a locked page lets a change pass: the pace is no part of the experiment. */
export function isLockedOut(
  { view, config }: Pick<LabState, "view" | "config">,
  next: ExperimentConfig,
): boolean {
  return view.lock !== undefined && !sameButPace(config, next);
}

/** An author's numbers are of their experiment and no other. */
export function viewAfter(
  { view, config }: Pick<LabState, "view" | "config">,
  next: ExperimentConfig,
): View {
  return sameButPace(config, next) ? view : withoutKeys(view, ["r"]);
}

function sameButPace(a: ExperimentConfig, b: ExperimentConfig): boolean {
  const text = (config: ExperimentConfig): string =>
    JSON.stringify(
      allLanes(config).map((lane) =>
        Object.entries({ ...lane, pace: 0 }).sort(([x], [y]) =>
          x < y ? -1 : 1,
        ),
      ),
    );
  return text(a) === text(b);
}
