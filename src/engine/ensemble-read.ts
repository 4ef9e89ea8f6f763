/**
 * Read-backs of a wave: the values of a few models at a time, in turn, never waited for by the
 * training; models that have ended come first.
 */
import type { ParamSet } from "../model/ops.ts";
import type { EnsembleWave } from "./ensemble-plan.ts";
import type { Part, TrainedWave } from "./ensemble-wave.ts";

/** Models of an ensemble as they were after `step` steps. */
export interface EnsembleReadback {
  /** Positions among the inputs. */
  readonly models: readonly number[];
  readonly step: number;
  /** Their last read-back: they have taken all steps. Each model has exactly one. */
  readonly ended: boolean;
  /** Tensors of `models[index]` in the data's own coordinates; only until the receiver is done. */
  params(index: number): ParamSet;
}

/** May take its time: the next read-back waits for it, the training does not. */
export type Receive = (readback: EnsembleReadback) => void | Promise<void>;

/** Between read-backs of models on their way, in ms. */
const READ_MS = 40;

interface Slice {
  readonly part: Part;
  readonly first: number;
  readonly count: number;
  /** The step last read; -1 before. */
  step: number;
}

export class WaveReader {
  readonly #device: GPUDevice;
  readonly #wave: TrainedWave;
  readonly #plan: EnsembleWave;
  readonly #receive: Receive;
  readonly #slices: readonly Slice[];
  readonly #staging: GPUBuffer;
  readonly #values: Float32Array;
  #next = 0;
  #lastRead = -Infinity;
  #reading: Promise<void> | null = null;
  #failed: { readonly error: unknown } | null = null;

  constructor(
    device: GPUDevice,
    wave: TrainedWave,
    plan: EnsembleWave,
    receive: Receive,
  ) {
    this.#device = device;
    this.#wave = wave;
    this.#plan = plan;
    this.#receive = receive;
    this.#slices = wave.parts.flatMap((part) => {
      const slices: Slice[] = [];
      for (let at = 0; at < part.count; at += plan.sliceModels) {
        const count = Math.min(plan.sliceModels, part.count - at);
        slices.push({ part, first: part.first + at, count, step: -1 });
      }
      return slices;
    });
    const models = Math.min(plan.sliceModels, plan.models.length);
    this.#values = new Float32Array(models * plan.values);
    this.#staging = device.createBuffer({
      label: "ensemble staging",
      size: this.#values.byteLength,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
  }

  /** Starts a read-back if one is due. Throws what the last one threw. */
  poll(): void {
    if (this.#failed) throw this.#failed.error;
    if (this.#reading) return;
    const slice = this.#due();
    if (!slice) return;
    this.#lastRead = performance.now();
    this.#reading = this.#read(slice)
      .catch((error: unknown) => (this.#failed = { error }))
      .then(() => {
        this.#reading = null;
      });
  }

  /** Resolves when no read-back is under way. */
  async settle(): Promise<void> {
    await this.#reading;
    if (this.#failed) throw this.#failed.error;
  }

  /** Reads all that has ended and was not read; stops between read-backs if told to. */
  async finish(cancelled: () => boolean): Promise<void> {
    for (;;) {
      await this.settle();
      if (cancelled() || !this.#slices.some((one) => this.#isEnd(one))) return;
      this.poll();
    }
  }

  destroy(): void {
    this.#staging.destroy();
  }

  #isEnd({ part, step }: Slice): boolean {
    return part.done === 0 && step < part.step && this.#wave.ended(part);
  }

  /** What to read now: ends first, else the next in turn whose models stand at one step. */
  #due(): Slice | null {
    const end = this.#slices.find((one) => this.#isEnd(one));
    if (end) return end;
    if (performance.now() - this.#lastRead < READ_MS) return null;
    const open = ({ part, step }: Slice): boolean =>
      part.done === 0 && step < part.step;
    let at = this.#slices.findIndex(
      (slice, index) => index >= this.#next && open(slice),
    );
    if (at < 0) at = this.#slices.findIndex(open);
    if (at < 0) return null;
    this.#next = at + 1;
    return this.#slices[at];
  }

  async #read(slice: Slice): Promise<void> {
    const { first, count, part } = slice;
    const { step } = part;
    const ended = this.#wave.ended(part);
    slice.step = step;
    const encoder = this.#device.createCommandEncoder({
      label: "ensemble read-back",
    });
    this.#wave.copyValues(encoder, first, count, this.#staging);
    this.#device.queue.submit([encoder.finish()]);
    const floats = count * this.#plan.values;
    await this.#staging.mapAsync(GPUMapMode.READ, 0, 4 * floats);
    this.#values.set(
      new Float32Array(this.#staging.getMappedRange(0, 4 * floats)),
    );
    this.#staging.unmap();
    await this.#receive({
      models: this.#plan.models.slice(first, first + count),
      step,
      ended,
      params: (index) => {
        const from = index * this.#plan.values;
        const values = this.#values.subarray(from, from + this.#plan.values);
        return this.#wave.params(values, first + index);
      },
    });
  }
}
