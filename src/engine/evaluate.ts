/**
 * Passes through a model on the GPU, without gradients: in batches of fixed sizes whose buffers
 * and dispatches are made once, submitted one by one on the queue that training uses.
 */
import type { Settings } from "../experiment/config.ts";
import { MODELS } from "../model/models.ts";
import type { Mark, ParamSet } from "../model/ops.ts";
import type { DataShape } from "../model/param.ts";
import { layOut, packMatrix, packRegion, rowStride } from "./arena.ts";
import type {
  EvaluateRequest,
  Evaluation,
  Evaluator,
  PassName,
} from "./evaluator.ts";
import {
  preparePass,
  type PassModel,
  type PreparedPass,
} from "./evaluate-pass.ts";
import { EngineError } from "./errors.ts";
import type { Gpu } from "./gpu.ts";
import { cacheOf } from "./gpu-backend.ts";
import { encodeDispatch, guarded } from "./kernel-cache.ts";
import { STEP_BYTES, StepRing } from "./step-ring.ts";
import { productWeights } from "./tape-linear.ts";
import { recordPass } from "./tape-plan.ts";
import { termScalars } from "./term-scalars.ts";

/** Rows of a batch: of many rows, of a few. */
const MANY = 256;
const FEW = 32;
/** Batches in flight. */
const DEPTH = 2;

const PASSES: readonly PassName[] = ["forward", "decode", "decode2"];

/** A mappable buffer; a batch that uses it is done when `done` is. */
interface Staging {
  buffer: GPUBuffer | null;
  done: Promise<void>;
}

/** Rows [from, from + rows) of a request, and where their results go. */
interface Batch {
  readonly pass: PreparedPass;
  readonly from: number;
  readonly rows: number;
  readonly request: EvaluateRequest;
  readonly values: Partial<Record<Mark, Float32Array>>;
  readonly reconstruction: Float32Array;
}

/** Milliseconds by which work on the device outlasts what was submitted before it. */
class Stretch {
  #from = Infinity;

  /** Call right before submitting. */
  constructor(queue: GPUQueue) {
    queue.onSubmittedWorkDone().then(
      () => {
        this.#from = performance.now();
      },
      // A lost device is dealt with where results are read.
      () => undefined,
    );
  }

