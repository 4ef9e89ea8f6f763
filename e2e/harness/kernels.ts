/**
 * What kernel tests call in the page: any launcher on given tensors, with every tensor read
 * back. One device serves a page's tests, so that nothing is compiled twice.
 */
import rngCode from "../../shaders/lib/rng.wgsl";
import { openGpu } from "../../src/engine/gpu.ts";
import { defineKernel } from "../../src/engine/kernel.ts";
import {
  KernelCache,
  type DispatchSpec,
  type Tensor,
} from "../../src/engine/kernel-cache.ts";
import {
  activate,
  activateBackward,
  activateInPlace,
  activateInPlaceBackward,
  shift,
  shiftActivate,
} from "../../src/engine/kernels/activation.ts";
import { adam } from "../../src/engine/kernels/adam.ts";
import { passOn, sum } from "../../src/engine/kernels/add.ts";
import { bernoulliNll } from "../../src/engine/kernels/bernoulli-nll.ts";
import { channelSum } from "../../src/engine/kernels/channel-bias.ts";
import { columnReduce } from "../../src/engine/kernels/column-reduce.ts";
import { fold, unfold } from "../../src/engine/kernels/conv-patches.ts";
import { gather } from "../../src/engine/kernels/gather.ts";
import { gaussianEntropy } from "../../src/engine/kernels/gaussian-entropy.ts";
import {
  gaussianKl,
  klUnitMeans,
} from "../../src/engine/kernels/gaussian-kl.ts";
import { gaussianNll } from "../../src/engine/kernels/gaussian-nll.ts";
import type { Tier } from "../../src/engine/kernels/launch.ts";
import { matmulBlock } from "../../src/engine/kernels/matmul-block.ts";
import { matmulQuad } from "../../src/engine/kernels/matmul-quad.ts";
import { matmulTile } from "../../src/engine/kernels/matmul-tile.ts";
import { matmul } from "../../src/engine/kernels/matmul.ts";
import type { Product } from "../../src/engine/kernels/product.ts";
import {
  reparameterize,
  reparameterizeBackward,
} from "../../src/engine/kernels/reparameterize.ts";
import { select } from "../../src/engine/kernels/select.ts";
import { sgd } from "../../src/engine/kernels/sgd.ts";
import { terms } from "../../src/engine/kernels/terms.ts";
import { transpose } from "../../src/engine/kernels/transpose.ts";
import { vaeFinish } from "../../src/engine/kernels/vae-finish.ts";
import { vaeGradient, vaeSample } from "../../src/engine/kernels/vae-latent.ts";
import {
  STEP_BYTES,
  StepRing,
  type StepValues,
} from "../../src/engine/step-ring.ts";

type Tensors = Record<string, Tensor>;

/** A product without its tensors, which are a, b and c of the request. */
export interface ProductRequest extends Pick<
  Product,
  "kind" | "m" | "n" | "k" | "accumulate" | "gatheredFrom"
> {
  /** Stride and offset of a, b, c in vec4s. */
  readonly strides: readonly [number, number, number];
  readonly offsets: readonly [number, number, number];
  readonly columns?: number;
  readonly deep?: boolean;
}

function product(request: ProductRequest, tensors: Tensors): Product {
  const matrix = (name: string, at: number) => ({
    tensor: tensors[name],
    stride: request.strides[at],
    offset: request.offsets[at],
  });
  const { kind, m, n, k, accumulate, gatheredFrom } = request;
  return {
    kind,
    m,
    n,
    k,
    a: matrix("a", 0),
    b: matrix("b", 1),
    c: matrix("c", 2),
    ...(accumulate ? { accumulate } : {}),
    ...(gatheredFrom === undefined ? {} : { gatheredFrom }),
  };
}

/** Launchers by name; arguments after the tier as the launcher takes them, tensors last. */
const LAUNCHERS = {
  activate,
  activateBackward,
  activateInPlace,
  activateInPlaceBackward,
  adam,
  bernoulliNll,
  channelSum,
  columnReduce,
  fold,
  gather,
  gaussianEntropy,
  gaussianKl,
  gaussianNll,
  klUnitMeans,
  matmul,
  passOn,
  reparameterize,
  reparameterizeBackward,
  select,
  sgd,
  shift,
  shiftActivate,
  sum,
  terms,
  transpose,
  unfold,
  vaeFinish,
  vaeGradient,
  vaeSample,
  matmulBlock: (_: Tier, request: ProductRequest, tensors: Tensors) =>
    matmulBlock(product(request, tensors), request.columns),
  matmulQuad: (_: Tier, request: ProductRequest, tensors: Tensors) =>
    matmulQuad(product(request, tensors), request.columns, request.deep),
  matmulTile: (_: Tier, request: ProductRequest, tensors: Tensors) =>
    matmulTile(product(request, tensors)),
};

type Launch = (tier: Tier, ...rest: unknown[]) => DispatchSpec;

export interface KernelRequest {
  readonly launcher: keyof typeof LAUNCHERS;
  readonly tier: Tier;
  /** Arguments between the tier and the tensors. */
  readonly args: readonly unknown[];
  /** float32 contents before the dispatch. */
  readonly tensors: Readonly<Record<string, readonly number[]>>;
  /** int32 contents of others, which are not read back. */
  readonly integers?: Readonly<Record<string, readonly number[]>>;
  readonly step?: Partial<StepValues>;
}

