/** Waves of an ensemble whatever their estimator: those of exact models first, sampled ones then. */
import {
  planWaves,
  type EnsembleWave,
  type ExactWave,
} from "./ensemble-plan.ts";
import { Wave, type EnsemblePhase, type TrainedWave } from "./ensemble-wave.ts";
import type { Slices } from "../math/slices.ts";
import type { VariantRequest } from "./exact-layout.ts";
import type { Packing } from "./exact-place.ts";
import type { Gpu } from "./gpu.ts";
import type { KernelCache } from "./kernel-cache.ts";
import { planSampledWaves } from "./sampled-plan.ts";
import { SampledWave } from "./sampled-wave.ts";
import type { LaneInput } from "./stepper.ts";

function isSampled({ settings }: LaneInput): boolean {
  return settings.estimator === "sampled";
}

function isExact(plan: EnsembleWave): plan is ExactWave {
  return "form" in plan;
}

/** Plans all models, with a turn for others between them. Rejects as `planWaves` and `planSampledWaves` do. */
export async function planAllWaves(
  gpu: Gpu,
  inputs: readonly LaneInput[],
  variant: VariantRequest | undefined,
  memory: number | undefined,
  slices: Slices,
): Promise<EnsembleWave[]> {
  const all = inputs.map((_, model) => model);
  const exact = all.filter((model) => !isSampled(inputs[model]));
  const sampled = all.filter((model) => isSampled(inputs[model]));
  const some = exact.map((model) => inputs[model]);
  const waves = await planWaves(gpu, some, variant, memory, slices);
  return [
    ...waves.map((wave) => ({
      ...wave,
      models: wave.models.map((slot) => exact[slot]),
    })),
    ...(await planSampledWaves(gpu, inputs, sampled, slices, memory)),
  ];
}

/**
 * Puts a wave on the GPU, with a turn for others between models. Throws as `placeGroups` does; of
 * sampled models it puts as many as there is time for until the signal.
 */
export function openWave(
  gpu: Gpu,
  cache: KernelCache,
  plan: EnsembleWave,
  inputs: readonly LaneInput[],
  phases: readonly EnsemblePhase[],
  packing: Packing,
): Promise<TrainedWave> {
  return isExact(plan)
    ? Wave.create(gpu, cache, plan, inputs, phases, packing)
    : SampledWave.create(gpu, cache, plan, inputs, phases, packing);
}
