/**
 * The dispatches of a recorded forward pass, its loss terms and its gradients.
 *
 * Gradients of the terms themselves come first, then the ops' backwards from the last to the
 * first; whoever comes first to a gradient sets it, the others add. Sums of products are made in
 * one place and share one gradient, and so do what an activation reads and its result.
 */
import { rowStride } from "./arena.ts";
import type { Multiply } from "./autotune.ts";
import type { DispatchSpec } from "./kernel-cache.ts";
import {
  activate,
  activateBackward,
  activateInPlace,
  activateInPlaceBackward,
  shift,
  shiftActivate,
} from "./kernels/activation.ts";
import { passOn, sum } from "./kernels/add.ts";
import { columnReduce } from "./kernels/column-reduce.ts";
import type { Tier } from "./kernels/launch.ts";
import {
  reparameterize,
  reparameterizeBackward,
} from "./kernels/reparameterize.ts";
import { select } from "./kernels/select.ts";
import { Convolutions } from "./tape-conv.ts";
import { activationsInPlace, joinSums, type Joins } from "./tape-joins.ts";
import { Products, type Rows } from "./tape-linear.ts";
import { lossDispatches } from "./tape-loss.ts";
import { Places, type PendingBias, type TapeTensors } from "./tape-places.ts";
import type {
  ActivateOp,
  AddOp,
  LinearOp,
  LossOp,
  ReparameterizeOp,
  SelectOp,
  Tape,
  TapeOp,
  TapeValue,
} from "./tape.ts";

/** A tape being turned into dispatches. */
class Lowering {
  readonly #tier: Tier;
  readonly #batch: number;
  readonly #places: Places;
  readonly #products: Products;
  readonly #convolutions: Convolutions;
  readonly #joins: Joins;

  constructor(
    tier: Tier,
    tape: Tape,
    tensors: TapeTensors,
    multiply: Multiply,
    products: boolean,
  ) {
    this.#tier = tier;
    this.#batch = tape.shapes.batch;
    this.#places = new Places(tensors);
    this.#products = new Products(tier, this.#places, multiply, products);
    this.#convolutions = new Convolutions(
      tier,
      this.#places,
      this.#products,
      tape.ops.flatMap((op) =>
        op.kind === "conv" || op.kind === "convTranspose" ? [op] : [],
      ),
    );
    const sums = joinSums(tape.ops, this.#places);
    this.#joins = { sums, ...activationsInPlace(tape.ops, this.#places) };
  }

  get places(): Places {
    return this.#places;
  }

