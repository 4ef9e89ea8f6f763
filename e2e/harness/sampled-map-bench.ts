/**
 * Benchmarks of many sampled models: one after another, taking turns in the same submits, and (where
 * a step is one dispatch) together in it. Speeds are model-steps/s; run in turn, they compare.
 */
import { Ensemble, type EnsembleProgress } from "../../src/engine/ensemble.ts";
import { openGpu } from "../../src/engine/gpu.ts";
import {
  createSampledStepper,
  type SampledOptions,
} from "../../src/engine/sampled-stepper.ts";
import type { LaneInput } from "../../src/engine/stepper.ts";
import type { BenchCase, BenchRun, BenchSession } from "./bench.ts";
import { mapInputs } from "./exact-ensemble.ts";
import {
  benchLane,
  chunkFor,
  measure,
  type Training,
} from "./sampled-bench.ts";

/** How long a measurement takes at least, ms. */
const MEASURE_MS = 1500;

/** Steppers of `width` models each that take turns. */
async function inSteppers(
  inputs: readonly LaneInput[],
  width: number,
  options: SampledOptions,
): Promise<BenchSession> {
  const gpu = await openGpu(navigator.gpu);
  const { device } = gpu;
  const stepper = await createSampledStepper(
    gpu,
    inputs.slice(0, width).map((input, lane) => ({ lane, input })),
    options,
  );
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
  let before: Promise<void> = Promise.resolve();
  return {
    run: async () => {
      const { stepsPerSecond, chunkSteps } = await measure(chunk, async () => {
        const now = run(chunk);
        await before;
        before = now;
      });
      return { stepsPerSecond: width * stepsPerSecond, chunkSteps };
    },
    close: () => {
      stepper.destroy();
      device.destroy();
    },
  };
}

/** As a map trains them. */
async function asEnsemble(inputs: readonly LaneInput[]): Promise<BenchSession> {
  const gpu = await openGpu(navigator.gpu);
  const ensemble = await Ensemble.create(gpu, inputs);
  const end = new AbortController();
  let report: (progress: EnsembleProgress) => void = () => undefined;
  const over = ensemble.run({
    steps: 10 ** 7,
    signal: end.signal,
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
        const stepsPerSecond =
          (1000 * (modelSteps - from.steps)) / (time - from.time);
        resolve({ stepsPerSecond, chunkSteps: dispatchSteps });
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

function cases(
  name: string,
  label: string,
  of: Training,
  models: number,
): Record<string, BenchCase> {
  const one = (
    how: string,
    prepare: (inputs: readonly LaneInput[]) => Promise<BenchSession>,
  ): BenchCase => ({
    label: `${label}, ${how}`,
    engines: ["webgpu"],
    prepare: () => prepare(mapInputs(benchLane(of), models)),
  });
  return {
    [name]: one("as a map", asEnsemble),
    [`${name}-single`]: one("one after another", (inputs) =>
      inSteppers(inputs, 1, {}),
    ),
    [`${name}-turns`]: one("taking turns", (inputs) =>
      inSteppers(inputs, models, { together: false }),
    ),
    [`${name}-together`]: one("together", (inputs) =>
      inSteppers(inputs, models, {}),
    ),
  };
}

const network = { kind: "dense" as const, hidden: [32] };

export const SAMPLED_MAP_BENCH_CASES: Readonly<Record<string, BenchCase>> = {
  ...cases(
    "map-s",
    "8 x 8 linear VAEs, D=32, d=8, B=128, sampled",
    { columns: 32, latents: 8, batchSize: 128 },
    64,
  ),
  ...cases(
    "map-n",
    "4 x 4 networks 64-32-4, B=128",
    { columns: 64, latents: 4, batchSize: 128, biases: true, network },
    16,
  ),
};
