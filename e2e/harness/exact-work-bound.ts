/**
 * What float32 may do to exact training of conditional and hierarchical models.
 *
 * Trains a problem that already is in its eigenbases in float64, every number with a bound on
 * what the kernel may make of it. The formulas are those at the head of the kernels.
 */
import { optimize } from "./exact-bound.ts";
import type { WorkProblem } from "./exact-work-problem.ts";
import { combine, constant, Tracked, UNIT, type Sum } from "./tracked.ts";

export interface WorkTracks {
  readonly tensors: Readonly<Record<string, Tracked>>;
  /** Loss, reconstruction, kl, kl2 of each step. */
  readonly terms: { value: number[]; error: number[] }[];
}

interface Evaluation {
  readonly gradients: Record<string, Tracked>;
  readonly reconstruction: Sum;
  readonly kl: Sum;
  readonly kl2: Sum;
}

interface Entry {
  readonly at: Tracked;
  readonly first: Tracked;
  readonly second: Tracked;
}

function diagonalOf(matrix: readonly number[]): Tracked {
  const n = Math.sqrt(matrix.length);
  return Tracked.rounded(
    1,
    n,
    matrix.filter((_, at) => at % (n + 1) === 0),
  );
}

/** (variance (scale norms + prior) - weight) / 2, or 0 where the variance is fixed. */
function variancesGradient(
  variance: Tracked,
  slope: Tracked,
  weight: number,
  learnable: boolean,
): Tracked {
  const weights = new Tracked(
    1,
    variance.columns,
    variance.value.map(() => weight),
  );
  const gradient = slope.weighed(variance, "columns").plus(weights, -1);
  return gradient.scaled(learnable ? 0.5 : 0);
}

function filled(columns: number, value: number): Tracked {
  return new Tracked(1, columns, new Float64Array(columns).fill(value));
}

function evaluateMhvae(
  { settings, matrix }: WorkProblem,
  t: Readonly<Record<string, Tracked>>,
): Evaluation {
  const { beta, beta2, latents, latents2 } = settings;
  const a = settings.etaDec ** 2;
  const e = settings.etaEnc ** 2;
  const phi = diagonalOf(matrix);
  const { encW1: w1, encW2: w2, decU1: u1, decU2: u2 } = t;
  const [variance1, variance2] = [t.logVar1.exp, t.logVar2.exp];
  const s = w1
    .weighed(phi, "columns")
    .times(w1.transposed)
    .plusDiagonal(variance1);
  const k = u1.transposed.times(u1);
  const r = u2.times(w2).plusDiagonal(filled(latents, -1));
  const q = r.times(s);
  const y = w2.times(s);
  const g = k
    .scaled(1 / a)
    .plus(r.transposed.times(r), beta / a)
    .plus(w2.transposed.times(w2), beta2 / e);
  const us = u2.weighed(variance2, "columns");
  const norms = u2.transposed.times(u2).diagonal;
  const phiW = w1.weighed(phi, "columns");
  const gradients = {
    encW1: g
      .times(w1)
      .plus(u1.transposed, -1 / a)
      .weighed(phi, "columns"),
    decU1: u1
      .times(s)
      .plus(phiW.transposed, -1)
      .scaled(1 / a),
    encW2: u2.transposed
      .times(q)
      .scaled(beta / a)
      .plus(y, beta2 / e),
    decU2: q
      .times(w2.transposed)
      .plus(us)
      .scaled(beta / a),
    logVar1: variancesGradient(
      variance1,
      g.diagonal,
      beta,
      settings.encoderVariance.kind === "learnable",
    ),
    logVar2: variancesGradient(
      variance2,
      norms.scaled(beta / a).plus(filled(latents2, beta2 / e)),
      beta2,
      settings.encoderVariance2.kind === "learnable",
    ),
  };
  const columns = phi.columns;
  return {
    gradients,
    reconstruction: combine([
      [0.5 / a, k.dot(s)],
      [-1 / a, phiW.dot(u1.transposed)],
      [0.5 / a, phi.sum],
      [1, constant((columns / 2) * Math.log(2 * Math.PI * a))],
    ]),
    kl: combine([
      [0.5 / a, q.dot(r)],
      [0.5 / a, us.dot(u2)],
      [-0.5, t.logVar1.sum],
      [1, constant((latents / 2) * (Math.log(a) - 1))],
    ]),
    kl2: combine([
      [0.5 / e, y.dot(w2)],
      [0.5 / e, variance2.sum],
      [-0.5, t.logVar2.sum],
      [1, constant((latents2 / 2) * (Math.log(e) - 1))],
    ]),
  };
}

