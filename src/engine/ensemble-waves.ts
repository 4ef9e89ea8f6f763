/** Waves of an ensemble whatever their estimator: those of exact models first, sampled ones then. */
import { planWaves, type EnsembleWave } from "./ensemble-plan.ts";
import { Wave, type EnsemblePhase, type TrainedWave } from "./ensemble-wave.ts";
import type { StartCache } from "./exact-basis.ts";
import type { VariantRequest } from "./exact-layout.ts";
import type { Gpu } from "./gpu.ts";
import type { KernelCache } from "./kernel-cache.ts";
import { planSampledWaves } from "./sampled-plan.ts";
import { SampledWave } from "./sampled-wave.ts";
import type { LaneInput } from "./stepper.ts";

function isSampled({ settings }: LaneInput): boolean {
  return settings.estimator === "sampled";
}

/** Plans all models. Throws as `planWaves` and `planSampledWaves` do. */
export function planAllWaves(
  gpu: Gpu,
  inputs: readonly LaneInput[],
  variant: VariantRequest | undefined,
  memory: number | undefined,
): EnsembleWave[] {
  const all = inputs.map((_, model) => model);
  const exact = all.filter((model) => !isSampled(inputs[model]));
  const sampled = all.filter((model) => isSampled(inputs[model]));
  const some = exact.map((model) => inputs[model]);
  return [
    ...planWaves(gpu, some, variant, memory).map((wave) => ({
      ...wave,
      models: wave.models.map((slot) => exact[slot]),
    })),
    ...planSampledWaves(gpu, inputs, sampled, memory),
  ];
}

/** Puts a wave on the GPU. Throws an `EngineError` if the device refuses. */
export function openWave(
  gpu: Gpu,
  cache: KernelCache,
  plan: EnsembleWave,
  inputs: readonly LaneInput[],
  phases: readonly EnsemblePhase[],
  options: {
    readonly variant?: VariantRequest;
    readonly starts: StartCache;
    readonly signal: AbortSignal | undefined;
  },
): Promise<TrainedWave> {
  return isSampled(inputs[plan.models[0]])
    ? SampledWave.create(gpu, cache, plan, inputs, phases, options.signal)
    : Wave.create(gpu, cache, plan, inputs, phases, options);
}
