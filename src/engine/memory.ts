/** How many bytes of buffers a device holds, counted as they come and go. */

const counts = new WeakMap<GPUDevice, { bytes: number }>();

/** Counts the device's buffers from now on. */
export function countMemory(device: GPUDevice): void {
  if (counts.has(device)) return;
  const count = { bytes: 0 };
  counts.set(device, count);
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    count.bytes += buffer.size;
    const destroy = buffer.destroy.bind(buffer);
    let held = true;
    buffer.destroy = () => {
      if (held) count.bytes -= buffer.size;
      held = false;
      destroy();
    };
    return buffer;
  };
}

/** Bytes of all buffers made and not destroyed since; null if nobody counts. */
export function memoryOf(device: GPUDevice): number | null {
  return counts.get(device)?.bytes ?? null;
}
