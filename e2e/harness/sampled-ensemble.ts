/** Sampled models as an ensemble, and each as a lane, in the page. */
import type { Dataset } from "../../src/data/dataset.ts";
import { openGpu, type Gpu } from "../../src/engine/gpu.ts";
import { GpuBackend } from "../../src/engine/gpu-backend.ts";
import { KernelCache } from "../../src/engine/kernel-cache.ts";
import type { LaneInput } from "../../src/engine/stepper.ts";
import {
  runEnsemble,
  type EnsembleRequest,
  type EnsembleResult,
} from "./exact-ensemble.ts";
import { sampledData, sampledInput, type SampledLane } from "./sampled-lane.ts";

export interface SampledEnsembleRequest extends EnsembleRequest {
  readonly models: readonly SampledLane[];
}

type Tensors = Readonly<Record<string, readonly number[]>>;

let shared: Promise<{ gpu: Gpu; cache: KernelCache }> | null = null;

async function open(): Promise<{ gpu: Gpu; cache: KernelCache }> {
  shared ??= openGpu(navigator.gpu).then((gpu) => ({
    gpu,
    cache: new KernelCache(gpu.device),
  }));
  return shared;
}

/** Models of equal data share it. */
function inputsOf(models: readonly SampledLane[]): LaneInput[] {
  const known = new Map<string, Dataset>();
  return models.map((lane) => {
    const key = JSON.stringify([lane.x, lane.y]);
    const data = known.get(key) ?? sampledData(lane);
    known.set(key, data);
    return sampledInput(lane, data);
  });
}

async function sampledEnsemble({
  models,
  ...request
}: SampledEnsembleRequest): Promise<EnsembleResult> {
  return runEnsemble(await open(), inputsOf(models), request);
}

/** Each trained alone, as a run with this lane does, at multiples of its own learning rate. */
async function sampledLanes({
  models,
  steps,
  phases = [],
}: SampledEnsembleRequest): Promise<Tensors[]> {
  const { gpu } = await open();
  const found: Tensors[] = [];
  for (const input of inputsOf(models)) {
    const backend = await GpuBackend.create(gpu, [input]);
    let done = 0;
    for (const phase of [{ steps, rate: 1 }, ...phases]) {
      const { optimizer } = input.settings;
      const learningRate = phase.rate * optimizer.learningRate;
      backend.update(0, {
        ...input.settings,
        optimizer: { ...optimizer, learningRate },
      });
      for (const end = done + phase.steps; done < end;) {
        const count = Math.min(7, end - done);
        await backend.run(done, count);
        done += count;
      }
    }
    const { params } = await backend.read(done);
    found.push(
      Object.fromEntries(
        Object.entries(params[0]).map(([name, tensor]) => [name, [...tensor]]),
      ),
    );
    backend.destroy();
  }
  return found;
}

export const sampledEnsembleHarness = { sampledEnsemble, sampledLanes };
