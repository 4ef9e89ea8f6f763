/**
 * The contract between the scheduler and what it drives.
 *
 * A `Stepper` holds lanes on the GPU and encodes training steps; a `Backend` is the same one
 * level up, for the GPU and for the CPU reference alike. Neither knows of time, pacing or pages.
 */
import type { ConditionMoments, Dataset, Moments } from "../data/dataset.ts";
import type { Settings } from "../experiment/config.ts";
import type { ParamSet } from "../model/ops.ts";
import type { KernelTime } from "./profile.ts";

/** Numbers recorded each step for each lane: loss, reconstruction, kl (kl1 in a hierarchical model), kl2 (0 elsewhere). */
export const TERMS = 4;

/** All that training one lane needs. */
export interface LaneInput {
  readonly settings: Settings;
  readonly data: Dataset;
  /** Examples held out of training and of the moments. */
  readonly test?: Dataset;
  /** Of x; of the residual y - B x in a conditional model. */
  readonly moments: Moments;
  /** Conditional models only. */
  readonly condition?: ConditionMoments;
  /** Initial tensors in the data's own coordinates, as float32. */
  readonly initial: ParamSet;
}

/**
 * Restorable state of a run: the concatenated arenas, as copied from the device (float32) or of
 * the reference (float64). Only the engine that took it can restore it.
 */
export interface Snapshot {
  /** Steps done when it was taken. */
  readonly step: number;
  readonly arenas: readonly (Float32Array | Float64Array)[];
}

/**
 * Tensors of a lane as they lie in an arena, and where: values start at `values` of the arena, the
 * optimizer's moments of the same entries at `first` and `second`.
 */
export interface PackedLane {
  readonly values: number;
  readonly first: number;
  readonly second: number;
  readonly entries: Float32Array | Float64Array;
}

/** What a read-back brings. */
export interface Readback {
  readonly step: number;
  /** First step (0-based) of `terms`. */
  readonly firstStep: number;
  /** [steps, lanes, TERMS], all lanes in experiment order. */
  readonly terms: Float32Array;
  /** Current tensors of each lane, in the data's own coordinates. */
  readonly params: readonly ParamSet[];
  /** The same state whole, to go on from. */
  readonly snapshot: Snapshot;
}

/** Lanes resident on the GPU. */
export interface Stepper {
  /** Experiment lanes it trains, by index. */
  readonly lanes: readonly number[];
  /** Most steps one `encode` may cover. */
  readonly maxChunk: number;
  /** Encodes steps [first, first + count); writes its own step uniforms through the queue. */
  encode(encoder: GPUCommandEncoder, first: number, count: number): void;
  /** f32 [ring, lanes, TERMS]; step s is written at s % ring. */
  readonly terms: { readonly buffer: GPUBuffer; readonly ring: number };
  /** Everything a resume needs in one buffer: parameters and optimizer moments. */
  readonly arena: { readonly buffer: GPUBuffer; readonly floats: number };
  /** Tensors of lane `slot` (position in `lanes`) out of a copy of the arena, in the data's own coordinates. */
  params(arena: Float32Array, slot: number): ParamSet;
  /** The way back of `params`; linear, so that it packs differences, too. */
  pack(params: ParamSet, slot: number): PackedLane;
  /** Settings changed while training (beta, eta, learning rate); sizes never change. */
  update(slot: number, settings: Settings): void;
  /** A stopped lane keeps its state from now on. */
  stop(slot: number): void;
  destroy(): void;
}

/** What the scheduler drives. */
export interface Backend {
  readonly maxChunk: number;
  /** Executes steps [first, first + count); resolves when they are done. Calls run in order. */
  run(first: number, count: number): Promise<void>;
  /**
   * Executes steps as `run` does, and tells how long each kernel took, the longest first. Only
   * where there are kernels to time; throws an `EngineError` without timestamps.
   */
  profile?(first: number, count: number): Promise<readonly KernelTime[]>;
  /** State after the steps run so far, terms since `since` as far as the ring still holds them. */
  read(since: number): Promise<Readback>;
  snapshot(): Promise<Snapshot>;
  restore(snapshot: Snapshot): void;
  /** Where a lane's tensors go in arena `arena` of a snapshot; linear in them. */
  pack(lane: number, params: ParamSet): PackedLane & { readonly arena: number };
  /** Tensors of every lane of a snapshot, in the data's own coordinates. */
  paramsOf(snapshot: Snapshot): readonly ParamSet[];
  update(lane: number, settings: Settings): void;
  stop(lane: number): void;
  destroy(): void;
}
