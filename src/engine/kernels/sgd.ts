/** Gradient descent over a whole arena (`shaders/sgd.wgsl`). */
import step from "../../../shaders/lib/step.wgsl";
import code from "../../../shaders/sgd.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { STEP_FIELDS } from "../step-ring.ts";
import { flatWorkgroup, gridGroups, type Tier } from "./launch.ts";

export const sgdKernel = defineKernel({
  name: "sgd",
  code,
  libraries: [step],
  bindings: { params: "read_write", gradients: "read" },
  uniforms: { shape: ["count"], step: STEP_FIELDS },
  overrides: ["WORKGROUP"],
});

/** Updates `count` vec4s in place. */
export function sgd(
  tier: Tier,
  count: number,
  tensors: { params: Tensor; gradients: Tensor },
): DispatchSpec {
  const workgroup = flatWorkgroup(tier);
  return {
    kernel: sgdKernel,
    constants: { WORKGROUP: workgroup },
    tensors,
    shape: { count },
    workgroups: gridGroups(tier, count, workgroup),
  };
}
