/**
 * Records a model's forward pass as GPU dispatches, with the backward ones in reverse.
 *
 * One kernel per op and nothing fused: the plan of last resort, right for every model and size.
 * `plan.ts` replaces it where it knows better.
 */
import type { Activation, Ops, Term } from "../model/ops.ts";
import type { Stream } from "../math/rng.ts";
import { rowStride } from "./arena.ts";
import type { DispatchSpec, Tensor } from "./kernel-cache.ts";
import { columnReduce } from "./kernels/column-reduce.ts";
import { gaussianKl } from "./kernels/gaussian-kl.ts";
import { gaussianNll } from "./kernels/gaussian-nll.ts";
import type { Tier } from "./kernels/launch.ts";
import { matmul } from "./kernels/matmul.ts";
import {
  reparameterize,
  reparameterizeBackward,
} from "./kernels/reparameterize.ts";

/** A matrix on the GPU, rows padded to vec4s. */
export interface GpuTensor {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly tensor: Tensor;
  /** Absent where no gradient is wanted (inputs). */
  readonly gradient?: Tensor;
}

/** Where a tape's tensors come from. */
export interface TapeTensors {
  input(name: "x" | "y"): GpuTensor;
  param(name: string): GpuTensor;
  /** A new activation with a gradient. */
  activation(name: string, rows: number, columns: number): GpuTensor;
  /** Nats of each row for each loss term, [parts, batch]. */
  readonly partials: Tensor;
}

/** A loss term as recorded. */
export interface RecordedTerm {
  readonly term: Term;
}

export class Tape implements Ops<GpuTensor> {
  readonly terms: RecordedTerm[] = [];
  readonly #tier: Tier;
  readonly #batch: number;
  readonly #tensors: TapeTensors;
  readonly #forward: DispatchSpec[] = [];
  /** Gradients of the loss terms themselves, before any other backward. */
  readonly #losses: DispatchSpec[] = [];
  /** In forward order; each is asked for its dispatches from the last to the first. */
  readonly #backward: (() => DispatchSpec[])[] = [];
  readonly #written = new Set<GpuTensor>();
  #count = 0;

  constructor(tier: Tier, batch: number, tensors: TapeTensors) {
    this.#tier = tier;
    this.#batch = batch;
    this.#tensors = tensors;
  }

