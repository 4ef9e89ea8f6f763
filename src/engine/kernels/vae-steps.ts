/** Many whole steps of a small linear VAE in one dispatch (`shaders/vae-steps.wgsl`). */
import latent from "../../../shaders/lib/latent.wgsl";
import rng from "../../../shaders/lib/rng.wgsl";
import step from "../../../shaders/lib/step.wgsl";
import tile from "../../../shaders/lib/tile.wgsl";
import code from "../../../shaders/vae-steps.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { STEP_FIELDS } from "../step-ring.ts";

/** Most units the kernel's registers hold. */
export const MAX_SMALL_UNITS = 8;

export const vaeStepsKernel = defineKernel({
  name: "vae-steps",
  code,
  libraries: [latent, tile, rng, step],
  bindings: {
    data: "read",
    norms: "read",
    steps: "read",
    arena: "read_write",
    y: "read_write",
    g: "read_write",
    terms: "read_write",
  },
  uniforms: {
    shape: [
      "batch",
      "units",
      "width",
      "xStride",
      "rows",
      "lane",
      "lanes",
      "copy",
      "logVar",
    ],
    step: STEP_FIELDS,
  },
  overrides: ["ADAM", "LEARN_VARIANCE"],
  features: ["subgroups"],
});

/** A workgroup each for `models` lanes that follow each other from `lane` on. `copy` and `logVar` in vec4s. */
export function vaeSteps(
  sizes: {
    batch: number;
    units: number;
    width: number;
    xStride: number;
    rows: number;
    lane: number;
    lanes: number;
    copy: number;
    logVar: number;
  },
  models: number,
  kind: { adam: boolean; learnVariance: boolean },
  tensors: {
    data: Tensor;
    norms: Tensor;
    steps: Tensor;
    arena: Tensor;
    y: Tensor;
    g: Tensor;
    terms: Tensor;
  },
): DispatchSpec {
  return {
    kernel: vaeStepsKernel,
    constants: {
      ADAM: Number(kind.adam),
      LEARN_VARIANCE: Number(kind.learnVariance),
    },
    tensors,
    shape: sizes,
    workgroups: [models, 1, 1],
  };
}
