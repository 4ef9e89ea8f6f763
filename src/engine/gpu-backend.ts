/**
 * The lanes of an experiment on one GPU device: steppers side by side, one submit per chunk,
 * read-backs through staging buffers that are made once.
 *
 * Knows neither time nor pages; the scheduler decides when to run and read.
 */
import type { Settings } from "../experiment/config.ts";
import type { ParamSet } from "../model/ops.ts";
import { createExactStepper } from "./exact-stepper.ts";
import type { Gpu } from "./gpu.ts";
import { KernelCache } from "./kernel-cache.ts";
import { profile, type KernelTime } from "./profile.ts";
import { createSampledStepper } from "./sampled-stepper.ts";
import {
  TERMS,
  type Backend,
  type LaneInput,
  type PackedLane,
  type Readback,
  type Snapshot,
  type Stepper,
} from "./stepper.ts";

interface Part {
  readonly stepper: Stepper;
  readonly staging: Staging;
}

/** A mappable copy of a stepper's terms ring and arena; free when no read holds it. */
class Staging {
  readonly #device: GPUDevice;
  readonly #bytes: number;
  readonly #free: GPUBuffer[] = [];
  readonly #all: GPUBuffer[] = [];

  constructor(device: GPUDevice, bytes: number) {
    this.#device = device;
    this.#bytes = bytes;
  }

  take(): GPUBuffer {
    const free = this.#free.pop();
    if (free) return free;
    const buffer = this.#device.createBuffer({
      label: "staging",
      size: this.#bytes,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    this.#all.push(buffer);
    return buffer;
  }

  release(buffer: GPUBuffer): void {
    buffer.unmap();
    this.#free.push(buffer);
  }

  destroy(): void {
    for (const buffer of this.#all) buffer.destroy();
  }
}

const caches = new WeakMap<GPUDevice, KernelCache>();

/** One cache a device: a restart or another experiment compiles nothing twice. */
export function cacheOf(device: GPUDevice): KernelCache {
  const cache = caches.get(device) ?? new KernelCache(device);
  caches.set(device, cache);
  return cache;
}

export class GpuBackend implements Backend {
  readonly maxChunk: number;
  readonly #gpu: Gpu;
  readonly #parts: readonly Part[];
  readonly #laneCount: number;
  /** Where a lane lives: its part and the slot in it. */
  readonly #home = new Map<number, { part: Part; slot: number }>();
  #step = 0;

