/** Matrix products in register tiles of four threads that share loads (`shaders/matmul-quad.wgsl`). */
import code from "../../../shaders/matmul-quad.wgsl";
import type { DispatchSpec } from "../kernel-cache.ts";
import {
  productDispatch,
  productKernels,
  registerWidth,
  type Product,
} from "./product.ts";

export const matmulQuadKernels = productKernels(
  "matmul-quad",
  code,
  ["COLUMNS"],
  ["subgroups"],
);

/** For software adapters with subgroups; `columns`: width of a tile in vec4s, at most 10. */
export function matmulQuad(
  product: Product,
  columns = registerWidth(product.n),
): DispatchSpec {
  return productDispatch(
    matmulQuadKernels,
    product,
    { rows: 32, columns },
    { COLUMNS: columns },
  );
}
