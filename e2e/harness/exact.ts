/** The exact stepper on given tensors, for kernel and training tests. */
import type { Moments } from "../../src/data/dataset.ts";
import type { Settings } from "../../src/experiment/config.ts";
import type { VariantRequest } from "../../src/engine/exact-layout.ts";
import {
  createExactStepper,
  type ExactLane,
} from "../../src/engine/exact-stepper.ts";
import {
  mapInputs,
  runEnsemble,
  type EnsembleRequest,
  type EnsembleResult,
} from "./exact-ensemble.ts";
import { openGpu, type Gpu } from "../../src/engine/gpu.ts";
import { KernelCache } from "../../src/engine/kernel-cache.ts";
import type { ParamSet } from "../../src/model/ops.ts";
import { TERMS, type LaneInput } from "../../src/engine/stepper.ts";
import { settingsOf, type ExactProblem } from "./exact-problem.ts";
import { workInput, type WorkProblem } from "./exact-work-problem.ts";

export interface ExactRequest {
  readonly problems: readonly (ExactProblem | WorkProblem)[];
  /** Steps of each submit. */
  readonly chunks: readonly number[];
  readonly variant?: VariantRequest;
  /** Lanes stopped before the first chunk. */
  readonly stopped?: readonly number[];
  /** New settings of lanes, by slot, from a step on at which a submit starts. */
  readonly updates?: readonly {
    readonly step: number;
    readonly slot: number;
    readonly settings: Settings;
  }[];
}

export interface ExactResult {
  readonly kernels: readonly string[];
  /** [steps, lanes, TERMS] */
  readonly terms: readonly number[];
  /** The whole arena, before and after. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  /** Tensors in the data's own coordinates, before and after. */
  readonly start: readonly Readonly<Record<string, readonly number[]>>[];
  readonly params: readonly Readonly<Record<string, readonly number[]>>[];
}

/** Moments of data whose covariance is diagonal already. */
export function diagonalMoments(phi: readonly number[]): Moments {
  const columns = phi.length;
  const matrix = new Float64Array(columns * columns);
  const eigenvectors = new Float64Array(columns * columns);
  phi.forEach((value, index) => {
    matrix[index * columns + index] = value;
    eigenvectors[index * columns + index] = 1;
  });
  return {
    rows: 1000,
    columns,
    centered: false,
    mean: new Float64Array(columns),
    matrix,
    eigenvalues: Float64Array.from(phi),
    eigenvectors,
    rank: phi.filter((value) => value > 1e-12 * phi[0]).length,
    energy: phi.reduce((sum, value) => sum + value, 0),
  };
}

export function exactLane(
  problem: ExactProblem,
  lane: number,
  moments: Moments = diagonalMoments(problem.phi),
): ExactLane {
  return {
    lane,
    input: {
      settings: settingsOf(problem),
      data: {
        name: "test",
        rows: 1,
        columns: moments.columns,
        x: new Float32Array(moments.columns),
      },
      moments,
      initial: {
        encW: Float32Array.from(problem.encW),
        decU: Float32Array.from(problem.decU),
        logVar: Float32Array.from(problem.logVar),
      },
    },
  };
}

async function readFloats(
  device: GPUDevice,
  buffer: GPUBuffer,
): Promise<Float32Array> {
  const staging = device.createBuffer({
    size: buffer.size,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const copy = new Float32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return copy;
}

let opened: Promise<{ gpu: Gpu; cache: KernelCache }> | undefined;

/** One device for all calls: pipelines that hold a model in registers take seconds to build. */
function device(): Promise<{ gpu: Gpu; cache: KernelCache }> {
  opened ??= openGpu(navigator.gpu).then((gpu) => ({
    gpu,
    cache: new KernelCache(gpu.device),
  }));
  return opened;
}

function lists(params: ParamSet): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(params).map(([name, values]) => [name, [...values]]),
  );
}

/** Trains `problems` for all chunks and reads everything back. */
async function exactRun(request: ExactRequest): Promise<ExactResult> {
  const { problems, chunks, variant, stopped, updates } = request;
  const { gpu, cache } = await device();
  const inputs = inputsOf(problems);
  const stepper = await createExactStepper(
    gpu,
    inputs.map((input, lane) => ({ lane, input })),
    { ...(variant ? { variant } : {}), cache, ring: 4096 },
  );
  for (const slot of stopped ?? []) stepper.stop(slot);
  const before = await readFloats(gpu.device, stepper.arena.buffer);
  let done = 0;
  for (const count of chunks) {
    for (const { step, slot, settings } of updates ?? [])
      if (step === done) stepper.update(slot, settings);
    for (let left = count; left > 0;) {
      const now = Math.min(left, stepper.maxChunk);
      const encoder = gpu.device.createCommandEncoder();
      stepper.encode(encoder, done, now);
      gpu.device.queue.submit([encoder.finish()]);
      done += now;
      left -= now;
    }
  }
  const after = await readFloats(gpu.device, stepper.arena.buffer);
  const ring = await readFloats(gpu.device, stepper.terms.buffer);
  const width = problems.length * TERMS;
  const first = Math.max(0, done - stepper.terms.ring);
  const terms: number[] = [];
  for (let step = first; step < done; step++) {
    const from = (step % stepper.terms.ring) * width;
    terms.push(...ring.subarray(from, from + width));
  }
  const result = {
    kernels: stepper.kernels,
    terms,
    before: [...before],
    after: [...after],
    start: problems.map((_, slot) => lists(stepper.params(before, slot))),
    params: problems.map((_, slot) => lists(stepper.params(after, slot))),
  };
  stepper.destroy();
  return result;
}

function inputsOf(
  problems: readonly (ExactProblem | WorkProblem)[],
): LaneInput[] {
  const shared = new Map<string, Moments>();
  return problems.map((problem, lane) => {
    if ("settings" in problem) return workInput(problem);
    const key = problem.phi.join(" ");
    const moments = shared.get(key) ?? diagonalMoments(problem.phi);
    shared.set(key, moments);
    return exactLane(problem, lane, moments).input;
  });
}

/** Trains `problems` as one ensemble, or, with `cells`, a map of so many models from the first. */
async function exactEnsemble({
  problems,
  cells,
  ...request
}: EnsembleRequest & {
  readonly problems: readonly (ExactProblem | WorkProblem)[];
  readonly cells?: number;
}): Promise<EnsembleResult> {
  const inputs = inputsOf(problems);
  return runEnsemble(
    await device(),
    cells === undefined ? inputs : mapInputs(inputs[0], cells),
    request,
  );
}

export const exactHarness = { exactRun, exactEnsemble };