  forward(op: TapeOp): DispatchSpec[] {
    return [...this.#forward(op), ...this.#finish(op.out)];
  }

  loss(op: LossOp): DispatchSpec[] {
    return lossDispatches(this.#tier, this.#batch, this.#places, op);
  }

  /** Nothing where no gradient has come or none is wanted. */
  backward(op: TapeOp): DispatchSpec[] {
    if (op.out.constant || !this.#places.hasGradient(op.out)) return [];
    switch (op.kind) {
      case "linear":
        return this.#linearBackward(op);
      case "conv":
      case "convTranspose":
        return this.#convolutions.backward(op);
      case "activate":
        return this.#activateBackward(op);
      case "select":
        return [this.#selectBackward(op)];
      case "add":
        return this.#joins.sums.has(op) ? [] : this.#addBackward(op);
      case "reparameterize":
        return [this.#sampleBackward(op)];
    }
  }

  #forward(op: TapeOp): DispatchSpec[] {
    switch (op.kind) {
      case "linear":
        return this.#linearForward(op);
      case "conv":
      case "convTranspose":
        return this.#convolutions.forward(op);
      case "activate":
        return this.#activateForward(op);
      case "select": {
        const from = this.#places.tensors.indices(op.out.name, op.from);
        const add = this.#places.fill(op.out);
        const x = this.#places.value(op.x);
        const out = this.#places.value(op.out);
        return [select(this.#tier, selectSizes(op), add, { x, from, out })];
      }
      case "add": {
        if (this.#joins.sums.has(op)) return [];
        const [a, b, c] = [op.a, op.b, op.out].map((x) =>
          this.#places.value(x),
        );
        return [sum(this.#tier, vectors(op.out), { a, b, c })];
      }
      case "reparameterize":
        return [
          reparameterize(this.#tier, sampleSizes(op), {
            mean: this.#places.value(op.mean),
            logVar: this.#places.value(op.logVar),
            z: this.#places.value(op.out),
          }),
        ];
    }
  }

  /** Adds the biases still owed, unless more parts or an activation come in the same place. */
  #finish(value: TapeValue): DispatchSpec[] {
    if (this.#places.isJoined(value)) return [];
    return this.#shifts(value, this.#places.settle(value));
  }

  #shifts(value: TapeValue, biases: readonly PendingBias[]): DispatchSpec[] {
    const values = this.#places.value(value);
    return biases.map(({ bias, stride }) =>
      shift(this.#tier, biasSizes(value, stride), { values, bias }),
    );
  }

  #linearForward(op: LinearOp): DispatchSpec[] {
    const { x, weight, bias, out } = op;
    const add = this.#places.fill(out);
    const biasTensor = bias && this.#places.value(bias);
    const from = this.#rows(x, false);
    const to = this.#rows(out, false);
    if (this.#products.isFast(x.rows, weight)) {
      if (biasTensor) {
        const stride = rowStride(out.columns);
        this.#places.owe(out, { bias: biasTensor, stride });
      }
      return this.#products.forward(from, weight, to, add);
    }
    const activation = this.#epilogueOf(op)?.activation;
    return this.#products.forward(from, weight, to, add, {
      ...(biasTensor && { bias: biasTensor }),
      ...(activation && { activation }),
    });
  }

  /** The activation that a plain product of this op does as it goes. */
  #epilogueOf(op: LinearOp): ActivateOp | undefined {
    const next = this.#joins.activations.get(op.out);
    if (!next || this.#products.isFast(op.x.rows, op.weight)) return undefined;
    return next;
  }

  #linearBackward(op: LinearOp): DispatchSpec[] {
    const { weight, bias, x, out } = op;
    const dOut = this.#rows(out, true);
    const list = [
      this.#products.weightGradient(this.#rows(x, false), weight, dOut),
    ];
    if (bias) {
      list.push(
        columnReduce(
          this.#tier,
          { rows: out.rows, stride: rowStride(out.columns) },
          this.#places.mark(bias),
          { values: dOut.tensor, sums: this.#places.gradient(bias) },
        ),
      );
    }
    if (x.constant) return list;
    const add = this.#places.mark(x);
    list.push(
      ...this.#products.backward(dOut, weight, this.#rows(x, true), add),
    );
    return list;
  }

  #activateForward(op: ActivateOp): DispatchSpec[] {
    const { x, activation, out } = op;
    const maker = this.#joins.makers.get(x);
    const inPlace = this.#joins.activations.get(x) === op;
    if (inPlace && maker?.kind === "linear" && this.#epilogueOf(maker)) {
      return [];
    }
    if (!inPlace) {
      const tensors = {
        before: this.#places.value(x),
        y: this.#places.value(out),
      };
      return [activate(this.#tier, out, activation, tensors)];
    }
    const values = this.#places.value(out);
    const biases = this.#places.settle(out);
    const last = biases.pop();
    if (!last)
      return [activateInPlace(this.#tier, out, activation, { values })];
    const { bias, stride } = last;
    return [
      ...this.#shifts(out, biases),
      shiftActivate(this.#tier, biasSizes(out, stride), activation, {
        values,
        bias,
      }),
    ];
  }

  #activateBackward({ x, activation, out }: ActivateOp): DispatchSpec[] {
    const d = this.#places.gradient(out);
    const first = this.#places.isJoined(x)
      ? activateInPlaceBackward(this.#tier, out, activation, {
          result: this.#places.value(out),
          d,
        })
      : activateBackward(this.#tier, out, activation, {
          before: this.#places.value(x),
          d,
        });
    const dX = this.#places.gradient(x);
    if (dX === d) return [first];
    const add = this.#places.mark(x);
    return [first, passOn(this.#tier, vectors(out), add, { a: d, c: dX })];
  }

  #selectBackward(op: SelectOp): DispatchSpec {
    const { x, from, out } = op;
    const inverse = new Int32Array(x.columns).fill(-1);
    from.forEach((column, at) => {
      if (column >= 0) inverse[column] = at;
    });
    const sizes = {
      rows: x.rows,
      columns: out.columns,
      outColumns: x.columns,
    };
    return select(this.#tier, sizes, this.#places.mark(x), {
      x: this.#places.gradient(out),
      from: this.#places.tensors.indices(`d ${out.name}`, inverse),
      out: this.#places.gradient(x),
    });
  }

  #addBackward({ a, b, out }: AddOp): DispatchSpec[] {
    const from = this.#places.gradient(out);
    return [a, b]
      .filter((part) => !part.constant)
      .map((part) =>
        passOn(this.#tier, vectors(out), this.#places.mark(part), {
          a: from,
          c: this.#places.gradient(part),
        }),
      );
  }

  #sampleBackward(op: ReparameterizeOp): DispatchSpec {
    const { mean, logVar, out } = op;
    const places = this.#places;
    return reparameterizeBackward(
      this.#tier,
      sampleSizes(op),
      { mean: places.mark(mean), logVar: places.mark(logVar) },
      {
        logVar: places.value(logVar),
        dZ: places.gradient(out),
        dMean: places.gradient(mean),
        dLogVar: places.gradient(logVar),
      },
    );
  }

  #rows(value: TapeValue, gradient: boolean): Rows {
    const { rows, columns } = value;
    const tensor = gradient
      ? this.#places.gradient(value)
      : this.#places.value(value);
    return { tensor, rows, columns };
  }
}

