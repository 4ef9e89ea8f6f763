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
  ACTIVE_VARIANCE,
  activePairs,
  addCounts,
  collapsedShare,
  DELTA,
  emptyCounts,
  EPSILONS,
  summarizeMetrics,
  type KlCounts,
} from "../reference/metrics.ts";
import { Evaluators } from "./evaluators.ts";
import type { PassSource } from "./passes.ts";
import type { LaneView } from "./picture.ts";
import { measureExamples, toldByMoments } from "./posterior.ts";
import type { LaneMetrics } from "./protocol.ts";

/** Examples counted on the CPU before others get a turn. */
const SLICE = 512;

export interface MeasureOptions {
  /** Passes of the lanes' run; without, made for this alone. */
  readonly evaluators?: PassSource;
  /** Asked now and then: whether nobody wants the result any more. */
  readonly left?: () => boolean;
}

/**
 * Metrics of every lane at `step`; without a GPU, or if it fails, counted on the CPU. None at all
 * if they were left.
 */
export async function measureLanes(
  step: number,
  inputs: readonly LaneInput[],
  params: readonly ParamSet[],
  gpu: Gpu | null,
  options: MeasureOptions = {},
): Promise<LaneMetrics[]> {
  const { left = () => false } = options;
  const evaluators = options.evaluators ?? new Evaluators(gpu);
  try {
    const lanes: LaneMetrics[] = [];
    for (const [lane, input] of inputs.entries()) {
      const metrics = toldByMoments(input)
        ? await measureByMoments(input, params[lane], gpu)
        : await measureByPasses(
            { input, params: params[lane], passes: await evaluators.of(input) },
            left,
          );
      if (!metrics || left()) return [];
      lanes.push({ step, ...metrics });
    }
    return lanes;
  } finally {
    if (!options.evaluators) evaluators.destroy();
  }
}

type Metrics = Omit<LaneMetrics, "step">;

async function measureByMoments(
  input: LaneInput,
  params: ParamSet,
  gpu: Gpu | null,
): Promise<Metrics> {
  const forms = klForms(params, input.settings);
  const onGpu = gpu && (await countOnGpu(gpu, input, forms));
  const counts = onGpu ?? (await countOnCpu(input, forms));
  return {
    ...summarizeMetrics(params, input, counts),
    computedOn: onGpu ? "webgpu" : "cpu",
  };
}

/** Every example goes through the network, slice by slice. */
async function measureByPasses(
  lane: LaneView,
  left: () => boolean,
): Promise<Metrics | null> {
  const { rows, x, y } = lane.input.data;
  const measured = await measureExamples(
    lane,
    { count: rows, inputs: { x, ...(y && { y: y.values }) } },
    left,
  );
  return (
    measured && {
      levels: measured.levels.map(
        ({ counts, dataVariance, informationBound }) => ({
          klPerUnit: Array.from(counts.sum, (sum) => sum / counts.rows),
          epsilon: EPSILONS,
          delta: DELTA,
          collapsed: collapsedShare(counts),
          activeUnitsBurda: dataVariance.filter((v) => v > ACTIVE_VARIANCE)
            .length,
          activePairs: activePairs(counts),
          informationBound,
        }),
      ),
      logLikelihood: Number.NaN,
      computedOn: lane.passes.computedOn,
    }
  );
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
