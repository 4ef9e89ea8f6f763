/** Exact-moment training, a workgroup a model (`shaders/exact-workgroup.wgsl`). */
import code from "../../../shaders/exact-workgroup.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import type { UniformValues } from "../uniforms.ts";
import { EXACT_VAE } from "./exact-bindings.ts";

export const exactWorkgroupKernel = defineKernel({
  name: "exact-workgroup",
  code,
  ...EXACT_VAE,
  bindings: { ...EXACT_VAE.bindings, scratch: "read_write" },
  overrides: ["WORKGROUP_SIZE", "SPLITS", "GRAM_IN_WORKGROUP", "GRAM_VECTORS"],
});

/** Trains `models` models of any size. */
export function exactWorkgroup(
  models: number,
  variant: {
    readonly workgroupSize: number;
    readonly splits: number;
    readonly gramInWorkgroup: boolean;
    readonly gramVectors: number;
  },
  tensors: Readonly<Record<string, Tensor>>,
  shape: UniformValues,
): DispatchSpec {
  return {
    kernel: exactWorkgroupKernel,
    constants: {
      WORKGROUP_SIZE: variant.workgroupSize,
      SPLITS: variant.splits,
      GRAM_IN_WORKGROUP: variant.gramInWorkgroup ? 1 : 0,
      GRAM_VECTORS: variant.gramVectors,
    },
    tensors,
    shape,
    workgroups: [models, 1, 1],
  };
}
