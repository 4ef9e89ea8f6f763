/** Adam over a whole arena (`shaders/adam.wgsl`). */
import code from "../../../shaders/adam.wgsl";
import step from "../../../shaders/lib/step.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { STEP_FIELDS } from "../step-ring.ts";
import { flatWorkgroup, gridGroups, type Tier } from "./launch.ts";

export const adamKernel = defineKernel({
  name: "adam",
  code,
  libraries: [step],
  bindings: {
    params: "read_write",
    m: "read_write",
    v: "read_write",
    gradients: "read",
  },
  uniforms: { shape: ["count"], step: STEP_FIELDS },
  overrides: ["WORKGROUP"],
});

/** Updates `count` vec4s in place. */
export function adam(
  tier: Tier,
  count: number,
  tensors: { params: Tensor; m: Tensor; v: Tensor; gradients: Tensor },
): DispatchSpec {
  const workgroup = flatWorkgroup(tier);
  return {
    kernel: adamKernel,
    constants: { WORKGROUP: workgroup },
    tensors,
    shape: { count },
    workgroups: gridGroups(tier, count, workgroup),
  };
}
