/** What a theorem says of a lane. Types only. Lists follow the data's modes, theta descending. */

/** Why a mode of a level lives or dies: it is alive iff value > threshold. Left and right are LaTeX. */
export interface Criterion {
  readonly left: string;
  readonly right: string;
  readonly value: number;
  readonly threshold: number;
  readonly alive: boolean;
}

/**
 * One level of latents at the optimum; lists in theta order, one entry per latent of the level
 * (zeros where there are fewer modes). NaN where theory leaves a value free, counts included.
 */
export interface LevelPrediction {
  /** Empty where no threshold decides (a second level that is not predicted). */
  readonly criteria: readonly Criterion[];
  /** Singular values of the encoder: W A^(1/2) (W1 A^(1/2), W2 E^(1/2)), or W2 at level 2. */
  readonly encoder: readonly number[];
  /** Singular values of the decoder: U (U1), or U2 at level 2. */
  readonly decoder: readonly number[];
  readonly std: readonly number[];
  /** Average KL terms in nats; those of a first level of two may be negative. */
  readonly klPerUnit: readonly number[];
  readonly kl: number;
  /** Information about x, I(z_i; x) in nats for Gaussian x. */
  readonly information: readonly number[];
  readonly unitsAligned: boolean;
  /** Latents whose mode is alive (the decoder uses it). */
  readonly activeUnits: number;
  readonly collapsedUnits: number;
}

/**
 * For a hierarchical model `omega` is that of U2 and `lambda` that of W1 A^(1/2), as in the
 * paper; `threshold`, `std`, `klPerUnit` and the counts are those of level 1. `levels` has all.
 */
export interface Prediction {
  /**
   * "optimum": everything is predicted; "continuum": many minimizers of one loss, only the loss and
   * level 1's fractions are; "unbounded": the loss has no minimum (`loss` is -Infinity).
   */
  readonly kind: "optimum" | "continuum" | "unbounded";
  /** One sentence for people where something of the optimum is not predicted. */
  readonly note?: string;
  readonly levels: readonly LevelPrediction[];
  /** Data singular values of the first k modes (zero-padded when k exceeds the rank). */
  readonly theta: readonly number[];
  /** A mode survives iff theta_i > threshold_i. */
  readonly threshold: readonly number[];
  /** Singular values of the decoder U (hierarchical: of U2, one per mode of theta). */
  readonly omega: readonly number[];
  /** Singular values of W A^(1/2), paired with theta (not sorted). */
  readonly lambda: readonly number[];
  /** Encoder std paired with mode i. */
  readonly std: readonly number[];
  /** Average KL in nats along mode i. */
  readonly klPerUnit: readonly number[];
  /**
   * Whether theory says that each mode ends on a unit of its own (learnable, or distinct fixed
   * stds). If false only the sum of `klPerUnit` is fixed, not its split over units.
   */
  readonly unitsAligned: boolean;
  readonly activeUnits: number;
  readonly collapsedUnits: number;
  /** Minimal loss and its terms, true nats per example. */
  readonly loss: number;
  readonly reconstruction: number;
  readonly kl: number;
  /** Second level's KL; 0 elsewhere. */
  readonly kl2: number;
  /** Where the statement is proven, for citation. */
  readonly source: string;
}

/**
 * "unbounded": the loss has no minimum, so no state of training is at theory or away from it;
 * "no-theory": no theorem covers the lane.
 */
export type Verdict =
  | "waiting"
  | "settling"
  | "at-theory"
  | "away"
  | "diverged"
  | "unbounded"
  | "no-theory";
