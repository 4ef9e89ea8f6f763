/**
 * Metrics over the whole data set, of the weights as they stand: counted on the GPU where there is
 * one, else in float64 a slice at a time. Worker side.
 */
import type { LaneInput } from "../engine/stepper.ts";
import type { ParamSet } from "../model/ops.ts";
import { klForms, type KlForm } from "../reference/kl-forms.ts";
import {
  addCounts,
  emptyCounts,
  summarizeMetrics,
  type KlCounts,
} from "../reference/metrics.ts";
import type { LaneMetrics } from "./protocol.ts";

/** Examples counted on the CPU before others get a turn. */
const SLICE = 512;

/** Metrics of every lane at `step`. */
export async function measureLanes(
  step: number,
  inputs: readonly LaneInput[],
  params: readonly ParamSet[],
): Promise<LaneMetrics[]> {
  const lanes: LaneMetrics[] = [];
  for (const [lane, input] of inputs.entries()) {
    const forms = klForms(params[lane], input.settings);
    const counts = await countOnCpu(input, forms);
    lanes.push({
      step,
      ...summarizeMetrics(params[lane], input, counts),
      computedOn: "cpu",
    });
  }
  return lanes;
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
