/** Gradients of the biases of an image's channels (`shaders/channel-bias.wgsl`). */
import code from "../../../shaders/channel-bias.wgsl";
import { rowStride } from "../arena.ts";
import { defineKernel } from "../kernel.ts";
import type { DispatchSpec, Tensor } from "../kernel-cache.ts";
import { treeWorkgroup, type Tier } from "./launch.ts";

export const channelSumKernel = defineKernel({
  name: "channel-bias",
  code,
  entryPoint: "sum",
  bindings: { vectors: "read", scalars: "read", sums: "read_write" },
  uniforms: { shape: ["rows", "channels", "columns", "stride"] },
  overrides: ["ADD", "VECTORS", "WORKGROUP"],
});

interface Sizes {
  readonly rows: number;
  readonly channels: number;
  /** A multiple of `channels`. */
  readonly columns: number;
}

/** values [rows, columns] -> out [1, channels], sums over rows and pixels, added to `out` if `add`. */
export function channelSum(
  tier: Tier,
  sizes: Sizes,
  add: boolean,
  { values, out }: { values: Tensor; out: Tensor },
): DispatchSpec {
  const { channels, columns } = sizes;
  const vectors = channels % 4 === 0;
  return {
    kernel: channelSumKernel,
    constants: {
      ADD: Number(add),
      VECTORS: Number(vectors),
      WORKGROUP: treeWorkgroup(tier),
    },
    tensors: { vectors: values, scalars: values, sums: out },
    shape: { ...sizes, stride: rowStride(columns) },
    workgroups: [vectors ? channels / 4 : channels, 1, 1],
  };
}
