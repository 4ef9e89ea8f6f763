/** Sums over rows (`shaders/column-reduce.wgsl`). */
import code from "../../../shaders/column-reduce.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { flatWorkgroup, groups, type Tier } from "./launch.ts";

export const columnReduceKernel = defineKernel({
  name: "column-reduce",
  code,
  bindings: { values: "read", sums: "read_write" },
  uniforms: { shape: ["rows", "stride"] },
  overrides: ["ADD", "WORKGROUP"],
});

/** values [rows, 4 stride] -> sums [1, 4 stride]. */
export function columnReduce(
  tier: Tier,
  sizes: { rows: number; stride: number },
  add: boolean,
  tensors: { values: Tensor; sums: Tensor },
): DispatchSpec {
  const workgroup = flatWorkgroup(tier);
  return {
    kernel: columnReduceKernel,
    constants: { ADD: Number(add), WORKGROUP: workgroup },
    tensors,
    shape: sizes,
    workgroups: groups(sizes.stride, workgroup),
  };
}
