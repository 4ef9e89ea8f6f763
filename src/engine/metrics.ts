/** Counts of each unit's KL over a whole data set, on the GPU (`kernels/kl-metrics.ts`). */
import type { Dataset } from "../data/dataset.ts";
import { rowStride } from "./arena.ts";
import type { Gpu } from "./gpu.ts";
import {
  encodeDispatch,
  guarded,
  type Dispatch,
  type KernelCache,
} from "./kernel-cache.ts";
import { KL_METRICS_ROWS, klMetrics } from "./kernels/kl-metrics.ts";
import { residentMatrix, type ResidentMatrix } from "./resident.ts";

/** Unit i at the example u, x or (x; y), has 1/2 [ (M u + b)_i^2 / scale + c_i ] nats. */
export interface UnitKl {
  readonly units: number;
  readonly inputs: number;
  /** M, [units, inputs] */
  readonly map: Float64Array;
  /** b, [units] */
  readonly offset: Float64Array;
  readonly scale: number;
  /** c, [units] */
  readonly constants: Float64Array;
}

/** What is counted over the examples, by unit. */
export interface UnitCounts {
  rows: number;
  /** Sum of KL, [units]. */
  readonly sum: Float64Array;
  /** Examples with a KL below each epsilon, [units, epsilons]. */
  readonly below: Float64Array;
  /** Examples with a KL of the threshold or more, [units]. */
  readonly active: Float64Array;
}

export interface CountedData extends Pick<
  Dataset,
  "name" | "rows" | "columns" | "y"
> {
  readonly x: Float32Array;
}

/** Multiply-adds of a dispatch: tens of milliseconds on a software adapter. */
const WORK = 2 ** 24;
/** Examples of a dispatch at most, which bounds its workgroups and its sums. */
const MAX_ROWS = 2 ** 13;
/** Dispatches submitted before training gets a turn; software adapters take long over one. */
const BATCH = { software: 1, hardware: 16 };

interface Buffers {
  readonly map: GPUBuffer;
  readonly units: GPUBuffer;
  readonly epsilons: GPUBuffer;
  readonly sums: GPUBuffer;
  readonly histogram: GPUBuffer;
  readonly staging: GPUBuffer;
}

export class GpuMetrics {
  readonly #gpu: Gpu;
  readonly #cache: KernelCache;
  readonly #data: CountedData;
  readonly #x: ResidentMatrix;
  readonly #y: ResidentMatrix | null;
  readonly #work: number;

  private constructor(
    gpu: Gpu,
    cache: KernelCache,
    data: CountedData,
    matrices: { x: ResidentMatrix; y: ResidentMatrix | null },
    work: number,
  ) {
    this.#gpu = gpu;
    this.#cache = cache;
    this.#data = data;
    this.#x = matrices.x;
    this.#y = matrices.y;
    this.#work = work;
  }

  /**
   * Uploads `data`, unless a training has it on the device already.
   *
   * @param work multiply-adds of a dispatch at most
   * @throws EngineError if the device has no room for it
   */
  static async create(
    gpu: Gpu,
    cache: KernelCache,
    data: CountedData,
    work = WORK,
  ): Promise<GpuMetrics> {
    const { name, rows, columns, x, y } = data;
    const held: ResidentMatrix[] = [];
    const hold = (label: string, values: Float32Array, width: number) => {
      const matrix = residentMatrix(gpu.device, label, values, rows, width);
      held.push(matrix);
      return matrix;
    };
    try {
      const matrices = await guarded(gpu.device, `data ${name}`, () => ({
        x: hold(`data ${name}`, x, columns),
        y: y ? hold(`data ${name}, y`, y.values, y.outputs) : null,
      }));
      return new GpuMetrics(gpu, cache, data, matrices, work);
    } catch (error) {
      for (const matrix of held) matrix.release();
      throw error;
    }
  }

