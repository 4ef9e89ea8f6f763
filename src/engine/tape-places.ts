/** Where the values of a tape and their gradients lie, and what is there already in a step. */
import { matrixBytes } from "./arena.ts";
import type { Tensor } from "./kernel-cache.ts";
import type { TapeValue } from "./tape.ts";

/** Where values lie. */
export interface TapeTensors {
  /** A gathered input, [batch, columns]. */
  input(name: string): Tensor;
  param(name: string): ParamTensor;
  /** A new buffer of that many bytes. */
  create(label: string, bytes: number): Tensor;
  /** A new buffer with these numbers. */
  indices(label: string, values: Int32Array<ArrayBuffer>): Tensor;
  /** Nats of each row for each loss term, [parts, batch]. */
  readonly partials: Tensor;
}

export interface ParamTensor {
  readonly value: Tensor;
  readonly gradient: Tensor;
  /** Stored [columns, rows]. */
  readonly transposed: boolean;
}

/** A bias still to be added to a value whose vec4s repeat it every `stride`. */
export interface PendingBias {
  readonly bias: Tensor;
  readonly stride: number;
}

/**
 * Tensors of values and gradients, made when first asked for. Values can be joined: a part of a
 * sum is made where the sum is, and what an activation reads where its result is.
 */
export class Places {
  readonly tensors: TapeTensors;
  readonly #values = new Map<TapeValue, Tensor>();
  readonly #gradients = new Map<TapeValue, Tensor>();
  readonly #valueRoots = new Map<TapeValue, TapeValue>();
  readonly #gradientRoots = new Map<TapeValue, TapeValue>();
  readonly #filled = new Set<TapeValue>();
  readonly #gradientFilled = new Set<TapeValue>();
  readonly #pending = new Map<TapeValue, PendingBias[]>();

  constructor(tensors: TapeTensors) {
    this.tensors = tensors;
  }

  /** From now on `part` is made where `total` is, and shares its gradient. */
  join(part: TapeValue, total: TapeValue): void {
    this.#valueRoots.set(part, total);
    this.joinGradient(part, total);
  }

  joinGradient(part: TapeValue, total: TapeValue): void {
    this.#gradientRoots.set(part, total);
  }

  /** Whether the value is made in another's place. */
  isJoined(value: TapeValue): boolean {
    return this.#valueRoots.has(value);
  }

  value(value: TapeValue): Tensor {
    const at = root(value, this.#valueRoots);
    return found(this.#values, at, () => {
      if (at.source === "input") return this.tensors.input(at.name);
      if (at.source === "param") return this.tensors.param(at.name).value;
      return this.tensors.create(at.name, matrixBytes(at.rows, at.columns));
    });
  }

  /** Throws if the value depends on inputs only. */
  gradient(value: TapeValue): Tensor {
    if (value.constant) throw new Error(`${value.name} has no gradient`);
    const at = root(value, this.#gradientRoots);
    return found(this.#gradients, at, () =>
      at.source === "param"
        ? this.tensors.param(at.name).gradient
        : this.tensors.create(`d ${at.name}`, matrixBytes(at.rows, at.columns)),
    );
  }

  /** Whether the value's place holds a part of it already; from now on it does. */
  fill(value: TapeValue): boolean {
    return added(this.#filled, root(value, this.#valueRoots));
  }

  /** The same for its gradient. */
  mark(value: TapeValue): boolean {
    return added(this.#gradientFilled, root(value, this.#gradientRoots));
  }

  hasGradient(value: TapeValue): boolean {
    return this.#gradientFilled.has(root(value, this.#gradientRoots));
  }

  /** Remembers a bias, to be added when all parts of the value are there. */
  owe(value: TapeValue, bias: PendingBias): void {
    const at = root(value, this.#valueRoots);
    this.#pending.set(at, [...(this.#pending.get(at) ?? []), bias]);
  }

  /** The biases owed, owed no longer. */
  settle(value: TapeValue): PendingBias[] {
    const at = root(value, this.#valueRoots);
    const biases = this.#pending.get(at) ?? [];
    this.#pending.delete(at);
    return biases;
  }
}

function root(
  value: TapeValue,
  roots: ReadonlyMap<TapeValue, TapeValue>,
): TapeValue {
  const next = roots.get(value);
  return next ? root(next, roots) : value;
}

function found(
  tensors: Map<TapeValue, Tensor>,
  value: TapeValue,
  make: () => Tensor,
): Tensor {
  const tensor = tensors.get(value) ?? make();
  tensors.set(value, tensor);
  return tensor;
}

/** Whether `value` was in `set`; from now on it is. */
function added(set: Set<TapeValue>, value: TapeValue): boolean {
  const before = set.has(value);
  set.add(value);
  return before;
}
