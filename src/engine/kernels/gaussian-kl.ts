/** KL(N(mean, exp(logVar)) || N(0, prior)) of each row and its gradients (`shaders/gaussian-kl.wgsl`). */
import code from "../../../shaders/gaussian-kl.wgsl";
import step from "../../../shaders/lib/step.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { STEP_FIELDS } from "../step-ring.ts";
import { flatWorkgroup, groups, type Tier } from "./launch.ts";

export const gaussianKlKernel = defineKernel({
  name: "gaussian-kl",
  code,
  libraries: [step],
  bindings: {
    mean: "read",
    logVar: "read",
    dMean: "read_write",
    dLogVar: "read_write",
    partials: "read_write",
  },
  uniforms: {
    shape: ["batch", "units", "stride", "scalar", "offset"],
    step: STEP_FIELDS,
  },
  overrides: ["BROADCAST", "ADD_MEAN", "ADD_LOG_VAR", "WORKGROUP"],
});

/** mean [batch, units], logVar -> partials[offset ..], dMean, dLogVar. */
export function gaussianKl(
  tier: Tier,
  sizes: { batch: number; units: number; scalar: number; offset: number },
  broadcast: boolean,
  add: { mean: boolean; logVar: boolean },
  tensors: {
    mean: Tensor;
    logVar: Tensor;
    dMean: Tensor;
    dLogVar: Tensor;
    partials: Tensor;
  },
): DispatchSpec {
  const workgroup = flatWorkgroup(tier);
  return {
    kernel: gaussianKlKernel,
    constants: {
      BROADCAST: Number(broadcast),
      ADD_MEAN: Number(add.mean),
      ADD_LOG_VAR: Number(add.logVar),
      WORKGROUP: workgroup,
    },
    tensors,
    shape: { ...sizes, stride: Math.ceil(sizes.units / 4) },
    workgroups: groups(sizes.batch, workgroup),
  };
}
