/**
 * Products of padded matrices with weights as dispatches: small ones by the plain kernel, which
 * transposes and adds biases as it goes, larger ones by the fast product kernels.
 *
 * Those know a b and a^T b only. A weight is therefore stored with its longer side in rows
 * (`transposedWeights`), which makes its gradient a tall product and one of x W^T and dY W direct;
 * the other one reads a transposed copy, made once a step.
 */
import type { Activation } from "../model/ops.ts";
import { matrixBytes, rowStride } from "./arena.ts";
import type { Multiply, ProductSizes } from "./autotune.ts";
import type { DispatchSpec, Tensor } from "./kernel-cache.ts";
import type { Tier } from "./kernels/launch.ts";
import { matmul } from "./kernels/matmul.ts";
import type { Matrix } from "./kernels/product.ts";
import { transpose } from "./kernels/transpose.ts";
import { pixels } from "./tape-conv.ts";
import type { Places } from "./tape-places.ts";
import type { ConvOp, LinearOp, Tape, TapeOp, TapeValue } from "./tape.ts";

/** Multiply-adds from which a fast product is worth its own pipelines and dispatches. */
const LARGE = 2 ** 18;

/** A matrix of rows padded to vec4s. */
export interface Rows {
  readonly tensor: Tensor;
  readonly rows: number;
  readonly columns: number;
}

/** Whether an op multiplies with a weight. */
function isProduct(op: TapeOp): op is LinearOp | ConvOp {
  return (
    op.kind === "linear" || op.kind === "conv" || op.kind === "convTranspose"
  );
}

/** Rows that an op multiplies with its weight: of the batch, or of each pixel of the smaller image. */
function productRows(op: LinearOp | ConvOp): number {
  return op.kind === "linear" ? op.x.rows : op.x.rows * pixels(op.shape);
}

function isLarge(rows: number, weight: TapeValue): boolean {
  return rows * weight.rows * weight.columns >= LARGE;
}

/** Names of all weights: stored as [in, out] each makes its forward product direct. */
export function productWeights(tape: Tape): string[] {
  return tape.ops.flatMap((op) => (isProduct(op) ? [op.weight.name] : []));
}

/** Names of the weights [out, in] to store as [in, out]. */
export function transposedWeights(tape: Tape): Set<string> {
  const names = tape.ops.flatMap((op) =>
    isProduct(op) && op.weight.columns >= op.weight.rows
      ? [op.weight.name]
      : [],
  );
  return new Set(names);
}

/** The large products of a tape, to be timed. */
export function tapeProducts(tape: Tape): ProductSizes[] {
  return tape.ops.flatMap((op): ProductSizes[] => {
    if (!isProduct(op)) return [];
    const rows = productRows(op);
    const { x, weight } = op;
    if (!isLarge(rows, weight)) return [];
    const [outer, inner] = [weight.rows, weight.columns];
    const [tall, wide] = [Math.max(outer, inner), Math.min(outer, inner)];
    const common = { gathered: false };
    return [
      { kind: "nn", m: rows, n: outer, k: inner, ...common },
      { kind: "tn", m: tall, n: wide, k: rows, ...common },
      ...(x.constant
        ? []
        : [{ kind: "nn" as const, m: rows, n: inner, k: outer, ...common }]),
    ];
  });
}

/** What the plain kernel does as it goes. */
export interface Epilogue {
  readonly bias?: Tensor;
  readonly activation?: Activation;
}

export class Products {
  readonly #tier: Tier;
  readonly #places: Places;
  readonly #multiply: Multiply;
  readonly #always: boolean;
  /** Transposed copies of weights, made before their first use in a step. */
  readonly #copies = new Map<TapeValue, Tensor>();

  /** @param always use the product kernels however small a product is */
  constructor(tier: Tier, places: Places, multiply: Multiply, always: boolean) {
    this.#tier = tier;
    this.#places = places;
    this.#multiply = multiply;
    this.#always = always;
  }

