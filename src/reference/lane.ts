/** One lane in training on the CPU: the exact and the sampled estimator behind one interface. */
import type { Settings } from "../experiment/config.ts";
import type { LaneInput } from "../engine/stepper.ts";
import { fillNormal, uniformInt } from "../math/rng.ts";
import { MODELS } from "../model/models.ts";
import type { ParamSet } from "../model/ops.ts";
import type { DataShape } from "../model/param.ts";
import { dataShape } from "../model/param.ts";
import { scheduled } from "../model/schedule.ts";
import type { ExactForm } from "./exact-forms.ts";
import { exactForm } from "./exact-forms.ts";
import type { ReducedLoss } from "./exact-reduced.ts";
import { Layout } from "./layout.ts";
import { Float64Ops } from "./ops.ts";
import type { OptimizerArena } from "./optimizer.ts";
import type { Tensor } from "./tensor.ts";
import { tensor } from "./tensor.ts";

/** What the trainer needs of a lane; `loss` fills gradients and changes nothing else. */
export interface Lane {
  settings: Settings;
  readonly arena: OptimizerArena;
  /** Trained entries of the arena, [from, to) each. */
  readonly trained: readonly (readonly [number, number])[];
  /** Loss and gradients at the current values for 0-based step `step`. */
  loss(step: number): ReducedLoss;
  /** Tensors in the data's own coordinates; of other values of the arena, if given. */
  params(values?: Float64Array): ParamSet;
  /** The way back of `params`, laid out as the arena's values; linear. */
  pack(params: ParamSet): Float64Array;
}

/** Minibatches and reparameterized noise, any model and network. */
export class SampledLane implements Lane {
  settings: Settings;
  readonly arena: OptimizerArena;
  readonly trained: readonly (readonly [number, number])[];
  readonly #layout: Layout;
  readonly #input: LaneInput;
  readonly #shape: DataShape;
  readonly #tensors: Record<string, Tensor> = {};
  readonly #x: Tensor;
  /** x itself where there is no y of its own. */
  readonly #y: Tensor;

  constructor(input: LaneInput) {
    const { settings, data, initial } = input;
    const { batchSize } = settings;
    this.#shape = dataShape(data);
    const specs = MODELS[settings.model].params(settings, this.#shape);
    this.settings = settings;
    this.#input = input;
    this.#layout = new Layout(specs);
    this.arena = this.#layout.arena;
    this.trained = this.#layout.trained;
    this.#x = tensor(batchSize, data.columns, undefined, false);
    this.#y = data.y
      ? tensor(batchSize, data.y.outputs, undefined, false)
      : this.#x;
    for (const { name, shape } of specs) {
      const value = this.#layout.values[name];
      value.set(initial[name]);
      this.#tensors[name] = {
        rows: shape[0],
        columns: shape[1],
        value,
        grad: this.#layout.grads[name],
      };
    }
  }

  loss(step: number): ReducedLoss {
    const settings = scheduled(this.settings, step);
    const { rows, x, y } = this.#input.data;
    for (let b = 0; b < this.#x.rows; b++) {
      const row = uniformInt(settings.seed, step, "batch", b, rows);
      copyRow(this.#x, b, x, row);
      if (y) copyRow(this.#y, b, y.values, row);
    }
    const ops = new Float64Ops(
      { x: this.#x, y: this.#y },
      this.#tensors,
      (out, stream) => {
        fillNormal(out, settings.seed, step, stream);
      },
    );
    MODELS[settings.model].forward(ops, settings, this.#shape);
    this.arena.grads.fill(0);
    ops.backward();
    return { loss: ops.loss, ...ops.terms };
  }

  params(values = this.arena.values): ParamSet {
    return toFloat32(this.#layout.cut(values));
  }

  pack(params: ParamSet): Float64Array {
    return this.#layout.join(params);
  }
}

/**
 * The expected loss of a linear model, in the data's eigenbases.
 *
 * Directions without variance start at zero instead of at their draw: encoder weights there are
 * invisible to the loss for ever, decoder weights there would only decay. Biases are kept at
 * their optimum for the current weights, which is what centered moments mean.
 */
export class ExactLane implements Lane {
  settings: Settings;
  readonly arena: OptimizerArena;
  readonly trained: readonly (readonly [number, number])[];
  readonly #layout: Layout;
  readonly #form: ExactForm;
  readonly #input: LaneInput;

  constructor(input: LaneInput) {
    this.settings = input.settings;
    this.#input = input;
    this.#form = exactForm(input);
    this.#layout = new Layout(this.#form.specs);
    this.arena = this.#layout.arena;
    this.trained = this.#layout.trained;
    for (const [name, values] of Object.entries(this.#layout.values)) {
      values.set(this.#form.start[name]);
    }
  }

  loss(): ReducedLoss {
    const { values, grads } = this.#layout;
    return this.#form.evaluate(values, grads, this.settings);
  }

  params(values = this.arena.values): ParamSet {
    return toFloat32(this.#form.params(this.#layout.cut(values)));
  }

  pack(params: ParamSet): Float64Array {
    const { start } = exactForm({ ...this.#input, initial: params });
    return this.#layout.join(start);
  }
}

function copyRow(
  batch: Tensor,
  to: number,
  values: Float32Array,
  from: number,
): void {
  const { columns } = batch;
  batch.value.set(
    values.subarray(from * columns, (from + 1) * columns),
    to * columns,
  );
}

function toFloat32(tensors: Readonly<Record<string, Float64Array>>): ParamSet {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, values]) => [
      name,
      new Float32Array(values),
    ]),
  );
}
