/**
 * What is kept of runs in this browser, and who may ask for it. Types, and the version of the form.
 *
 * A record is whole: with its link anyone trains the same experiment again, with its series and
 * tensors a figure or a file is made without training. Nothing of it leaves the device by itself.
 */
import type { EngineInfo } from "./protocol.ts";
import type { Verdict } from "../theory/prediction.ts";

/** Version of what is stored; it rises with every step of `runs-idb.ts`. */
export const RUN_FORM = 1;

/** Columns of one lane, thinned to a few hundred points; losses in true nats per example. */
export interface RunSeries {
  /** Steps of the terms, ascending; the columns below have an entry for each. */
  readonly step: Float64Array;
  readonly loss: Float32Array;
  readonly reconstruction: Float32Array;
  readonly kl: Float32Array;
  /** Second level's; 0 in other models. */
  readonly kl2: Float32Array;
  /** Distance to theory has steps of its own; empty where there is no theory. */
  readonly distanceStep: Float64Array;
  readonly distance: Float32Array;
}

/** A tensor in the data's own coordinates, row by row: `values` has as many entries as `shape` multiplies to. */
export interface RunTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Latents of one level: counted at the last measurement, and at the optimum of theory (null where it says nothing). */
export interface RunCounts {
  readonly units: number;
  readonly activeModes: number;
  readonly deadUnits: number;
  readonly predictedModes: number | null;
  readonly predictedDead: number | null;
}

export interface RunLane {
  /** "A", "B", ... */
  readonly name: string;
  /** What tells it from the others: "Learnable variance". */
  readonly title: string;
  /** One entry per level of latents, the first nearest the data; empty before the first measurement. */
  readonly levels: readonly RunCounts[];
  /** Of the last measurement; null before it. */
  readonly loss: number | null;
  readonly reconstruction: number | null;
  readonly kl: number | null;
  readonly kl2: number | null;
  /** Median of recent distances to theory, what the verdict rests on; null without theory. */
  readonly distance: number | null;
  readonly verdict: Verdict;
  /** First step that was not finite, if one was. */
  readonly diverged: number | null;
  /** How it came along in a few dozen points from 0 to 1: its distance to theory, its loss where there is none. */
  readonly thumbnail: Float32Array;
}

/** A setting changed while it trained: the link has the new value, so it alone does not give the run again. */
export interface RunChange {
  readonly step: number;
  readonly words: readonly string[];
}

/** What a table of runs shows. */
export interface RunSummary {
  readonly form: typeof RUN_FORM;
  /** Unique. */
  readonly id: string;
  readonly name: string;
  /** The whole experiment, with the settings it ended with. */
  readonly link: string;
  /** Title of the preset it is, if any. */
  readonly preset: string | null;
  /** What differs from the run before, in words; null for the first run, empty if nothing does. */
  readonly changed: readonly string[] | null;
  readonly changes: readonly RunChange[];
  /** Milliseconds since 1970. */
  readonly began: number;
  /** Time it trained, seconds. */
  readonly seconds: number;
  readonly step: number;
  /** The budget. */
  readonly steps: number;
  readonly seed: number;
  readonly engine: EngineInfo | null;
  /** It came to its end: the budget was spent, or every lane had settled. */
  readonly finished: boolean;
  readonly lanes: readonly RunLane[];
  /** Number of the pin, 1 to 6, which is its color in comparisons; null if it is not pinned. */
  readonly pin: number | null;
}

/** A run whole. */
export interface RunRecord extends RunSummary {
  /** One per lane. */
  readonly series: readonly RunSeries[];
  /** One list per lane, of the step `tensorsStep`; null where they were too large or not read yet. */
  readonly tensors: readonly (readonly RunTensor[])[] | null;
  readonly tensorsStep: number | null;
}

/** What the worker gives of a run to go on from: the engine's arenas, and the tensors in them. */
export interface SavedState {
  readonly step: number;
  readonly engine: EngineInfo["kind"];
  readonly adapter: string;
  /** Parameters and the optimizer's moments, as only the same kind of engine understands them. */
  readonly arenas: readonly (Float32Array | Float64Array)[];
  /** Lanes that diverged and stand still. */
  readonly stopped: readonly number[];
  /** Of the tensors: whether the arenas are still read as they were written. */
  readonly check: number;
  readonly tensors: readonly (readonly RunTensor[])[];
}

/** What is needed to go on with a run that was cut off. */
export interface UnfinishedRun {
  readonly form: typeof RUN_FORM;
  /** The run's. */
  readonly id: string;
  readonly link: string;
  readonly steps: number;
  readonly saved: SavedState;
  /** One per lane, finer than in the record. */
  readonly series: readonly RunSeries[];
  /** The page it trains or trained in. */
  readonly page: string;
  /** It was offered to a visitor who came back; it is not offered unasked again. */
  readonly offered: boolean;
}

/** The same without its numbers. */
export type UnfinishedSummary = Pick<
  UnfinishedRun,
  "id" | "link" | "steps" | "page" | "offered"
> & { readonly step: number };

/** What does not work of the storage, in a sentence for people. */
export interface StorageTrouble {
  readonly kind: "blocked" | "full";
  readonly message: string;
}

export interface RunsState {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** The run that is open now, once it is kept. */
  readonly current: string | null;
  /** Runs that can be gone on with, and the step each is at. */
  readonly unfinished: ReadonlyMap<string, number>;
  /** The one that a visitor who came back is asked about. */
  readonly offered: string | null;
  readonly trouble: StorageTrouble | null;
  /** Runs that were just deleted and can be had again. */
  readonly deleted: readonly RunSummary[];
}

/** Most runs that are pinned at once: there are no more colors to tell them by. */
export const MOST_PINNED = 6;

/** Runs of this browser. */
export interface Runs {
  readonly state: RunsState;
  /** Called after every change of `state`; returns the unsubscribe. */
  subscribe(listener: (state: RunsState) => void): () => void;
  /** A run whole; null if it is no longer there. */
  load(id: string): Promise<RunRecord | null>;
  rename(id: string, name: string): Promise<void>;
  /** Pins or unpins; false where six are pinned already. */
  pin(id: string, on: boolean): Promise<boolean>;
  /** Deletes; they can be had again with `undo` until the next deletion or `forget`. */
  remove(ids: readonly string[]): Promise<void>;
  undo(): Promise<void>;
  /** What was deleted is gone for good. */
  forget(): void;
  /** Opens its experiment and trains it anew. */
  open(id: string): Promise<void>;
  /**
   * Goes on with a run that was cut off, the offered one unless another is named; false if that cannot be done
   * exactly, and it starts again.
   */
  resume(id?: string): Promise<boolean>;
  /** Keeps the present run as it stands, now. */
  keepNow(): Promise<void>;
}
