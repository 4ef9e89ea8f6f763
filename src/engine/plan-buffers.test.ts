import { expect, test } from "@playwright/test";
import { ScratchPool } from "./plan-buffers.ts";

/** As much of a device as scratch asks of. */
function fakeDevice(): {
  readonly device: GPUDevice;
  readonly left: () => number;
} {
  let left = 0;
  const createBuffer = ({
    label,
    size,
  }: GPUBufferDescriptor): Partial<GPUBuffer> => {
    left++;
    return {
      ...(label !== undefined && { label }),
      size,
      destroy: () => {
        left--;
        return undefined;
      },
    };
  };
  const device = { createBuffer } as unknown as GPUDevice;
  return { device, left: () => left };
}

// A Node without WebGPU has not its constants.
Object.assign(globalThis, {
  GPUBufferUsage: { STORAGE: 128, COPY_SRC: 4, COPY_DST: 8 },
});

test("plans of one structure get the same buffers in turn, others their own", () => {
  const { device, left } = fakeDevice();
  const pool = new ScratchPool(device);
  const first = pool.of("a");
  const second = pool.of("a");
  const made = [first.create("x", 16), first.create("x", 16)];
  expect(made[0]).not.toBe(made[1]);
  expect(second.create("x", 16)).toBe(made[0]);
  expect(second.create("x", 16)).toBe(made[1]);
  expect(pool.of("b").create("x", 16)).not.toBe(made[0]);
  expect(left()).toBe(3);
  pool.destroy();
  expect(left()).toBe(0);
});

test("a plan that asks for other scratch than its structure says is refused", () => {
  const pool = new ScratchPool(fakeDevice().device);
  pool.of("a").create("x", 16);
  expect(() => pool.of("a").create("x", 32)).toThrow(
    /x of 32 bytes, expected x of 16/,
  );
  expect(() => pool.of("a").create("y", 16)).toThrow(/scratch y/);
});