  /** All dispatches of loss and gradients, in order. */
  finish(): DispatchSpec[] {
    const backward: DispatchSpec[] = [];
    while (this.#backward.length > 0) {
      backward.push(...(this.#backward.pop()?.() ?? []));
    }
    return [...this.#forward, ...this.#losses, ...backward];
  }

  input(name: "x" | "y"): GpuTensor {
    return this.#tensors.input(name);
  }

  param(name: string): GpuTensor {
    return this.#tensors.param(name);
  }

  linear(
    x: GpuTensor,
    weight: GpuTensor,
    bias?: GpuTensor,
    activation: Activation = "none",
  ): GpuTensor {
    if (activation !== "none") {
      throw new Error(`linear: ${activation} has no backward on the GPU yet`);
    }
    if (weight.columns !== x.columns) {
      throw new Error(
        `linear: ${describe(weight)} x ${describe(x)}: inner ${weight.columns} != ${x.columns}`,
      );
    }
    const out = this.#activation("linear", x.rows, weight.rows);
    this.#forward.push(
      matmul(
        this.#tier,
        { m: x.rows, n: weight.rows, k: x.columns, transposeB: true },
        {
          a: x.tensor,
          b: weight.tensor,
          c: out.tensor,
          ...(bias ? { bias: bias.tensor } : {}),
        },
      ),
    );
    this.#backward.push(() => {
      const list: DispatchSpec[] = [];
      const dOut = gradientOf(out);
      if (weight.gradient) {
        list.push(
          matmul(
            this.#tier,
            {
              m: weight.rows,
              n: weight.columns,
              k: x.rows,
              transposeA: true,
              add: this.#mark(weight),
            },
            { a: dOut, b: x.tensor, c: weight.gradient },
          ),
        );
      }
      if (bias?.gradient) {
        list.push(
          columnReduce(
            this.#tier,
            { rows: out.rows, stride: rowStride(out.columns) },
            this.#mark(bias),
            { values: dOut, sums: bias.gradient },
          ),
        );
      }
      if (x.gradient) {
        list.push(
          matmul(
            this.#tier,
            { m: x.rows, n: x.columns, k: weight.rows, add: this.#mark(x) },
            { a: dOut, b: weight.tensor, c: x.gradient },
          ),
        );
      }
      return list;
    });
    return out;
  }

  add(): GpuTensor {
    throw new Error("add: no model uses it on the GPU yet");
  }

  reparameterize(
    mean: GpuTensor,
    logVar: GpuTensor,
    stream: Stream,
  ): GpuTensor {
    const out = this.#activation("reparameterize", mean.rows, mean.columns);
    const sizes = {
      batch: mean.rows,
      units: mean.columns,
      stream,
      broadcast: logVar.rows === 1,
    };
    this.#forward.push(
      reparameterize(this.#tier, sizes, {
        mean: mean.tensor,
        logVar: logVar.tensor,
        z: out.tensor,
      }),
    );
    this.#backward.push(() => [
      reparameterizeBackward(
        this.#tier,
        sizes,
        { mean: this.#mark(mean), logVar: this.#mark(logVar) },
        {
          logVar: logVar.tensor,
          dZ: gradientOf(out),
          dMean: gradientOf(mean),
          dLogVar: gradientOf(logVar),
        },
      ),
    ]);
    return out;
  }

  gaussianNll(term: Term, target: GpuTensor, mean: GpuTensor): void {
    if (target.gradient) {
      throw new Error(
        `gaussianNll: ${describe(target)} must be an input on the GPU`,
      );
    }
    const place = this.#term(term);
    this.#losses.push(
      gaussianNll(
        this.#tier,
        { batch: mean.rows, width: mean.columns, ...place },
        this.#mark(mean),
        {
          observed: target.tensor,
          mean: mean.tensor,
          dMean: gradientOf(mean),
          partials: this.#tensors.partials,
        },
      ),
    );
  }

  gaussianKl(term: Term, mean: GpuTensor, logVar: GpuTensor): void {
    const place = this.#term(term);
    this.#losses.push(
      gaussianKl(
        this.#tier,
        { batch: mean.rows, units: mean.columns, ...place },
        logVar.rows === 1,
        { mean: this.#mark(mean), logVar: this.#mark(logVar) },
        {
          mean: mean.tensor,
          logVar: logVar.tensor,
          dMean: gradientOf(mean),
          dLogVar: gradientOf(logVar),
          partials: this.#tensors.partials,
        },
      ),
    );
  }

  #term(term: Term): { scalar: number; offset: number } {
    const scalar = this.terms.length;
    this.terms.push({ term });
    return { scalar, offset: scalar * this.#batch };
  }

  #activation(op: string, rows: number, columns: number): GpuTensor {
    return this.#tensors.activation(`${op} ${this.#count++}`, rows, columns);
  }

  /** Whether a gradient holds something already; from now on it does. */
  #mark(tensor: GpuTensor): boolean {
    const written = this.#written.has(tensor);
    this.#written.add(tensor);
    return written;
  }
}

function describe(tensor: GpuTensor): string {
  return `${tensor.name}[${tensor.rows},${tensor.columns}]`;
}

function gradientOf(tensor: GpuTensor): Tensor {
  if (!tensor.gradient) throw new Error(`${describe(tensor)} has no gradient`);
  return tensor.gradient;
}

/** (variance, weight) of each loss term, in the order the model adds them. */
export class TermScalars implements Ops<null> {
  readonly values: [number, number][] = [];

  input(): null {
    return null;
  }
  param(): null {
    return null;
  }
  linear(): null {
    return null;
  }
  add(): null {
    return null;
  }
  reparameterize(): null {
    return null;
  }
  gaussianNll(
    _term: Term,
    _target: null,
    _mean: null,
    variance: number,
    weight: number,
  ): void {
    this.values.push([variance, weight]);
  }
  gaussianKl(
    _term: Term,
    _mean: null,
    _logVar: null,
    prior: number,
    weight: number,
  ): void {
    this.values.push([prior, weight]);
  }
}
