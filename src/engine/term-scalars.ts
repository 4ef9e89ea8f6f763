/** The numbers of a model's loss terms that may change while it trains. */
import type { Settings } from "../experiment/config.ts";
import { MODELS } from "../model/models.ts";
import type { Ops, Term } from "../model/ops.ts";
import type { DataShape } from "../model/param.ts";

/** Variance (1 where there is none), weight and free bits of a part of the loss. */
export type Scalars = readonly [
  variance: number,
  weight: number,
  freeBits: number,
];

export interface TermScalars {
  readonly term: Term;
  readonly scalars: Scalars;
}

/** Runs a pass for its loss terms alone. */
class ScalarOps implements Ops<null> {
  readonly values: TermScalars[] = [];

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
  activate(): null {
    return null;
  }
  select(): null {
    return null;
  }
  conv(): null {
    return null;
  }
  convTranspose(): null {
    return null;
  }
  reparameterize(): null {
    return null;
  }
  mark(): void {
    // Marks have no part in the loss.
  }
  gaussianNll(
    term: Term,
    _target: null,
    _mean: null,
    variance: number,
    weight: number,
  ): void {
    this.values.push({ term, scalars: [variance, weight, 0] });
  }
  bernoulliNll(term: Term, _target: null, _logits: null, weight: number): void {
    this.values.push({ term, scalars: [1, weight, 0] });
  }
  gaussianEntropy(term: Term, _logVar: null, weight: number): void {
    this.values.push({ term, scalars: [1, weight, 0] });
  }
  gaussianKl(
    term: Term,
    _mean: null,
    _logVar: null,
    prior: number,
    weight: number,
    freeBits = 0,
  ): void {
    this.values.push({ term, scalars: [prior, weight, freeBits] });
    // What the loss has beyond the KL is a part of its own.
    if (freeBits > 0) {
      this.values.push({ term, scalars: [prior, weight, freeBits] });
    }
  }
}

/** Scalars of the loss's parts under `settings`, numbered as on a tape. */
export function termScalars(
  settings: Settings,
  shape: DataShape,
): readonly TermScalars[] {
  const ops = new ScalarOps();
  MODELS[settings.model].forward(ops, settings, shape);
  return ops.values;
}

/** The same at a step whose KL weights are multiplied by `factor`. */
export function scheduledScalars(
  terms: readonly TermScalars[],
  factor: number,
): readonly Scalars[] {
  return terms.map(({ term, scalars }): Scalars => {
    if (term === "reconstruction" || factor === 1) return scalars;
    const [variance, weight, freeBits] = scalars;
    return [variance, weight * factor, freeBits];
  });
}
