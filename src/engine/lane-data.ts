/** What the lanes of a stepper draw their minibatches from, resident on the GPU. */
import type { Dataset } from "../data/dataset.ts";
import { residentMatrix, type ResidentMatrix } from "./resident.ts";

/** A data set on the GPU. */
export interface DataBuffers {
  readonly buffer: GPUBuffer;
  /** ||x||^2 of each row. */
  readonly norms: GPUBuffer;
  readonly rows: number;
  readonly columns: number;
  readonly y?: { readonly buffer: GPUBuffer; readonly outputs: number };
}

/** The data sets of a stepper's lanes, each once. */
export class LaneData {
  readonly #device: GPUDevice;
  readonly #held: ResidentMatrix[] = [];
  readonly #norms = new Map<Float32Array, GPUBuffer>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Uploads what is not there yet. */
  add(data: Dataset): DataBuffers {
    const { name, rows, columns, x, y } = data;
    const hold = (label: string, values: Float32Array, width: number) => {
      const held = residentMatrix(this.#device, label, values, rows, width);
      this.#held.push(held);
      return held.buffer;
    };
    return {
      buffer: hold(`data ${name}`, x, columns),
      norms: this.#normsOf(data),
      rows,
      columns,
      ...(y
        ? {
            y: {
              buffer: hold(`data ${name}, y`, y.values, y.outputs),
              outputs: y.outputs,
            },
          }
        : {}),
    };
  }

  destroy(): void {
    for (const held of this.#held) held.release();
    for (const buffer of this.#norms.values()) buffer.destroy();
  }

  #normsOf({ name, x, rows, columns }: Dataset): GPUBuffer {
    const known = this.#norms.get(x);
    if (known) return known;
    const buffer = this.#device.createBuffer({
      label: `norms ${name}`,
      size: 4 * rows,
      usage: GPUBufferUsage.STORAGE,
      mappedAtCreation: true,
    });
    const out = new Float32Array(buffer.getMappedRange());
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let i = row * columns; i < (row + 1) * columns; i++) {
        sum += x[i] * x[i];
      }
      out[row] = sum;
    }
    buffer.unmap();
    this.#norms.set(x, buffer);
    return buffer;
  }
}
