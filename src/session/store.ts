/**
 * The page's view of a run: immutable state for text, typed-array series for charts.
 *
 * Elements subscribe with `StoreController` (ui) to state and paint charts from `series`
 * imperatively; commands are methods. Knows protocol and experiment, nothing of Lit.
 */
import type { Landscape } from "./landscape-protocol.ts";
import type {
  ExperimentConfig,
  Notice,
  Settings,
} from "../experiment/config.ts";
import type { View, ViewKey } from "../experiment/view.ts";
import type { PokeReadout } from "./poke-protocol.ts";
import type { ProfileReadout } from "./profile-protocol.ts";
import type { Runs } from "./runs-protocol.ts";
import type { SeedsReadout } from "./seeds-protocol.ts";
import type { Prediction } from "../theory/prediction.ts";
import type { MapStore } from "./store-map.ts";
import type { WeightsReadout } from "./weights-protocol.ts";
import type { SweepStore } from "./store-sweep.ts";
import type { Classroom } from "./store-view.ts";
import type {
  DataSummary,
  EngineInfo,
  ImageReadout,
  ImportResult,
  LaneMetrics,
  LaneReadout,
  LikelihoodReadout,
  PictureRequest,
  ScatterReadout,
  Status,
  TensorReadout,
  TraversalReadout,
} from "./protocol.ts";

export interface LaneState {
  readonly settings: Settings;
  /** "A", "B", ... */
  readonly name: string;
  readonly data: DataSummary | null;
  readonly prediction: Prediction | null;
  /** One sentence on why there is no prediction, where theory has none. */
  readonly noTheory?: string | undefined;
  /** What theory says of the linear model with the same data and settings, where it says nothing of this one. */
  readonly guide: Prediction | null;
  /** Latest measurement; null before the first. */
  readonly readout: LaneReadout | null;
  /** Latest log-likelihood estimate, under way or finished; null before the first. */
  readonly likelihood: LikelihoodReadout | null;
  /** Many seeds of this lane, under way or at an end; null before, and once settings have changed. */
  readonly seeds: SeedsReadout | null;
  /** Latest poke test, under way or finished; null before the first. */
  readonly poke: PokeReadout | null;
  /** Step and message if the lane diverged. */
  readonly diverged: { readonly step: number; readonly message: string } | null;
  /** A classroom link keeps theory out of sight for now: there is no prediction here, and no verdict. */
  readonly theoryHidden?: true;
}

/** A moment worth a mark on the scrubber. */
export interface Milestone {
  readonly step: number;
  readonly lane: number;
  readonly kind:
    "unit-died" | "at-theory" | "diverged" | "changed" | "poked" | "branched";
  readonly label: string;
  /** Of units that died: their level, 1 or 2, if the model has two, and their numbers from 1. */
  readonly died?: {
    readonly level: 1 | 2 | null;
    readonly units: readonly number[];
  };
}

export interface LabState {
  readonly config: ExperimentConfig;
  readonly link: string;
  /** How the page shows it, as the link says. */
  readonly view: View;
  readonly classroom: Classroom;
  /** The link that was opened last, as it was given; what `notices` of links are about. */
  readonly given: string;
  readonly notices: readonly Notice[];
  readonly engine: EngineInfo | null;
  readonly status: Status;
  readonly step: number;
  readonly stepsPerSecond: number;
  readonly lanes: readonly LaneState[];
  /** Pictures asked for, and the latest of each kind. */
  readonly pictures: PictureRequest;
  readonly images: ImageReadout | null;
  readonly traversals: TraversalReadout | null;
  readonly scatter: ScatterReadout | null;
  /** Latest weights of each lane, for heat maps. */
  readonly tensors: readonly (readonly TensorReadout[])[];
  readonly metrics: readonly LaneMetrics[];
  readonly rotated: readonly boolean[];
  readonly milestones: readonly Milestone[];
  /** Steps whose states can be looked at again, ascending. */
  readonly kept: readonly number[];
  /** An earlier step that lanes, weights and pictures are of; null while they are of the present. */
  readonly look: number | null;
  /** Where the run went back to, and from which step; null if it never did. */
  readonly branched: { readonly step: number; readonly of: number } | null;
  readonly progress: {
    readonly label: string;
    readonly fraction: number | null;
  } | null;
  /** Title of the preset the config equals, if any. */
  readonly preset: string | null;
  /** Runs kept in this browser; null until that is known. */
  readonly runs: number | null;
}

