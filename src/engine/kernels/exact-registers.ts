/** Exact-moment training with a model's state in registers (`shaders/exact-registers.wgsl`). */
import code from "../../../shaders/exact-registers.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import type { UniformValues } from "../uniforms.ts";
import { EXACT_VAE } from "./exact-bindings.ts";

export const exactRegistersKernel = defineKernel({
  name: "exact-registers",
  code,
  ...EXACT_VAE,
  bindings: { ...EXACT_VAE.bindings, parts: "read_write" },
  overrides: ["BLOCKS", "LANES", "TERMS"],
  features: ["subgroups"],
  unrolled: true,
});

/**
 * Trains `models` models of at most 4 `blocks` latents, `blocks` up to 8, and 16 `quads` coordinates,
 * `quads` up to 64, with their terms or without.
 */
export function exactRegisters(
  models: number,
  {
    blocks,
    quads,
    terms,
  }: {
    readonly blocks: number;
    readonly quads: number;
    readonly terms: boolean;
  },
  tensors: Readonly<Record<string, Tensor>>,
  shape: UniformValues,
): DispatchSpec {
  return {
    kernel: exactRegistersKernel,
    constants: { BLOCKS: blocks, LANES: 4 * quads, TERMS: terms ? 1 : 0 },
    tensors,
    shape,
    workgroups: [models, 1, 1],
  };
}
