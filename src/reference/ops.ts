/**
 * The model vocabulary in float64: values forward, a tape of hand-written backwards.
 *
 * Plain loops, no fusion: the oracle every kernel is compared with, and what trains where there
 * is no WebGPU.
 */
import type { Stream } from "../math/rng.ts";
import type { Activation, Ops, Term } from "../model/ops.ts";
import { activate, activationSlope } from "./activation.ts";
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

  input(name: "x" | "y"): Tensor {
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

  gaussianNll(
    term: Term,
    target: Tensor,
    mean: Tensor,
    variance: number,
    weight: number,
  ): void {
    const { rows, columns } = mean;
    expectShape("gaussianNll target", target, rows, columns);
    const residual = mean.value.map((value, i) => value - target.value[i]);
    const square = residual.reduce((sum, value) => sum + value * value, 0);
    this.#addTerm(
      term,
      square / (2 * variance * rows) +
        (columns / 2) * Math.log(2 * Math.PI * variance),
      weight,
    );
    this.#backward.push(() => {
      const scale = weight / (variance * rows);
      addScaled(mean.grad, 0, residual, 0, residual.length, scale);
      addScaled(target.grad, 0, residual, 0, residual.length, -scale);
    });
  }

  gaussianKl(
    term: Term,
    mean: Tensor,
    logVar: Tensor,
    priorVariance: number,
    weight: number,
  ): void {
    const stride = broadcast(logVar, mean);
    const { rows, columns } = mean;
    const ratio = logVar.value.map((value) => Math.exp(value) / priorVariance);
    let sum = 0;
    for (let b = 0; b < rows; b++) {
      for (let j = 0; j < columns; j++) {
        const r = ratio[b * stride + j];
        const log = logVar.value[b * stride + j] - Math.log(priorVariance);
        sum += mean.value[b * columns + j] ** 2 / priorVariance + r - log - 1;
      }
    }
    this.#addTerm(term, sum / (2 * rows), weight);
    this.#backward.push(() => {
      const scale = weight / (priorVariance * rows);
      addScaled(mean.grad, 0, mean.value, 0, mean.value.length, scale);
      if (!logVar.grad) return;
      for (let b = 0; b < rows; b++) {
        for (let j = 0; j < columns; j++) {
          const at = b * stride + j;
          logVar.grad[at] += (weight * (ratio[at] - 1)) / (2 * rows);
        }
      }
    });
  }

  gaussianEntropy(term: Term, logVar: Tensor, weight: number): void {
    const { rows, columns } = logVar;
    const sum = logVar.value.reduce((total, value) => total + value, 0);
    const entropy =
      sum / (2 * rows) + (columns / 2) * (Math.log(2 * Math.PI) + 1);
    this.#addTerm(term, -entropy, weight);
    this.#backward.push(() => {
      const { grad } = logVar;
      if (!grad) return;
      for (let i = 0; i < grad.length; i++) grad[i] -= weight / (2 * rows);
    });
  }

  #addTerm(term: Term, value: number, weight: number): void {
    this.terms[term] += value;
    this.loss += weight * value;
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

function named(
  tensors: Readonly<Record<string, Tensor | undefined>>,
  name: string,
  what: string,
): Tensor {
  const found = tensors[name];
  if (!found) {
    const known = Object.keys(tensors).join(", ");
    throw new Error(`no ${what} "${name}"; there are: ${known}`);
  }
  return found;
}

function expectShape(
  what: string,
  { rows, columns }: Tensor,
  wantRows: number,
  wantColumns: number,
): void {
  if (rows !== wantRows || columns !== wantColumns) {
    throw new Error(
      `${what}: got [${rows}, ${columns}], expected [${wantRows}, ${wantColumns}]`,
    );
  }
}

/** Row stride of a log variance that is [B, d] like the mean or [1, d]. */
function broadcast(logVar: Tensor, mean: Tensor): number {
  const shared = logVar.rows === 1;
  expectShape("logVar", logVar, shared ? 1 : mean.rows, mean.columns);
  return shared ? 0 : mean.columns;
}

/** out[at + i] += scale * values[from + i]; nothing where there is no `out`. */
function addScaled(
  out: Float64Array | null,
  at: number,
  values: Float64Array,
  from: number,
  count: number,
  scale: number,
): void {
  if (!out) return;
  for (let i = 0; i < count; i++) out[at + i] += scale * values[from + i];
}
