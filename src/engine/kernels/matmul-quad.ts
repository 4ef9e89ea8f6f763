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
  ["COLUMNS", "DEEP"],
  ["subgroups"],
);

/** Multiply-adds of a product from which its kernel is unrolled further. */
const DEEP_WORK = 2 ** 23;

/**
 * For software adapters with subgroups.
 *
 * @param columns width of a tile in vec4s, at most 10
 * @param deep eight terms an iteration rather than four; k must be a multiple of eight
 */
export function matmulQuad(
  product: Product,
  columns = registerWidth(product.n),
  deep = isDeep(product),
): DispatchSpec {
  return productDispatch(
    matmulQuadKernels,
    product,
    { rows: 32, columns },
    { COLUMNS: columns, DEEP: Number(deep) },
  );
}

/** Large enough that building twice the code pays. */
function isDeep({ m, n, k }: Product): boolean {
  return k % 8 === 0 && m * n * k >= DEEP_WORK;
}
