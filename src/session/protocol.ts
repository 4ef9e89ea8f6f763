/**
 * Every message between the page and the training worker. Types, and constants both sides know.
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
import type { MapApi, MapEvent } from "./map-protocol.ts";
import type { PokeReadout } from "./poke-protocol.ts";
import type { ProfileReadout } from "./profile-protocol.ts";
import type { SavedState } from "./runs-protocol.ts";
import type { SeedsReadout } from "./seeds-protocol.ts";
import type { WeightsReadout } from "./weights-protocol.ts";
import type { SweepProgress, SweepRow, SweepSpec } from "./sweep-protocol.ts";

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
  /** Columns of y in a conditional model; `columns` then counts those of x. */
  readonly outputs?: number;
  readonly rank: number;
  /** All singular values of the data (sqrt of eigenvalues), descending; those of the residual y - B x in a conditional model. */
  readonly theta: readonly number[];
  readonly image?: { readonly width: number; readonly height: number };
}

/** One level of latents as measured; singular values descending. */
export interface LevelReadout {
  readonly encoder: readonly number[];
  readonly decoder: readonly number[];
  readonly std: readonly number[];
  /** Average KL term of each unit, nats (may be negative at the first of two levels). */
  readonly klPerUnit: readonly number[];
  readonly klPerAxis: readonly number[];
  /** I(z_level; x) in nats for Gaussian x, in all. */
  readonly information: number;
  readonly activeModes: number;
  readonly activeUnits: number;
  readonly dead: readonly boolean[];
}

/**
 * A lane as measured at one step, in float64 from read-back weights, over the whole data set; that of a
 * network (`examples`) from a forward pass over some of it: it has no singular values, and its
 * units are its only modes.
 */
export interface LaneReadout {
  readonly step: number;
  /** Examples that a network was measured on; absent where moments give the expectation over all. */
  readonly examples?: number;
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
  readonly kl2: number;
  readonly levels: readonly LevelReadout[];
  /** Conditional models: ||W1 + W2 B|| and ||U2 - B|| on the range of S_xx, Frobenius, relative to ||B|| (absolute where B = 0). */
  readonly regressionGap?: {
    readonly encoder: number;
    readonly decoder: number;
  };
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
  /** Conditional models: pixels that were given (1) and those that were predicted (0). */
  readonly given?: Uint8Array;
  readonly inputs: Float32Array;
  /** One array per lane. */
  readonly reconstructions: readonly Float32Array[];
  /**
   * Reconstructions by a draw from q(z given x), one array per lane; conditional models: further
   * completions, [times * count, height * width], all examples once, then all again.
   */
  readonly draws?: readonly Float32Array[];
  /** Decoded draws from the prior, [count, height * width], one array per lane; not of conditional models. */
  readonly samples?: readonly Float32Array[];
}

/** What pictures cost is only paid while they are looked at. */
export interface PictureRequest {
  readonly images: boolean;
  /** Which lane's units are walked along, from which of the examples shown. */
  readonly traversals: {
    readonly lane: number;
    readonly example: number;
    readonly level: 1 | 2;
  } | null;
  readonly scatter: {
    readonly level: 1 | 2;
    /** Units on the two axes. */
    readonly units: readonly [number, number];
  } | null;
}

/** The output as one unit at a time goes from -3 to 3 prior stds, the others at the posterior mean. */
export interface TraversalReadout {
  readonly step: number;
  readonly lane: number;
  readonly level: 1 | 2;
  readonly width: number;
  readonly height: number;
  /** Values of a unit, in prior stds (at the first of two levels about the prior mean, both of the marginal prior). */
  readonly stops: readonly number[];
  /** [units, stops, height * width] */
  readonly images: Float32Array;
  /** Largest change of a pixel along each unit's row. */
  readonly change: readonly number[];
}

/** Posterior means of two units over some examples. */
export interface ScatterReadout {
  readonly step: number;
  readonly level: 1 | 2;
  readonly units: readonly [number, number];
  /** [examples, 2], one array per lane; empty of a lane without these units. */
  readonly points: readonly Float32Array[];
  /** One label per example. */
  readonly labels?: Uint8Array;
}

/** Mean log-likelihood of held-out examples (of all, where none are held out), nats per example. */
export interface LikelihoodReadout {
  readonly lane: number;
  readonly step: number;
  readonly on: "test" | "training";
  readonly examples: number;
  /** Importance samples for each example. */
  readonly samples: number;
  /** 0..1 */
  readonly progress: number;
  /** So far; a lower bound in expectation. NaN before the first. */
  readonly mean: number;
  /** Standard error over examples of the estimate, and its Monte Carlo part alone. */
  readonly error: number;
  readonly monteCarloError: number;
  /** Importance samples that count, of the example where fewest do: near 1, the errors mean nothing. */
  readonly effectiveSamples: number;
  /** Exact, of linear models with Gaussian likelihood. */
  readonly exact?: number;
}

/** A weight matrix as it is, for a heat map. */
export interface TensorReadout {
  /** e.g. "encW", "decU", or "V" for W A^(1/2). */
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
  /** Latents whose row (encoder) or column (decoder) is zero to within 1e-3 of the largest entry. */
  readonly zeroUnits: readonly boolean[];
  /** Which side the latents are on. */
  readonly unitAxis: "rows" | "columns";
}

