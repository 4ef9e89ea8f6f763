/** Gaussian negative log-likelihood of each row and its gradients (`shaders/gaussian-nll.wgsl`). */
import code from "../../../shaders/gaussian-nll.wgsl";
import step from "../../../shaders/lib/step.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { STEP_FIELDS } from "../step-ring.ts";
import { treeWorkgroup, type Tier } from "./launch.ts";

const common = {
  name: "gaussian-nll",
  code,
  libraries: [step],
  uniforms: {
    shape: ["batch", "width", "stride", "scalar", "offset"],
    step: STEP_FIELDS,
  },
};

export const gaussianNllKernel = defineKernel({
  ...common,
  bindings: {
    observed: "read",
    mean: "read",
    dMean: "read_write",
    partials: "read_write",
  },
  overrides: ["ADD", "WORKGROUP"],
});

export const gaussianNllTargetKernel = defineKernel({
  ...common,
  entryPoint: "withTarget",
  bindings: {
    observed: "read",
    mean: "read",
    dMean: "read_write",
    partials: "read_write",
    dTarget: "read_write",
  },
  overrides: ["ADD", "ADD_TARGET", "WORKGROUP"],
});

/** observed, mean [batch, width] -> partials[offset ..], dMean, and dTarget where there is one. */
export function gaussianNll(
  tier: Tier,
  sizes: { batch: number; width: number; scalar: number; offset: number },
  add: { mean: boolean; target: boolean },
  tensors: {
    observed: Tensor;
    mean: Tensor;
    dMean: Tensor;
    partials: Tensor;
    dTarget?: Tensor;
  },
): DispatchSpec {
  const { dTarget, ...others } = tensors;
  const constants = { ADD: Number(add.mean), WORKGROUP: treeWorkgroup(tier) };
  return {
    ...(dTarget
      ? {
          kernel: gaussianNllTargetKernel,
          constants: { ...constants, ADD_TARGET: Number(add.target) },
          tensors: { ...others, dTarget },
        }
      : { kernel: gaussianNllKernel, constants, tensors: others }),
    shape: { ...sizes, stride: Math.ceil(sizes.width / 4) },
    workgroups: [sizes.batch, 1, 1],
  };
}
