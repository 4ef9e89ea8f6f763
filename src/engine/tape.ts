/**
 * Records a model's forward pass as a graph, which `tape-lower.ts` turns into GPU dispatches,
 * backward ones included.
 *
 * Right for every model and size; `plan.ts` replaces it where it knows better.
 */
import type {
  Activation,
  ConvShape,
  Mark,
  Ops,
  ParamSpec,
  Term,
} from "../model/ops.ts";
import { convWidth } from "../model/layers.ts";
import type { Stream } from "../math/rng.ts";

/** A matrix of the forward pass. */
export interface TapeValue {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly source: "input" | "param" | "op";
  /** Depends on inputs only: it has no gradient. */
  readonly constant: boolean;
  /** How many ops, losses and marks read it. */
  uses: number;
}

export interface LinearOp {
  readonly kind: "linear";
  readonly x: TapeValue;
  readonly weight: TapeValue;
  readonly bias?: TapeValue;
  readonly out: TapeValue;
}

/** A convolution or its adjoint. */
export interface ConvOp {
  readonly kind: "conv" | "convTranspose";
  readonly x: TapeValue;
  readonly weight: TapeValue;
  readonly bias?: TapeValue;
  readonly shape: ConvShape;
  readonly out: TapeValue;
}

export interface ActivateOp {
  readonly kind: "activate";
  readonly x: TapeValue;
  readonly activation: Activation;
  readonly out: TapeValue;
}

export interface SelectOp {
  readonly kind: "select";
  readonly x: TapeValue;
  readonly from: Int32Array<ArrayBuffer>;
  readonly out: TapeValue;
}

export interface AddOp {
  readonly kind: "add";
  readonly a: TapeValue;
  readonly b: TapeValue;
  readonly out: TapeValue;
}

export interface ReparameterizeOp {
  readonly kind: "reparameterize";
  readonly mean: TapeValue;
  readonly logVar: TapeValue;
  readonly stream: Stream;
  readonly out: TapeValue;
}

/** A loss term; `part` counts parts in the order the model adds them. */
export type LossOp = { readonly part: number } & (
  | {
      readonly kind: "nll";
      readonly target: TapeValue;
      readonly mean: TapeValue;
    }
  | {
      readonly kind: "bernoulli";
      readonly target: TapeValue;
      readonly logits: TapeValue;
    }
  | { readonly kind: "entropy"; readonly logVar: TapeValue }
  | {
      readonly kind: "kl";
      readonly mean: TapeValue;
      readonly logVar: TapeValue;
      /** With free bits: the part of what the loss has beyond the KL. */
      readonly excess?: number;
    }
);

export type TapeOp =
  LinearOp | ConvOp | ActivateOp | SelectOp | AddOp | ReparameterizeOp;

export type InputName = "x" | "y" | "z" | "z2";

/** What a tape must know of a lane. */
export interface TapeShapes {
  readonly batch: number;
  /** Columns of the inputs there are. */
  readonly inputs: Readonly<Partial<Record<InputName, number>>>;
  readonly params: readonly ParamSpec[];
}

function describe(value: TapeValue): string {
  return `${value.name} [${value.rows}, ${value.columns}]`;
}

export class Tape implements Ops<TapeValue> {
  readonly ops: TapeOp[] = [];
  readonly losses: LossOp[] = [];
  /** What each part of the loss belongs to: a term, or nothing but the loss. */
  readonly parts: (Term | "loss")[] = [];
  readonly marks = new Map<Mark, TapeValue>();
  /** Those that were read. */
  readonly inputs = new Map<InputName, TapeValue>();
  readonly shapes: TapeShapes;
  readonly #named = new Map<string, TapeValue>();

  constructor(shapes: TapeShapes) {
    this.shapes = shapes;
  }

