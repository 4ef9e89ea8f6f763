/** Bernoulli negative log-likelihood of each row and its gradient (`shaders/bernoulli-nll.wgsl`). */
import code from "../../../shaders/bernoulli-nll.wgsl";
import step from "../../../shaders/lib/step.wgsl";
import { rowStride } from "../arena.ts";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { STEP_FIELDS } from "../step-ring.ts";
import { treeWorkgroup, type Tier } from "./launch.ts";

export const bernoulliNllKernel = defineKernel({
  name: "bernoulli-nll",
  code,
  libraries: [step],
  bindings: {
    observed: "read",
    logits: "read",
    dLogits: "read_write",
    partials: "read_write",
  },
  uniforms: {
    shape: ["batch", "width", "stride", "scalar", "offset"],
    step: STEP_FIELDS,
  },
  overrides: ["ADD", "WORKGROUP"],
});

/** observed in 0..1 and logits [batch, width] -> partials[offset ..], dLogits, added to if `add`. */
export function bernoulliNll(
  tier: Tier,
  sizes: { batch: number; width: number; scalar: number; offset: number },
  add: boolean,
  tensors: {
    observed: Tensor;
    logits: Tensor;
    dLogits: Tensor;
    partials: Tensor;
  },
): DispatchSpec {
  return {
    kernel: bernoulliNllKernel,
    constants: { ADD: Number(add), WORKGROUP: treeWorkgroup(tier) },
    tensors,
    shape: { ...sizes, stride: rowStride(sizes.width) },
    workgroups: [sizes.batch, 1, 1],
  };
}