function vectors({ rows, columns }: TapeValue): number {
  return rows * rowStride(columns);
}

/** A value seen as rows as long as its bias. */
function biasSizes(
  value: TapeValue,
  stride: number,
): { rows: number; columns: number } {
  return { rows: vectors(value) / stride, columns: 4 * stride };
}

function selectSizes({ x, out }: SelectOp) {
  return { rows: x.rows, columns: x.columns, outColumns: out.columns };
}

function sampleSizes({ mean, logVar, stream }: ReparameterizeOp) {
  return {
    batch: mean.rows,
    units: mean.columns,
    stream,
    broadcast: logVar.rows === 1,
  };
}

/**
 * All dispatches of a step but the optimizer's, in order; inputs are gathered already.
 *
 * @param products use the product kernels however small a product is
 */
export function lowerTape(
  tier: Tier,
  tape: Tape,
  tensors: TapeTensors,
  multiply: Multiply,
  products: boolean,
): DispatchSpec[] {
  const lowering = new Lowering(tier, tape, tensors, multiply, products);
  return [
    ...tape.ops.flatMap((op) => lowering.forward(op)),
    ...tape.losses.flatMap((op) => lowering.loss(op)),
    ...tape.ops.toReversed().flatMap((op) => lowering.backward(op)),
  ];
}

/** The forward pass alone, with the nats of the reconstruction; and where its values then lie. */
export function lowerForward(
  tier: Tier,
  tape: Tape,
  tensors: TapeTensors,
  multiply: Multiply,
): { specs: DispatchSpec[]; places: Places } {
  const lowering = new Lowering(tier, tape, tensors, multiply, false);
  const losses = tape.losses.filter(
    ({ part }) => tape.parts[part] === "reconstruction",
  );
  return {
    specs: [
      ...tape.ops.flatMap((op) => lowering.forward(op)),
      ...losses.flatMap((op) => lowering.loss(op)),
    ],
    places: lowering.places,
  };
}
