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
      from = to;
    }
  }
}