  /** Whether the product kernels are used, which know no epilogue. */
  isFast(rows: number, weight: TapeValue): boolean {
    return this.#always || isLarge(rows, weight);
  }

  /** y (+)= x weight^T, with an epilogue where the product is not fast. */
  forward(
    x: Rows,
    weight: TapeValue,
    y: Rows,
    add: boolean,
    epilogue: Epilogue = {},
  ): DispatchSpec[] {
    return this.#times(x, weight, true, y, add, epilogue);
  }

  /** dX (+)= dY weight. */
  backward(
    dY: Rows,
    weight: TapeValue,
    dX: Rows,
    add: boolean,
  ): DispatchSpec[] {
    return this.#times(dY, weight, false, dX, add, {});
  }

  /** The weight's gradient (+)= dY^T x, or its transpose where the weight is stored so. */
  weightGradient(x: Rows, weight: TapeValue, dY: Rows): DispatchSpec {
    const [a, b] = this.#isTransposed(weight) ? [x, dY] : [dY, x];
    const sizes = { m: a.columns, n: b.columns, k: x.rows };
    const add = this.#places.mark(weight);
    const c = this.#places.gradient(weight);
    if (!this.isFast(x.rows, weight)) {
      return matmul(
        this.#tier,
        { ...sizes, transposeA: true, add },
        { a: a.tensor, b: b.tensor, c },
      );
    }
    return this.#multiply({
      kind: "tn",
      ...sizes,
      a: matrix(a.tensor, a.columns),
      b: matrix(b.tensor, b.columns),
      c: matrix(c, b.columns),
      accumulate: add ? "add" : "set",
    });
  }

  /** c (+)= a weight^T or a weight. */
  #times(
    a: Rows,
    weight: TapeValue,
    turned: boolean,
    c: Rows,
    add: boolean,
    { bias, activation }: Epilogue,
  ): DispatchSpec[] {
    const sizes = { m: a.rows, n: c.columns, k: a.columns };
    if (!this.isFast(a.rows, weight)) {
      const transposeB = this.#isTransposed(weight) !== turned;
      return [
        matmul(
          this.#tier,
          { ...sizes, transposeB, add, ...(activation && { activation }) },
          {
            a: a.tensor,
            b: this.#places.value(weight),
            c: c.tensor,
            ...(bias && { bias }),
          },
        ),
      ];
    }
    const list: DispatchSpec[] = [];
    const stored = this.#stored(weight, turned, list);
    list.push(
      this.#multiply({
        kind: "nn",
        ...sizes,
        a: matrix(a.tensor, a.columns),
        b: matrix(stored, c.columns),
        c: matrix(c.tensor, c.columns),
        accumulate: add ? "add" : "set",
      }),
    );
    return list;
  }

  #isTransposed(weight: TapeValue): boolean {
    return (
      weight.source === "param" &&
      this.#places.tensors.param(weight.name).transposed
    );
  }

  /** The weight stored as [in, out] if `transposed`, else as [out, in]; adds what makes it so. */
  #stored(
    weight: TapeValue,
    transposed: boolean,
    list: DispatchSpec[],
  ): Tensor {
    const value = this.#places.value(weight);
    const isTransposed = this.#isTransposed(weight);
    if (isTransposed === transposed) return value;
    const known = this.#copies.get(weight);
    if (known) return known;
    const [rows, columns] = isTransposed
      ? [weight.columns, weight.rows]
      : [weight.rows, weight.columns];
    const copy = this.#places.tensors.create(
      `transposed ${weight.name}`,
      matrixBytes(columns, rows),
    );
    this.#copies.set(weight, copy);
    list.push(
      transpose(this.#tier, { rows, columns }, { a: value, turned: copy }),
    );
    return copy;
  }
}

function matrix(tensor: Tensor, columns: number): Matrix {
  return { tensor, stride: rowStride(columns) };
}
