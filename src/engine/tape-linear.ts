/**
 * Linear maps as dispatches: small ones by the plain kernel, which transposes and adds biases as
 * it goes, larger ones by the fast product kernels.
 *
 * Those know a b and a^T b only. A weight is therefore stored with its longer side in rows
 * (`storesTransposed`), which makes its gradient a tall product and one of x W^T and dY W direct;
 * the other one reads a transposed copy, made once a step.
 */
import { matrixBytes, rowStride } from "./arena.ts";
import type { Multiply, ProductSizes } from "./autotune.ts";
import type { DispatchSpec, Tensor } from "./kernel-cache.ts";
import { shift } from "./kernels/activation.ts";
import { columnReduce } from "./kernels/column-reduce.ts";
import type { Tier } from "./kernels/launch.ts";
import { matmul } from "./kernels/matmul.ts";
import type { Matrix } from "./kernels/product.ts";
import { transpose } from "./kernels/transpose.ts";
import type { Places } from "./tape-lower.ts";
import type { LinearOp, Tape, TapeValue } from "./tape.ts";

/** Multiply-adds from which a fast product is worth its own pipelines and dispatches. */
const LARGE = 2 ** 18;

/** Whether a linear map is multiplied by the fast kernels. */
function isLarge({ x, weight }: LinearOp): boolean {
  return x.rows * weight.rows * weight.columns >= LARGE;
}

/** Names of the weights [out, in] of linear maps to store as [in, out]. */
export function transposedWeights(tape: Tape): Set<string> {
  const names = tape.ops.flatMap((op) =>
    op.kind === "linear" && op.weight.columns >= op.weight.rows
      ? [op.weight.name]
      : [],
  );
  return new Set(names);
}

/** The large products of a tape, to be timed. */
export function tapeProducts(tape: Tape): ProductSizes[] {
  return tape.ops.flatMap((op): ProductSizes[] => {
    if (op.kind !== "linear" || !isLarge(op)) return [];
    const { x, weight } = op;
    const [outer, inner] = [weight.rows, weight.columns];
    const [tall, wide] = [Math.max(outer, inner), Math.min(outer, inner)];
    const common = { gathered: false };
    return [
      { kind: "nn", m: x.rows, n: outer, k: inner, ...common },
      { kind: "tn", m: tall, n: wide, k: x.rows, ...common },
      ...(x.source === "input"
        ? []
        : [
            {
              kind: "nn" as const,
              m: x.rows,
              n: inner,
              k: outer,
              ...common,
            },
          ]),
    ];
  });
}

export class LinearMaps {
  readonly #tier: Tier;
  readonly #places: Places;
  readonly #multiply: Multiply;
  readonly #always: boolean;
  /** Transposed copies of weights, made before their first use in a step. */
  readonly #copies = new Map<TapeValue, Tensor>();

  /** @param always use the fast products for small maps, too */
  constructor(tier: Tier, places: Places, multiply: Multiply, always: boolean) {
    this.#tier = tier;
    this.#places = places;
    this.#multiply = multiply;
    this.#always = always;
  }

  /** to (+)= x weight^T + bias. */
  forward(op: LinearOp, to: Tensor, add: boolean): DispatchSpec[] {
    const { x, weight, bias, out } = op;
    const sizes = { m: x.rows, n: weight.rows, k: x.columns };
    const biasTensor = bias && this.#places.value(bias);
    if (!this.#fast(op)) {
      return [
        matmul(
          this.#tier,
          { ...sizes, transposeB: !this.#isTransposed(weight), add },
          {
            a: this.#places.value(x),
            b: this.#places.value(weight),
            c: to,
            ...(biasTensor ? { bias: biasTensor } : {}),
          },
        ),
      ];
    }
    const list: DispatchSpec[] = [];
    list.push(
      this.#multiply({
        kind: "nn",
        ...sizes,
        a: matrix(this.#places.value(x), x.columns),
        b: matrix(this.#stored(weight, true, list), weight.rows),
        c: matrix(to, out.columns),
        accumulate: add ? "add" : "set",
      }),
    );
    if (biasTensor) {
      list.push(shift(this.#tier, out, { values: to, bias: biasTensor }));
    }
    return list;
  }

  /** Gradients of weight, bias and x from that of the output. */
  backward(op: LinearOp): DispatchSpec[] {
    const { weight, bias, x, out } = op;
    const dOut = this.#places.gradient(out);
    const list = [this.#weightGradient(op, dOut)];
    if (bias) {
      list.push(
        columnReduce(
          this.#tier,
          { rows: out.rows, stride: rowStride(out.columns) },
          this.#places.mark(bias),
          { values: dOut, sums: this.#places.gradient(bias) },
        ),
      );
    }
    if (x.source === "input") return list;
    const sizes = { m: x.rows, n: x.columns, k: weight.rows };
    const add = this.#places.mark(x);
    const c = this.#places.gradient(x);
    if (!this.#fast(op)) {
      list.push(
        matmul(
          this.#tier,
          { ...sizes, transposeB: this.#isTransposed(weight), add },
          { a: dOut, b: this.#places.value(weight), c },
        ),
      );
      return list;
    }
    list.push(
      this.#multiply({
        kind: "nn",
        ...sizes,
        a: matrix(dOut, out.columns),
        b: matrix(this.#stored(weight, false, list), weight.columns),
        c: matrix(c, x.columns),
        accumulate: add ? "add" : "set",
      }),
    );
    return list;
  }

  /** dOut^T x, or its transpose where the weight is stored so. */
  #weightGradient(op: LinearOp, dOut: Tensor): DispatchSpec {
    const { weight, x, out } = op;
    const value = { tensor: this.#places.value(x), columns: x.columns };
    const slope = { tensor: dOut, columns: out.columns };
    const [a, b] = this.#isTransposed(weight) ? [value, slope] : [slope, value];
    const sizes = { m: a.columns, n: b.columns, k: x.rows };
    const add = this.#places.mark(weight);
    const c = this.#places.gradient(weight);
    if (!this.#fast(op)) {
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

  #fast(op: LinearOp): boolean {
    return this.#always || isLarge(op);
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
