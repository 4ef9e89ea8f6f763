/** The latent side of a linear VAE with its residual eliminated (`shaders/vae-latent.wgsl`). */
import latent from "../../../shaders/lib/latent.wgsl";
import rng from "../../../shaders/lib/rng.wgsl";
import step from "../../../shaders/lib/step.wgsl";
import code from "../../../shaders/vae-latent.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { STEP_FIELDS } from "../step-ring.ts";
import { flatWorkgroup, groups, type Tier } from "./launch.ts";

const common = {
  name: "vae-latent",
  code,
  libraries: [latent, rng, step],
  uniforms: {
    shape: ["batch", "units", "stride", "width", "rows"],
    step: STEP_FIELDS,
  },
  overrides: ["WORKGROUP"],
};

export const vaeSampleKernel = defineKernel({
  ...common,
  entryPoint: "sample",
  bindings: {
    projected: "read",
    logVar: "read",
    y: "read_write",
    z: "read_write",
    spread: "read_write",
  },
});

export const vaeGradientKernel = defineKernel({
  ...common,
  entryPoint: "gradient",
  bindings: {
    projected: "read",
    logVar: "read",
    y: "read_write",
    z: "read_write",
    spread: "read_write",
    t: "read",
    norms: "read",
    nats: "read_write",
  },
});

export interface LatentSizes {
  readonly batch: number;
  readonly units: number;
  /** Columns of the data. */
  readonly width: number;
  /** Examples. */
  readonly rows: number;
}

/** z, spread and the right half of y. */
export function vaeSample(
  tier: Tier,
  sizes: LatentSizes,
  tensors: {
    projected: Tensor;
    logVar: Tensor;
    y: Tensor;
    z: Tensor;
    spread: Tensor;
  },
): DispatchSpec {
  const workgroup = flatWorkgroup(tier);
  const stride = Math.ceil(sizes.units / 4);
  return {
    kernel: vaeSampleKernel,
    constants: { WORKGROUP: workgroup },
    tensors,
    shape: { ...sizes, stride },
    workgroups: groups(sizes.batch * stride, workgroup),
    label: "vae-sample",
  };
}

/** The left half of y, spread and nats. */
export function vaeGradient(
  tier: Tier,
  sizes: LatentSizes,
  tensors: {
    projected: Tensor;
    logVar: Tensor;
    y: Tensor;
    z: Tensor;
    spread: Tensor;
    t: Tensor;
    norms: Tensor;
    nats: Tensor;
  },
): DispatchSpec {
  const workgroup = flatWorkgroup(tier);
  return {
    kernel: vaeGradientKernel,
    constants: { WORKGROUP: workgroup },
    tensors,
    shape: { ...sizes, stride: Math.ceil(sizes.units / 4) },
    workgroups: groups(sizes.batch, workgroup),
    label: "vae-gradient",
  };
}
