/** Exact-moment training of large models, four invocations a model (`shaders/exact-rows.wgsl`). */
import code from "../../../shaders/exact-rows.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import type { UniformValues } from "../uniforms.ts";
import { EXACT_VAE } from "./exact-bindings.ts";

export const exactRowsKernel = defineKernel({
  name: "exact-rows",
  code,
  ...EXACT_VAE,
  overrides: ["BLOCKS", "TERMS"],
  features: ["subgroups"],
  unrolled: true,
});

/** Trains `models` models of at most 4 `blocks` latents, `blocks` up to 8, with their terms or without. */
export function exactRows(
  models: number,
  { blocks, terms }: { readonly blocks: number; readonly terms: boolean },
  tensors: Readonly<Record<string, Tensor>>,
  shape: UniformValues,
): DispatchSpec {
  return {
    kernel: exactRowsKernel,
    constants: { BLOCKS: blocks, TERMS: terms ? 1 : 0 },
    tensors,
    shape,
    workgroups: [models, 1, 1],
  };
}
