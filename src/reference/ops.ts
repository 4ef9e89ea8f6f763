/**
 * The model vocabulary in float64: values forward, a tape of hand-written backwards.
 *
 * Plain loops, no fusion: the oracle every kernel is compared with, and what trains where there
 * is no WebGPU.
 */
import type { Stream } from "../math/rng.ts";
import type { Activation, ConvShape, Mark, Ops, Term } from "../model/ops.ts";
import { activate, activationSlope } from "./activation.ts";
import { addScaled, broadcast, expectShape, named } from "./checks.ts";
import { convolve, convolveTransposed } from "./convolution.ts";
import type { TermValue } from "./loss-terms.ts";
import {
  bernoulliNll,
  gaussianEntropy,
  gaussianKl,
  gaussianNll,
} from "./loss-terms.ts";
import type { Tensor } from "./tensor.ts";
import { tensor } from "./tensor.ts";

/** Fills `out`, [B, d] row-major, with the noise of a stream. */
export type Noise = (out: Float64Array, stream: Stream) => void;

/** One forward pass and its backward. */
export class Float64Ops implements Ops<Tensor> {
  /** Weighted sum of all terms, nats per example. */
  loss = 0;
  /** Unweighted, nats per example. */
  readonly terms: Record<Term, number> = {
    reconstruction: 0,
    kl: 0,
    kl2: 0,
  };
  /** Negative log-likelihoods of each row, nats, by their terms; of `kl` without the entropy. */
  readonly perRow: Partial<Record<Term, Float64Array>> = {};
  readonly marks: Partial<Record<Mark, Tensor>> = {};
  readonly #inputs: Readonly<Record<string, Tensor>>;
  readonly #params: Readonly<Record<string, Tensor>>;
  readonly #noise: Noise;
  readonly #backward: (() => void)[] = [];

  constructor(
    inputs: Readonly<Record<string, Tensor>>,
    params: Readonly<Record<string, Tensor>>,
    noise: Noise,
  ) {
    this.#inputs = inputs;
    this.#params = params;
    this.#noise = noise;
  }

