/**
 * Benchmarks of sampled training and of matrix products.
 *
 * Training: linear models with learnable variance and networks with a predicted one, Adam,
 * 10,000 rows resident, a fresh random batch and fresh noise every step, drawn on the device.
 */
import { productLauncher } from "../../src/engine/autotune.ts";
import { openGpu } from "../../src/engine/gpu.ts";
import {
  encodeDispatch,
  KernelCache,
  type Dispatch,
} from "../../src/engine/kernel-cache.ts";
import { profile } from "../../src/engine/profile.ts";
import { createSampledStepper } from "../../src/engine/sampled-stepper.ts";
import type { LaneInput } from "../../src/engine/stepper.ts";
import type { Dataset, Moments } from "../../src/data/dataset.ts";
import type {
  ModelKind,
  Network,
  Settings,
} from "../../src/experiment/config.ts";
import { NEUTRAL } from "../../src/experiment/neutral.ts";
import { fillNormal } from "../../src/math/rng.ts";
import { initialParams } from "../../src/model/init.ts";
import { MODELS } from "../../src/model/models.ts";
import { dataShape } from "../../src/model/param.ts";
import { ReferenceBackend } from "../../src/reference/trainer.ts";
import type {
  BenchCase,
  BenchEngine,
  BenchRun,
  BenchSession,
} from "./bench.ts";

/** How long a measurement takes at least, ms. */
const MEASURE_MS = 600;
const ROWS = 10_000;

/** What is trained. */
export interface Training {
  /** Default vae. */
  readonly model?: ModelKind;
  /** Of a conditional model half are given, half predicted. */
  readonly columns: number;
  readonly latents: number;
  readonly batchSize: number;
  readonly biases?: boolean;
  /** Default: no hidden layers. With them variances are predicted. */
  readonly network?: Network;
  /** Sides of an example drawn as an image. */
  readonly side?: number;
}

export function benchLane({
  model = "vae",
  columns: all,
  latents,
  batchSize,
  biases = false,
  network = { kind: "dense", hidden: [] },
  side,
}: Training): LaneInput {
  const outputs = model === "cvae" ? all / 2 : 0;
  const columns = all - outputs;
  const x = new Float32Array(ROWS * columns);
  fillNormal(x, 1, 0, "data");
  const y = new Float32Array(ROWS * outputs);
  fillNormal(y, 2, 0, "data");
  const linear = network.kind === "dense" && network.hidden.length === 0;
  const variance = {
    kind: linear ? ("learnable" as const) : ("predicted" as const),
    std: 1,
  };
  const settings: Settings = {
    ...NEUTRAL,
    model,
    data: { kind: "spectrum", theta: new Array<number>(columns).fill(1) },
    rows: ROWS,
    scaling: "none",
    network,
    latents,
    latents2: latents,
    beta: 1,
    beta2: 1,
    etaDec: 1,
    etaEnc: 1,
    encoderVariance: variance,
    encoderVariance2: variance,
    condition: { kind: "half" },
    correlation: [0],
    biases,
    estimator: "sampled",
    optimizer: { kind: "adam", learningRate: 0.001 },
    batchSize,
    initScale: 0.1,
    seed: 1,
    steps: 1e9,
    pace: 0,
  };
  const eigenvectors = new Float64Array(0);
  // Sampled training reads the energy only.
  const moments: Moments = {
    rows: ROWS,
    columns,
    centered: false,
    mean: new Float64Array(columns),
    matrix: eigenvectors,
    eigenvalues: new Float64Array(columns).fill(1),
    eigenvectors,
    rank: columns,
    energy: columns,
  };
  const data: Dataset = {
    name: "bench",
    rows: ROWS,
    columns,
    x,
    ...(outputs > 0 && { y: { outputs, values: y } }),
    ...(side !== undefined && { image: { width: side, height: side } }),
  };
  const initial = initialParams(settings, dataShape(data));
  return { settings, data, moments, initial };
}

/** Repeats `chunk` until enough time has passed. */
export async function measure(
  chunkSteps: number,
  chunk: () => Promise<void>,
): Promise<BenchRun> {
  const start = performance.now();
  let steps = 0;
  do {
    await chunk();
    steps += chunkSteps;
  } while (performance.now() - start < MEASURE_MS);
  const seconds = (performance.now() - start) / 1000;
  return { stepsPerSecond: steps / seconds, chunkSteps };
}

/** Steps a submit: about 10 ms of work, as the scheduler would choose. */
export async function chunkFor(
  run: (count: number) => Promise<void>,
): Promise<number> {
  let count = 1;
  for (;;) {
    const start = performance.now();
    await run(count);
    if (performance.now() - start > 8 || count >= 128) return count;
    count *= 2;
  }
}

