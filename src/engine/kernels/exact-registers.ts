/** Exact-moment training with a model's state in registers (`shaders/exact-registers.wgsl`). */
import code from "../../../shaders/exact-registers.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import type { UniformValues } from "../uniforms.ts";

export const exactRegistersKernel = defineKernel({
  name: "exact-registers",
  code,
  bindings: {
    models: "read",
    spectra: "read",
    schedule: "read",
    arena: "read_write",
    terms: "read_write",
    parts: "read_write",
  },
  uniforms: {
    shape: ["weights", "latents", "coordinates", "ring", "lanes"],
    step: ["first", "count", "model", "rate"],
  },
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