  /** Adds the loss's gradients to the `grad` of every tensor that has one. Once per pass. */
  backward(): void {
    for (const step of this.#backward.splice(0).reverse()) step();
  }

  input(name: "x" | "y" | "z" | "z2"): Tensor {
    return named(this.#inputs, name, "input");
  }

  param(name: string): Tensor {
    return named(this.#params, name, "parameter");
  }

  linear(
    x: Tensor,
    weight: Tensor,
    bias?: Tensor,
    activation: Activation = "none",
  ): Tensor {
    const { rows, columns: inner } = x;
    const outer = weight.rows;
    expectShape("linear weight", weight, outer, inner);
    if (bias) expectShape("linear bias", bias, 1, outer);
    const before = new Float64Array(rows * outer);
    for (let b = 0; b < rows; b++) {
      for (let o = 0; o < outer; o++) {
        let sum = bias ? bias.value[o] : 0;
        for (let i = 0; i < inner; i++) {
          sum += x.value[b * inner + i] * weight.value[o * inner + i];
        }
        before[b * outer + o] = sum;
      }
    }
    const y = tensor(
      rows,
      outer,
      activation === "none"
        ? before
        : before.map((value) => activate(activation, value)),
    );
    this.#record(y, (dy) => {
      const d =
        activation === "none"
          ? dy
          : dy.map(
              (slope, i) => slope * activationSlope(activation, before[i]),
            );
      for (let b = 0; b < rows; b++) {
        for (let o = 0; o < outer; o++) {
          const slope = d[b * outer + o];
          if (bias?.grad) bias.grad[o] += slope;
          addScaled(weight.grad, o * inner, x.value, b * inner, inner, slope);
          addScaled(x.grad, b * inner, weight.value, o * inner, inner, slope);
        }
      }
    });
    return y;
  }

  add(a: Tensor, b: Tensor): Tensor {
    expectShape("add", b, a.rows, a.columns);
    const size = a.value.length;
    const y = tensor(
      a.rows,
      a.columns,
      a.value.map((value, i) => value + b.value[i]),
    );
    this.#record(y, (dy) => {
      addScaled(a.grad, 0, dy, 0, size, 1);
      addScaled(b.grad, 0, dy, 0, size, 1);
    });
    return y;
  }

  reparameterize(mean: Tensor, logVar: Tensor, stream: Stream): Tensor {
    const stride = broadcast(logVar, mean);
    const { rows, columns } = mean;
    const eps = new Float64Array(rows * columns);
    this.#noise(eps, stream);
    const z = tensor(rows, columns);
    for (let b = 0; b < rows; b++) {
      for (let j = 0; j < columns; j++) {
        const at = b * columns + j;
        const std = Math.exp(logVar.value[b * stride + j] / 2);
        z.value[at] = mean.value[at] + std * eps[at];
      }
    }
    this.#record(z, (dz) => {
      addScaled(mean.grad, 0, dz, 0, dz.length, 1);
      if (!logVar.grad) return;
      for (let b = 0; b < rows; b++) {
        for (let j = 0; j < columns; j++) {
          const at = b * columns + j;
          const std = Math.exp(logVar.value[b * stride + j] / 2);
          logVar.grad[b * stride + j] += 0.5 * dz[at] * eps[at] * std;
        }
      }
    });
    return z;
  }

  activate(x: Tensor, activation: Activation): Tensor {
    const y = tensor(
      x.rows,
      x.columns,
      x.value.map((value) => activate(activation, value)),
    );
    this.#record(y, (dy) => {
      const { grad } = x;
      if (!grad) return;
      for (let i = 0; i < grad.length; i++) {
        grad[i] += dy[i] * activationSlope(activation, x.value[i]);
      }
    });
    return y;
  }

  select(x: Tensor, from: Int32Array): Tensor {
    const { rows, columns } = x;
    const chosen = from.filter((column) => column >= 0);
    if (
      chosen.some((column) => column >= columns) ||
      new Set(chosen).size !== chosen.length
    ) {
      throw new Error(
        `select: got columns ${chosen.join(", ")}, expected each at most once and below ${columns}`,
      );
    }
    const y = tensor(rows, from.length);
    const move = (to: Float64Array, values: Float64Array, back: boolean) => {
      for (let b = 0; b < rows; b++) {
        from.forEach((column, j) => {
          if (column < 0) return;
          const [outer, inner] = [b * from.length + j, b * columns + column];
          if (back) to[inner] += values[outer];
          else to[outer] = values[inner];
        });
      }
    };
    move(y.value, x.value, false);
    this.#record(y, (dy) => {
      if (x.grad) move(x.grad, dy, true);
    });
    return y;
  }

  conv(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | undefined,
    shape: ConvShape,
  ): Tensor {
    const { output, backward } = convolve(x, weight, bias, shape);
    this.#record(output, backward);
    return output;
  }

  convTranspose(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | undefined,
    shape: ConvShape,
  ): Tensor {
    const { output, backward } = convolveTransposed(x, weight, bias, shape);
    this.#record(output, backward);
    return output;
  }

  gaussianNll(
    term: Term,
    target: Tensor,
    mean: Tensor,
    variance: number,
    weight: number,
  ): void {
    this.#addTerm(term, weight, gaussianNll(target, mean, variance, weight));
  }

  bernoulliNll(
    term: Term,
    target: Tensor,
    logits: Tensor,
    weight: number,
  ): void {
    this.#addTerm(term, weight, bernoulliNll(target, logits, weight));
  }

  gaussianKl(
    term: Term,
    mean: Tensor,
    logVar: Tensor,
    priorVariance: number,
    weight: number,
    freeBits = 0,
  ): void {
    this.#addTerm(
      term,
      weight,
      gaussianKl(mean, logVar, priorVariance, weight, freeBits),
    );
  }

  gaussianEntropy(term: Term, logVar: Tensor, weight: number): void {
    this.#addTerm(term, weight, gaussianEntropy(logVar, weight));
  }

  mark(name: Mark, value: Tensor): void {
    this.marks[name] = value;
  }

  #addTerm(
    term: Term,
    weight: number,
    { value, charged = value, perRow, backward }: TermValue,
  ): void {
    this.terms[term] += value;
    this.loss += weight * charged;
    if (perRow) {
      const sum = this.perRow[term];
      this.perRow[term] = sum ? sum.map((v, b) => v + perRow[b]) : perRow;
    }
    this.#backward.push(backward);
  }

  #record(output: Tensor, backward: (grad: Float64Array) => void): void {
    const { grad } = output;
    if (grad) {
      this.#backward.push(() => {
        backward(grad);
      });
    }
  }
}
