/** What a plan makes its buffers from. */
export type Scratch = Pick<PlanBuffers, "create" | "createFrom">;

/** Buffers a plan makes for itself, freed together. */
export class PlanBuffers {
  readonly #all: GPUBuffer[];
  readonly #device: GPUDevice;
  #next = 0;

  /** @param all made before, to be handed out again in their order */
  constructor(device: GPUDevice, all: GPUBuffer[] = []) {
    this.#device = device;
    this.#all = all;
  }

  /** The same buffers for another plan that makes these, in this order. */
  again(): PlanBuffers {
    return new PlanBuffers(this.#device, this.#all);
  }

  /** A zeroed storage buffer that can be copied from and to. */
  create(label: string, bytes: number): GPUBuffer {
    const known = this.#all.at(this.#next);
    if (known && (known.label !== label || known.size !== bytes)) {
      throw new Error(
        `scratch ${label} of ${bytes} bytes, expected ${known.label} of ${known.size}`,
      );
    }
    this.#next++;
    if (known) return known;
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

/**
 * Scratch of plans that never run at the same time: those of equal structure make the same buffers
 * in the same order, and get them from here.
 *
 * A step leaves nothing in its scratch that the next one reads, padding apart, which stays zero.
 */
export class ScratchPool {
  readonly #device: GPUDevice;
  readonly #known = new Map<string, PlanBuffers>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Buffers for one more plan of this structure. */
  of(structure: string): PlanBuffers {
    const known = this.#known.get(structure);
    if (known) return known.again();
    const fresh = new PlanBuffers(this.#device);
    this.#known.set(structure, fresh);
    return fresh;
  }

  destroy(): void {
    for (const buffers of this.#known.values()) buffers.destroy();
  }
}
