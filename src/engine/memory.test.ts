import { expect, test } from "@playwright/test";
import { countMemory, memoryOf } from "./memory.ts";

function fakeDevice(): GPUDevice {
  const part: Pick<GPUDevice, "createBuffer"> = {
    createBuffer: ({ size }) =>
      ({ size, destroy: () => undefined }) as unknown as GPUBuffer,
  };
  return part as GPUDevice;
}

test("buffers count until they are destroyed, once", () => {
  const device = fakeDevice();
  expect(memoryOf(device)).toBeNull();
  countMemory(device);
  countMemory(device);
  const small = device.createBuffer({ size: 16, usage: 0 });
  device.createBuffer({ size: 100, usage: 0 });
  expect(memoryOf(device)).toBe(116);
  small.destroy();
  small.destroy();
  expect(memoryOf(device)).toBe(100);
});