function evaluateCvae(
  { settings, matrix, condition }: WorkProblem,
  tensors: Readonly<Record<string, Tracked>>,
): Evaluation {
  if (!condition) throw new Error("no condition");
  const { beta, latents } = settings;
  const a = settings.etaDec ** 2;
  const e = settings.etaEnc ** 2;
  const phi = diagonalOf(condition.matrix);
  const t = diagonalOf(matrix);
  const { encWx, encWy: v, decUz: u, decUx, logVar } = tensors;
  const b = Tracked.rounded(t.columns, phi.columns, condition.regression);
  const variance = logVar.exp;
  const f = encWx.plus(v.times(b));
  const gap = u.times(f).plus(decUx.plus(b, -1));
  const vt = v.weighed(t, "columns");
  const h = vt.times(v.transposed).plusDiagonal(variance);
  const k = u.transposed.times(u);
  const kv = k.times(v);
  const dUx = gap.weighed(phi, "columns").scaled(1 / a);
  const pf = f.weighed(phi, "columns");
  const dWx = u.transposed.times(dUx).plus(pf, beta / e);
  const own = kv
    .plus(u.transposed, -1)
    .scaled(1 / a)
    .plus(v, beta / e)
    .weighed(t, "columns");
  return {
    gradients: {
      encWx: dWx,
      encWy: own.plus(dWx.times(b.transposed)),
      decUz: u
        .times(h)
        .plus(vt.transposed, -1)
        .scaled(1 / a)
        .plus(dUx.times(f.transposed)),
      decUx: dUx,
      logVar: variancesGradient(
        variance,
        k.diagonal.scaled(1 / a).plus(filled(latents, beta / e)),
        beta,
        settings.encoderVariance.kind === "learnable",
      ),
    },
    reconstruction: combine([
      [0.5, gap.dot(dUx)],
      [0.5 / a, t.sum],
      [0.5 / a, kv.dot(vt)],
      [-1 / a, vt.dot(u.transposed)],
      [0.5 / a, k.diagonal.dot(variance)],
      [1, constant((t.columns / 2) * Math.log(2 * Math.PI * a))],
    ]),
    kl: combine([
      [0.5 / e, pf.dot(f)],
      [0.5 / e, h.diagonal.sum],
      [-0.5, logVar.sum],
      [1, constant((latents / 2) * (Math.log(e) - 1))],
    ]),
    kl2: constant(0),
  };
}

/** Rows and columns of each tensor. */
export function tensorShapes({
  settings,
  matrix,
  condition,
}: WorkProblem): Record<string, readonly [number, number]> {
  const { latents: k, latents2: k2 } = settings;
  const outputs = Math.sqrt(matrix.length);
  if (condition) {
    const inputs = Math.sqrt(condition.matrix.length);
    return {
      encWx: [k, inputs],
      encWy: [k, outputs],
      decUz: [outputs, k],
      decUx: [outputs, inputs],
      logVar: [1, k],
    };
  }
  return {
    encW1: [k, outputs],
    decU1: [outputs, k],
    encW2: [k2, k],
    decU2: [k, k2],
    logVar1: [1, k],
    logVar2: [1, k2],
  };
}

/** Which of x and of y the loss sees at all. */
function seen({ matrix, condition }: WorkProblem): {
  x: readonly boolean[];
  y: readonly boolean[];
} {
  const some = (of: readonly number[]): boolean[] =>
    Array.from(diagonalOf(of).value, (value) => value > 0);
  const y = some(matrix);
  if (!condition) return { x: y, y };
  const x = some(condition.matrix);
  const { regression } = condition;
  const used = (row: number): boolean =>
    x.some((_, c) => regression[row * x.length + c] !== 0);
  return { x, y: y.map((value, row) => value || used(row)) };
}

/** The start, zero in directions the loss does not see. */
function startOf(problem: WorkProblem, name: string): number[] {
  const { x, y } = seen(problem);
  const [, columns] = tensorShapes(problem)[name];
  return problem.initial[name].map((value, n) => {
    const [row, column] = [Math.floor(n / columns), n % columns];
    const live =
      name === "decUx"
        ? y[row] && x[column]
        : name === "decU1" || name === "decUz"
          ? y[row]
          : name === "encWy"
            ? y[column]
            : name === "encWx" || name === "encW1"
              ? x[column]
              : true;
    return live ? value : 0;
  });
}

/** Trains `problem`, all of whose matrices must be diagonal, for `steps` steps. */
export function trackWork(problem: WorkProblem, steps: number): WorkTracks {
  const { settings } = problem;
  const shapes = Object.entries(tensorShapes(problem));
  const entries = Object.fromEntries(
    shapes.map(([name, [rows, columns]]): [string, Entry] => [
      name,
      {
        at: Tracked.rounded(rows, columns, startOf(problem, name)),
        first: new Tracked(rows, columns),
        second: new Tracked(rows, columns),
      },
    ]),
  );
  const tensors = Object.fromEntries(
    Object.entries(entries).map(([name, { at }]) => [name, at]),
  );
  // No sum of a term is longer: every fourth invocation sums blocks, then all are summed.
  const longest = shapes.reduce((sum, [, [r, c]]) => sum + r * c, 0) / 16 + 64;
  const chain = longest * UNIT;
  const terms: WorkTracks["terms"] = [];
  for (let step = 0; step < steps; step++) {
    const evaluate = problem.condition ? evaluateCvae : evaluateMhvae;
    const { gradients, reconstruction, kl, kl2 } = evaluate(problem, tensors);
    const loss = combine([
      [1, reconstruction],
      [settings.beta, kl],
      [settings.beta2, kl2],
    ]);
    const all = [loss, reconstruction, kl, kl2];
    terms.push({
      value: all.map(({ value }) => value),
      error: all.map(({ error, size }) => error + chain * size),
    });
    for (const [name, entry] of Object.entries(entries))
      optimize(
        entry.at,
        entry.first,
        entry.second,
        gradients[name],
        settings.optimizer,
        step,
      );
  }
  return { tensors, terms };
}
