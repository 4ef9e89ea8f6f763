/** Passes through a model in float64, a few rows at a time so that others get their turn. */
import type {
  EvaluateRequest,
  Evaluation,
  Evaluator,
  PassName,
} from "../engine/evaluator.ts";
import type { Settings } from "../experiment/config.ts";
import { normal } from "../math/rng.ts";
import { MODELS } from "../model/models.ts";
import type { Mark } from "../model/ops.ts";
import type { DataShape, ModelParam } from "../model/param.ts";
import { Float64Ops } from "./ops.ts";
import type { Tensor } from "./tensor.ts";
import { tensor } from "./tensor.ts";
import { SLICE, turn } from "../math/turn.ts";

/** Rows of a batch: convolutions of 28 x 28 images to 16 and 32 channels take some 20 ms for as many. */
const ROWS = 8;

/** Everything is of one model and one shape of its data. */
export class ReferenceEvaluator implements Evaluator {
  readonly #settings: Settings;
  readonly #shape: DataShape;
  readonly #specs: readonly ModelParam[];
  #queue: Promise<unknown> = Promise.resolve();
  #destroyed = false;

  constructor(settings: Settings, shape: DataShape) {
    this.#settings = settings;
    this.#shape = shape;
    this.#specs = MODELS[settings.model].params(settings, shape);
  }

  /** Rejects what does not fit the model, and what is asked of it or left undone once it is destroyed. */
  evaluate(request: EvaluateRequest): Promise<Evaluation> {
    const work = this.#queue.then(() => this.#evaluate(request));
    this.#queue = work.catch(() => undefined);
    return work;
  }

  destroy(): void {
    this.#destroyed = true;
  }

  async #evaluate(request: EvaluateRequest): Promise<Evaluation> {
    const { count, pass } = request;
    this.#check(request);
    const params = this.#tensors(request);
    const values: Partial<Record<Mark, Float32Array>> = {};
    const reconstruction = new Float32Array(count);
    let milliseconds = 0;
    let began = performance.now();
    for (let from = 0; from < count; from += ROWS) {
      const rows = Math.min(ROWS, count - from);
      const ops = this.#pass(request, params, from, rows);
      for (const mark of request.read) {
        const marked = ops.marks[mark];
        if (!marked) {
          const known = Object.keys(ops.marks).join(", ");
          throw new Error(
            `the pass "${pass}" has no "${mark}"; there are: ${known}`,
          );
        }
        values[mark] ??= new Float32Array(count * marked.columns);
        copyRows(values[mark], from, rows, marked);
      }
      reconstruction.set(ops.perRow.reconstruction ?? [], from);
      const slice = performance.now() - began;
      if (slice < SLICE) continue;
      milliseconds += slice;
      await turn();
      this.#checkAlive();
      began = performance.now();
    }
    milliseconds += performance.now() - began;
    return {
      values,
      ...(pass === "forward" && { reconstruction }),
      milliseconds,
    };
  }

  #pass(
    { pass, inputs, seed, step, settings }: EvaluateRequest,
    params: Readonly<Record<string, Tensor>>,
    from: number,
    rows: number,
  ): Float64Ops {
    const batch = this.#reads(pass).map((name) => {
      const columns = this.#width(name);
      const values = this.#given(inputs, name);
      const part = values.subarray(from * columns, (from + rows) * columns);
      return [name, tensor(rows, columns, part, false)] as const;
    });
    const ops = new Float64Ops(
      Object.fromEntries(batch),
      params,
      (out, stream) => {
        const first = (from * out.length) / rows;
        for (let i = 0; i < out.length; i++) {
          out[i] = normal(seed, step, stream, first + i);
        }
      },
    );
    const run = MODELS[this.#settings.model][pass];
    run?.(ops, { ...this.#settings, ...settings }, this.#shape);
    return ops;
  }

  #tensors({ params }: EvaluateRequest): Record<string, Tensor> {
    return Object.fromEntries(
      this.#specs.map(({ name, shape: [rows, columns] }) => [
        name,
        tensor(rows, columns, params[name], false),
      ]),
    );
  }

  #checkAlive(): void {
    if (this.#destroyed) {
      throw new Error("an evaluation was left, since its evaluator is gone");
    }
  }

  #check({ pass, params, count, inputs }: EvaluateRequest): void {
    this.#checkAlive();
    const { model } = this.#settings;
    if (!MODELS[model][pass]) {
      throw new Error(`a model "${model}" has no pass "${pass}"`);
    }
    const missing = this.#specs.find(({ name }) => !(name in params));
    if (missing) throw new Error(`no tensor "${missing.name}" was given`);
    for (const name of this.#reads(pass)) {
      const expected = count * this.#width(name);
      const got = this.#given(inputs, name).length;
      if (got !== expected) {
        throw new Error(
          `input "${name}": got ${got} numbers, expected ${count} x ${this.#width(name)}`,
        );
      }
    }
  }

  /** Inputs that a pass of this model reads. */
  #reads(pass: PassName): ("x" | "y" | "z" | "z2")[] {
    const conditional = this.#settings.model === "cvae";
    switch (pass) {
      case "forward":
        return conditional ? ["x", "y"] : ["x"];
      case "decode":
        return conditional ? ["z", "x"] : ["z"];
      case "decode2":
        return ["z2"];
    }
  }

  /** As in training, x is what is predicted where the data has no y of its own. */
  #given(inputs: EvaluateRequest["inputs"], name: keyof typeof inputs) {
    const isX = name === "y" && this.#shape.outputs === undefined;
    return inputs[name] ?? (isX ? inputs.x : undefined) ?? new Float32Array();
  }

  #width(input: "x" | "y" | "z" | "z2"): number {
    const { columns, outputs = columns } = this.#shape;
    const { latents, latents2 } = this.#settings;
    return { x: columns, y: outputs, z: latents, z2: latents2 }[input];
  }
}

/** Rows of a mark from row `from` on; one for all is given to each. */
function copyRows(
  out: Float32Array,
  from: number,
  rows: number,
  { rows: given, columns, value }: Tensor,
): void {
  for (let row = 0; row < rows; row++) {
    const at = given === 1 ? 0 : row * columns;
    out.set(value.subarray(at, at + columns), (from + row) * columns);
  }
}