/** Whole-data-set metrics of one level (theory: metrics). */
export interface LevelMetrics {
  /** Mean KL of each unit over the examples, nats. */
  readonly klPerUnit: readonly number[];
  /** (epsilon, delta)-collapse: share of collapsed units for each epsilon. */
  readonly epsilon: readonly number[];
  readonly delta: number;
  readonly collapsed: readonly number[];
  /** Burda's rule: units with Var_x[mean] > 0.01. */
  readonly activeUnitsBurda: number;
  /** The authors' rule: share of (example, unit) pairs with KL >= 0.01 nats. */
  readonly activePairs: number;
  /** Upper bound on I(x; z): half ln det(I + Sigma^-1 Cov(mean)). */
  readonly informationBound: number;
}

export interface LaneMetrics {
  readonly step: number;
  readonly levels: readonly LevelMetrics[];
  /** Exact mean log-likelihood of the linear model, nats per example; NaN for networks. */
  readonly logLikelihood: number;
  readonly computedOn: "webgpu" | "cpu";
}

export type TrainerEvent =
  | {
      readonly kind: "tensors";
      readonly step: number;
      readonly lanes: readonly (readonly TensorReadout[])[];
    }
  | { readonly kind: "metrics"; readonly lanes: readonly LaneMetrics[] }
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
      /** What theory says of the linear model with a lane's data and settings, where it says nothing of the lane itself. */
      readonly guides: readonly (Prediction | null)[];
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
  | { readonly kind: "traversals"; readonly traversals: TraversalReadout }
  | { readonly kind: "scatter"; readonly scatter: ScatterReadout }
  | { readonly kind: "likelihood"; readonly likelihood: LikelihoodReadout }
  /** Steps whose states can be looked at again, ascending. */
  | { readonly kind: "kept"; readonly steps: readonly number[] }
  /** Lanes as they were at a step that is looked at; null: the present again, as last measured. */
  | {
      readonly kind: "look";
      readonly step: number | null;
      readonly lanes: readonly LaneReadout[];
    }
  /** The run went back to `step` from step `of`, and goes on from there. */
  | { readonly kind: "branch"; readonly step: number; readonly of: number }
  /** Many seeds of a lane, under way or at an end. */
  | { readonly kind: "seeds"; readonly seeds: SeedsReadout }
  /** A poke test has begun, or its verdict is there; `budget` is the run's from now on. */
  | {
      readonly kind: "poke";
      readonly poke: PokeReadout;
      readonly budget: number;
    }
  /** A sweep is no part of the run: these two concern the page whatever experiment is open. */
  | {
      readonly kind: "sweep-row";
      readonly sweep: number;
      readonly row: SweepRow;
    }
  | {
      readonly kind: "sweep-progress";
      readonly sweep: number;
      readonly progress: SweepProgress;
    }
  | MapEvent
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

/** What a run begins with. */
export const FIRST_PICTURES: PictureRequest = {
  images: true,
  traversals: null,
  scatter: null,
};

export interface TrainerApi extends MapApi {
  /**
   * Loads data, predicts, prepares the engine; the run starts paused at step 0. Replaces any run.
   * Events of this run carry the number `run`.
   *
   * @param from a state to go on from; where this engine cannot take it up, it says so and begins at step 0
   */
  open(config: ExperimentConfig, run: number, from?: SavedState): Promise<void>;
  /** The run's latest state, to go on from; null before there is one, or if it takes more than `most` bytes. */
  save(most: number): Promise<SavedState | null>;
  play(): Promise<void>;
  pause(): Promise<void>;
  /** Trains exactly `count` steps, then pauses. */
  step(count: number): Promise<void>;
  setPace(stepsPerSecond: number): Promise<void>;
  /** Live change of beta, eta or learning rate; one entry per lane. */
  update(lanes: readonly Settings[]): Promise<void>;
  /** Computes whole-data-set metrics now; they come as an event. */
  measure(): Promise<void>;
  /** Where the run's time and memory go; it pauses for a moment. Null if there is no run. */
  profile(): Promise<ProfileReadout | null>;
  /** Which pictures are sent from now on. */
  show(request: PictureRequest): Promise<void>;
  /**
   * Estimates every lane's log-likelihood by importance sampling, at the weights as they stand; progress and
   * results come as events. Replaces an estimate under way; resolves when it is done, cancelled or failed.
   */
  estimateLikelihood(samples: number): Promise<void>;
  cancelLikelihood(): Promise<void>;
  /**
   * Revives what a lane does not use, and trains on for `steps` more (as many as the budget without);
   * beginning and verdict come as events. Resolves when it trains; nothing happens where
   * everything is in use.
   */
  poke(lane: number, steps?: number): Promise<void>;
  /** Pauses and shows the state last kept up to `step`; null, or playing on, shows the present again. */
  look(step: number | null): Promise<void>;
  /** Goes back to the state that is looked at, with the settings of now; rests there. */
  branch(): Promise<void>;
  /**
   * Pauses the run and trains so many seeds of a lane from their starts, on the lane's own data; how it goes comes as
   * events. Resolves when it is over. Replaces those under way.
   */
  seeds(lane: number, count: number): Promise<void>;
  cancelSeeds(): Promise<void>;
  /** Every tensor as it stands; null before there are any. */
  weights(): Promise<WeightsReadout | null>;
  /** Pauses the run and trains the cells; rows and progress come as events with the number `sweep`. Resolves when it is over. Replaces any sweep. */
  sweep(spec: SweepSpec, sweep: number): Promise<void>;
  cancelSweep(): Promise<void>;
  /** Rotates a lane's latents to their principal axes in what is shown (read-outs and tensors), not in training. */
  rotate(lane: number, on: boolean): Promise<void>;
  /** Reads a file and keeps it for `open` with a matching `data`. Never touches the running experiment. */
  importFile(file: File, labels?: File): Promise<ImportResult>;
}
