/** Benchmarks of the exact estimator: learnable variance, Adam, terms of every step recorded. */
import type { VariantRequest } from "../../src/engine/exact-layout.ts";
import { createExactStepper } from "../../src/engine/exact-stepper.ts";
import { openGpu } from "../../src/engine/gpu.ts";
import type { LaneInput } from "../../src/engine/stepper.ts";
import { normal } from "../../src/math/rng.ts";
import { ReferenceBackend } from "../../src/reference/trainer.ts";
import type {
  BenchCase,
  BenchEngine,
  BenchRun,
  BenchSession,
} from "./bench.ts";
import type { ExactProblem } from "./exact-problem.ts";
import {
  randomCvae,
  randomMhvae,
  workInput,
  type WorkProblem,
} from "./exact-work-problem.ts";
import { diagonalMoments, exactLane } from "./exact.ts";

/** How long a measurement takes at least, ms. */
const MEASURE_MS = 600;

/** Spectra fall like those of images; nothing here depends on the basis. */
function problem(coordinates: number, latents: number): ExactProblem {
  const size = coordinates * latents;
  return {
    phi: Array.from({ length: coordinates }, (_, j) => 9 / (1 + j)),
    latents,
    encW: Array.from({ length: size }, (_, n) => 0.1 * normal(1, 0, "init", n)),
    decU: Array.from({ length: size }, (_, n) => 0.1 * normal(2, 0, "init", n)),
    logVar: new Array<number>(latents).fill(0),
    beta: 1,
    etaDec: 1,
    etaEnc: 1,
    encoderVariance: { kind: "learnable", std: 1 },
    optimizer: { kind: "adam", learningRate: 0.001 },
  };
}

function inputs(
  coordinates: number,
  latents: number,
  models: number,
): { lane: number; input: LaneInput }[] {
  const moments = diagonalMoments(problem(coordinates, latents).phi);
  const first = exactLane(problem(coordinates, latents), 0, moments);
  return Array.from({ length: models }, (_, lane) => ({ ...first, lane }));
}

/** Repeats `chunk` until enough time has passed; model-steps per second. */
async function measure(
  chunk: (first: number) => Promise<void>,
  chunkSteps: number,
  models: number,
  first: { step: number },
): Promise<BenchRun> {
  const start = performance.now();
  let steps = 0;
  while (performance.now() - start < MEASURE_MS) {
    await chunk(first.step);
    first.step += chunkSteps;
    steps += chunkSteps;
  }
  const seconds = (performance.now() - start) / 1000;
  return { stepsPerSecond: (steps * models) / seconds, chunkSteps };
}

async function onGpu(
  lanes: { lane: number; input: LaneInput }[],
  variant: VariantRequest | undefined,
): Promise<BenchSession> {
  const gpu = await openGpu(navigator.gpu);
  const { device } = gpu;
  const stepper = await createExactStepper(
    gpu,
    lanes,
    variant ? { variant } : {},
  );
  const submit = (first: number, count: number): Promise<undefined> => {
    const encoder = device.createCommandEncoder();
    stepper.encode(encoder, first, count);
    device.queue.submit([encoder.finish()]);
    return device.queue.onSubmittedWorkDone();
  };
  // Two lanes as the scheduler would train them; maps have no one waiting for the next frame.
  const target = lanes.length > 2 ? 60 : 10;
  let chunkSteps = 1;
  const at = { step: 0 };
  for (;;) {
    let fastest = Infinity;
    for (let i = 0; i < 2; i++) {
      const start = performance.now();
      await submit(at.step, chunkSteps);
      at.step += chunkSteps;
      fastest = Math.min(fastest, performance.now() - start);
    }
    if (fastest > target / 2 || 2 * chunkSteps > stepper.maxChunk) break;
    chunkSteps *= 2;
  }
  let before: Promise<undefined> = Promise.resolve(undefined);
  return {
    run: () =>
      measure(
        async (first) => {
          const now = submit(first, chunkSteps);
          await before;
          before = now;
        },
        chunkSteps,
        lanes.length,
        at,
      ),
    close: () => {
      stepper.destroy();
      device.destroy();
    },
  };
}

function onCpu(lanes: { input: LaneInput }[]): BenchSession {
  const backend = new ReferenceBackend(lanes.map(({ input }) => input));
  const large = lanes[0].input.moments.rank > 100;
  const chunkSteps = large ? 10 : 200;
  const at = { step: 0 };
  return {
    run: () =>
      measure(
        (first) => backend.run(first, chunkSteps),
        chunkSteps,
        lanes.length,
        at,
      ),
    close: () => {
      backend.destroy();
    },
  };
}

function exactCase(
  label: string,
  coordinates: number,
  latents: number,
  models: number,
  variant?: VariantRequest,
): BenchCase {
  return {
    label,
    engines: models > 2 || variant ? ["webgpu"] : ["webgpu", "cpu"],
    prepare: (engine: BenchEngine) => {
      const lanes = inputs(coordinates, latents, models);
      return engine === "webgpu"
        ? onGpu(lanes, variant)
        : Promise.resolve(onCpu(lanes));
    },
  };
}

function workCase(
  label: string,
  models: number,
  make: () => WorkProblem,
): BenchCase {
  return {
    label,
    engines: models > 2 ? ["webgpu"] : ["webgpu", "cpu"],
    prepare: (engine: BenchEngine) => {
      const input = workInput(make());
      const lanes = Array.from({ length: models }, (_, lane) => ({
        lane,
        input,
      }));
      return engine === "webgpu"
        ? onGpu(lanes, undefined)
        : Promise.resolve(onCpu(lanes));
    },
  };
}

/** Speeds are model-steps per second: steps per second times models. */
export const EXACT_BENCH_CASES: Readonly<Record<string, BenchCase>> = {
  "exact-a": exactCase("linear VAE, D=32, d=8, exact", 32, 8, 1),
  "exact-a2": exactCase("2 linear VAEs, D=32, d=8, exact", 32, 8, 2),
  "exact-a256": exactCase("256 linear VAEs, D=32, d=8, exact", 32, 8, 256),
  "exact-a1024": exactCase("1024 linear VAEs, D=32, d=8, exact", 32, 8, 1024),
  "exact-a-workgroup": exactCase(
    "linear VAE, D=32, d=8, exact, a workgroup a model",
    32,
    8,
    1,
    { kernel: "workgroup" },
  ),
  "exact-b": exactCase("linear VAE, D=784, d=20, exact", 784, 20, 1),
  "exact-b2": exactCase("2 linear VAEs, D=784, d=20, exact", 784, 20, 2),
  "exact-mhvae-a2": workCase("2 linear MHVAEs, D=32, d=8 and 4, exact", 2, () =>
    randomMhvae([32, 32, 8, 4], 1),
  ),
  "exact-mhvae-b2": workCase(
    "2 linear MHVAEs, D=784, d=20 and 10, exact",
    2,
    () => randomMhvae([784, 784, 20, 10], 1),
  ),
  "exact-cvae-a2": workCase("2 linear CVAEs, dx=dy=16, d=8, exact", 2, () =>
    randomCvae([16, 16, 16, 16, 8], 1),
  ),
  "exact-cvae-b2": workCase(
    "2 linear CVAEs, dx=196, dy=588, d=16, exact",
    2,
    () => randomCvae([196, 196, 588, 588, 16], 1),
  ),
};
