/** Exact losses from the models' definitions, and a minimizer, for the tests of this room. */
import type { Settings } from "../experiment/config.ts";
import { orthogonalFactor } from "../math/linear-algebra.ts";
import { normal, uniform } from "../math/rng.ts";

type Matrix = readonly (readonly number[])[];

function product(a: Matrix, b: Matrix): number[][] {
  return a.map((row) =>
    b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)),
  );
}

const transposed = (a: Matrix): number[][] =>
  a[0].map((_, j) => a.map((row) => row[j]));

const plus = (a: Matrix, b: Matrix, factor = 1): number[][] =>
  a.map((row, i) => row.map((value, j) => value + factor * b[i][j]));

const diagonal = (values: readonly number[]): number[][] =>
  values.map((value, i) => values.map((_, j) => (i === j ? value : 0)));

/** tr(M S M^T) */
const spread = (m: Matrix, s: Matrix): number =>
  product(m, s).reduce(
    (sum, row, i) => row.reduce((part, v, j) => part + v * m[i][j], sum),
    0,
  );

/** Sum over units of s^2/p - ln(s^2/p) - 1, with p the prior's variance. */
const floors = (variances: readonly number[], p: number): number =>
  variances.reduce((sum, v) => sum + v / p - Math.log(v / p) - 1, 0);

/** Takes matrices off a flat list of parameters in turn. */
function reader(
  values: ArrayLike<number>,
): (rows: number, cols: number) => number[][] {
  let at = 0;
  return (rows, cols) =>
    Array.from({ length: rows }, () =>
      Array.from({ length: cols }, () => values[at++]),
    );
}

/** A loss in true nats of a flat list of parameters. */
export interface Problem {
  readonly parameters: number;
  readonly loss: (values: ArrayLike<number>) => number;
}

/** Variances of a level: exp(2 rho) of parameters, or those held. */
function variances(
  variance: Settings["encoderVariance"],
  count: number,
  take: (rows: number, cols: number) => number[][],
): number[] {
  return variance.kind !== "fixed"
    ? take(1, count)[0].map((rho) => Math.exp(2 * rho))
    : Array.from(
        { length: count },
        (_, i) => variance.std[i % variance.std.length] ** 2,
      );
}

/**
 * Conditional model with joint moments of (x; y), x of `inputs` columns (0: the plain VAE of y).
 * E||y - U1 z - U2 x||^2 with z = W1 x + W2 y + noise.
 */
export function conditionalProblem(
  settings: Settings,
  joint: Matrix,
  inputs: number,
): Problem {
  const { latents: k, beta, etaDec, etaEnc, encoderVariance } = settings;
  const n = joint.length;
  const outputs = n - inputs;
  const a = etaDec ** 2;
  const e = etaEnc ** 2;
  const learnable = encoderVariance.kind === "learnable" ? k : 0;
  return {
    parameters: k * n + outputs * k + outputs * inputs + learnable,
    loss: (values) => {
      const take = reader(values);
      const [W, U1, U2] = [take(k, n), take(outputs, k), take(outputs, inputs)];
      const sigma = variances(encoderVariance, k, take);
      const identity = diagonal(Array<number>(outputs).fill(1));
      const passed = U2.map((row, i) => [
        ...row,
        ...identity[i].map((v) => -v),
      ]);
      const residual = plus(product(U1, W), passed);
      const square = spread(residual, joint) + spread(U1, diagonal(sigma));
      const kl = spread(W, joint) / e + floors(sigma, e);
      const constant = outputs * Math.log(2 * Math.PI * a);
      return (square / a + constant + beta * kl) / 2;
    },
  };
}

/** Hierarchical model of x with second moments A. */
export function hierarchicalProblem(settings: Settings, A: Matrix): Problem {
  const { latents: k1, latents2: k2, beta, beta2, etaDec, etaEnc } = settings;
  const { encoderVariance, encoderVariance2 } = settings;
  const n = A.length;
  const a = etaDec ** 2;
  const e = etaEnc ** 2;
  const learnable =
    (encoderVariance.kind === "learnable" ? k1 : 0) +
    (encoderVariance2.kind === "learnable" ? k2 : 0);
  return {
    parameters: 2 * n * k1 + 2 * k1 * k2 + learnable,
    loss: (values) => {
      const take = reader(values);
      const [W1, U1, W2, U2] = [
        take(k1, n),
        take(n, k1),
        take(k2, k1),
        take(k1, k2),
      ];
      const sigma1 = variances(encoderVariance, k1, take);
      const sigma2 = variances(encoderVariance2, k2, take);
      const noise = diagonal(sigma1);
      const S = plus(product(product(W1, A), transposed(W1)), noise);
      const left = plus(product(U1, W1), diagonal(A.map(() => 1)), -1);
      const square = spread(left, A) + spread(U1, noise);
      const R = plus(product(U2, W2), diagonal(sigma1.map(() => 1)), -1);
      const kl1 =
        (spread(R, S) + spread(U2, diagonal(sigma2))) / a -
        sigma1.reduce((sum, v) => sum + Math.log(v / a) + 1, 0);
      const kl2 = spread(W2, S) / e + floors(sigma2, e);
      const constant = n * Math.log(2 * Math.PI * a);
      return (square / a + constant + beta * kl1 + beta2 * kl2) / 2;
    },
  };
}

