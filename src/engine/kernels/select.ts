/** Columns picked out of a matrix, and put back (`shaders/select.wgsl`). */
import code from "../../../shaders/select.wgsl";
import { rowStride } from "../arena.ts";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { flatWorkgroup, type Tier } from "./launch.ts";

export const selectKernel = defineKernel({
  name: "select",
  code,
  bindings: { x: "read", picks: "read", y: "read_write" },
  uniforms: { shape: ["rows", "width", "outColumns", "outStride"] },
  overrides: ["ADD", "RUN", "WORKGROUP"],
});

/**
 * x [rows, columns], from int32 [outColumns] -> out [rows, outColumns]: column j is column from[j] of
 * x, 0 where that is negative; added to `out` if `add`. The backward is the same with the inverse map.
 */
export function select(
  tier: Tier,
  {
    rows,
    columns,
    outColumns,
  }: { rows: number; columns: number; outColumns: number },
  add: boolean,
  tensors: { x: Tensor; from: Tensor; out: Tensor },
): DispatchSpec {
  const run = tier === "software" ? 16 : 1;
  const workgroup = flatWorkgroup(tier);
  const outStride = rowStride(outColumns);
  return {
    kernel: selectKernel,
    constants: { ADD: Number(add), RUN: run, WORKGROUP: workgroup },
    tensors: { x: tensors.x, picks: tensors.from, y: tensors.out },
    shape: { rows, width: 4 * rowStride(columns), outColumns, outStride },
    workgroups: [Math.ceil(outStride / workgroup), Math.ceil(rows / run), 1],
  };
}
