/** Sums of matrices of one shape (`shaders/add.wgsl`). */
import code from "../../../shaders/add.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { flatWorkgroup, groups, type Tier } from "./launch.ts";

const uniforms = { shape: ["count"] };

export const sumKernel = defineKernel({
  name: "add",
  code,
  entryPoint: "sum",
  bindings: { a: "read", b: "read", c: "read_write" },
  uniforms,
  overrides: ["WORKGROUP"],
});

export const passOnKernel = defineKernel({
  name: "add",
  code,
  entryPoint: "passOn",
  bindings: { a: "read", c: "read_write" },
  uniforms,
  overrides: ["ADD", "WORKGROUP"],
});

/** c = a + b, `count` vec4s. */
export function sum(
  tier: Tier,
  count: number,
  tensors: { a: Tensor; b: Tensor; c: Tensor },
): DispatchSpec {
  const workgroup = flatWorkgroup(tier);
  return {
    kernel: sumKernel,
    constants: { WORKGROUP: workgroup },
    tensors,
    shape: { count },
    workgroups: groups(count, workgroup),
  };
}

/** c = a, or c += a if `add`; `count` vec4s. */
export function passOn(
  tier: Tier,
  count: number,
  add: boolean,
  tensors: { a: Tensor; c: Tensor },
): DispatchSpec {
  const workgroup = flatWorkgroup(tier);
  return {
    kernel: passOnKernel,
    constants: { ADD: Number(add), WORKGROUP: workgroup },
    tensors,
    shape: { count },
    workgroups: groups(count, workgroup),
  };
}
