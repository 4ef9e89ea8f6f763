/**
 * Which kernel shape multiplies matrices on a device.
 *
 * Software adapters take register tiles (quads share loads where there are subgroups), GPUs take
 * tiles in workgroup memory. A variant can be forced, for tests and measurements.
 */
import type { Gpu } from "./gpu.ts";
import type { DispatchSpec } from "./kernel-cache.ts";
import { matmulBlock } from "./kernels/matmul-block.ts";
import { matmulQuad } from "./kernels/matmul-quad.ts";
import { matmulTile } from "./kernels/matmul-tile.ts";
import type { Product } from "./kernels/product.ts";

export type ProductVariant = "quad" | "block" | "tile";
export type Multiply = (product: Product) => DispatchSpec;

/** The variant for an adapter of this kind. */
export function productVariant(
  gpu: Pick<Gpu, "tier" | "subgroups">,
): ProductVariant {
  if (gpu.tier === "hardware") return "tile";
  return gpu.subgroups ? "quad" : "block";
}

/** The launcher of products on this device. */
export function productLauncher(
  gpu: Pick<Gpu, "tier" | "subgroups">,
  variant = productVariant(gpu),
): Multiply {
  switch (variant) {
    case "quad":
      return (product) => matmulQuad(product);
    case "block":
      return (product) => matmulBlock(product);
    case "tile":
      return matmulTile;
  }
}
