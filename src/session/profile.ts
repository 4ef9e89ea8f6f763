/** Where a run's time and memory go. Worker side. */
import { memoryOf } from "../engine/memory.ts";
import type { Gpu } from "../engine/gpu.ts";
import type { KernelTime } from "../engine/profile.ts";
import type { ProfileReadout } from "./profile-protocol.ts";
import type { Run } from "./run.ts";

/** Most steps that are timed. */
const STEPS = 16;

/** Limits that decide what fits. */
const LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/**
 * Times the kernels of the next few steps, which leave no trace: the run goes on from the state it
 * had. Null if there is no run.
 */
export async function profileRun(
  run: Run | null,
  gpu: Gpu | null,
): Promise<ProfileReadout | null> {
  if (!run) return null;
  const { scheduler } = run;
  const { chunkSteps } = scheduler;
  const running = scheduler.status === "running";
  const steps = Math.max(1, Math.min(STEPS, chunkSteps));
  const timed: { kernels: readonly KernelTime[] | null } = { kernels: null };
  if (gpu?.timestamps)
    await scheduler.edit(async (now, backend) => {
      timed.kernels = (await backend.profile?.(now.step, steps)) ?? null;
      return now;
    });
  if (running) scheduler.play();
  return {
    chunkSteps,
    steps,
    kernels: timed.kernels,
    device: gpu && {
      adapter: gpu.adapter,
      tier: gpu.tier,
      bytes: memoryOf(gpu.device),
      features: [...gpu.device.features].sort(),
      limits: LIMITS.map((name) => ({ name, value: gpu.device.limits[name] })),
    },
  };
}
