/** Biases and activations of matrices, row by row (`shaders/activation.wgsl`). */
import code from "../../../shaders/activation.wgsl";
import library from "../../../shaders/lib/activation.wgsl";
import type { Activation } from "../../model/ops.ts";
import { rowStride } from "../arena.ts";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { flatWorkgroup, groups, type Tier } from "./launch.ts";

/** Activations by their number in WGSL. */
export const ACTIVATIONS: readonly Activation[] = [
  "none",
  "relu",
  "tanh",
  "gelu",
];

const common = {
  name: "activation",
  code,
  libraries: [library],
  uniforms: { shape: ["count", "stride"] },
};

export const shiftKernel = defineKernel({
  ...common,
  entryPoint: "shift",
  bindings: { values: "read_write", bias: "read" },
  overrides: ["WORKGROUP"],
});

export const activateKernel = defineKernel({
  ...common,
  entryPoint: "forward",
  bindings: { before: "read", y: "read_write" },
  overrides: ["ACTIVATION", "WORKGROUP"],
});

export const activateBackwardKernel = defineKernel({
  ...common,
  entryPoint: "backward",
  bindings: { before: "read", d: "read_write" },
  overrides: ["ACTIVATION", "WORKGROUP"],
});

interface Sizes {
  readonly rows: number;
  readonly columns: number;
}

function sizesOf(tier: Tier, { rows, columns }: Sizes) {
  const stride = rowStride(columns);
  const count = rows * stride;
  return {
    shape: { count, stride },
    workgroups: groups(count, flatWorkgroup(tier)),
  };
}

/** values [rows, columns] += bias [1, columns]. */
export function shift(
  tier: Tier,
  sizes: Sizes,
  tensors: { values: Tensor; bias: Tensor },
): DispatchSpec {
  return {
    kernel: shiftKernel,
    constants: { WORKGROUP: flatWorkgroup(tier) },
    tensors,
    ...sizesOf(tier, sizes),
    label: "bias",
  };
}

/** y = activation(before), [rows, columns]. */
export function activate(
  tier: Tier,
  sizes: Sizes,
  activation: Activation,
  tensors: { before: Tensor; y: Tensor },
): DispatchSpec {
  return {
    kernel: activateKernel,
    constants: {
      ACTIVATION: ACTIVATIONS.indexOf(activation),
      WORKGROUP: flatWorkgroup(tier),
    },
    tensors,
    ...sizesOf(tier, sizes),
  };
}

/** d = d * slope at `before`, [rows, columns]. */
export function activateBackward(
  tier: Tier,
  sizes: Sizes,
  activation: Activation,
  tensors: { before: Tensor; d: Tensor },
): DispatchSpec {
  return {
    kernel: activateBackwardKernel,
    constants: {
      ACTIVATION: ACTIVATIONS.indexOf(activation),
      WORKGROUP: flatWorkgroup(tier),
    },
    tensors,
    ...sizesOf(tier, sizes),
  };
}
