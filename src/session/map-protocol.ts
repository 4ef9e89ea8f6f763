/** What a map is and what it brings: plain data between page, worker and scripts. Types only. */
import type { ExperimentConfig } from "../experiment/config.ts";
import type { SweepField } from "./sweep-protocol.ts";

/** Values from `from` to `to`, evenly spaced on the scale; whole numbers where the field takes no others. */
export interface MapAxis {
  readonly field: SweepField;
  readonly from: number;
  readonly to: number;
  /** 2 to `MOST_CELLS`. */
  readonly count: number;
  readonly scale: "linear" | "log";
}

/** A grid of models, one or two numbers varied. Plain data. */
export interface MapSpec {
  /** Its lane A is the base of every cell. */
  readonly config: ExperimentConfig;
  /** One (a curve) or two: across, then up. */
  readonly axes: readonly MapAxis[];
  /** Steps of each model, the sharp end included; `MAP_STEPS` without it. */
  readonly steps?: number;
  /**
   * "sampled": minibatches and noise, KL weights as scheduled, as a sampled lane has them. Without
   * it the exact loss, at the KL weights of the end, wherever a model has one.
   */
  readonly estimator?: "sampled";
}

/** A number of a cell; see `MAP_NUMBERS`. */
export type MapNumber =
  "active" | "active2" | "loss" | "kl" | "kl2" | "distance" | "information";

/** Theory of all cells, in their order: the first axis moves fastest. */
export interface MapTheory {
  /** Units of each level; the most of any cell where their number is varied. */
  readonly units: readonly number[];
  /** [cells, MAP_NUMBERS]; NaN where theory says nothing. */
  readonly values: Float64Array;
  /** It is of the linear model with each cell's data and settings: of the cells' own there is none. */
  readonly linear: boolean;
}

/** Where theory's counts change, in cells: the middle of the first cell is 0, that of the next 1. */
export interface MapLines {
  /** Of each level: [segments, 4], x and y of both ends; points (y and ends alike) of a curve. */
  readonly levels: readonly Float32Array[];
  /** 1 for each cell within 2 % of a line: `NEAR` of either of its numbers crosses one. */
  readonly near: Uint8Array;
}

/** Some cells as measured, in float64 from their weights. */
export interface MapCells {
  readonly cells: Uint32Array;
  /** [cells, MAP_NUMBERS]; all NaN of a cell that diverged. */
  readonly values: Float64Array;
  /** Steps each had taken. */
  readonly steps: Uint32Array;
  /** They will not move again. */
  readonly ended: boolean;
}

export interface MapProgress {
  /** "ready": theory is there, nothing trains. */
  readonly status:
    "theory" | "ready" | "running" | "paused" | "done" | "cancelled" | "failed";
  /** Models that have taken all steps, of how many. */
  readonly done: number;
  readonly total: number;
  /** 0..1 */
  readonly fraction: number;
  /** Null while unknown. */
  readonly secondsLeft: number | null;
  /** Steps of single models a second, lately; 0 while unknown. */
  readonly modelStepsPerSecond: number;
  /** Why it failed, else empty. */
  readonly label: string;
}

/** A map is no part of the run: these concern the page whatever experiment is open. `map` is the number it was asked for with. */
export type MapEvent =
  | {
      readonly kind: "map-theory";
      readonly map: number;
      readonly theory: MapTheory;
    }
  | {
      readonly kind: "map-lines";
      readonly map: number;
      readonly lines: MapLines;
    }
  | {
      readonly kind: "map-cells";
      readonly map: number;
      readonly cells: MapCells;
    }
  | {
      readonly kind: "map-progress";
      readonly map: number;
      readonly progress: MapProgress;
    };

export interface MapApi {
  /**
   * Predicts every cell, and trains them if `train`, after pausing the run; everything comes as
   * events with the number `map`. Resolves when it is over. Replaces any map.
   */
  map(spec: MapSpec, map: number, train: boolean): Promise<void>;
  /** No model moves while it is paused. */
  pauseMap(paused: boolean): Promise<void>;
  cancelMap(): Promise<void>;
}
