/**
 * Metrics over the whole data set, of the weights as they stand: counted on the GPU where there is
 * one, else in float64 a slice at a time. Worker side.
 */
import { cacheOf } from "../engine/gpu-backend.ts";
import type { Gpu } from "../engine/gpu.ts";
import { GpuMetrics } from "../engine/metrics.ts";
import type { LaneInput } from "../engine/stepper.ts";
import type { ParamSet } from "../model/ops.ts";
import { klForms, type KlForm } from "../reference/kl-forms.ts";
import {
  ACTIVE_KL,
  addCounts,
  emptyCounts,
  EPSILONS,
  summarizeMetrics,
  type KlCounts,
} from "../reference/metrics.ts";
import type { LaneMetrics } from "./protocol.ts";

/** Examples counted on the CPU before others get a turn. */
const SLICE = 512;

/** Metrics of every lane at `step`; without a GPU, or if it fails, counted on the CPU. */
export async function measureLanes(
  step: number,
  inputs: readonly LaneInput[],
  params: readonly ParamSet[],
  gpu: Gpu | null,
): Promise<LaneMetrics[]> {
  const lanes: LaneMetrics[] = [];
  for (const [lane, input] of inputs.entries()) {
    const forms = klForms(params[lane], input.settings);
    const onGpu = gpu && (await countOnGpu(gpu, input, forms));
    const counts = onGpu ?? (await countOnCpu(input, forms));
    lanes.push({
      step,
      ...summarizeMetrics(params[lane], input, counts),
      computedOn: onGpu ? "webgpu" : "cpu",
    });
  }
  return lanes;
}

/** Null when the GPU could not: it has no room, is lost, or a KL is beyond float32. */
async function countOnGpu(
  gpu: Gpu,
  { data }: LaneInput,
  forms: readonly KlForm[],
): Promise<KlCounts[] | null> {
  let metrics: GpuMetrics | null = null;
  try {
    metrics = await GpuMetrics.create(gpu, cacheOf(gpu.device), data);
    const counts: KlCounts[] = [];
    for (const form of forms)
      counts.push(await metrics.count(form, EPSILONS, ACTIVE_KL));
    return counts;
  } catch {
    return null;
  } finally {
    metrics?.destroy();
  }
}

async function countOnCpu(
  { data }: LaneInput,
  forms: readonly KlForm[],
): Promise<KlCounts[]> {
  const counts = forms.map(({ units }) => emptyCounts(units));
  for (let from = 0; from < data.rows; from += SLICE) {
    const to = Math.min(data.rows, from + SLICE);
    forms.forEach((form, level) => {
      addCounts(counts[level], form, data, from, to);
    });
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return counts;
}
