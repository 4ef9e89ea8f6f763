/**
 * The expected loss of the linear VAE in the data's eigenbasis: O(r k^2) a step for r directions,
 * however many examples there are. The oracle of the GPU's exact kernel and the CPU's own form.
 *
 * With A = P diag(phi) P^T, W^ = W P, U^ = P^T U, K = U^^T U^ and H = W^ diag(phi) W^^T + diag(s^2):
 *
 *   J   = 1/(2a) [ sum phi - 2 sum_ij phi_j W^_ij U^_ji + tr(K H) ] + (D/2) ln(2 pi a)
 *         + beta/2 [ sum_ij phi_j W^_ij^2 / e + sum_i (s_i^2/e - ln(s_i^2/e) - 1) ]
 *   dU^ = (1/a) (U^ H - diag(phi) W^^T)
 *   dW^ = [ (1/a) (K W^ - U^^T) + (beta/e) W^ ] diag(phi)
 *
 * Directions of no variance are invisible to J and are left out; they add nothing.
 */
import type { VaeScales } from "./exact.ts";

/** Tensors and their gradients: encW [k, r], decU [r, k], logVar [k]. */
export interface ReducedTensors {
  readonly encW: Float64Array;
  readonly decU: Float64Array;
  readonly logVar: Float64Array;
}

export interface ReducedLoss {
  loss: number;
  /** Unweighted terms. */
  reconstruction: number;
  /** That of the first of two levels may be negative. */
  kl: number;
  /** Second level's; 0 elsewhere. */
  kl2: number;
}

/** Reusable workspace for one size. */
export class ExactReduced {
  readonly #phi: Float64Array;
  readonly #energy: number;
  readonly #columns: number;
  readonly #latents: number;
  /** H and K, [k, k]. */
  readonly #hidden: Float64Array;
  readonly #gram: Float64Array;

  /**
   * @param phi variances along the r directions kept
   * @param columns D, of the data's own coordinates (for the constant)
   */
  constructor(phi: Float64Array, columns: number, latents: number) {
    this.#phi = phi;
    this.#energy = phi.reduce((sum, value) => sum + value, 0);
    this.#columns = columns;
    this.#latents = latents;
    this.#hidden = new Float64Array(latents * latents);
    this.#gram = new Float64Array(latents * latents);
  }

  /** Loss and terms at `tensors`; overwrites `gradients`. */
  evaluate(
    tensors: ReducedTensors,
    gradients: ReducedTensors,
    scales: VaeScales,
  ): ReducedLoss {
    const { encW, decU, logVar } = tensors;
    const [phi, k, r] = [this.#phi, this.#latents, this.#phi.length];
    const [hidden, gram] = [this.#hidden, this.#gram];
    const a = scales.etaDec ** 2;
    const e = scales.etaEnc ** 2;
    const { beta } = scales;

    for (let i = 0; i < k; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let c = 0; c < r; c++) {
          sum += phi[c] * encW[i * r + c] * encW[j * r + c];
        }
        hidden[i * k + j] = sum;
        hidden[j * k + i] = sum;
      }
    }
    gram.fill(0);
    for (let c = 0; c < r; c++) {
      for (let i = 0; i < k; i++) {
        const u = decU[c * k + i];
        for (let j = 0; j <= i; j++) gram[i * k + j] += u * decU[c * k + j];
      }
    }
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < i; j++) gram[j * k + i] = gram[i * k + j];
    }

    let kl = 0;
    for (let i = 0; i < k; i++) {
      const variance = Math.exp(logVar[i]);
      const square = hidden[i * k + i];
      kl += ((square + variance) / e - 1 - (logVar[i] - Math.log(e))) / 2;
      hidden[i * k + i] = square + variance;
      gradients.logVar[i] =
        (variance * (gram[i * k + i] / a + beta / e) - beta) / 2;
    }
    let error = this.#energy;
    for (let i = 0; i < k * k; i++) error += gram[i] * hidden[i];

    for (let c = 0; c < r; c++) {
      const scale = phi[c];
      for (let j = 0; j < k; j++) {
        let sum = 0;
        for (let i = 0; i < k; i++) sum += decU[c * k + i] * hidden[i * k + j];
        const moved = scale * encW[j * r + c];
        error -= 2 * moved * decU[c * k + j];
        gradients.decU[c * k + j] = (sum - moved) / a;
      }
    }
    const { encW: gradW } = gradients;
    for (let i = 0; i < k; i++) {
      const row = i * r;
      for (let c = 0; c < r; c++) {
        gradW[row + c] = (beta / e) * encW[row + c] - decU[c * k + i] / a;
      }
      for (let j = 0; j < k; j++) {
        const scale = gram[i * k + j] / a;
        for (let c = 0; c < r; c++) gradW[row + c] += scale * encW[j * r + c];
      }
      for (let c = 0; c < r; c++) gradW[row + c] *= phi[c];
    }
    const reconstruction =
      error / (2 * a) + (this.#columns / 2) * Math.log(2 * Math.PI * a);
    return { loss: reconstruction + beta * kl, reconstruction, kl, kl2: 0 };
  }
}
