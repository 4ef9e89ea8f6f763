/** How one kind of model of the exact estimator lies in the arena and what its kernel reads. */
import type { Settings } from "../experiment/config.ts";
import type { ParamSet } from "../model/ops.ts";
import type { Gpu } from "./gpu.ts";
import type { DispatchSpec } from "./kernel-cache.ts";
import type { LaneInput } from "./stepper.ts";

/** Models of one form and where the stepper put them. Offsets count floats. */
export interface EnsemblePlace {
  readonly device: GPUDevice;
  readonly inputs: readonly LaneInput[];
  /** Column of each model in the terms. */
  readonly slots: readonly number[];
  readonly arena: GPUBuffer;
  /** Where the blocks of the models start in the arena. */
  readonly offset: number;
  /** Where their work starts in the arena, behind the state of all lanes. */
  readonly work: number;
  readonly terms: {
    readonly buffer: GPUBuffer;
    readonly ring: number;
    readonly lanes: number;
  };
  /** Records of the models, and Adam's corrections. */
  readonly models: GPUBuffer;
  readonly schedule: GPUBuffer;
}

/** What trains an ensemble. */
export interface EnsembleKernel {
  readonly spec: DispatchSpec;
  /** Buffers of its own, to destroy with it. */
  readonly owned: readonly GPUBuffer[];
  /** A model's record as the kernel reads it. */
  record(model: number, settings: Settings, running: boolean): ArrayBuffer;
}

/** A kind of model at one size. */
export interface ExactForm {
  /** Lanes of equal keys are trained by the same dispatches. */
  readonly key: string;
  readonly kernel: string;
  /** Floats of a model's state: values, first and second optimizer moments. */
  readonly block: number;
  /** Floats of a model's work in the arena: constants first, then what a step computes. */
  readonly work: number;
  readonly recordBytes: number;
  /** Start of a lane, and the constants of its work; both are zero before. */
  pack(input: LaneInput, block: Float32Array, work: Float32Array): void;
  /** Tensors in the data's own coordinates. */
  params(block: Float32Array, input: LaneInput): ParamSet;
  /**
   * Roughly how long a step of so many models takes, in microseconds. Only bounds the length of a
   * dispatch; the scheduler measures what a chunk really takes.
   */
  stepMicros(tier: Gpu["tier"], models: number): number;
  open(place: EnsemblePlace): EnsembleKernel;
}

/** A storage buffer, filled. */
export function storage(
  device: GPUDevice,
  label: string,
  contents: Float32Array<ArrayBuffer> | number,
): GPUBuffer {
  const size = typeof contents === "number" ? contents : contents.byteLength;
  const buffer = device.createBuffer({
    label: `exact ${label}`,
    size: Math.max(16, size),
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
  });
  if (typeof contents !== "number")
    device.queue.writeBuffer(buffer, 0, contents);
  return buffer;
}
