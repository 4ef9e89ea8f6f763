/** Counts of each unit's KL over examples (`shaders/kl-metrics.wgsl`). */
import code from "../../../shaders/kl-metrics.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { flatWorkgroup, groups, type Tier } from "./launch.ts";

/** Examples an invocation takes: ROWS of the WGSL. */
export const KL_METRICS_ROWS = 4;

export const klMetricsKernel = defineKernel({
  name: "kl-metrics",
  code,
  bindings: {
    x: "read",
    y: "read",
    map: "read",
    units: "read",
    epsilons: "read",
    sums: "read_write",
    histogram: "read_write",
  },
  uniforms: {
    shape: [
      "firstRow",
      "endRow",
      "firstSlice",
      "xStride",
      "yStride",
      "units",
      "quads",
      "invScale",
      "threshold",
    ],
  },
  overrides: ["WORKGROUP"],
});

export interface KlMetricsShape {
  readonly firstRow: number;
  readonly endRow: number;
  readonly firstSlice: number;
  readonly xStride: number;
  readonly yStride: number;
  readonly units: number;
  readonly quads: number;
  readonly invScale: number;
  readonly threshold: number;
}

/** Examples [firstRow, endRow) -> sums from row `firstSlice` on; histogram added to. */
export function klMetrics(
  tier: Tier,
  shape: KlMetricsShape,
  tensors: Readonly<
    Record<
      "x" | "y" | "map" | "units" | "epsilons" | "sums" | "histogram",
      Tensor
    >
  >,
): DispatchSpec {
  const workgroup = flatWorkgroup(tier);
  const slices = Math.ceil((shape.endRow - shape.firstRow) / KL_METRICS_ROWS);
  return {
    kernel: klMetricsKernel,
    constants: { WORKGROUP: workgroup },
    tensors,
    shape: { ...shape },
    workgroups: groups(slices * shape.quads, workgroup),
  };
}
