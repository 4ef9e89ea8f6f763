/** What the matrix product kernels share: their uniform, entry points and arguments. */
import rng from "../../../shaders/lib/rng.wgsl";
import step from "../../../shaders/lib/step.wgsl";
import tile from "../../../shaders/lib/tile.wgsl";
import { defineKernel, type Kernel } from "../kernel.ts";
import type { Constants, DispatchSpec, Tensor } from "../kernel-cache.ts";
import { STEP_FIELDS } from "../step-ring.ts";

/** A matrix of padded rows, or some columns of a wider one; stride and offset in vec4s. */
export interface Matrix {
  readonly tensor: Tensor;
  readonly stride: number;
  readonly offset?: number;
}

/** c = a b, c += a b or c -= a b. */
export interface Product {
  /** nn: a is stored [m, k]; tn: a is stored [k, m]. */
  readonly kind: "nn" | "tn";
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Matrix;
  /** [k, n] */
  readonly b: Matrix;
  /** [m, n] */
  readonly c: Matrix;
  /** Default `set`. */
  readonly accumulate?: (typeof ACCUMULATE)[number];
  /** Rows of a (nn: its m rows, tn: its k rows) are the step's minibatch out of this many. */
  readonly gatheredFrom?: number;
}

export type EntryPoint = "nn" | "tn" | "nnGathered" | "tnGathered";

const SHAPE = [
  "m",
  "n",
  "k",
  "aStride",
  "bStride",
  "cStride",
  "aOffset",
  "bOffset",
  "cOffset",
  "rows",
];

/** What becomes of c, by its number in WGSL. */
const ACCUMULATE = ["set", "add", "subtract"] as const;

/** The four entry points of a product kernel. */
export function productKernels(
  name: string,
  code: string,
  overrides: readonly string[],
  features: readonly GPUFeatureName[] = [],
): Record<EntryPoint, Kernel> {
  const define = (entryPoint: EntryPoint): Kernel =>
    defineKernel({
      name,
      code,
      libraries: [tile, rng, step],
      entryPoint,
      bindings: { a: "read", b: "read", c: "read_write" },
      uniforms: entryPoint.endsWith("Gathered")
        ? { shape: SHAPE, step: STEP_FIELDS }
        : { shape: SHAPE },
      overrides: [...overrides, "ACCUMULATE"],
      features,
    });
  return {
    nn: define("nn"),
    tn: define("tn"),
    nnGathered: define("nnGathered"),
    tnGathered: define("tnGathered"),
  };
}

/** The dispatch of a product in tiles of `rows` rows and `columns` vec4s. */
export function productDispatch(
  kernels: Readonly<Record<EntryPoint, Kernel>>,
  product: Product,
  tileSize: { readonly rows: number; readonly columns: number },
  constants: Constants,
): DispatchSpec {
  const { kind, m, n, k, a, b, c, gatheredFrom, accumulate } = product;
  const entry: EntryPoint =
    gatheredFrom === undefined
      ? kind
      : kind === "nn"
        ? "nnGathered"
        : "tnGathered";
  return {
    kernel: kernels[entry],
    constants: {
      ...constants,
      ACCUMULATE: ACCUMULATE.indexOf(accumulate ?? "set"),
    },
    tensors: { a: a.tensor, b: b.tensor, c: c.tensor },
    shape: {
      m,
      n,
      k,
      aStride: a.stride,
      bStride: b.stride,
      cStride: c.stride,
      aOffset: a.offset ?? 0,
      bOffset: b.offset ?? 0,
      cOffset: c.offset ?? 0,
      rows: gatheredFrom ?? 0,
    },
    workgroups: [
      Math.ceil(n / 4 / tileSize.columns),
      Math.ceil(m / tileSize.rows),
      1,
    ],
  };
}

/** Widths of register tiles, in vec4s; few, since each is a pipeline of its own. */
export const REGISTER_WIDTHS = [1, 2, 4, 5, 8, 10] as const;

/** The width that wastes least, at most `limit`; a wide tile reuses what it loads more often. */
export function registerWidth(n: number, limit = 10): number {
  const width = Math.ceil(n / 4);
  const cost = (columns: number): number =>
    Math.ceil(width / columns) * (columns + 2);
  return REGISTER_WIDTHS.filter((columns) => columns <= limit).reduce(
    (best, columns) => (cost(columns) < cost(best) ? columns : best),
  );
}
