/** Buffers a plan makes for itself, freed together. */
export class PlanBuffers {
  readonly #all: GPUBuffer[] = [];
  readonly #device: GPUDevice;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** A zeroed storage buffer that can be copied from and to. */
  create(label: string, bytes: number): GPUBuffer {
    const buffer = this.#device.createBuffer({
      label,
      size: bytes,
      usage:
        GPUBufferUsage.STORAGE |
        GPUBufferUsage.COPY_SRC |
        GPUBufferUsage.COPY_DST,
    });
    this.#all.push(buffer);
    return buffer;
  }

  /** The same with these numbers in it. */
  createFrom(label: string, values: Int32Array<ArrayBuffer>): GPUBuffer {
    const buffer = this.create(label, values.byteLength);
    this.#device.queue.writeBuffer(buffer, 0, values);
    return buffer;
  }

  destroy(): void {
    for (const buffer of this.#all) buffer.destroy();
  }
}
