/** The tensors of one lane, one after another in the optimizer's arrays. */
import type { ParamSpec } from "../model/ops.ts";
import type { OptimizerArena } from "./optimizer.ts";

/** Named views into one arena. */
export class Layout {
  readonly arena: OptimizerArena;
  /** Trained entries of the arena, [from, to) each. */
  readonly trained: (readonly [number, number])[] = [];
  readonly values: Record<string, Float64Array> = {};
  readonly grads: Record<string, Float64Array> = {};
  readonly #places = new Map<string, readonly [number, number]>();

  constructor(specs: readonly ParamSpec[]) {
    const size = specs.reduce((sum, { shape }) => sum + shape[0] * shape[1], 0);
    this.arena = {
      values: new Float64Array(size),
      grads: new Float64Array(size),
      m: new Float64Array(size),
      v: new Float64Array(size),
    };
    let from = 0;
    for (const { name, shape, trained } of specs) {
      const to = from + shape[0] * shape[1];
      this.values[name] = this.arena.values.subarray(from, to);
      this.grads[name] = this.arena.grads.subarray(from, to);
      if (trained) this.trained.push([from, to]);
      this.#places.set(name, [from, to]);
      from = to;
    }
  }

  /** Named views into any array laid out as the arena. */
  cut(all: Float64Array): Record<string, Float64Array> {
    return Object.fromEntries(
      [...this.#places].map(([name, [from, to]]) => [
        name,
        all.subarray(from, to),
      ]),
    );
  }

  /** Tensors by name, laid out as the arena. */
  join(tensors: Readonly<Record<string, ArrayLike<number>>>): Float64Array {
    const all = new Float64Array(this.arena.values.length);
    for (const [name, [from]] of this.#places) all.set(tensors[name], from);
    return all;
  }
}
