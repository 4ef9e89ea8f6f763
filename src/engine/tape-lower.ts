/**
 * The dispatches of a recorded forward pass, its loss terms and its gradients.
 *
 * Gradients of the terms themselves come first, then the ops' backwards from the last to the
 * first; whoever comes first to a gradient sets it, the others add. Sums of linear maps are
 * made in one place and share one gradient.
 */
import { matrixBytes, rowStride } from "./arena.ts";
import type { Multiply } from "./autotune.ts";
import type { DispatchSpec, Tensor } from "./kernel-cache.ts";
import { activate, activateBackward } from "./kernels/activation.ts";
import { passOn, sum } from "./kernels/add.ts";
import { gaussianEntropy } from "./kernels/gaussian-entropy.ts";
import { gaussianKl } from "./kernels/gaussian-kl.ts";
import { gaussianNll } from "./kernels/gaussian-nll.ts";
import type { Tier } from "./kernels/launch.ts";
import {
  reparameterize,
  reparameterizeBackward,
} from "./kernels/reparameterize.ts";
import { LinearMaps } from "./tape-linear.ts";
import type {
  AddOp,
  LinearOp,
  LossOp,
  ReparameterizeOp,
  Tape,
  TapeOp,
  TapeValue,
} from "./tape.ts";

/** Where values lie. */
export interface TapeTensors {
  /** A gathered input, [batch, columns]. */
  input(name: string): Tensor;
  param(name: string): ParamTensor;
  /** A new buffer of that many bytes. */
  create(label: string, bytes: number): Tensor;
  /** Nats of each row for each loss term, [parts, batch]. */
  readonly partials: Tensor;
}

export interface ParamTensor {
  readonly value: Tensor;
  readonly gradient: Tensor;
  /** Stored [columns, rows]. */
  readonly transposed: boolean;
}

/** A value and its gradient on the GPU; sums of linear maps share one. */
export interface Place {
  readonly value: Tensor;
  readonly gradient?: Tensor;
  /** Whether they hold something of the current step. */
  filled: boolean;
  gradientFilled: boolean;
}

/** Places of values, and what has been written there so far. */
export class Places {
  readonly tensors: TapeTensors;
  readonly #places = new Map<TapeValue, Place>();
  /** Values that are parts of a sum, by part. */
  readonly #sums = new Map<TapeValue, TapeValue>();

  constructor(tensors: TapeTensors) {
    this.tensors = tensors;
  }

  /** From now on `part` is made where `total` is. */
  join(part: TapeValue, total: TapeValue): void {
    this.#sums.set(part, total);
  }

  of(value: TapeValue): Place {
    const total = this.#sums.get(value);
    if (total) return this.of(total);
    let place = this.#places.get(value);
    if (!place) {
      place = this.#make(value);
      this.#places.set(value, place);
    }
    return place;
  }

  value(value: TapeValue): Tensor {
    return this.of(value).value;
  }

  gradient(value: TapeValue): Tensor {
    const { gradient } = this.of(value);
    if (!gradient) throw new Error(`${value.name} has no gradient`);
    return gradient;
  }

  /** Whether the gradient holds something already; from now on it does. */
  mark(value: TapeValue): boolean {
    const place = this.of(value);
    const before = place.gradientFilled;
    place.gradientFilled = true;
    return before;
  }

  /** The same for the value. */
  fill(value: TapeValue): boolean {
    const place = this.of(value);
    const before = place.filled;
    place.filled = true;
    return before;
  }

  #make({ name, rows, columns, source }: TapeValue): Place {
    const empty = { filled: false, gradientFilled: false };
    if (source === "input") {
      return { value: this.tensors.input(name), ...empty };
    }
    if (source === "param") {
      const { value, gradient } = this.tensors.param(name);
      return { value, gradient, ...empty };
    }
    const bytes = matrixBytes(rows, columns);
    return {
      value: this.tensors.create(name, bytes),
      gradient: this.tensors.create(`d ${name}`, bytes),
      ...empty,
    };
  }
}

