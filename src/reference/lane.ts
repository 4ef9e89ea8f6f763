/** One lane in training on the CPU: the exact and the sampled estimator behind one interface. */
import type { Settings } from "../experiment/config.ts";
import type { LaneInput } from "../engine/stepper.ts";
import { fillNormal, uniformInt } from "../math/rng.ts";
import { MODELS } from "../model/models.ts";
import type { ParamSet, ParamSpec } from "../model/ops.ts";
import {
  decoderFromEigenbasis,
  decoderToEigenbasis,
  encoderFromEigenbasis,
  encoderToEigenbasis,
} from "./eigenbasis.ts";
import type { ReducedLoss } from "./exact-reduced.ts";
import { ExactReduced } from "./exact-reduced.ts";
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
  /** Tensors in the data's own coordinates. */
  params(): ParamSet;
}

/** Named views into one arena. */
class Layout {
  readonly arena: OptimizerArena;
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

/** Minibatches and reparameterized noise, any model. */
export class SampledLane implements Lane {
  settings: Settings;
  readonly arena: OptimizerArena;
  readonly trained: readonly (readonly [number, number])[];
  readonly #layout: Layout;
  readonly #input: LaneInput;
  readonly #tensors: Record<string, Tensor> = {};
  readonly #batch: Tensor;

  constructor(input: LaneInput) {
    const { settings, data, initial } = input;
    const specs = MODELS[settings.model].params(settings, data.columns);
    this.settings = settings;
    this.#input = input;
    this.#layout = new Layout(specs);
    this.arena = this.#layout.arena;
    this.trained = this.#layout.trained;
    this.#batch = tensor(settings.batchSize, data.columns, undefined, false);
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
    const { settings } = this;
    const { rows, columns, x } = this.#input.data;
    const batch = this.#batch;
    for (let b = 0; b < batch.rows; b++) {
      const row = uniformInt(settings.seed, step, "batch", b, rows);
      batch.value.set(
        x.subarray(row * columns, (row + 1) * columns),
        b * columns,
      );
    }
    const ops = new Float64Ops(
      { x: batch, y: batch },
      this.#tensors,
      (out, stream) => {
        fillNormal(out, settings.seed, step, stream);
      },
    );
    MODELS[settings.model].forward(ops, settings);
    this.arena.grads.fill(0);
    ops.backward();
    return { loss: ops.loss, ...ops.terms };
  }

  params(): ParamSet {
    return Object.fromEntries(
      Object.entries(this.#layout.values).map(([name, value]) => [
        name,
        new Float32Array(value),
      ]),
    );
  }
}

/**
 * The expected loss of a linear VAE, in the data's eigenbasis.
 *
 * Directions without variance start at zero instead of at their draw: W there is invisible to
 * the loss for ever, U there would only decay. Biases are kept at their optimum for the
 * current weights (encoder -W mean, decoder mean), which is what centered moments mean.
 */
export class ExactLane implements Lane {
  settings: Settings;
  readonly arena: OptimizerArena;
  readonly trained: readonly (readonly [number, number])[];
  readonly #layout: Layout;
  readonly #input: LaneInput;
  readonly #exact: ExactReduced;
  readonly #tensors: Record<"encW" | "decU" | "logVar", Float64Array>;
  readonly #grads: Record<"encW" | "decU" | "logVar", Float64Array>;

  constructor(input: LaneInput) {
    const { settings, moments, initial } = input;
    const { latents, biases } = settings;
    if (biases !== moments.centered) {
      throw new Error(
        `exact estimator: biases are ${biases ? "on" : "off"} but the moments are ${moments.centered ? "about the mean" : "raw"}`,
      );
    }
    this.settings = settings;
    this.#input = input;
    this.#layout = new Layout(
      MODELS[settings.model].params(
        { ...settings, biases: false },
        moments.rank,
      ),
    );
    this.arena = this.#layout.arena;
    this.trained = this.#layout.trained;
    const { values, grads } = this.#layout;
    this.#tensors = {
      encW: values.encW,
      decU: values.decU,
      logVar: values.logVar,
    };
    this.#grads = { encW: grads.encW, decU: grads.decU, logVar: grads.logVar };
    values.encW.set(encoderToEigenbasis(initial.encW, latents, moments));
    values.decU.set(decoderToEigenbasis(initial.decU, latents, moments));
    values.logVar.set(initial.logVar);
    this.#exact = new ExactReduced(
      moments.eigenvalues.slice(0, moments.rank),
      moments.columns,
      latents,
    );
  }

  loss(): ReducedLoss {
    return this.#exact.evaluate(this.#tensors, this.#grads, this.settings);
  }

  params(): ParamSet {
    const { latents, biases } = this.settings;
    const { moments } = this.#input;
    const { columns, mean } = moments;
    const { encW, decU, logVar } = this.#layout.values;
    const weights = encoderFromEigenbasis(encW, latents, moments);
    const params: Record<string, Float32Array> = {
      encW: new Float32Array(weights),
      decU: new Float32Array(decoderFromEigenbasis(decU, latents, moments)),
      logVar: new Float32Array(logVar),
    };
    if (biases) {
      params.decB = new Float32Array(mean);
      params.encB = Float32Array.from({ length: latents }, (_, unit) =>
        mean.reduce(
          (sum, value, column) =>
            sum - weights[unit * columns + column] * value,
          0,
        ),
      );
    }
    return params;
  }
}
