/** Counts of KLs on the GPU over given data, for their kernel's test. */
import { openGpu, type Gpu } from "../../src/engine/gpu.ts";
import { KernelCache } from "../../src/engine/kernel-cache.ts";
import { GpuMetrics } from "../../src/engine/metrics.ts";

export interface CountRequest {
  readonly tier: Gpu["tier"];
  /** Multiply-adds of a dispatch at most. */
  readonly work?: number;
  readonly rows: number;
  readonly columns: number;
  readonly x: readonly number[];
  readonly y?: { readonly outputs: number; readonly values: readonly number[] };
  readonly form: {
    readonly units: number;
    readonly inputs: number;
    readonly map: readonly number[];
    readonly offset: readonly number[];
    readonly scale: number;
    readonly constants: readonly number[];
  };
  readonly epsilons: readonly number[];
  readonly threshold: number;
}

export interface CountResult {
  readonly rows: number;
  readonly sum: readonly number[];
  readonly below: readonly number[];
  readonly active: readonly number[];
}

let opened: Promise<{ gpu: Gpu; cache: KernelCache }> | undefined;

async function countKl(request: CountRequest): Promise<CountResult> {
  opened ??= openGpu(navigator.gpu).then((gpu) => ({
    gpu,
    cache: new KernelCache(gpu.device),
  }));
  const { gpu, cache } = await opened;
  const { tier, work, rows, columns, x, y, form } = request;
  const metrics = await GpuMetrics.create(
    { ...gpu, tier },
    cache,
    {
      name: "test",
      rows,
      columns,
      x: Float32Array.from(x),
      ...(y && { y: { ...y, values: Float32Array.from(y.values) } }),
    },
    work,
  );
  try {
    const counts = await metrics.count(
      {
        ...form,
        map: Float64Array.from(form.map),
        offset: Float64Array.from(form.offset),
        constants: Float64Array.from(form.constants),
      },
      request.epsilons,
      request.threshold,
    );
    return {
      rows: counts.rows,
      sum: [...counts.sum],
      below: [...counts.below],
      active: [...counts.active],
    };
  } finally {
    metrics.destroy();
  }
}

export const metricsHarness = { countKl };
