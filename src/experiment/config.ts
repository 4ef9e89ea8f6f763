/**
 * What an experiment is: one plain, complete, immutable object.
 *
 * Types only; the table of fields, validation and the link codec build on them
 * (`fields.ts`, `schema.ts`, `link.ts`). Nothing here knows of GPUs or pages.
 */

/** VAE; conditional VAE (y given x); two-level Markovian hierarchical VAE. Linear unless `network` says otherwise. */
export type ModelKind = "vae" | "cvae" | "mhvae";

/** What a conditional model is given (x) and what it predicts (y). */
export type Condition =
  /** Gaussian x of the same dimension as y, with correlation `Settings.correlation`; spectrum data only. */
  | { readonly kind: "correlated" }
  /** Images: x is the lower left quadrant, y the other three (the paper's task). */
  | { readonly kind: "quarter" }
  /** Images: x is the left half, y the right half. */
  | { readonly kind: "half" }
  /** Tables: x is these columns (0-based, ascending), y all others. */
  | { readonly kind: "columns"; readonly columns: readonly number[] };

/** Where the examples come from. Every kind but `file` is drawn by the program itself. */
export type DataSource =
  | {
      readonly kind: "spectrum";
      /** sqrt of the eigenvalues of the second-moment matrix, descending, at least one positive. */
      readonly theta: readonly number[];
    }
  | { readonly kind: "digits8" }
  | { readonly kind: "digits28" }
  | {
      readonly kind: "file";
      readonly name: string;
      /** Size of the file as read, in bytes. */
      readonly bytes: number;
      /** First 16 hex digits of the SHA-256 of the file as read. */
      readonly hash: string;
    };

/**
 * Standard deviations of q(z given x). Learnable: one of each latent, the same for all inputs. Fixed: a list of
 * one entry (isotropic) or one per latent. Predicted: a log-variance head of the encoder network, amortised.
 */
export type EncoderVariance =
  | { readonly kind: "learnable"; /** initial std */ readonly std: number }
  | { readonly kind: "predicted"; /** initial std */ readonly std: number }
  | { readonly kind: "fixed"; readonly std: readonly number[] };

/**
 * What maps are made of. Dense: hidden layers of these widths, from the input on in an encoder,
 * in reverse in a decoder; none is the linear model. Conv (images): strided 4 x 4
 * convolutions to these channels, each halving the sides, then dense hidden layers; decoders mirror it.
 * The maps between two levels are dense with the same hidden widths.
 */
export type Network =
  | { readonly kind: "dense"; readonly hidden: readonly number[] }
  | {
      readonly kind: "conv";
      readonly channels: readonly number[];
      readonly hidden: readonly number[];
    };

/** Of hidden units. */
export type HiddenActivation = "relu" | "tanh" | "gelu";

/** What the KL weights are multiplied with as training goes on. */
export type KlSchedule =
  | { readonly kind: "constant" }
  /** From 0 to 1 over the first `steps` (Bowman et al., "Generating sentences from a continuous space", 2016). */
  | { readonly kind: "warmup"; readonly steps: number }
  /** From 0 to 1 over the first `ramp` of every `period`, then 1 (Fu et al., "Cyclical annealing schedule", 2019). */
  | {
      readonly kind: "cyclical";
      readonly period: number;
      readonly ramp: number;
    }
  /** Straight lines between (step, factor), steps ascending; constant before the first and after the last. */
  | {
      readonly kind: "points";
      readonly points: readonly (readonly [step: number, factor: number])[];
    };

export interface Optimizer {
  readonly kind: "adam" | "sgd";
  readonly learningRate: number;
}

/**
 * Every setting of one lane. Fields that all lanes must share (`seed`, `steps`,
 * `pace`) are marked so in `FIELDS`.
 */
export interface Settings {
  readonly model: ModelKind;
  readonly data: DataSource;
  /** Examples drawn, for data the program draws itself; ignored for files. */
  readonly rows: number;
  /** What is done to the columns before anything else. */
  readonly scaling: "none" | "center" | "standardize" | "binarize";
  /** Share of the examples held out of training, for test log-likelihood; 0 holds out none. */
  readonly testShare: number;
  readonly network: Network;
  readonly activation: HiddenActivation;
  /**
   * How a conditional model's networks take two inputs (cvae with hidden layers): in one network, or
   * each in one of its own whose outputs are added (the paper's advice against collapse).
   */
  readonly maps: "joint" | "separate";
  /** Of x given z (y given x and z); Bernoulli takes pixels in 0..1 and has no `etaDec`. */
  readonly likelihood: "gaussian" | "bernoulli";
  /** Number of latent units k. */
  readonly latents: number;
  readonly beta: number;
  /** Multiplies beta and beta2 (sampled estimator). */
  readonly klSchedule: KlSchedule;
  /**
   * Nats of each latent's minibatch KL that cost nothing: max(freeBits, KL_i) is what is minimized (sampled
   * estimator; of two levels the second; Kingma et al., "Improved variational inference with inverse
   * autoregressive flow", 2016).
   */
  readonly freeBits: number;
  readonly etaDec: number;
  readonly etaEnc: number;
  /** Of q(z given x); of the first level q(z1 given x) in a hierarchical model. */
  readonly encoderVariance: EncoderVariance;
  /** Latent units of the second level (mhvae). */
  readonly latents2: number;
  /** KL weight of the second level (mhvae); `beta` is that of the first. */
  readonly beta2: number;
  /** Of q(z2 given z1) (mhvae). */
  readonly encoderVariance2: EncoderVariance;
  /** What is given and what is predicted (cvae). */
  readonly condition: Condition;
  /** Correlation of each coordinate of x and y in data's eigenbasis, one entry for all or one per theta, each -1..1 (cvae, spectrum data). */
  readonly correlation: readonly number[];
  /** Free biases in encoder and decoder; moments are centered then (theory: centered moments). */
  readonly biases: boolean;
  readonly estimator: "sampled" | "exact";
  readonly optimizer: Optimizer;
  readonly batchSize: number;
  /** Std of the initial weights. */
  readonly initScale: number;
  readonly seed: number;
  /** Step budget. */
  readonly steps: number;
  /** Steps per second; 0 runs as fast as the device allows. */
  readonly pace: number;
}

/** A lane's difference from the base settings. */
export type LaneDifference = Partial<Settings>;

/** A base and the lanes compared, each a difference from it (two by default, one to six). */
export interface ExperimentConfig {
  readonly base: Settings;
  readonly lanes: readonly LaneDifference[];
}

/** The complete settings of lane `index`. */
export function laneSettings(
  config: ExperimentConfig,
  index: number,
): Settings {
  return { ...config.base, ...config.lanes[index] };
}

/** All lanes' complete settings. */
export function allLanes(config: ExperimentConfig): Settings[] {
  return config.lanes.map((_, index) => laneSettings(config, index));
}

/** Something the user gave that is not used as given; never silent, never an exception. */
export interface Notice {
  readonly code:
    | "clamped"
    | "unknown"
    | "invalid"
    | "missing"
    | "cut"
    | "newer"
    | "file"
    | "engine"
    | "run";
  /** Key or title of the field concerned, if one is. */
  readonly field?: string;
  readonly given?: string;
  readonly used?: string;
  /** One sentence for people. */
  readonly message: string;
  /** What the page offers to do about it: train a smaller version of the experiment, go on with a run that was cut off. */
  readonly action?: "smaller" | "resume";
}