  get milliseconds(): number {
    return Math.max(0, performance.now() - this.#from);
  }
}

export class GpuEvaluator implements Evaluator {
  readonly #gpu: Gpu;
  readonly #model: PassModel;
  readonly #step: StepRing;
  readonly #stepGroup: GPUBindGroup;
  readonly #passes = new Map<string, Promise<PreparedPass>>();
  readonly #staging: Staging[] = Array.from({ length: DEPTH }, () => ({
    buffer: null,
    done: Promise.resolve(),
  }));
  readonly #packed: Float32Array<ArrayBuffer>;
  /** Rows on their way to a padded input. */
  #rows = new Float32Array(0);
  /** Tensors that are on the device. */
  #params: ParamSet | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #destroyed = false;

  private constructor(gpu: Gpu, model: PassModel, step: StepRing) {
    this.#gpu = gpu;
    this.#model = model;
    this.#step = step;
    this.#packed = new Float32Array(model.layout.bytes / 4);
    const resource = { buffer: step.buffer, size: STEP_BYTES };
    this.#stepGroup = gpu.device.createBindGroup({
      label: "evaluation",
      layout: cacheOf(gpu.device).stepLayout(STEP_BYTES),
      entries: [{ binding: 0, resource }],
    });
  }

  /**
   * For models of these settings' structure; passes are prepared when first asked for.
   *
   * @throws EngineError if the device has no room for its tensors
   */
  static async create(
    gpu: Gpu,
    settings: Settings,
    shape: DataShape,
  ): Promise<GpuEvaluator> {
    const model = MODELS[settings.model];
    const weights = PASSES.flatMap((pass) =>
      model[pass] ? productWeights(recordPass(settings, shape, pass, 1)) : [],
    );
    const layout = layOut(model.params(settings, shape), new Set(weights));
    const { device } = gpu;
    return guarded(device, "evaluation", () => {
      const arena = device.createBuffer({
        label: "evaluated tensors",
        size: layout.bytes,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
      });
      const step = new StepRing(device, 1, 1);
      return new GpuEvaluator(gpu, { settings, shape, layout, arena }, step);
    });
  }

  evaluate(request: EvaluateRequest): Promise<Evaluation> {
    const work = this.#queue.then(() => this.#evaluate(request));
    this.#queue = work.catch(() => undefined);
    return work;
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#params = null;
    this.#model.arena.destroy();
    this.#step.buffer.destroy();
    for (const { buffer } of this.#staging) buffer?.destroy();
    for (const made of this.#passes.values()) {
      made.then(
        (pass) => {
          pass.destroy();
        },
        () => undefined,
      );
    }
  }

  async #evaluate(request: EvaluateRequest): Promise<Evaluation> {
    this.#checkAlive();
    const { count, pass } = request;
    const values: Batch["values"] = {};
    const reconstruction = new Float32Array(count);
    let forward = false;
    let milliseconds = 0;
    try {
      this.#upload(request.params);
      let number = 0;
      for (let from = 0; from < count; number++) {
        const left = count - from;
        const size = left > MANY / 2 ? MANY : FEW;
        const prepared = await this.#prepare(pass, size);
        this.#checkAlive();
        const rows = Math.min(size, left);
        const batch = {
          pass: prepared,
          from,
          rows,
          request,
          values,
          reconstruction,
        };
        forward = prepared.nats !== null;
        if (from === 0) this.#begin(batch);
        const staging = this.#staging[number % DEPTH];
        await staging.done;
        this.#checkAlive();
        staging.done = this.#run(batch, staging).then((took) => {
          milliseconds += took;
        });
        // Whoever waits for it hears of it; nobody may before the next turn.
        staging.done.catch(() => undefined);
        from += rows;
      }
      await Promise.all(this.#staging.map(({ done }) => done));
    } catch (error) {
      await Promise.allSettled(this.#staging.map(({ done }) => done));
      for (const staging of this.#staging) staging.done = Promise.resolve();
      this.#checkAlive();
      if (error instanceof DOMException) {
        throw new EngineError("lost", "The graphics device was lost.", {
          cause: error,
        });
      }
      throw error;
    }
    return { values, ...(forward && { reconstruction }), milliseconds };
  }

  /** Room for results; marks that are tensors are there at once. */
  #begin({ pass, request, values }: Batch): void {
    const { count, read, params, pass: name } = request;
    for (const mark of read) {
      const param = pass.params.get(mark);
      const columns = param
        ? params[param].length
        : pass.marks.get(mark)?.columns;
      if (columns === undefined) {
        const known = [...pass.marks.keys(), ...pass.params.keys()].join(", ");
        throw new Error(
          `the pass "${name}" has no "${mark}"; there are: ${known}`,
        );
      }
      const all = new Float32Array(count * columns);
      values[mark] = all;
      if (!param) continue;
      for (let row = 0; row < count; row++) {
        all.set(params[param], row * columns);
      }
    }
  }

  async #prepare(pass: PassName, rows: number): Promise<PreparedPass> {
    const key = `${pass} ${rows}`;
    const known = this.#passes.get(key);
    if (known) return known;
    const cache = cacheOf(this.#gpu.device);
    const made = preparePass(this.#gpu, cache, this.#model, pass, rows);
    this.#passes.set(key, made);
    made.catch(() => this.#passes.delete(key));
    return made;
  }

  /** Submits a batch; resolves when its results are read, to what it took of the device, ms. */
  async #run(batch: Batch, staging: Staging): Promise<number> {
    const { device } = this.#gpu;
    const { pass, from, rows, request } = batch;
    this.#writeInputs(batch);
    this.#writeStep(batch);
    const marks = request.read.flatMap((name) => {
      const mark = pass.marks.get(name);
      return mark ? [{ name, ...mark }] : [];
    });
    const buffer = this.#stagingOf(staging, pass.readBytes);
    const encoder = device.createCommandEncoder({ label: "evaluation" });
    const compute = encoder.beginComputePass({ label: "evaluation" });
    compute.setBindGroup(1, this.#stepGroup, [0]);
    for (const dispatch of pass.dispatches) encodeDispatch(compute, dispatch);
    compute.end();
    let at = 0;
    for (const mark of marks) {
      const bytes = 16 * rows * rowStride(mark.columns);
      encoder.copyBufferToBuffer(mark.buffer, 0, buffer, at, bytes);
      at += bytes;
    }
    if (pass.nats) {
      const { buffer: nats, offset } = pass.nats;
      encoder.copyBufferToBuffer(nats, offset, buffer, at, 4 * rows);
      at += 4 * rows;
    }
    const stretch = new Stretch(device.queue);
    device.queue.submit([encoder.finish()]);
    await buffer.mapAsync(GPUMapMode.READ, 0, at);
    const took = stretch.milliseconds;
    const read = new Float32Array(buffer.getMappedRange(0, at));
    let start = 0;
    for (const { name, columns } of marks) {
      const width = 4 * rowStride(columns);
      const out = batch.values[name];
      for (let row = 0; row < rows; row++) {
        const begin = start + row * width;
        out?.set(read.subarray(begin, begin + columns), (from + row) * columns);
      }
      start += rows * width;
    }
    if (pass.nats) {
      batch.reconstruction.set(read.subarray(start, start + rows), from);
    }
    buffer.unmap();
    return took;
  }

  #stagingOf(staging: Staging, bytes: number): GPUBuffer {
    if (staging.buffer && staging.buffer.size >= bytes) return staging.buffer;
    staging.buffer?.destroy();
    staging.buffer = this.#gpu.device.createBuffer({
      label: "evaluation staging",
      size: bytes,
      usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    });
    return staging.buffer;
  }

  /** Rows past the end keep what they had: they have no say in the others. */
  #writeInputs({ pass, from, rows, request }: Batch): void {
    const { inputs, count } = request;
    for (const { name, columns, buffer } of pass.inputs) {
      // As in training, x is what is predicted where the data has no y of its own.
      const given = inputs[name] ?? (name === "y" ? inputs.x : undefined);
      if (given?.length !== count * columns) {
        throw new Error(
          `input "${name}": got ${given?.length ?? 0} numbers, expected ${count} x ${columns}`,
        );
      }
      const part = given.subarray(from * columns, (from + rows) * columns);
      const floats = 4 * rows * rowStride(columns);
      if (this.#rows.length < floats) this.#rows = new Float32Array(floats);
      // What other inputs left there would be padding.
      if (columns % 4 !== 0) this.#rows.fill(0, 0, floats);
      packMatrix(part, rows, columns, this.#rows);
      this.#gpu.device.queue.writeBuffer(buffer, 0, this.#rows, 0, floats);
    }
  }

  #writeStep({ from, request }: Batch): void {
    const { settings, shape } = this.#model;
    const { seed, step, settings: changed, pass } = request;
    this.#step.set(0, 0, {
      index: step,
      seed,
      slot: 0,
      count: 1,
      learningRate: 0,
      firstRow: from,
      scalars:
        pass === "forward"
          ? termScalars({ ...settings, ...changed }, shape).map(
              ({ scalars }) => scalars,
            )
          : [],
    });
    this.#step.upload(1);
  }

  #upload(params: ParamSet): void {
    if (params === this.#params) return;
    const { layout, arena } = this.#model;
    for (const region of layout.regions.values()) {
      const { name, rows, columns } = region;
      const values = params[name] as Float32Array | undefined;
      if (values?.length !== rows * columns) {
        throw new Error(
          `tensor "${name}": got ${values?.length ?? 0} numbers, expected ${rows} x ${columns}`,
        );
      }
      packRegion(values, region, this.#packed, 0);
    }
    this.#gpu.device.queue.writeBuffer(arena, 0, this.#packed);
    this.#params = params;
  }

  #checkAlive(): void {
    if (this.#destroyed) {
      throw new Error("an evaluation was left, since its evaluator is gone");
    }
  }
}
