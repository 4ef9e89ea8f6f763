/** Data sets on a GPU: each matrix once, however many trainings and measurements use it. */
import { matrixBytes, packMatrix } from "./arena.ts";

interface Resident {
  readonly buffer: GPUBuffer;
  users: number;
}

const residents = new WeakMap<GPUDevice, Map<Float32Array, Resident>>();

/** A resident matrix; `release` when it is not needed any more. */
export interface ResidentMatrix {
  /** [rows, columns], rows padded to vec4s. */
  readonly buffer: GPUBuffer;
  release(): void;
}

/** Uploads a row-major matrix unless it is on the device already; told apart by its array. */
export function residentMatrix(
  device: GPUDevice,
  label: string,
  values: Float32Array,
  rows: number,
  columns: number,
): ResidentMatrix {
  const known = residents.get(device) ?? new Map<Float32Array, Resident>();
  residents.set(device, known);
  let resident = known.get(values);
  if (!resident) {
    const buffer = device.createBuffer({
      label,
      size: matrixBytes(rows, columns),
      usage: GPUBufferUsage.STORAGE,
      mappedAtCreation: true,
    });
    packMatrix(
      values,
      rows,
      columns,
      new Float32Array(buffer.getMappedRange()),
    );
    buffer.unmap();
    resident = { buffer, users: 0 };
    known.set(values, resident);
  }
  const held = resident;
  held.users++;
  let released = false;
  return {
    buffer: held.buffer,
    release: () => {
      if (released) return;
      released = true;
      held.users--;
      if (held.users > 0) return;
      known.delete(values);
      held.buffer.destroy();
    },
  };
}
