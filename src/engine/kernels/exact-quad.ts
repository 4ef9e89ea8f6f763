/** Exact-moment training, four invocations a model (`shaders/exact-quad.wgsl`). */
import code from "../../../shaders/exact-quad.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import type { UniformValues } from "../uniforms.ts";
import { EXACT_VAE } from "./exact-bindings.ts";

export const exactQuadKernel = defineKernel({
  name: "exact-quad",
  code,
  ...EXACT_VAE,
  overrides: ["GROUPS", "TERMS"],
  features: ["subgroups"],
});

/** Trains `models` models of at most 8 latents and 4 `groups` coordinates, with their terms or without. */
export function exactQuad(
  models: number,
  { groups, terms }: { readonly groups: 4 | 8; readonly terms: boolean },
  tensors: Readonly<Record<string, Tensor>>,
  shape: UniformValues,
): DispatchSpec {
  return {
    kernel: exactQuadKernel,
    constants: { GROUPS: groups, TERMS: terms ? 1 : 0 },
    tensors,
    shape,
    workgroups: [models, 1, 1],
  };
}
