/** The transpose of a matrix (`shaders/transpose.wgsl`). */
import code from "../../../shaders/transpose.wgsl";
import { rowStride } from "../arena.ts";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { flatWorkgroup, groups, type Tier } from "./launch.ts";

export const transposeKernel = defineKernel({
  name: "transpose",
  code,
  bindings: { a: "read", turned: "read_write" },
  uniforms: { shape: ["rows", "columns", "fromStride", "toStride"] },
  overrides: ["WORKGROUP"],
});

/** a [rows, columns] -> turned [columns, rows]. */
export function transpose(
  tier: Tier,
  { rows, columns }: { rows: number; columns: number },
  tensors: { a: Tensor; turned: Tensor },
): DispatchSpec {
  const workgroup = flatWorkgroup(tier);
  const fromStride = rowStride(columns);
  const toStride = rowStride(rows);
  return {
    kernel: transposeKernel,
    constants: { WORKGROUP: workgroup },
    tensors,
    shape: { rows, columns, fromStride, toStride },
    workgroups: groups(fromStride * toStride, workgroup),
  };
}
