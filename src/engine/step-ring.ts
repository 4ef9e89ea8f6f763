/**
 * The `step` uniform of many steps at once (`shaders/lib/step.wgsl`): one 256-byte slot per step
 * of a chunk and lane, filled on the CPU and sent with a single write.
 */

/** Names of the struct's fields, for `defineKernel`. */
export const STEP_FIELDS = [
  "index",
  "seed",
  "slot",
  "position",
  "learningRate",
  "correction1",
  "correction2",
  "count",
  "firstRow",
  "scalars",
] as const;

/** Parts the loss of a model may have. */
export const MAX_SCALARS = 8;

/** Bytes of the struct and of a slot (the alignment of dynamic offsets). */
export const STEP_BYTES = 48 + 16 * MAX_SCALARS;
export const SLOT_BYTES = 256;

/** What one step of one lane is told. */
export interface StepValues {
  /** 0-based. */
  readonly index: number;
  readonly seed: number;
  /** Where in the terms ring the step's terms go. */
  readonly slot: number;
  /** Steps that a kernel which makes several is to make from here on. */
  readonly count: number;
  readonly learningRate: number;
  /** What rows are counted from in draws of latent noise; 0 by default. */
  readonly firstRow?: number;
  /** (variance, weight, free bits) of each part of the loss. */
  readonly scalars: readonly (readonly [number, number, number?])[];
}

const BETA1 = 0.9;
const BETA2 = 0.999;

/** Slots of up to `steps` steps of `lanes` lanes. */
export class StepRing {
  readonly buffer: GPUBuffer;
  readonly lanes: number;
  readonly #device: GPUDevice;
  readonly #bytes: ArrayBuffer;
  readonly #floats: Float32Array;
  readonly #words: Uint32Array;

  constructor(device: GPUDevice, steps: number, lanes: number) {
    this.#device = device;
    this.lanes = lanes;
    this.#bytes = new ArrayBuffer(SLOT_BYTES * steps * lanes);
    this.#floats = new Float32Array(this.#bytes);
    this.#words = new Uint32Array(this.#bytes);
    this.buffer = device.createBuffer({
      label: "steps",
      size: this.#bytes.byteLength,
      usage:
        GPUBufferUsage.UNIFORM |
        GPUBufferUsage.STORAGE |
        GPUBufferUsage.COPY_DST,
    });
  }

  /** Dynamic offset of a slot, in bytes. */
  offset(position: number, lane: number): number {
    return SLOT_BYTES * (position * this.lanes + lane);
  }

  /** Fills the slot of the chunk's step `position`. */
  set(position: number, lane: number, values: StepValues): void {
    const at = this.offset(position, lane) / 4;
    const t = values.index + 1;
    this.#words[at] = values.index;
    this.#words[at + 1] = values.seed;
    this.#words[at + 2] = values.slot;
    this.#words[at + 3] = position * this.lanes + lane;
    this.#floats[at + 4] = values.learningRate;
    this.#floats[at + 5] = 1 / (1 - BETA1 ** t);
    this.#floats[at + 6] = 1 / (1 - BETA2 ** t);
    this.#words[at + 7] = values.count;
    this.#words[at + 8] = values.firstRow ?? 0;
    for (let i = 0; i < values.scalars.length; i++) {
      const [variance, weight, freeBits = 0] = values.scalars[i];
      this.#floats[at + 12 + 4 * i] = variance;
      this.#floats[at + 13 + 4 * i] = weight;
      this.#floats[at + 14 + 4 * i] = freeBits;
    }
  }

  /** Sends the first `steps` steps' slots. */
  upload(steps: number): void {
    const bytes = SLOT_BYTES * steps * this.lanes;
    this.#device.queue.writeBuffer(this.buffer, 0, this.#bytes, 0, bytes);
  }
}
