/** z = mean + sigma * eps and its backward (`shaders/reparameterize.wgsl`). */
import latent from "../../../shaders/lib/latent.wgsl";
import rng from "../../../shaders/lib/rng.wgsl";
import step from "../../../shaders/lib/step.wgsl";
import code from "../../../shaders/reparameterize.wgsl";
import { STREAM, type Stream } from "../../math/rng.ts";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { STEP_FIELDS } from "../step-ring.ts";
import { flatWorkgroup, groups, treeWorkgroup, type Tier } from "./launch.ts";

const uniforms = {
  shape: ["batch", "units", "stride", "stream"],
  step: STEP_FIELDS,
};

export const reparameterizeKernel = defineKernel({
  name: "reparameterize",
  code,
  libraries: [latent, rng, step],
  entryPoint: "forward",
  bindings: { mean: "read", logVar: "read", z: "read_write" },
  uniforms,
  overrides: ["BROADCAST", "WORKGROUP"],
});

const backward = (entryPoint: "backward" | "backwardShared") =>
  defineKernel({
    name: "reparameterize",
    code,
    libraries: [latent, rng, step],
    entryPoint,
    bindings: {
      logVar: "read",
      dZ: "read",
      dMean: "read_write",
      dLogVar: "read_write",
    },
    uniforms,
    overrides: ["ADD_MEAN", "ADD_LOG_VAR", "WORKGROUP"],
  });

export const reparameterizeBackwardKernel = backward("backward");

export const reparameterizeBackwardSharedKernel = backward("backwardShared");

interface Sizes {
  readonly batch: number;
  readonly units: number;
  readonly stream: Stream;
  /** logVar is [1, units]. */
  readonly broadcast: boolean;
}

function shapeOf(sizes: Sizes) {
  return {
    batch: sizes.batch,
    units: sizes.units,
    stride: Math.ceil(sizes.units / 4),
    stream: STREAM[sizes.stream],
  };
}

/** mean [batch, units], logVar -> z [batch, units]. */
export function reparameterize(
  tier: Tier,
  sizes: Sizes,
  tensors: { mean: Tensor; logVar: Tensor; z: Tensor },
): DispatchSpec {
  const shape = shapeOf(sizes);
  const workgroup = flatWorkgroup(tier);
  return {
    kernel: reparameterizeKernel,
    constants: { BROADCAST: Number(sizes.broadcast), WORKGROUP: workgroup },
    tensors,
    shape,
    workgroups: groups(sizes.batch * shape.stride, workgroup),
  };
}

/** dZ -> dMean, dLogVar; `add` says which hold something already. */
export function reparameterizeBackward(
  tier: Tier,
  sizes: Sizes,
  add: { mean: boolean; logVar: boolean },
  tensors: { logVar: Tensor; dZ: Tensor; dMean: Tensor; dLogVar: Tensor },
): DispatchSpec {
  const { broadcast, batch } = sizes;
  const shape = shapeOf(sizes);
  const workgroup = broadcast ? treeWorkgroup(tier) : flatWorkgroup(tier);
  return {
    kernel: broadcast
      ? reparameterizeBackwardSharedKernel
      : reparameterizeBackwardKernel,
    constants: {
      ADD_MEAN: Number(add.mean),
      ADD_LOG_VAR: Number(add.logVar),
      WORKGROUP: workgroup,
    },
    tensors,
    shape,
    workgroups: broadcast
      ? [shape.stride, 1, 1]
      : groups(batch * shape.stride, workgroup),
  };
}