  /**
   * Counts all examples: KLs in float32, sums of four of them; all else exact or in float64.
   *
   * @param epsilons ascending
   * @param threshold KL from which an example is active, nats
   * @throws EngineError if the device refuses it, Error if a KL is not finite in float32
   */
  async count(
    form: UnitKl,
    epsilons: readonly number[],
    threshold: number,
  ): Promise<UnitCounts> {
    const { rows } = this.#data;
    const perDispatch = this.#rowsOfDispatch(form);
    const perBatch = perDispatch * BATCH[this.#gpu.tier];
    const buffers = await this.#createBuffers(
      form,
      epsilons,
      Math.ceil(Math.min(rows, perBatch) / KL_METRICS_ROWS),
    );
    try {
      const sum = new Float64Array(form.units);
      for (let first = 0; first < rows; first += perBatch) {
        const end = Math.min(rows, first + perBatch);
        await this.#submit(form, threshold, buffers, first, end, perDispatch);
        const slices = Math.ceil((end - first) / KL_METRICS_ROWS);
        await this.#addSums(buffers, slices, sum);
      }
      if (!sum.every(Number.isFinite))
        throw new Error("a KL is too large for float32");
      return {
        rows,
        sum,
        ...(await this.#readCounts(buffers, form, epsilons)),
      };
    } finally {
      for (const buffer of Object.values(buffers) as GPUBuffer[])
        buffer.destroy();
    }
  }

  /** Gives the data back; counts under way fail. */
  destroy(): void {
    this.#x.release();
    this.#y?.release();
  }

  #rowsOfDispatch({ units, inputs }: UnitKl): number {
    const most = Math.min(this.#work / (units * inputs), MAX_ROWS);
    return KL_METRICS_ROWS * Math.max(1, Math.floor(most / KL_METRICS_ROWS));
  }

  #createBuffers(
    form: UnitKl,
    epsilons: readonly number[],
    slices: number,
  ): Promise<Buffers> {
    const { device } = this.#gpu;
    const create = (label: string, size: number, usage: number) =>
      device.createBuffer({ label: `metrics ${label}`, size, usage });
    const filled = (label: string, values: Float32Array<ArrayBuffer>) => {
      const buffer = create(
        label,
        values.byteLength,
        GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
      );
      device.queue.writeBuffer(buffer, 0, values);
      return buffer;
    };
    const out = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    const sumsBytes = 16 * slices * rowStride(form.units);
    const countsBytes = 4 * form.units * (epsilons.length + 2);
    return guarded(device, "metrics", () => ({
      map: filled("map", this.#packMap(form)),
      units: filled("units", packUnits(form)),
      epsilons: filled("epsilons", new Float32Array(epsilons)),
      sums: create("sums", sumsBytes, out),
      histogram: create("histogram", countsBytes, out),
      staging: create(
        "staging",
        Math.max(sumsBytes, countsBytes),
        GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      ),
    }));
  }

  /** M^T with the padding of x, of y and of the units. */
  #packMap({ units, inputs, map }: UnitKl): Float32Array<ArrayBuffer> {
    const { columns, y } = this.#data;
    const own = columns + (y?.outputs ?? 0);
    if (inputs !== own)
      throw new Error(`the map takes ${inputs} inputs, the data have ${own}`);
    const width = 4 * rowStride(units);
    const yFrom = 4 * rowStride(columns);
    const height = yFrom + 4 * rowStride(y?.outputs ?? 0);
    const packed = new Float32Array(height * width);
    for (let c = 0; c < inputs; c++) {
      const row = c < columns ? c : yFrom + c - columns;
      for (let i = 0; i < units; i++)
        packed[row * width + i] = map[i * inputs + c];
    }
    return packed;
  }

  async #submit(
    { units, scale }: UnitKl,
    threshold: number,
    { map, units: unitValues, epsilons, sums, histogram }: Buffers,
    first: number,
    end: number,
    perDispatch: number,
  ): Promise<void> {
    const { device, tier } = this.#gpu;
    const { columns, y } = this.#data;
    const starts: number[] = [];
    for (let row = first; row < end; row += perDispatch) starts.push(row);
    const dispatches: Dispatch[] = await Promise.all(
      starts.map((firstRow) =>
        this.#cache.prepare(
          klMetrics(
            tier,
            {
              firstRow,
              endRow: Math.min(end, firstRow + perDispatch),
              firstSlice: (firstRow - first) / KL_METRICS_ROWS,
              xStride: rowStride(columns),
              yStride: rowStride(y?.outputs ?? 0),
              units,
              quads: rowStride(units),
              invScale: 1 / scale,
              threshold,
            },
            {
              x: this.#x.buffer,
              y: (this.#y ?? this.#x).buffer,
              map,
              units: unitValues,
              epsilons,
              sums,
              histogram,
            },
          ),
        ),
      ),
    );
    await guarded(device, "metrics", () => {
      const encoder = device.createCommandEncoder({ label: "metrics" });
      const pass = encoder.beginComputePass();
      for (const dispatch of dispatches) encodeDispatch(pass, dispatch);
      pass.end();
      device.queue.submit([encoder.finish()]);
    });
    for (const { shape } of dispatches) shape?.destroy();
  }

  async #addSums(
    { sums, staging }: Buffers,
    slices: number,
    into: Float64Array,
  ): Promise<void> {
    const width = 4 * rowStride(into.length);
    const partial = new Float32Array(
      await this.#read(sums, staging, 4 * slices * width),
    );
    for (let slice = 0; slice < slices; slice++)
      for (let i = 0; i < into.length; i++)
        into[i] += partial[slice * width + i];
  }

  async #readCounts(
    { histogram, staging }: Buffers,
    { units }: UnitKl,
    { length: count }: readonly number[],
  ): Promise<Pick<UnitCounts, "below" | "active">> {
    const bins = new Uint32Array(
      await this.#read(histogram, staging, histogram.size),
    );
    const below = new Float64Array(units * count);
    const active = new Float64Array(units);
    for (let i = 0; i < units; i++) {
      const from = i * (count + 2);
      let total = 0;
      for (let at = 0; at < count; at++) {
        total += bins[from + at];
        below[i * count + at] = total;
      }
      active[i] = bins[from + count + 1];
    }
    return { below, active };
  }

  async #read(
    from: GPUBuffer,
    staging: GPUBuffer,
    bytes: number,
  ): Promise<ArrayBuffer> {
    const { device } = this.#gpu;
    const encoder = device.createCommandEncoder({ label: "metrics read-back" });
    encoder.copyBufferToBuffer(from, 0, staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ, 0, bytes);
    const copy = staging.getMappedRange(0, bytes).slice(0);
    staging.unmap();
    return copy;
  }
}

/** b, then c, each padded to vec4s. */
function packUnits({
  units,
  offset,
  constants,
}: UnitKl): Float32Array<ArrayBuffer> {
  const width = 4 * rowStride(units);
  const packed = new Float32Array(2 * width);
  packed.set(offset, 0);
  packed.set(constants, width);
  return packed;
}
