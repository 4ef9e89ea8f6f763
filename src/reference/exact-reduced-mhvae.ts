/**
 * The expected loss of the two-level linear MHVAE in the data's eigenbasis: O(r k1^2) a step for r
 * directions. The oracle of the GPU's exact kernels and the CPU's own form.
 *
 * With A = P diag(phi) P^T, W1^ = W1 P, U1^ = P^T U1, S = W1^ diag(phi) W1^^T + Sigma1, K = U1^^T U1^,
 * R = U2 W2 - I and G = (K + beta R^T R)/a + (beta2/e) W2^T W2:
 *
 *   J    = 1/(2a) [ sum phi - 2 sum_ij phi_j W1^_ij U1^_ji + tr(K S) ] + (D/2) ln(2 pi a) + beta KL1 + beta2 KL2
 *   dU1^ = (1/a) (U1^ S - diag(phi) W1^^T),   dW1^ = (G W1^ - U1^^T / a) diag(phi)
 *   dU2  = (beta/a) (R S W2^T + U2 Sigma2),   dW2  = (beta/a) U2^T R S + (beta2/e) W2 S
 *
 * with KL1 and KL2 as in `exact-mhvae.ts`; level 2 is not rotated.
 */
import { Dense } from "./dense.ts";
import type { MhvaeScales } from "./exact-mhvae.ts";
import type { ReducedLoss } from "./exact-reduced.ts";
import { gramOfColumns } from "./gram.ts";

/** Tensors or gradients over r directions of x. */
export interface ReducedMhvaeTensors {
  /** [k1, r] */
  readonly encW1: Float64Array;
  /** [k2, k1] */
  readonly encW2: Float64Array;
  /** [r, k1] */
  readonly decU1: Float64Array;
  /** [k1, k2] */
  readonly decU2: Float64Array;
  /** [k1] */
  readonly logVar1: Float64Array;
  /** [k2] */
  readonly logVar2: Float64Array;
}

export class ExactReducedMhvae {
  readonly #phi: Float64Array;
  readonly #energy: number;
  readonly #columns: number;

  /**
   * @param phi variances along the r directions kept
   * @param columns D, of the data's own coordinates (for the constant)
   */
  constructor(phi: Float64Array, columns: number) {
    this.#phi = phi;
    this.#energy = phi.reduce((sum, value) => sum + value, 0);
    this.#columns = columns;
  }

  /** Loss and terms at `tensors`; overwrites `gradients`. */
  evaluate(
    tensors: ReducedMhvaeTensors,
    gradients: ReducedMhvaeTensors,
    scales: MhvaeScales,
  ): ReducedLoss {
    const { logVar1, logVar2 } = tensors;
    const r = this.#phi.length;
    const [k1, k2] = [logVar1.length, logVar2.length];
    const { beta, beta2 } = scales;
    const a = scales.etaDec ** 2;
    const e = scales.etaEnc ** 2;
    const [variance1, variance2] = [
      logVar1.map(Math.exp),
      logVar2.map(Math.exp),
    ];
    const { encW1, decU1 } = tensors;
    const W2 = new Dense(k2, k1, tensors.encW2);
    const U2 = new Dense(k1, k2, tensors.decU2);
    const S = new Dense(k1, k1, this.#hidden(encW1, k1)).plus(
      Dense.diagonal(variance1),
    );
    const K = new Dense(k1, k1, gramOfColumns(decU1, k1, r));

    const cross = this.#decoderGradient(tensors, gradients.decU1, S.values, a);
    const error = this.#energy - 2 * cross + K.dot(S);
    const reconstruction =
      error / (2 * a) + (this.#columns / 2) * Math.log(2 * Math.PI * a);
    const R = U2.times(W2).plus(Dense.identity(k1), -1);
    const RS = R.times(S);
    const W2S = W2.times(S);
    const U2Sigma = U2.times(Dense.diagonal(variance2));
    let kl = (RS.dot(R) + U2Sigma.dot(U2)) / a;
    for (const v of logVar1) kl -= v - Math.log(a) + 1;
    let kl2 = W2S.dot(W2) / e;
    logVar2.forEach((v, j) => {
      kl2 += variance2[j] / e - (v - Math.log(e)) - 1;
    });
    kl /= 2;
    kl2 /= 2;

    const G = K.plus(R.transposed.times(R), beta)
      .scaled(1 / a)
      .plus(W2.transposed.times(W2), beta2 / e);
    this.#encoderGradient(tensors, gradients.encW1, G.values, a);
    gradients.decU2.set(
      RS.times(W2.transposed)
        .plus(U2Sigma)
        .scaled(beta / a).values,
    );
    gradients.encW2.set(
      U2.transposed
        .times(RS)
        .scaled(beta / a)
        .plus(W2S, beta2 / e).values,
    );
    const g = G.diagonalValues;
    variance1.forEach((v, i) => {
      gradients.logVar1[i] = (v * g[i] - beta) / 2;
    });
    const u2 = U2.transposed.times(U2).diagonalValues;
    variance2.forEach((v, j) => {
      gradients.logVar2[j] = (v * ((beta * u2[j]) / a + beta2 / e) - beta2) / 2;
    });
    return {
      loss: reconstruction + beta * kl + beta2 * kl2,
      reconstruction,
      kl,
      kl2,
    };
  }

  /** W1^ diag(phi) W1^^T, [k, k]. */
  #hidden(encW: Float64Array, k: number): Float64Array {
    const [phi, r] = [this.#phi, this.#phi.length];
    const out = new Float64Array(k * k);
    for (let i = 0; i < k; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let c = 0; c < r; c++) {
          sum += phi[c] * encW[i * r + c] * encW[j * r + c];
        }
        out[i * k + j] = sum;
        out[j * k + i] = sum;
      }
    }
    return out;
  }

  /** dU1^; returns sum_ij phi_j W1^_ij U1^_ji. */
  #decoderGradient(
    { encW1, decU1, logVar1 }: ReducedMhvaeTensors,
    out: Float64Array,
    S: Float64Array,
    a: number,
  ): number {
    const [phi, r] = [this.#phi, this.#phi.length];
    const k = logVar1.length;
    let cross = 0;
    for (let c = 0; c < r; c++) {
      for (let j = 0; j < k; j++) {
        let sum = 0;
        for (let i = 0; i < k; i++) sum += decU1[c * k + i] * S[i * k + j];
        const moved = phi[c] * encW1[j * r + c];
        cross += moved * decU1[c * k + j];
        out[c * k + j] = (sum - moved) / a;
      }
    }
    return cross;
  }

  /** dW1^ = (G W1^ - U1^^T / a) diag(phi). */
  #encoderGradient(
    { encW1, decU1, logVar1 }: ReducedMhvaeTensors,
    out: Float64Array,
    G: Float64Array,
    a: number,
  ): void {
    const [phi, r] = [this.#phi, this.#phi.length];
    const k = logVar1.length;
    for (let i = 0; i < k; i++) {
      const row = i * r;
      for (let c = 0; c < r; c++) out[row + c] = -decU1[c * k + i] / a;
      for (let j = 0; j < k; j++) {
        const scale = G[i * k + j];
        for (let c = 0; c < r; c++) out[row + c] += scale * encW1[j * r + c];
      }
      for (let c = 0; c < r; c++) out[row + c] *= phi[c];
    }
  }
}
