/** Terms and the log-variance's gradient of a linear VAE's step (`shaders/vae-finish.wgsl`). */
import latent from "../../../shaders/lib/latent.wgsl";
import rng from "../../../shaders/lib/rng.wgsl";
import step from "../../../shaders/lib/step.wgsl";
import code from "../../../shaders/vae-finish.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { STEP_FIELDS } from "../step-ring.ts";
import type { Tier } from "./launch.ts";

export const vaeFinishKernel = defineKernel({
  name: "vae-finish",
  code,
  libraries: [latent, rng, step],
  bindings: {
    nats: "read",
    spread: "read",
    logVar: "read",
    dLogVar: "read_write",
    terms: "read_write",
  },
  uniforms: {
    shape: ["batch", "units", "stride", "lane", "lanes"],
    step: STEP_FIELDS,
  },
  overrides: ["WORKGROUP"],
});

/** nats [2, batch], spread [batch, units] -> terms[slot, lane], dLogVar. */
export function vaeFinish(
  tier: Tier,
  sizes: { batch: number; units: number; lane: number; lanes: number },
  tensors: {
    nats: Tensor;
    spread: Tensor;
    logVar: Tensor;
    dLogVar: Tensor;
    terms: Tensor;
  },
): DispatchSpec {
  const stride = Math.ceil(sizes.units / 4);
  return {
    kernel: vaeFinishKernel,
    constants: { WORKGROUP: tier === "software" ? 4 : 64 },
    tensors,
    shape: { ...sizes, stride },
    workgroups: [1 + stride, 1, 1],
  };
}
