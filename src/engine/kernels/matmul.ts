/** Matrix products with bias and activation in the epilogue (`shaders/matmul.wgsl`). */
import activation from "../../../shaders/lib/activation.wgsl";
import code from "../../../shaders/matmul.wgsl";
import type { Activation } from "../../model/ops.ts";
import { rowStride } from "../arena.ts";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { ACTIVATIONS } from "./activation.ts";
import type { Tier } from "./launch.ts";

const common = {
  name: "matmul",
  code,
  libraries: [activation],
  uniforms: { shape: ["m", "n", "k", "aStride", "bStride", "cStride"] },
  overrides: ["TRANSPOSE_A", "TRANSPOSE_B", "ADD", "ACTIVATION", "WORKGROUP"],
};

export const matmulKernel = defineKernel({
  ...common,
  bindings: { a: "read", b: "read", c: "read_write" },
});

export const matmulBiasKernel = defineKernel({
  ...common,
  entryPoint: "withBias",
  bindings: { a: "read", b: "read", c: "read_write", bias: "read" },
});

export interface MatmulSizes {
  /** c [m, n], inner dimension k. */
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** a is stored [k, m]. */
  readonly transposeA?: boolean;
  /** b is stored [n, k]. */
  readonly transposeB?: boolean;
  /** c += instead of c =. */
  readonly add?: boolean;
  readonly activation?: Activation;
}

export interface MatmulTensors {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly c: Tensor;
  readonly bias?: Tensor;
}

/** c = activation(op(a) op(b) + bias), rows padded to vec4s everywhere. */
export function matmul(
  tier: Tier,
  sizes: MatmulSizes,
  { a, b, c, bias }: MatmulTensors,
): DispatchSpec {
  const { m, n, k, transposeA = false, transposeB = false } = sizes;
  const workgroup = tier === "software" ? 4 : 64;
  return {
    kernel: bias ? matmulBiasKernel : matmulKernel,
    constants: {
      TRANSPOSE_A: Number(transposeA),
      TRANSPOSE_B: Number(transposeB),
      ADD: Number(sizes.add ?? false),
      ACTIVATION: ACTIVATIONS.indexOf(sizes.activation ?? "none"),
      WORKGROUP: workgroup,
    },
    tensors: bias ? { a, b, c, bias } : { a, b, c },
    shape: {
      m,
      n,
      k,
      aStride: rowStride(transposeA ? m : k),
      bStride: rowStride(transposeB ? k : n),
      cStride: rowStride(n),
    },
    workgroups: [Math.ceil(n / 4 / workgroup), Math.ceil(m / 4), 1],
  };
}