  /** Throws if there is no such input. */
  input(name: InputName): TapeValue {
    const { batch, inputs } = this.shapes;
    const columns = inputs[name];
    if (columns === undefined) {
      throw new Error(`the data has no ${name}, which this model reads`);
    }
    const value = this.#name(`input ${name}`, {
      name,
      rows: batch,
      columns,
      source: "input",
      constant: true,
      uses: 0,
    });
    this.inputs.set(name, value);
    return value;
  }

  /** Throws if the model declares no such parameter. */
  param(name: string): TapeValue {
    const spec = this.shapes.params.find((one) => one.name === name);
    if (!spec) throw new Error(`no parameter ${name}`);
    const [rows, columns] = spec.shape;
    return this.#name(`param ${name}`, {
      name,
      rows,
      columns,
      source: "param",
      constant: false,
      uses: 0,
    });
  }

  linear(
    x: TapeValue,
    weight: TapeValue,
    bias?: TapeValue,
    activation: Activation = "none",
  ): TapeValue {
    if (weight.columns !== x.columns) {
      throw new Error(
        `linear: ${describe(weight)} x ${describe(x)}: inner ${weight.columns} != ${x.columns}`,
      );
    }
    expectBias("linear", bias, weight.rows);
    const operands = bias ? [x, weight, bias] : [x, weight];
    const out = this.#result("linear", weight.rows, operands);
    const of = { x, weight, ...(bias && { bias }) };
    this.ops.push({ kind: "linear", ...of, out });
    return this.activate(out, activation);
  }

  conv(
    x: TapeValue,
    weight: TapeValue,
    bias: TapeValue | undefined,
    shape: ConvShape,
  ): TapeValue {
    return this.#convolve("conv", x, weight, bias, shape);
  }

  convTranspose(
    x: TapeValue,
    weight: TapeValue,
    bias: TapeValue | undefined,
    shape: ConvShape,
  ): TapeValue {
    return this.#convolve("convTranspose", x, weight, bias, shape);
  }

  activate(x: TapeValue, activation: Activation): TapeValue {
    if (activation === "none") return x;
    const out = this.#result(activation, x.columns, [x]);
    this.ops.push({ kind: "activate", x, activation, out });
    return out;
  }

  select(x: TapeValue, from: Int32Array): TapeValue {
    if (from.some((column) => column >= x.columns)) {
      throw new Error(`select: a column past those of ${describe(x)}`);
    }
    const out = this.#result("select", from.length, [x]);
    this.ops.push({ kind: "select", x, from: Int32Array.from(from), out });
    return out;
  }

  add(a: TapeValue, b: TapeValue): TapeValue {
    if (a.rows !== b.rows || a.columns !== b.columns) {
      throw new Error(`add: ${describe(a)} and ${describe(b)}`);
    }
    const out = this.#result("add", a.columns, [a, b]);
    this.ops.push({ kind: "add", a, b, out });
    return out;
  }

  reparameterize(
    mean: TapeValue,
    logVar: TapeValue,
    stream: Stream,
  ): TapeValue {
    const out = this.#result("reparameterize", mean.columns, [mean, logVar]);
    this.ops.push({ kind: "reparameterize", mean, logVar, stream, out });
    return out;
  }

  gaussianNll(term: Term, target: TapeValue, mean: TapeValue): void {
    expectAlike("gaussianNll", target, mean);
    read([target, mean]);
    this.losses.push({ kind: "nll", part: this.#part(term), target, mean });
  }

  bernoulliNll(term: Term, target: TapeValue, logits: TapeValue): void {
    expectAlike("bernoulliNll", target, logits);
    read([target, logits]);
    const part = this.#part(term);
    this.losses.push({ kind: "bernoulli", part, target, logits });
  }

  gaussianEntropy(term: Term, logVar: TapeValue): void {
    read([logVar]);
    this.losses.push({ kind: "entropy", part: this.#part(term), logVar });
  }

  gaussianKl(
    term: Term,
    mean: TapeValue,
    logVar: TapeValue,
    _priorVariance: number,
    _weight: number,
    freeBits = 0,
  ): void {
    read([mean, logVar]);
    const part = this.#part(term);
    const excess = freeBits > 0 ? { excess: this.#part("loss") } : {};
    this.losses.push({ kind: "kl", part, mean, logVar, ...excess });
  }

  /** A marked value is kept: nothing is made in its place. */
  mark(name: Mark, value: TapeValue): void {
    read([value]);
    this.marks.set(name, value);
  }

  #convolve(
    kind: ConvOp["kind"],
    x: TapeValue,
    weight: TapeValue,
    bias: TapeValue | undefined,
    shape: ConvShape,
  ): TapeValue {
    const image = shape.height * shape.width * shape.channels;
    const window = shape.kernel * shape.kernel * shape.channels;
    const down = kind === "conv";
    const [from, to] = down
      ? [image, convWidth(shape)]
      : [convWidth(shape), image];
    const [rows, columns] = down
      ? [shape.outChannels, window]
      : [window, shape.outChannels];
    if (
      x.columns !== from ||
      weight.rows !== rows ||
      weight.columns !== columns
    ) {
      throw new Error(
        `${kind}: ${describe(weight)} x ${describe(x)}, expected [${rows}, ${columns}] and ${from} columns`,
      );
    }
    expectBias(kind, bias, down ? shape.outChannels : shape.channels);
    const operands = bias ? [x, weight, bias] : [x, weight];
    const out = this.#result(kind, to, operands);
    const of = { x, weight, ...(bias && { bias }) };
    this.ops.push({ kind, ...of, shape, out });
    return out;
  }

  /** One object per name: gradients are told apart by identity. */
  #name(key: string, fresh: TapeValue): TapeValue {
    const known = this.#named.get(key) ?? fresh;
    this.#named.set(key, known);
    return known;
  }

  #part(of: Term | "loss"): number {
    return this.parts.push(of) - 1;
  }

  #result(
    op: string,
    columns: number,
    operands: readonly TapeValue[],
  ): TapeValue {
    read(operands);
    return {
      name: `${op} ${this.ops.length}`,
      rows: operands[0].rows,
      columns,
      source: "op",
      constant: operands.every(({ constant }) => constant),
      uses: 0,
    };
  }
}

function read(values: readonly TapeValue[]): void {
  for (const value of values) value.uses++;
}

function expectBias(
  op: string,
  bias: TapeValue | undefined,
  columns: number,
): void {
  if (bias && bias.columns !== columns) {
    throw new Error(`${op}: ${describe(bias)} for ${columns} columns`);
  }
}

function expectAlike(op: string, target: TapeValue, of: TapeValue): void {
  if (target.rows !== of.rows || target.columns !== of.columns) {
    throw new Error(`${op}: ${describe(target)} of ${describe(of)}`);
  }
}
