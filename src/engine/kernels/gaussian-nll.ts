/** Gaussian negative log-likelihood of each row and its gradient (`shaders/gaussian-nll.wgsl`). */
import code from "../../../shaders/gaussian-nll.wgsl";
import step from "../../../shaders/lib/step.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { STEP_FIELDS } from "../step-ring.ts";
import { flatWorkgroup, groups, type Tier } from "./launch.ts";

export const gaussianNllKernel = defineKernel({
  name: "gaussian-nll",
  code,
  libraries: [step],
  bindings: {
    observed: "read",
    mean: "read",
    dMean: "read_write",
    partials: "read_write",
  },
  uniforms: {
    shape: ["batch", "width", "stride", "scalar", "offset"],
    step: STEP_FIELDS,
  },
  overrides: ["ADD", "WORKGROUP"],
});

/** observed, mean [batch, width] -> partials[offset ..], dMean. */
export function gaussianNll(
  tier: Tier,
  sizes: { batch: number; width: number; scalar: number; offset: number },
  add: boolean,
  tensors: { observed: Tensor; mean: Tensor; dMean: Tensor; partials: Tensor },
): DispatchSpec {
  const workgroup = flatWorkgroup(tier);
  return {
    kernel: gaussianNllKernel,
    constants: { ADD: Number(add), WORKGROUP: workgroup },
    tensors,
    shape: { ...sizes, stride: Math.ceil(sizes.width / 4) },
    workgroups: groups(sizes.batch, workgroup),
  };
}