  private constructor(
    gpu: Gpu,
    steppers: readonly Stepper[],
    laneCount: number,
  ) {
    this.#gpu = gpu;
    this.#laneCount = laneCount;
    this.#parts = steppers.map((stepper) => ({
      stepper,
      staging: new Staging(
        gpu.device,
        termsBytes(stepper) + stepper.arena.floats * 4,
      ),
    }));
    for (const part of this.#parts) {
      part.stepper.lanes.forEach((lane, slot) =>
        this.#home.set(lane, { part, slot }),
      );
    }
    this.maxChunk = Math.min(...steppers.map((stepper) => stepper.maxChunk));
  }

  /** Builds the steppers the lanes need: one for all sampled lanes, one for all exact lanes. */
  static async create(
    gpu: Gpu,
    inputs: readonly LaneInput[],
  ): Promise<GpuBackend> {
    const numbered = inputs.map((input, lane) => ({ lane, input }));
    const sampled = numbered.filter(
      ({ input }) => input.settings.estimator === "sampled",
    );
    const exact = numbered.filter(
      ({ input }) => input.settings.estimator === "exact",
    );
    const options = { cache: cacheOf(gpu.device) };
    const steppers = await Promise.all([
      ...(sampled.length > 0
        ? [createSampledStepper(gpu, sampled, options)]
        : []),
      ...(exact.length > 0 ? [createExactStepper(gpu, exact, options)] : []),
    ]);
    return new GpuBackend(gpu, steppers, inputs.length);
  }

  async run(first: number, count: number): Promise<void> {
    const encoder = this.#gpu.device.createCommandEncoder({ label: "chunk" });
    for (const { stepper } of this.#parts)
      stepper.encode(encoder, first, count);
    this.#gpu.device.queue.submit([encoder.finish()]);
    this.#step = first + count;
    await this.#gpu.device.queue.onSubmittedWorkDone();
  }

  async profile(first: number, count: number): Promise<readonly KernelTime[]> {
    const times = await profile(this.#gpu.device, (encoder) => {
      for (const { stepper } of this.#parts)
        stepper.encode(encoder, first, count);
    });
    this.#step = first + count;
    return times;
  }

  async read(since: number): Promise<Readback> {
    const step = this.#step;
    const ring = Math.min(
      ...this.#parts.map(({ stepper }) => stepper.terms.ring),
    );
    const firstStep = Math.max(since, step - ring, 0);
    const terms = new Float32Array(
      (step - firstStep) * this.#laneCount * TERMS,
    );
    const params: Readback["params"][number][] = [];
    const reads = this.#parts.map((part) => this.#copy(part, true));
    for (const [index, part] of this.#parts.entries()) {
      const { terms: from, arena } = await reads[index];
      unpackTerms(part.stepper, from, firstStep, step, this.#laneCount, terms);
      part.stepper.lanes.forEach((lane, slot) => {
        params[lane] = part.stepper.params(arena, slot);
      });
    }
    const arenas = (await Promise.all(reads)).map(({ arena }) => arena);
    return { step, firstStep, terms, params, snapshot: { step, arenas } };
  }

  async snapshot(): Promise<Snapshot> {
    const step = this.#step;
    const copies = await Promise.all(
      this.#parts.map((part) => this.#copy(part, false)),
    );
    return { step, arenas: copies.map(({ arena }) => arena) };
  }

  restore(snapshot: Snapshot): void {
    this.#parts.forEach(({ stepper }, index) => {
      const arena = snapshot.arenas[index];
      if (arena.length !== stepper.arena.floats) {
        throw new Error(
          `snapshot arena ${index} has ${arena.length} floats, expected ${stepper.arena.floats}`,
        );
      }
      this.#gpu.device.queue.writeBuffer(
        stepper.arena.buffer,
        0,
        arena.buffer,
        arena.byteOffset,
        arena.byteLength,
      );
    });
    this.#step = snapshot.step;
  }

  pack(lane: number, params: ParamSet): PackedLane & { arena: number } {
    const { part, slot } = this.#locate(lane);
    return {
      arena: this.#parts.indexOf(part),
      ...part.stepper.pack(params, slot),
    };
  }

  paramsOf({ arenas }: Snapshot): readonly ParamSet[] {
    return Array.from({ length: this.#laneCount }, (_, lane) => {
      const { part, slot } = this.#locate(lane);
      const arena = arenas[this.#parts.indexOf(part)];
      return part.stepper.params(arena as Float32Array, slot);
    });
  }

  update(lane: number, settings: Settings): void {
    const { part, slot } = this.#locate(lane);
    part.stepper.update(slot, settings);
  }

  stop(lane: number): void {
    const { part, slot } = this.#locate(lane);
    part.stepper.stop(slot);
  }

  destroy(): void {
    for (const { stepper, staging } of this.#parts) {
      stepper.destroy();
      staging.destroy();
    }
  }

  #locate(lane: number): { part: Part; slot: number } {
    const home = this.#home.get(lane);
    if (!home) throw new Error(`no lane ${lane} among ${this.#laneCount}`);
    return home;
  }

  /** Copies terms (if asked) and arena as of the work submitted so far. */
  async #copy(
    { stepper, staging }: Part,
    withTerms: boolean,
  ): Promise<{ terms: Float32Array; arena: Float32Array }> {
    const head = withTerms ? termsBytes(stepper) : 0;
    const size = head + stepper.arena.floats * 4;
    const buffer = staging.take();
    const encoder = this.#gpu.device.createCommandEncoder({
      label: "read-back",
    });
    if (withTerms)
      encoder.copyBufferToBuffer(stepper.terms.buffer, 0, buffer, 0, head);
    encoder.copyBufferToBuffer(
      stepper.arena.buffer,
      0,
      buffer,
      head,
      size - head,
    );
    this.#gpu.device.queue.submit([encoder.finish()]);
    await buffer.mapAsync(GPUMapMode.READ, 0, size);
    const all = new Float32Array(buffer.getMappedRange(0, size).slice(0));
    staging.release(buffer);
    return { terms: all.subarray(0, head / 4), arena: all.slice(head / 4) };
  }
}

function termsBytes(stepper: Stepper): number {
  return stepper.terms.ring * stepper.lanes.length * TERMS * 4;
}

/** Unrolls a stepper's ring into the experiment's [steps, lanes, TERMS]. */
function unpackTerms(
  stepper: Stepper,
  ring: Float32Array,
  firstStep: number,
  endStep: number,
  laneCount: number,
  out: Float32Array,
): void {
  const width = stepper.lanes.length * TERMS;
  for (let step = firstStep; step < endStep; step++) {
    const from = (step % stepper.terms.ring) * width;
    const to = (step - firstStep) * laneCount * TERMS;
    stepper.lanes.forEach((lane, slot) => {
      for (let term = 0; term < TERMS; term++) {
        out[to + lane * TERMS + term] = ring[from + slot * TERMS + term];
      }
    });
  }
}
