/** Benchmarks of maps: many models in one ensemble, as it trains them; speeds are model-steps/s. */
import { Ensemble, type EnsembleProgress } from "../../src/engine/ensemble.ts";
import { openGpu } from "../../src/engine/gpu.ts";
import { normal } from "../../src/math/rng.ts";
import type { BenchCase, BenchRun, BenchSession } from "./bench.ts";
import { mapInputs } from "./exact-ensemble.ts";
import { diagonalMoments, exactLane } from "./exact.ts";

/** How long a measurement takes at least, ms. */
const MEASURE_MS = 1500;
const STEPS = 10 ** 7;

/**
 * Least arithmetic of a step: both Gram matrices by symmetry, two products with them, and 20
 * operations to scale a gradient and to move a weight by Adam.
 */
export function stepFlops(coordinates: number, latents: number): number {
  return coordinates * latents * (2 * (latents + 1) + 4 * latents + 40);
}

async function open(
  coordinates: number,
  latents: number,
  models: number,
): Promise<BenchSession> {
  const gpu = await openGpu(navigator.gpu, navigator.hardwareConcurrency);
  const size = coordinates * latents;
  const draw = (seed: number): number[] =>
    Array.from({ length: size }, (_, n) => 0.1 * normal(seed, 0, "init", n));
  // Spectra fall like those of images; nothing here depends on the basis.
  const phi = Array.from({ length: coordinates }, (_, j) => 9 / (1 + j));
  const base = exactLane(
    {
      phi,
      latents,
      encW: draw(1),
      decU: draw(2),
      logVar: new Array<number>(latents).fill(0),
      beta: 1,
      etaDec: 1,
      etaEnc: 1,
      encoderVariance: { kind: "learnable", std: 1 },
      optimizer: { kind: "adam", learningRate: 0.001 },
    },
    0,
    diagonalMoments(phi),
  );
  const ensemble = await Ensemble.create(gpu, mapInputs(base.input, models));
  const end = new AbortController();
  let report: (progress: EnsembleProgress) => void = () => undefined;
  const over = ensemble.run({
    steps: STEPS,
    signal: end.signal,
    // As a page would: cells fill while they train.
    onReadback: () => undefined,
    onProgress: (progress) => {
      report(progress);
    },
  });
  const run = async (): Promise<BenchRun> => {
    ensemble.resume();
    let from: { time: number; steps: number } | null = null;
    const measured = new Promise<BenchRun>((resolve) => {
      report = ({ modelSteps, dispatchSteps }) => {
        const time = performance.now();
        from ??= { time, steps: modelSteps };
        if (time - from.time < MEASURE_MS) return;
        const done = modelSteps - from.steps;
        const stepsPerSecond = (1000 * done) / (time - from.time);
        resolve({
          stepsPerSecond,
          chunkSteps: dispatchSteps,
          gflops: (stepsPerSecond * stepFlops(coordinates, latents)) / 1e9,
        });
      };
    });
    const result = await Promise.race([measured, over]);
    if (typeof result === "boolean")
      throw new Error("the ensemble ended before its measurement");
    ensemble.pause();
    return result;
  };
  return {
    run,
    close: () => {
      end.abort();
      ensemble.resume();
      void over.then(() => {
        gpu.device.destroy();
      });
    },
  };
}

function mapCase(
  label: string,
  coordinates: number,
  latents: number,
  models: number,
): BenchCase {
  return {
    label,
    engines: ["webgpu"],
    prepare: () => open(coordinates, latents, models),
  };
}

/** Speeds are model-steps per second: steps per second times models. */
export const MAP_BENCH_CASES: Readonly<Record<string, BenchCase>> = {
  "map-a": mapCase("32 x 32 linear VAEs, D=32, d=8, exact", 32, 8, 1024),
  "map-b": mapCase("16 x 16 linear VAEs, D=784, d=20, exact", 784, 20, 256),
};
