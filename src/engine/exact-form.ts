/** How one kind of model of the exact estimator lies in the arena and what its kernel reads. */
import type { Settings } from "../experiment/config.ts";
import type { ParamSet } from "../model/ops.ts";
import type { StartCache } from "./exact-basis.ts";
import type { Gpu } from "./gpu.ts";
import type { DispatchSpec } from "./kernel-cache.ts";
import type { LaneInput } from "./stepper.ts";

/** Models of one form and where their holder put them. Offsets count floats of the arena. */
export interface EnsemblePlace {
  readonly device: GPUDevice;
  readonly inputs: readonly LaneInput[];
  /** Column of each model in the terms. */
  readonly slots: readonly number[];
  readonly arena: GPUBuffer;
  /** Where the blocks of the models start in the arena. */
  readonly offset: number;
  /** Where the constants of each model's data start, behind the state of all lanes. */
  readonly constants: readonly number[];
  /** Where the work of the models starts, behind the constants. */
  readonly work: number;
  readonly terms: {
    readonly buffer: GPUBuffer;
    readonly ring: number;
    readonly lanes: number;
    /** False: nobody reads them, and a kernel may leave them out. */
    readonly recorded: boolean;
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

/** A kind of model at one size. Sizes count floats. */
export interface ExactForm {
  /** Lanes of equal keys are trained by the same dispatches. */
  readonly key: string;
  readonly kernel: string;
  /** Of a model's values: the first third of its block. */
  readonly values: number;
  /** Of a model's state: values, first and second optimizer moments. */
  readonly block: number;
  /** Of what models on the same data share in the arena. */
  readonly constants: number;
  /** Of what a step computes for a model, in the arena and in a buffer of the kernel's own. */
  readonly work: number;
  readonly scratch: number;
  /** Of what models on the same data share in a buffer of the kernel's own. */
  readonly shared: number;
  readonly recordBytes: number;
  /** Start of a lane; `values` is zero before. */
  pack(input: LaneInput, values: Float32Array, starts: StartCache): void;
  /** What the kernel must know of a lane's data; `constants` is zero before. */
  packConstants(input: LaneInput, constants: Float32Array): void;
  /** Tensors in the data's own coordinates, from the values of a model. */
  params(values: Float32Array, input: LaneInput): ParamSet;
  /**
   * Roughly how long a step of so many models takes, in microseconds. Only bounds the length of a
   * dispatch until it has been measured.
   */
  stepMicros(tier: Gpu["tier"], models: number): number;
  /** Steps for which a dispatch pays, where it loads and stores a model's whole state. */
  readonly stretch: number;
  open(place: EnsemblePlace): EnsembleKernel;
}

/** What tells the data of two lanes apart. */
export function dataOf({ moments, condition }: LaneInput): object {
  return condition ?? moments;
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
