/** A tape's dispatches on given numbers, for tests. */
import {
  packMatrix,
  packRegion,
  layOut,
  matrixBytes,
  regionBytes,
  unpackRegion,
} from "../../src/engine/arena.ts";
import {
  productLauncher,
  type ProductVariant,
} from "../../src/engine/autotune.ts";
import { openGpu } from "../../src/engine/gpu.ts";
import { encodeDispatch, KernelCache } from "../../src/engine/kernel-cache.ts";
import { PlanBuffers } from "../../src/engine/plan-buffers.ts";
import {
  MAX_SCALARS,
  STEP_BYTES,
  StepRing,
} from "../../src/engine/step-ring.ts";
import { transposedWeights } from "../../src/engine/tape-linear.ts";
import { lowerTape } from "../../src/engine/tape-lower.ts";
import { Tape } from "../../src/engine/tape.ts";
import { readBuffer } from "./kernels.ts";
import {
  TAPE_COLUMNS,
  TAPE_PARAMS,
  TAPE_SCALARS,
  tapeForward,
} from "./tape-model.ts";

export interface TapeRequest {
  readonly batch: number;
  readonly seed: number;
  readonly product?: ProductVariant;
  readonly inputs: {
    readonly x: readonly number[];
    readonly y: readonly number[];
  };
  readonly params: Readonly<Record<string, readonly number[]>>;
}

export interface TapeResult {
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  /** Mean of each loss term over the rows. */
  readonly parts: readonly number[];
}

async function runTape(request: TapeRequest): Promise<TapeResult> {
  const gpu = await openGpu(navigator.gpu);
  const { device } = gpu;
  const { batch, inputs, params } = request;
  const cache = new KernelCache(device);
  const buffers = new PlanBuffers(device);
  const tape = new Tape({ batch, inputs: TAPE_COLUMNS, params: TAPE_PARAMS });
  tapeForward(tape);
  const layout = layOut(TAPE_PARAMS, transposedWeights(tape));
  const arena = buffers.create("arena", layout.bytes);
  const gradients = buffers.create("gradients", layout.bytes);
  const packed = new Float32Array(layout.bytes / 4);
  for (const region of layout.regions.values()) {
    packRegion(new Float32Array(params[region.name]), region, packed, 0);
  }
  device.queue.writeBuffer(arena, 0, packed);
  const partials = buffers.create("partials", 4 * batch * MAX_SCALARS);
  const input = (name: "x" | "y"): GPUBuffer => {
    const columns = TAPE_COLUMNS[name];
    const bytes = matrixBytes(batch, columns);
    const out = new Float32Array(bytes / 4);
    packMatrix(new Float32Array(inputs[name]), batch, columns, out);
    const buffer = buffers.create(name, bytes);
    device.queue.writeBuffer(buffer, 0, out);
    return buffer;
  };
  const resident = { x: input("x"), y: input("y") };
  const specs = lowerTape(
    gpu.tier,
    tape,
    {
      input: (name) => resident[name as "x" | "y"],
      param: (name) => {
        const region = layout.regions.get(name);
        if (!region) throw new Error(`no parameter ${name}`);
        const { offset, transposed } = region;
        const size = regionBytes(region);
        return {
          value: { buffer: arena, offset, size },
          gradient: { buffer: gradients, offset, size },
          transposed,
        };
      },
      create: (label, bytes) => buffers.create(label, bytes),
      indices: (label, numbers) => buffers.createFrom(label, numbers),
      partials,
    },
    await productLauncher(gpu, cache, [], request.product),
    request.product !== undefined,
  );
  const dispatches = await Promise.all(
    specs.map((spec) => cache.prepare(spec)),
  );
  const ring = new StepRing(device, 1, 1);
  ring.set(0, 0, {
    index: 2,
    seed: request.seed,
    slot: 0,
    count: 1,
    learningRate: 0,
    scalars: TAPE_SCALARS,
  });
  ring.upload(1);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setBindGroup(
    1,
    device.createBindGroup({
      layout: cache.stepLayout(STEP_BYTES),
      entries: [
        { binding: 0, resource: { buffer: ring.buffer, size: STEP_BYTES } },
      ],
    }),
    [0],
  );
  for (const dispatch of dispatches) encodeDispatch(pass, dispatch);
  pass.end();
  device.queue.submit([encoder.finish()]);
  const found = new Float32Array(await readBuffer(device, gradients));
  const nats = new Float32Array(await readBuffer(device, partials));
  device.destroy();
  return {
    gradients: Object.fromEntries(
      [...layout.regions.values()].map((region) => [
        region.name,
        [...unpackRegion(found, region, 0)],
      ]),
    ),
    parts: tape.parts.map(
      (_, part) =>
        nats
          .subarray(part * batch, (part + 1) * batch)
          .reduce((sum, value) => sum + value, 0) / batch,
    ),
  };
}

export const tapeHarness = { runTape };