/** Draws for seeded problems: uniform in [low, high), and standard normal. */
export class Draws {
  readonly #seed: number;
  #count = 0;
  constructor(seed: number) {
    this.#seed = seed;
  }
  between(low: number, high: number): number {
    return low + (high - low) * uniform(this.#seed, 0, "data", this.#count++);
  }
  /** Evenly on a logarithmic scale. */
  scale(low: number, high: number): number {
    return Math.exp(this.between(Math.log(low), Math.log(high)));
  }
  integer(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }
  normals(count: number): Float64Array {
    return Float64Array.from({ length: count }, () =>
      normal(this.#seed, 1, "data", this.#count++),
    );
  }
  /** A symmetric matrix with these eigenvalues, its basis drawn. */
  symmetric(eigenvalues: readonly number[]): number[][] {
    const n = eigenvalues.length;
    const q = orthogonalFactor(this.normals(n * n), n);
    const rows = Array.from({ length: n }, (_, i) =>
      Array.from(q.subarray(i * n, (i + 1) * n)),
    );
    return product(product(rows, diagonal(eigenvalues)), transposed(rows));
  }
}

/** Central differences: error about 1e-16 loss / h + h^2 third derivatives, 1e-10 at h = 1e-5. */
function gradient(loss: Problem["loss"], x: Float64Array): Float64Array {
  const probe = x.slice();
  return x.map((value, i) => {
    const h = 1e-5 * Math.max(1, Math.abs(value));
    probe[i] = value + h;
    const up = loss(probe);
    probe[i] = value - h;
    const down = loss(probe);
    probe[i] = value;
    return (up - down) / (2 * h);
  });
}

/** Least loss that BFGS with backtracking finds from `start`. */
export function minimize({ loss }: Problem, start: Float64Array): number {
  const n = start.length;
  let x: Float64Array = start.slice();
  let value = loss(x);
  let g: Float64Array = gradient(loss, x);
  let inverse = diagonal(Array<number>(n).fill(1));
  let fresh = true;
  for (let iteration = 0; iteration < 400; iteration++) {
    let step: Float64Array = Float64Array.from(inverse, (row) => -dot(row, g));
    let slope = dot(step, g);
    if (slope >= 0) {
      inverse = diagonal(Array<number>(n).fill(1));
      step = Float64Array.from(g, (v) => -v);
      slope = -dot(g, g);
      fresh = true;
    }
    if (-slope < 1e-16) break;
    let t = fresh ? Math.min(1, 0.1 / Math.sqrt(-slope)) : 1;
    let next = moved(x, step, t);
    let found = loss(next);
    while (!(found <= value + 1e-4 * t * slope) && t > 1e-14) {
      t /= 2;
      next = moved(x, step, t);
      found = loss(next);
    }
    if (!(found < value)) {
      if (fresh) break;
      inverse = diagonal(Array<number>(n).fill(1));
      fresh = true;
      continue;
    }
    const after = gradient(loss, next);
    const s = next.map((v, i) => v - x[i]);
    const y = after.map((v, i) => v - g[i]);
    const curvature = dot(s, y);
    if (curvature > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y))) {
      const hy = inverse.map((row) => dot(row, y));
      const factor = (1 + dot(y, hy) / curvature) / curvature;
      inverse = inverse.map((row, i) =>
        row.map(
          (v, j) =>
            v +
            factor * s[i] * s[j] -
            (hy[i] * s[j] + s[i] * hy[j]) / curvature,
        ),
      );
      fresh = false;
    }
    x = next;
    value = found;
    g = after;
  }
  return value;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function moved(x: Float64Array, step: Float64Array, t: number): Float64Array {
  return x.map((value, i) => value + t * step[i]);
}
