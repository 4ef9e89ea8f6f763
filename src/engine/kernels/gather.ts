/** Draws a minibatch's rows and copies them (`shaders/gather.wgsl`). */
import code from "../../../shaders/gather.wgsl";
import rng from "../../../shaders/lib/rng.wgsl";
import step from "../../../shaders/lib/step.wgsl";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { STEP_FIELDS } from "../step-ring.ts";
import { groups, type Tier } from "./launch.ts";

export const gatherKernel = defineKernel({
  name: "gather",
  code,
  libraries: [rng, step],
  bindings: { data: "read", x: "read_write" },
  uniforms: { shape: ["rows", "batch", "stride"], step: STEP_FIELDS },
  overrides: ["RUN", "WORKGROUP"],
});

/** data [rows, columns] -> x [batch, columns]; `stride` in vec4s. */
export function gather(
  tier: Tier,
  sizes: { rows: number; batch: number; stride: number },
  tensors: { data: Tensor; x: Tensor },
): DispatchSpec {
  const run = tier === "software" ? Math.min(sizes.stride, 16) : 1;
  const workgroup = tier === "software" ? 4 : 64;
  return {
    kernel: gatherKernel,
    constants: { RUN: run, WORKGROUP: workgroup },
    tensors,
    shape: sizes,
    workgroups: groups(sizes.batch * Math.ceil(sizes.stride / run), workgroup),
  };
}
