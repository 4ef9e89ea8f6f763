/** Exact-moment training of two-level models, a workgroup a model (`shaders/exact-mhvae.wgsl`). */
import code from "../../../shaders/exact-mhvae.wgsl";
import rates from "../../../shaders/lib/exact-rates.wgsl";
import library from "../../../shaders/lib/exact.wgsl";
import { defineKernel } from "../kernel.ts";
import type { Constants, DispatchSpec, Tensor } from "../kernel-cache.ts";
import type { UniformValues } from "../uniforms.ts";

export const exactMhvaeKernel = defineKernel({
  name: "exact-mhvae",
  code,
  libraries: [library, rates],
  bindings: {
    models: "read",
    schedule: "read",
    arena: "read_write",
    terms: "read_write",
  },
  uniforms: {
    shape: [
      "coordinates",
      "width",
      "width2",
      "tensors",
      "work",
      "workSize",
      "ring",
      "lanes",
    ],
    step: ["first", "count", "model", "rate"],
  },
  overrides: ["WORKGROUP_SIZE", "SPLITS", "LOCAL", "LOCAL_VECTORS"],
});

/** Trains `models` models of any size. */
export function exactMhvae(
  models: number,
  constants: Constants,
  tensors: Readonly<Record<string, Tensor>>,
  shape: UniformValues,
): DispatchSpec {
  return {
    kernel: exactMhvaeKernel,
    constants,
    tensors,
    shape,
    workgroups: [models, 1, 1],
  };
}