async function trainingOnGpu(input: LaneInput): Promise<BenchSession> {
  const gpu = await openGpu(navigator.gpu);
  const { device } = gpu;
  const stepper = await createSampledStepper(gpu, [{ lane: 0, input }]);
  let step = 0;
  const run = async (count: number): Promise<void> => {
    const encoder = device.createCommandEncoder();
    stepper.encode(encoder, step, count);
    device.queue.submit([encoder.finish()]);
    step += count;
    await device.queue.onSubmittedWorkDone();
  };
  await run(1);
  const chunk = await chunkFor(run);
  // As the scheduler does: two chunks in flight.
  let before: Promise<void> = Promise.resolve();
  return {
    run: () =>
      measure(chunk, async () => {
        const now = run(chunk);
        await before;
        before = now;
      }),
    profile: () =>
      profile(device, (encoder) => {
        stepper.encode(encoder, step, 1);
        step++;
      }),
    close: () => {
      stepper.destroy();
      device.destroy();
    },
  };
}

function trainingOnCpu(input: LaneInput): BenchSession {
  const backend = new ReferenceBackend([input]);
  let step = 0;
  const run = async (): Promise<void> => {
    await backend.run(step, 1);
    step++;
  };
  return {
    run: () => measure(1, run),
    close: () => {
      backend.destroy();
    },
  };
}

function training(of: Training): BenchCase {
  const { model = "vae", columns, latents, batchSize, biases, network } = of;
  const layers = network
    ? `, ${[network.kind, ...(network.kind === "conv" ? network.channels : []), ...network.hidden].join(" ")}`
    : "";
  return {
    label: `${MODELS[model].label}, D=${columns}, d=${latents}, B=${batchSize}${layers}${biases ? ", biases" : ""}, sampled`,
    engines: ["webgpu", "cpu"],
    prepare: (engine: BenchEngine) => {
      const input = benchLane(of);
      return engine === "webgpu"
        ? trainingOnGpu(input)
        : Promise.resolve(trainingOnCpu(input));
    },
  };
}

/** One dispatch over and over, of so many operations. */
export async function repeated(
  device: GPUDevice,
  dispatch: Dispatch,
  flops: number,
): Promise<BenchSession> {
  const run = async (count: number): Promise<void> => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let i = 0; i < count; i++) encodeDispatch(pass, dispatch);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
  };
  await run(1);
  const chunk = await chunkFor(run);
  return {
    run: async () => {
      const measured = await measure(chunk, () => run(chunk));
      const gflops = (flops * measured.stepsPerSecond) / 1e9;
      return { ...measured, gflops };
    },
    close: () => {
      device.destroy();
    },
  };
}

/** c [m, n] = a [m, k] b [k, n] over and over. */
function product(m: number, k: number, n: number): BenchCase {
  const prepare = async (): Promise<BenchSession> => {
    const gpu = await openGpu(navigator.gpu);
    const { device } = gpu;
    const matrix = (rows: number, columns: number) => {
      const tensor = device.createBuffer({
        label: `${rows} x ${columns}`,
        size: 4 * rows * columns,
        usage: GPUBufferUsage.STORAGE,
        mappedAtCreation: true,
      });
      fillNormal(
        new Float32Array(tensor.getMappedRange()),
        rows,
        columns,
        "data",
      );
      tensor.unmap();
      return { tensor, stride: columns / 4 };
    };
    const tensors = { a: matrix(m, k), b: matrix(k, n), c: matrix(m, n) };
    const cache = new KernelCache(device);
    const sizes = { kind: "nn" as const, m, n, k };
    const multiply = await productLauncher(gpu, cache, [
      { ...sizes, gathered: false },
    ]);
    const dispatch = await cache.prepare(multiply({ ...sizes, ...tensors }));
    return repeated(device, dispatch, 2 * m * n * k);
  };
  return { label: `matmul ${m} x ${k} x ${n}`, engines: ["webgpu"], prepare };
}

const SMALL: Training = { columns: 32, latents: 8, batchSize: 128 };
const IMAGES: Training = { columns: 784, latents: 20, batchSize: 128 };

export const SAMPLED_BENCH_CASES: Readonly<Record<string, BenchCase>> = {
  a: training(SMALL),
  b: training(IMAGES),
  c: training({ columns: 784, latents: 64, batchSize: 512 }),
  d: training({
    ...IMAGES,
    biases: true,
    network: { kind: "dense", hidden: [256] },
  }),
  e: training({
    ...IMAGES,
    biases: true,
    network: { kind: "conv", channels: [16, 32], hidden: [] },
    side: 28,
  }),
  "b-biases": training({ ...IMAGES, biases: true }),
  "b-cvae": training({ ...IMAGES, model: "cvae", biases: true }),
  "b-mhvae": training({ ...IMAGES, model: "mhvae", biases: true }),
  "a-cvae": training({ ...SMALL, model: "cvae", biases: true }),
  "a-mhvae": training({ ...SMALL, model: "mhvae", biases: true }),
  "matmul-128x784x20": product(128, 784, 20),
  "matmul-512": product(512, 512, 512),
  "matmul-1024": product(1024, 1024, 1024),
};
