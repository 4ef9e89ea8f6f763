/**
 * Records a model's forward pass as a graph, which `tape-lower.ts` turns into GPU dispatches,
 * backward ones included.
 *
 * Right for every model and size; `plan.ts` replaces it where it knows better.
 */
import type { Activation, Ops, ParamSpec, Term } from "../model/ops.ts";
import type { Stream } from "../math/rng.ts";

/** A matrix of the forward pass. */
export interface TapeValue {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Inputs have no gradient. */
  readonly source: "input" | "param" | "op";
  /** How many ops read it. */
  uses: number;
}

export interface LinearOp {
  readonly kind: "linear";
  readonly x: TapeValue;
  readonly weight: TapeValue;
  readonly bias?: TapeValue;
  readonly activation: Activation;
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

/** A loss term; `part` counts them in the order the model adds them. */
export type LossOp = { readonly part: number } & (
  | {
      readonly kind: "nll";
      readonly target: TapeValue;
      readonly mean: TapeValue;
    }
  | { readonly kind: "entropy"; readonly logVar: TapeValue }
  | {
      readonly kind: "kl";
      readonly mean: TapeValue;
      readonly logVar: TapeValue;
    }
);

export type TapeOp = LinearOp | AddOp | ReparameterizeOp;

/** What a tape must know of a lane. */
export interface TapeShapes {
  readonly batch: number;
  /** Columns of x and, where data has one, of y. */
  readonly inputs: { readonly x: number; readonly y?: number };
  readonly params: readonly ParamSpec[];
}

function describe(value: TapeValue): string {
  return `${value.name} [${value.rows}, ${value.columns}]`;
}

export class Tape implements Ops<TapeValue> {
  readonly ops: TapeOp[] = [];
  readonly losses: LossOp[] = [];
  /** What each loss term belongs to. */
  readonly terms: Term[] = [];
  readonly shapes: TapeShapes;
  readonly #named = new Map<string, TapeValue>();

  constructor(shapes: TapeShapes) {
    this.shapes = shapes;
  }

  /** Throws if the data has no such input. */
  input(name: "x" | "y"): TapeValue {
    const { batch, inputs } = this.shapes;
    const columns = inputs[name];
    if (columns === undefined) {
      throw new Error(`the data has no ${name}, which this model reads`);
    }
    return this.#name(`input ${name}`, {
      name,
      rows: batch,
      columns,
      source: "input",
      uses: 0,
    });
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
    if (bias && bias.columns !== weight.rows) {
      throw new Error(`linear: ${describe(bias)} for ${describe(weight)}`);
    }
    const out = this.#result("linear", x.rows, weight.rows);
    read(x, weight, ...(bias ? [bias] : []));
    this.ops.push({
      kind: "linear",
      x,
      weight,
      ...(bias ? { bias } : {}),
      activation,
      out,
    });
    return out;
  }

  add(a: TapeValue, b: TapeValue): TapeValue {
    if (a.rows !== b.rows || a.columns !== b.columns) {
      throw new Error(`add: ${describe(a)} and ${describe(b)}`);
    }
    const out = this.#result("add", a.rows, a.columns);
    read(a, b);
    this.ops.push({ kind: "add", a, b, out });
    return out;
  }

  reparameterize(
    mean: TapeValue,
    logVar: TapeValue,
    stream: Stream,
  ): TapeValue {
    const out = this.#result("reparameterize", mean.rows, mean.columns);
    read(mean, logVar);
    this.ops.push({ kind: "reparameterize", mean, logVar, stream, out });
    return out;
  }

  gaussianNll(term: Term, target: TapeValue, mean: TapeValue): void {
    if (target.rows !== mean.rows || target.columns !== mean.columns) {
      throw new Error(`gaussianNll: ${describe(target)} of ${describe(mean)}`);
    }
    read(target, mean);
    this.losses.push({ kind: "nll", part: this.#part(term), target, mean });
  }

  gaussianEntropy(term: Term, logVar: TapeValue): void {
    read(logVar);
    this.losses.push({ kind: "entropy", part: this.#part(term), logVar });
  }

  gaussianKl(term: Term, mean: TapeValue, logVar: TapeValue): void {
    read(mean, logVar);
    this.losses.push({ kind: "kl", part: this.#part(term), mean, logVar });
  }

  /** One object per name: gradients are told apart by identity. */
  #name(key: string, fresh: TapeValue): TapeValue {
    const known = this.#named.get(key) ?? fresh;
    this.#named.set(key, known);
    return known;
  }

  #part(term: Term): number {
    return this.terms.push(term) - 1;
  }

  #result(op: string, rows: number, columns: number): TapeValue {
    const name = `${op} ${this.ops.length}`;
    return { name, rows, columns, source: "op", uses: 0 };
  }
}

function read(...values: readonly TapeValue[]): void {
  for (const value of values) value.uses++;
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
  gaussianEntropy(_term: Term, _logVar: null, weight: number): void {
    this.values.push([1, weight]);
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
