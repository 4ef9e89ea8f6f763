/** Biases and activations of matrices, row by row (`shaders/activation.wgsl`). */
import code from "../../../shaders/activation.wgsl";
import library from "../../../shaders/lib/activation.wgsl";
import type { Activation } from "../../model/ops.ts";
import { rowStride } from "../arena.ts";
import { defineKernel, type Access, type Kernel } from "../kernel.ts";
import type { Constants, DispatchSpec, Tensor } from "../kernel-cache.ts";
import { flatWorkgroup, gridGroups, type Tier } from "./launch.ts";

/** Activations by their number in WGSL. */
export const ACTIVATIONS: readonly Activation[] = [
  "none",
  "relu",
  "tanh",
  "gelu",
];

function kernel(
  entryPoint: string,
  bindings: Readonly<Record<string, Access>>,
  activates: boolean,
): Kernel {
  return defineKernel({
    name: "activation",
    code,
    libraries: [library],
    entryPoint,
    bindings,
    uniforms: { shape: ["count", "stride"] },
    overrides: activates ? ["ACTIVATION", "WORKGROUP"] : ["WORKGROUP"],
  });
}

const biased = { values: "read_write", bias: "read" } as const;

export const shiftKernel = kernel("shift", biased, false);
export const shiftActivateKernel = kernel("shiftForward", biased, true);
export const activateInPlaceKernel = kernel(
  "inPlace",
  { values: "read_write" },
  true,
);
export const activateKernel = kernel(
  "forward",
  { before: "read", y: "read_write" },
  true,
);
export const activateBackwardKernel = kernel(
  "backward",
  { before: "read", d: "read_write" },
  true,
);
export const activateInPlaceBackwardKernel = kernel(
  "inPlaceBackward",
  { d: "read_write", result: "read" },
  true,
);

interface Sizes {
  readonly rows: number;
  readonly columns: number;
}

function dispatch(
  tier: Tier,
  { rows, columns }: Sizes,
  of: { kernel: Kernel; constants: Constants },
  tensors: Readonly<Record<string, Tensor>>,
  label: string,
): DispatchSpec {
  const stride = rowStride(columns);
  const count = rows * stride;
  const workgroup = flatWorkgroup(tier);
  return {
    kernel: of.kernel,
    constants: { ...of.constants, WORKGROUP: workgroup },
    tensors,
    shape: { count, stride },
    workgroups: gridGroups(tier, count, workgroup),
    label,
  };
}

function activating(kernelOf: Kernel, activation: Activation) {
  const constants = { ACTIVATION: ACTIVATIONS.indexOf(activation) };
  return { kernel: kernelOf, constants };
}

/** values [rows, columns] += bias [1, columns]. */
export function shift(
  tier: Tier,
  sizes: Sizes,
  tensors: { values: Tensor; bias: Tensor },
): DispatchSpec {
  const of = { kernel: shiftKernel, constants: {} };
  return dispatch(tier, sizes, of, tensors, "bias");
}

/** values = activation(values + bias), [rows, columns], bias [1, columns]. */
export function shiftActivate(
  tier: Tier,
  sizes: Sizes,
  activation: Activation,
  tensors: { values: Tensor; bias: Tensor },
): DispatchSpec {
  const of = activating(shiftActivateKernel, activation);
  return dispatch(tier, sizes, of, tensors, "bias and activation");
}

/** values = activation(values), [rows, columns]. */
export function activateInPlace(
  tier: Tier,
  sizes: Sizes,
  activation: Activation,
  tensors: { values: Tensor },
): DispatchSpec {
  const of = activating(activateInPlaceKernel, activation);
  return dispatch(tier, sizes, of, tensors, "activation");
}

/** y = activation(before), [rows, columns]. */
export function activate(
  tier: Tier,
  sizes: Sizes,
  activation: Activation,
  tensors: { before: Tensor; y: Tensor },
): DispatchSpec {
  const of = activating(activateKernel, activation);
  return dispatch(tier, sizes, of, tensors, "activation");
}

/** d = d * slope at `before`, [rows, columns]. */
export function activateBackward(
  tier: Tier,
  sizes: Sizes,
  activation: Activation,
  tensors: { before: Tensor; d: Tensor },
): DispatchSpec {
  const of = activating(activateBackwardKernel, activation);
  return dispatch(tier, sizes, of, tensors, "slope");
}

/** d = d * slope where the activation, relu or tanh, gave `result`, [rows, columns]. */
export function activateInPlaceBackward(
  tier: Tier,
  sizes: Sizes,
  activation: Activation,
  tensors: { result: Tensor; d: Tensor },
): DispatchSpec {
  if (activation === "gelu")
    throw new Error("gelu's result does not tell its slope");
  const of = activating(activateInPlaceBackwardKernel, activation);
  return dispatch(tier, sizes, of, tensors, "slope");
}