/** Growing columns of one lane; `length` entries are valid in each. */
export interface LaneSeries {
  length: number;
  step: Float64Array;
  loss: Float32Array;
  reconstruction: Float32Array;
  kl: Float32Array;
  kl2: Float32Array;
  /** Distance has a cadence of its own (read-outs). */
  distanceLength: number;
  distanceStep: Float64Array;
  distance: Float32Array;
}

export interface LabCommands {
  /** Opens a link or config; notices say what was not used as given. */
  open(link: string): Promise<void>;
  /** What the link says of how the page shows the experiment; null says nothing. The address follows. */
  setView(key: ViewKey, value: string | null): void;
  /** Replaces the experiment; live fields of a running experiment change without a restart. */
  change(config: ExperimentConfig): void;
  play(): Promise<void>;
  pause(): Promise<void>;
  step(count: number): Promise<void>;
  restart(): Promise<void>;
  importFile(file: File, labels?: File): Promise<ImportResult>;
  /** Asks for whole-data-set metrics. */
  measure(): Promise<void>;
  /** Times the kernels of a few steps; null before there is a run. */
  profile(): Promise<ProfileReadout | null>;
  /** Which pictures are measured from now on; those no longer asked for leave the state. */
  show(request: PictureRequest): Promise<void>;
  /** Estimates every lane's log-likelihood with so many importance samples; resolves when done, cancelled or failed. */
  estimateLikelihood(samples: number): Promise<void>;
  cancelLikelihood(): Promise<void>;
  /** Revives what a lane does not use, and trains on; the verdict comes into its state. */
  poke(lane: number, steps?: number): Promise<void>;
  /** Pauses and shows the state last kept up to `step`; null shows the present again. */
  look(step: number | null): Promise<void>;
  /** Goes back to the state that is looked at, with the settings of now. */
  branch(): Promise<void>;
  /** Trains so many seeds of a lane; bands and counts come into its state. The run pauses. */
  seeds(lane: number, count: number): Promise<void>;
  cancelSeeds(): Promise<void>;
  /** Every tensor as it stands; null before the run is ready. */
  weights(): Promise<WeightsReadout | null>;
  /** Shows a lane's latents along their principal axes. */
  rotate(lane: number, on: boolean): Promise<void>;
  /** Adds a notice to those on the page. */
  tell(notice: Notice): void;
  dismissNotices(): void;
  /** What the visitor of a classroom link answered or asked to see. */
  setClassroom(change: Partial<Classroom>): void;
  /** Changes to the smaller version that a notice offered. */
  useSmaller(): void;
}

/** What ui elements are handed through context. */
export interface Store extends LabCommands {
  readonly state: LabState;
  readonly series: readonly LaneSeries[];
  /** The runs kept in this browser, loaded when first asked for; undefined where none are kept. */
  runs(): Promise<Runs> | undefined;
  /** Sweeps beside the run; they outlive it. */
  readonly sweeps: Pick<SweepStore, "state" | "subscribe" | "run" | "cancel">;
  /** Maps beside the run; they outlive it. */
  readonly maps: Pick<
    MapStore,
    "state" | "subscribe" | "run" | "pause" | "cancel"
  >;
  /** The loss along a mode, from 0, or along the one nearest to its threshold; of lanes whose theory may be seen. */
  landscapes(mode: number | null): readonly Landscape[];
  /** Called after every change of `state`; returns the unsubscribe. */
  subscribe(listener: (state: LabState) => void): () => void;
  /** Called when series grew or were reset (at most 10 times a second); returns the unsubscribe. */
  onSeries(listener: () => void): () => void;
}