function storage(device: GPUDevice, bytes: ArrayBuffer): GPUBuffer {
  const buffer = device.createBuffer({
    size: bytes.byteLength,
    usage:
      GPUBufferUsage.STORAGE |
      GPUBufferUsage.COPY_SRC |
      GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(buffer, 0, bytes);
  return buffer;
}

/** The bytes of a buffer after all work submitted so far. */
export async function readBuffer(
  device: GPUDevice,
  buffer: GPUBuffer,
): Promise<ArrayBuffer> {
  const copy = device.createBuffer({
    size: buffer.size,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, copy, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await copy.mapAsync(GPUMapMode.READ);
  const bytes = copy.getMappedRange().slice(0);
  copy.destroy();
  return bytes;
}

let shared: Promise<KernelCache> | undefined;

/** The page's device and its kernels; another after it was lost. */
async function kernels(): Promise<KernelCache> {
  shared ??= openGpu(navigator.gpu).then(({ device }) => {
    void device.lost.then(() => {
      shared = undefined;
    });
    return new KernelCache(device);
  });
  return shared;
}

/** Dispatches one prepared spec. */
async function dispatch(
  cache: KernelCache,
  spec: DispatchSpec,
  step: Partial<StepValues>,
): Promise<void> {
  const { device } = cache;
  const prepared = await cache.prepare(spec);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(prepared.pipeline);
  pass.setBindGroup(0, prepared.group);
  if (prepared.stepped) {
    const ring = new StepRing(device, 1, 1);
    ring.set(0, 0, {
      index: 0,
      seed: 0,
      slot: 0,
      count: 1,
      learningRate: 0,
      scalars: [],
      ...step,
    });
    ring.upload(1);
    const resource = { buffer: ring.buffer, size: STEP_BYTES };
    const group = device.createBindGroup({
      layout: cache.stepLayout(STEP_BYTES),
      entries: [{ binding: 0, resource }],
    });
    pass.setBindGroup(1, group, [0]);
  }
  pass.dispatchWorkgroups(...prepared.workgroups);
  pass.end();
  device.queue.submit([encoder.finish()]);
}

/** Runs a launcher's dispatch and returns all tensors. */
async function runKernel(
  request: KernelRequest,
): Promise<Record<string, number[]>> {
  const cache = await kernels();
  const { device } = cache;
  const buffers = Object.entries(request.tensors).map(
    ([name, values]) =>
      [name, storage(device, new Float32Array(values).buffer)] as const,
  );
  const integers = Object.entries(request.integers ?? {}).map(
    ([name, values]) =>
      [name, storage(device, new Int32Array(values).buffer)] as const,
  );
  const launch = LAUNCHERS[request.launcher] as Launch;
  const spec = launch(
    request.tier,
    ...request.args,
    Object.fromEntries([...buffers, ...integers]),
  );
  await dispatch(cache, spec, request.step ?? {});
  const results: Record<string, number[]> = {};
  for (const [name, buffer] of buffers) {
    results[name] = [...new Float32Array(await readBuffer(device, buffer))];
  }
  for (const [, buffer] of [...buffers, ...integers]) buffer.destroy();
  return results;
}

const RNG_CODE = `
struct Shape { seed: u32, step: u32, stream: u32, rows: u32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read_write> words: array<vec4u>;
@group(0) @binding(2) var<storage, read_write> normals: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> picks: array<vec4u>;
@compute @workgroup_size(4)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < arrayLength(&words)) {
    words[id.x] = pcg4d(vec4u(shape.seed, shape.step, shape.stream, id.x));
    normals[id.x] = normal4(shape.seed, shape.step, shape.stream, id.x);
    picks[id.x] = batchRows(shape.seed, shape.step, id.x, shape.rows);
  }
}`;

/** Words, normals and row draws of indices 0 .. 4 count - 1. */
async function drawRandom(of: {
  seed: number;
  step: number;
  stream: number;
  rows: number;
  count: number;
}): Promise<{ words: number[]; normals: number[]; picks: number[] }> {
  const { count, ...shape } = of;
  const cache = await kernels();
  const { device } = cache;
  const kernel = defineKernel({
    name: "rng-test",
    code: RNG_CODE,
    libraries: [rngCode],
    bindings: {
      words: "read_write",
      normals: "read_write",
      picks: "read_write",
    },
    uniforms: { shape: ["seed", "step", "stream", "rows"] },
    overrides: [],
  });
  const [words, normals, picks] = [0, 1, 2].map(() =>
    storage(device, new ArrayBuffer(16 * count)),
  );
  const tensors = { words, normals, picks };
  const workgroups = [Math.ceil(count / 4), 1, 1] as const;
  await dispatch(cache, { kernel, tensors, shape, workgroups }, {});
  const result = {
    words: [...new Uint32Array(await readBuffer(device, words))],
    normals: [...new Float32Array(await readBuffer(device, normals))],
    picks: [...new Uint32Array(await readBuffer(device, picks))],
  };
  for (const buffer of [words, normals, picks]) buffer.destroy();
  return result;
}

export const kernelHarness = { runKernel, drawRandom };
