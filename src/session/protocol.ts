/**
 * Every message between the page and the training worker. Types, and one constant of their layout.
 *
 * Calls go over comlink (`TrainerApi`); the worker answers with events. Expected failures are
 * events or results with a message for people; a rejected call is a bug.
 */
import type { DatasetReport } from "../data/dataset.ts";
import type {
  ExperimentConfig,
  Notice,
  Settings,
} from "../experiment/config.ts";
import type { Prediction, Verdict } from "../theory/prediction.ts";

/** Numbers a step and lane has in a `terms` event: loss, reconstruction, kl, spare. */
export const TERM_COLUMNS = 4;

export type Status =
  "loading" | "idle" | "running" | "paused" | "done" | "lost" | "failed";

export interface EngineInfo {
  readonly kind: "webgpu" | "cpu";
  /** "hardware" or "software" adapter; "cpu" for the float64 reference. */
  readonly tier: "hardware" | "software" | "cpu";
  /** Adapter's own words, e.g. "apple m2" or "google swiftshader"; "float64 on the CPU" for the reference. */
  readonly adapter: string;
  readonly selfCheck: "passed" | "failed" | "skipped";
  /** Why this engine, when it is not the first choice. */
  readonly reason?: string;
}

/** What is known of a lane's data before and during training. */
export interface DataSummary {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly rank: number;
  /** All singular values of the data (sqrt of eigenvalues), descending. */
  readonly theta: readonly number[];
  readonly image?: { readonly width: number; readonly height: number };
}

/** A lane as measured at one step, in float64 from read-back weights, over the whole data set. */
export interface LaneReadout {
  readonly step: number;
  /** Expected loss over the whole data set and its terms, true nats per example. */
  readonly loss: number;
  readonly reconstruction: number;
  readonly kl: number;
  /** Average KL of each unit, nats. */
  readonly klPerUnit: readonly number[];
  /** Average KL along each principal axis (left singular vectors of W A^(1/2)), nats, theta order. */
  readonly klPerAxis: readonly number[];
  /** Encoder std of each unit. */
  readonly std: readonly number[];
  /** Singular values of U, descending. */
  readonly omega: readonly number[];
  /** Singular values of W A^(1/2), descending. */
  readonly lambda: readonly number[];
  /** Modes with omega clearly above zero (see theory/verdict.ts). */
  readonly activeModes: number;
  /** Units that carry information: dependence on x above the dead-unit rule of theory/verdict.ts. */
  readonly activeUnits: number;
  /** Which units are dead. */
  readonly dead: readonly boolean[];
  /** Largest difference of a singular value from its prediction; NaN where there is no theory. */
  readonly distance: number;
  /** Median of recent distances: what the verdict rests on. */
  readonly recentDistance: number;
  readonly verdict: Verdict;
}

/** Inputs and reconstructions (posterior mean) of a few examples, each [count, height * width]. */
export interface ImageReadout {
  readonly step: number;
  readonly width: number;
  readonly height: number;
  readonly inputs: Float32Array;
  /** One array per lane. */
  readonly reconstructions: readonly Float32Array[];
}

export type TrainerEvent =
  | { readonly kind: "engine"; readonly engine: EngineInfo }
  | { readonly kind: "status"; readonly status: Status; readonly step: number }
  | {
      readonly kind: "progress";
      readonly label: string;
      /** 0..1 */ readonly fraction: number | null;
    }
  | { readonly kind: "notice"; readonly notice: Notice }
  /** Data and prediction of each lane are known; training can start. */
  | {
      readonly kind: "ready";
      readonly data: readonly DataSummary[];
      readonly predictions: readonly (Prediction | null)[];
    }
  /** Per-step terms since the last such event. `terms`: [steps, lanes, TERM_COLUMNS]. */
  | {
      readonly kind: "terms";
      readonly firstStep: number;
      readonly lanes: number;
      readonly terms: Float32Array;
      readonly stepsPerSecond: number;
    }
  | { readonly kind: "readout"; readonly lanes: readonly LaneReadout[] }
  | { readonly kind: "images"; readonly images: ImageReadout }
  | {
      readonly kind: "diverged";
      readonly lane: number;
      readonly step: number;
      readonly message: string;
    };

/** What travels over the event port, besides null: the page's, sent back after the events before it. */
export interface TrainerMessage {
  readonly run: number;
  readonly event: TrainerEvent;
}

export interface ImportResult {
  readonly ok: boolean;
  /** Why not, naming byte or row, when not ok. */
  readonly message?: string;
  readonly report?: DatasetReport;
  /** Why it is not the file that the open experiment asks for, while that one is missing. */
  readonly mismatch?: string;
}

export interface TrainerApi {
  /**
   * Loads data, predicts, prepares the engine; the run starts paused at step 0. Replaces any run.
   * Events of this run carry the number `run`.
   */
  open(config: ExperimentConfig, run: number): Promise<void>;
  play(): Promise<void>;
  pause(): Promise<void>;
  /** Trains exactly `count` steps, then pauses. */
  step(count: number): Promise<void>;
  setPace(stepsPerSecond: number): Promise<void>;
  /** Live change of beta, eta or learning rate; one entry per lane. */
  update(lanes: readonly Settings[]): Promise<void>;
  /** Reads a file and keeps it for `open` with a matching `data`. Never touches the running experiment. */
  importFile(file: File, labels?: File): Promise<ImportResult>;
}
