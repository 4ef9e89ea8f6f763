/**
 * One training step of a linear VAE as the exact derivative of its gradient.
 *
 * A step sees nothing of its examples and its noise but three second moments,
 *   A = X^T X / B,  M = X^T eps / B,  N = eps^T eps / B,
 * of a minibatch and its draws; the expected loss is the same with A the data's moments, M = 0 and
 * N = I. With S = diag(sigma), sigma_i = exp(logVar_i / 2), a = etaDec^2, e = etaEnc^2 and
 *   C = X^T z / B = A W^T + M S,  K = eps^T z / B = M^T W^T + N S,
 *   H = z^T z / B = W C + S K,    G = U^T U
 * the gradient is
 *   dU = (U H - C) / a
 *   dW^T = (C G - A U) / a + (beta / e) A W^T
 *   dlogVar_i = sigma_i (K G - M^T U)_ii / 2a + (beta / 2) (sigma_i^2 / e - 1)
 * and a Hessian-vector product is its directional derivative, by the product rule.
 */
import { Matrix } from "ml-matrix";
import type { Settings } from "../../src/experiment/config.ts";

/** What a step sees of D coordinates and k draws an example. */
export interface StepMoments {
  /** A, [D, D] */
  readonly data: Matrix;
  /** M, [D, k] */
  readonly cross: Matrix;
  /** N, [k, k] */
  readonly noise: Matrix;
}

/** Moments of a batch x [B, D] and its draws eps [B, k]. */
export function batchMoments(x: Matrix, eps: Matrix): StepMoments {
  const xt = x.transpose().mul(1 / x.rows);
  return {
    data: xt.mmul(x),
    cross: xt.mmul(eps),
    noise: eps
      .transpose()
      .mul(1 / x.rows)
      .mmul(eps),
  };
}

/** Moments of the expected loss in the eigenbasis of data with eigenvalues `phi`. */
export function expectedMoments(
  phi: ArrayLike<number>,
  latents: number,
): StepMoments {
  return {
    data: Matrix.diag(Array.from(phi)),
    cross: Matrix.zeros(phi.length, latents),
    noise: Matrix.eye(latents),
  };
}

/** Tensors one after another: encW [k, D], decU [D, k], logVar [k]. */
interface Tensors {
  /** W^T, [D, k] */
  readonly w: Matrix;
  /** U, [D, k] */
  readonly u: Matrix;
  readonly logVar: number[];
}

function split(flat: Float64Array, coordinates: number, k: number): Tensors {
  const size = coordinates * k;
  const part = (from: number, to: number): number[] =>
    Array.from(flat.subarray(from, to));
  return {
    w: Matrix.from1DArray(k, coordinates, part(0, size)).transpose(),
    u: Matrix.from1DArray(coordinates, k, part(size, 2 * size)),
    logVar: part(2 * size, 2 * size + k),
  };
}

/** x with column i scaled by entry i of `by`. */
function columnsBy(x: Matrix, by: readonly number[]): Matrix {
  return x.clone().mulRowVector([...by]);
}

/** x with row i scaled by entry i of `by`. */
function rowsBy(x: Matrix, by: readonly number[]): Matrix {
  return x.clone().mulColumnVector([...by]);
}

function sum(first: Matrix, ...others: readonly Matrix[]): Matrix {
  return others.reduce((all, other) => all.add(other), first.clone());
}

/** The loss of one step around one point. */
export class StepLoss {
  readonly #moments: StepMoments;
  readonly #settings: Settings;
  readonly #at: Tensors;
  readonly #std: number[];
  readonly #c: Matrix;
  readonly #k: Matrix;
  readonly #h: Matrix;
  readonly #g: Matrix;

  constructor(moments: StepMoments, settings: Settings, at: Float64Array) {
    this.#moments = moments;
    this.#settings = settings;
    this.#at = split(at, moments.data.rows, settings.latents);
    const { w, u, logVar } = this.#at;
    const { data, cross, noise } = moments;
    this.#std = logVar.map((value) => Math.exp(value / 2));
    this.#c = sum(data.mmul(w), columnsBy(cross, this.#std));
    this.#k = sum(cross.transpose().mmul(w), columnsBy(noise, this.#std));
    this.#h = sum(w.transpose().mmul(this.#c), rowsBy(this.#k, this.#std));
    this.#g = u.transpose().mmul(u);
  }

  /** Hessian times `along`; both as the arena has the tensors. */
  curvature(along: Float64Array): Float64Array {
    const { data, cross, noise } = this.#moments;
    const { latents, beta, etaDec, etaEnc } = this.#settings;
    const a = etaDec ** 2;
    const e = etaEnc ** 2;
    const { w, u } = this.#at;
    const std = this.#std;
    const to = split(along, data.rows, latents);
    const stdTo = to.logVar.map((value, i) => (value * std[i]) / 2);
    const crossT = cross.transpose();
    const cTo = sum(data.mmul(to.w), columnsBy(cross, stdTo));
    const kTo = sum(crossT.mmul(to.w), columnsBy(noise, stdTo));
    const hTo = sum(
      to.w.transpose().mmul(this.#c),
      w.transpose().mmul(cTo),
      rowsBy(this.#k, stdTo),
      rowsBy(kTo, std),
    );
    const half = to.u.transpose().mmul(u);
    const gTo = sum(half, half.transpose());

    const du = sum(to.u.mmul(this.#h), u.mmul(hTo)).sub(cTo).div(a);
    const dw = sum(cTo.mmul(this.#g), this.#c.mmul(gTo))
      .sub(data.mmul(to.u))
      .div(a)
      .add(data.mmul(to.w).mul(beta / e));
    const bend = this.#k.mmul(this.#g).sub(crossT.mmul(u));
    const bendTo = sum(kTo.mmul(this.#g), this.#k.mmul(gTo)).sub(
      crossT.mmul(to.u),
    );
    const dLogVar = std.map(
      (value, i) =>
        (stdTo[i] * bend.get(i, i) + value * bendTo.get(i, i)) / (2 * a) +
        (beta * value * stdTo[i]) / e,
    );
    return Float64Array.from([
      ...dw.transpose().to1DArray(),
      ...du.to1DArray(),
      ...dLogVar,
    ]);
  }
}
