/** Negative entropy of N(., exp(logVar)) of each row and its gradient (`shaders/gaussian-entropy.wgsl`). */
import code from "../../../shaders/gaussian-entropy.wgsl";
import step from "../../../shaders/lib/step.wgsl";
import { rowStride } from "../arena.ts";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { STEP_FIELDS } from "../step-ring.ts";
import { flatWorkgroup, groups, type Tier } from "./launch.ts";

export const gaussianEntropyKernel = defineKernel({
  name: "gaussian-entropy",
  code,
  libraries: [step],
  bindings: { logVar: "read", dLogVar: "read_write", partials: "read_write" },
  uniforms: {
    shape: ["batch", "units", "stride", "scalar", "offset"],
    step: STEP_FIELDS,
  },
  overrides: ["BROADCAST", "ADD", "WORKGROUP"],
});

/** logVar [1, units] if `broadcast`, else [batch, units] -> partials[offset ..], dLogVar. */
export function gaussianEntropy(
  tier: Tier,
  sizes: { batch: number; units: number; scalar: number; offset: number },
  broadcast: boolean,
  add: boolean,
  tensors: { logVar: Tensor; dLogVar: Tensor; partials: Tensor },
): DispatchSpec {
  const workgroup = flatWorkgroup(tier);
  return {
    kernel: gaussianEntropyKernel,
    constants: {
      BROADCAST: Number(broadcast),
      ADD: Number(add),
      WORKGROUP: workgroup,
    },
    tensors,
    shape: { ...sizes, stride: rowStride(sizes.units) },
    workgroups: groups(sizes.batch, workgroup),
  };
}