/** Parts of sums that can be made in the sum's place: linear maps and sums read by nothing else. */
function joinSums(ops: readonly TapeOp[], places: Places): Set<AddOp> {
  const makers = new Map(ops.map((op) => [op.out, op]));
  const joined = new Set<AddOp>();
  const joins = (part: TapeValue): boolean => {
    const maker = makers.get(part);
    if (part.uses !== 1 || !maker) return false;
    return maker.kind === "linear"
      ? maker.activation === "none"
      : maker.kind === "add" && joined.has(maker);
  };
  for (const op of ops) {
    if (op.kind !== "add" || !joins(op.a) || !joins(op.b)) continue;
    joined.add(op);
    places.join(op.a, op.out);
    places.join(op.b, op.out);
  }
  return joined;
}

/** A tape being turned into dispatches. */
class Lowering {
  readonly #tier: Tier;
  readonly #batch: number;
  readonly #places: Places;
  readonly #linear: LinearMaps;
  readonly #joined: ReadonlySet<AddOp>;
  /** Inputs of activations. */
  readonly #before = new Map<LinearOp, Tensor>();

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
    this.#linear = new LinearMaps(tier, this.#places, multiply, products);
    this.#joined = joinSums(tape.ops, this.#places);
  }

  forward(op: TapeOp): DispatchSpec[] {
    switch (op.kind) {
      case "linear":
        return this.#linearForward(op);
      case "add": {
        if (this.#joined.has(op)) return [];
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

  loss(op: LossOp): DispatchSpec {
    const places = this.#places;
    const place = { scalar: op.part, offset: op.part * this.#batch };
    const { partials } = places.tensors;
    if (op.kind === "entropy") {
      const { logVar } = op;
      return gaussianEntropy(
        this.#tier,
        { batch: this.#batch, units: logVar.columns, ...place },
        logVar.rows === 1,
        places.mark(logVar),
        {
          logVar: places.value(logVar),
          dLogVar: places.gradient(logVar),
          partials,
        },
      );
    }
    const { mean } = op;
    const common = {
      mean: places.value(mean),
      dMean: places.gradient(mean),
      partials,
    };
    if (op.kind === "nll") {
      const { target } = op;
      const { gradient } = places.of(target);
      return gaussianNll(
        this.#tier,
        { batch: this.#batch, width: mean.columns, ...place },
        {
          mean: places.mark(mean),
          target: gradient !== undefined && places.mark(target),
        },
        {
          ...common,
          observed: places.value(target),
          ...(gradient ? { dTarget: gradient } : {}),
        },
      );
    }
    const { logVar } = op;
    return gaussianKl(
      this.#tier,
      { batch: this.#batch, units: mean.columns, ...place },
      logVar.rows === 1,
      { mean: places.mark(mean), logVar: places.mark(logVar) },
      {
        ...common,
        logVar: places.value(logVar),
        dLogVar: places.gradient(logVar),
      },
    );
  }

  /** Nothing where no gradient has come. */
  backward(op: TapeOp): DispatchSpec[] {
    if (!this.#places.of(op.out).gradientFilled) return [];
    switch (op.kind) {
      case "linear":
        return this.#linearBackward(op);
      case "add":
        return this.#joined.has(op) ? [] : this.#addBackward(op);
      case "reparameterize":
        return [this.#sampleBackward(op)];
    }
  }

  #linearForward(op: LinearOp): DispatchSpec[] {
    const { activation, out } = op;
    if (activation === "none") {
      return this.#linear.forward(
        op,
        this.#places.value(out),
        this.#places.fill(out),
      );
    }
    const before = this.#places.tensors.create(
      `before ${out.name}`,
      matrixBytes(out.rows, out.columns),
    );
    this.#before.set(op, before);
    const y = this.#places.value(out);
    return [
      ...this.#linear.forward(op, before, false),
      activate(this.#tier, out, activation, { before, y }),
    ];
  }

  #linearBackward(op: LinearOp): DispatchSpec[] {
    const before = this.#before.get(op);
    const list = this.#linear.backward(op);
    if (!before) return list;
    const d = this.#places.gradient(op.out);
    return [
      activateBackward(this.#tier, op.out, op.activation, { before, d }),
      ...list,
    ];
  }

  #addBackward({ a, b, out }: AddOp): DispatchSpec[] {
    const from = this.#places.gradient(out);
    return [a, b]
      .filter((part) => part.source !== "input")
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
}

function vectors({ rows, columns }: TapeValue): number {
  return rows * rowStride(columns);
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
 * @param products use the product kernels however small a linear map is
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
    ...tape.losses.map((op) => lowering.loss(op)),
    ...tape.ops.toReversed().flatMap((op) => lowering.backward(op)),
  ];
}
