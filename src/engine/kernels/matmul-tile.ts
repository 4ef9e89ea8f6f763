/** Matrix products in tiles through workgroup memory, for GPUs (`shaders/matmul-tile.wgsl`). */
import code from "../../../shaders/matmul-tile.wgsl";
import type { DispatchSpec } from "../kernel-cache.ts";
import { productDispatch, productKernels, type Product } from "./product.ts";

export const matmulTileKernels = productKernels("matmul-tile", code, []);

/** Tiles of 32 x 32. */
export function matmulTile(product: Product): DispatchSpec {
  return productDispatch(
    matmulTileKernels,
    product,
    { rows: 32, columns: 8 },
    {},
  );
}
