/** Matrix products in register tiles of four threads (`shaders/matmul-block.wgsl`). */
import code from "../../../shaders/matmul-block.wgsl";
import type { DispatchSpec } from "../kernel-cache.ts";
import {
  productDispatch,
  productKernels,
  registerWidth,
  type Product,
} from "./product.ts";

export const matmulBlockKernels = productKernels("matmul-block", code, [
  "COLUMNS",
]);

/** For software adapters without subgroups; `columns`: width of a tile in vec4s, at most 10. */
export function matmulBlock(
  product: Product,
  columns = registerWidth(product.n),
): DispatchSpec {
  return productDispatch(
    matmulBlockKernels,
    product,
    { rows: 32, columns },
    { COLUMNS: columns },
  );
}
