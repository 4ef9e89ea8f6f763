/** Exact-moment training of conditional models, a workgroup a model (`shaders/exact-cvae.wgsl`). */
import code from "../../../shaders/exact-cvae.wgsl";
import rates from "../../../shaders/lib/exact-rates.wgsl";
import library from "../../../shaders/lib/exact.wgsl";
import { defineKernel } from "../kernel.ts";
import type { Constants, DispatchSpec, Tensor } from "../kernel-cache.ts";
import type { UniformValues } from "../uniforms.ts";

export const exactCvaeKernel = defineKernel({
  name: "exact-cvae",
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
      "inputs",
      "outputs",
      "width",
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
export function exactCvae(
  models: number,
  constants: Constants,
  tensors: Readonly<Record<string, Tensor>>,
  shape: UniformValues,
): DispatchSpec {
  return {
    kernel: exactCvaeKernel,
    constants,
    tensors,
    shape,
    workgroups: [models, 1, 1],
  };
}
