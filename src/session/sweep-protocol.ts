/** What a sweep is and what it brings: plain data between page, worker and scripts. Types only. */
import type { ExperimentConfig } from "../experiment/config.ts";
import type { LikelihoodReadout } from "./protocol.ts";

/** Numbers that a sweep can vary; "std" and "std2" are the stds of fixed encoder variances, "correlation" all of them at once. */
export type SweepField =
  | "beta"
  | "beta2"
  | "etaDec"
  | "etaEnc"
  | "latents"
  | "latents2"
  | "std"
  | "std2"
  | "correlation"
  | "freeBits"
  | "learningRate";

export interface SweepAxis {
  readonly field: SweepField;
  readonly values: readonly number[];
}

/** A grid of trainings: every combination of the axes' values, from every seed. Plain data. */
export interface SweepSpec {
  /** Its lane A is the base of every cell. */
  readonly config: ExperimentConfig;
  /** One or two. */
  readonly axes: readonly SweepAxis[];
  /** At least one; a seed decides data, start and noise. */
  readonly seeds: readonly number[];
  /** Importance samples for each test example; 0 estimates no log-likelihood. */
  readonly likelihoodSamples: number;
  /** In place of the base's step budget. */
  readonly steps?: number;
}

/** One level of latents of a trained cell. */
export interface SweepLevel {
  readonly units: number;
  /** Units in use, and of a linear model directions in use whatever units they are spread over. */
  readonly activeUnits: number;
  readonly activeModes: number;
  /** Burda's rule. */
  readonly activeUnitsBurda: number;
  /** Share of units that are (0.01, delta)-collapsed, and the share at each epsilon. */
  readonly collapsed: number;
  readonly epsilon: readonly number[];
  readonly delta: number;
  readonly collapse: readonly number[];
}

/** A trained cell, in nats per example; NaN where there is no number (it diverged, say). */
export interface SweepRow {
  /** One for each axis. */
  readonly values: readonly number[];
  readonly seed: number;
  readonly steps: number;
  readonly loss: number;
  readonly reconstruction: number;
  readonly kl: number;
  readonly kl2: number;
  readonly levels: readonly SweepLevel[];
  readonly logLikelihood: Pick<
    LikelihoodReadout,
    "on" | "examples" | "samples" | "mean" | "error" | "exact"
  > | null;
  /** Optimum of the linear model with the same data and settings; null where theory says nothing. Counts are NaN where it leaves them free. */
  readonly linear: {
    readonly activeUnits: readonly number[];
    readonly loss: number;
  } | null;
  /** First non-finite step of a cell that diverged. */
  readonly diverged: number | null;
}

export interface SweepProgress {
  readonly status: "running" | "done" | "cancelled" | "failed";
  /** Trainings finished, of how many. */
  readonly done: number;
  readonly total: number;
  /** 0..1, with those under way. */
  readonly fraction: number;
  /** Null while unknown. */
  readonly secondsLeft: number | null;
  /** What it is at, or why it failed. */
  readonly label: string;
}
