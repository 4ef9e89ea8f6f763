/**
 * The expected loss of the linear CVAE in residual coordinates and eigenbases: O(dx dy k) a step,
 * however many examples there are. The oracle of the GPU's exact kernels and the CPU's own form.
 *
 * Of r = y - B x with covariance E = Q diag(t) Q^T, and S_xx = P diag(phi) P^T; rotated tensors
 * W1^ = W1 P, W2^ = W2 Q, U1^ = Q^T U1, U2^ = Q^T U2 P and B^ = Q^T B P. With F = W1 + W2 B,
 * G = U2 - B, T = U1 F + G, K = U1^T U1, H = W2 diag(t) W2^T + diag(s^2) (hats left out):
 *
 *   J   = 1/(2a) [ sum_ij phi_j T_ij^2 + sum t - 2 sum_ij t_j W2_ij U1_ji + tr(K H) ] + (dy/2) ln(2 pi a)
 *         + beta/2 [ (sum_ij phi_j F_ij^2 + sum_ij t_j W2_ij^2)/e + sum_i (s_i^2/e - ln(s_i^2/e) - 1) ]
 *   dF  = (1/a) U1^T T diag(phi) + (beta/e) F diag(phi)
 *   dW1 = dF,   dU2 = (1/a) T diag(phi)
 *   dW2 = [ (1/a) (K W2 - U1^T) + (beta/e) W2 ] diag(t) + dF B^T
 *   dU1 = (1/a) (T diag(phi) F^T + U1 H - diag(t) W2^T)
 *
 * These are the gradients of the original tensors, not those of F and G: the same trajectory. T is
 * formed a row at a time. Directions of y with t = 0 stay where B has a part in them: W2 there
 * moves F.
 */
import type { VaeScales } from "./exact.ts";
import type { ReducedLoss } from "./exact-reduced.ts";

/** Tensors or gradients over rx directions of x and ry of y. */
export interface ReducedCvaeTensors {
  /** [k, rx] */
  readonly encWx: Float64Array;
  /** [k, ry] */
  readonly encWy: Float64Array;
  /** [ry, k] */
  readonly decUz: Float64Array;
  /** [ry, rx] */
  readonly decUx: Float64Array;
  /** [k] */
  readonly logVar: Float64Array;
}

/** Data of a lane in its eigenbases. */
export interface ReducedCondition {
  /** Variances along the directions of x, [rx]. */
  readonly phi: Float64Array;
  /** Variances of the residual along the directions of y, [ry]. */
  readonly t: Float64Array;
  /** B^, [ry, rx]. */
  readonly regression: Float64Array;
  /** dy, of the data's own coordinates (for the constant). */
  readonly outputs: number;
}

/** Reusable workspace for one size. */
export class ExactReducedCvae {
  readonly #data: ReducedCondition;
  readonly #energy: number;
  readonly #latents: number;
  /** F and its gradient, [k, rx]. */
  readonly #encF: Float64Array;
  readonly #gradF: Float64Array;
  /** H and K, [k, k]. */
  readonly #hidden: Float64Array;
  readonly #gram: Float64Array;

  constructor(data: ReducedCondition, latents: number) {
    this.#data = data;
    this.#energy = data.t.reduce((sum, value) => sum + value, 0);
    this.#latents = latents;
    this.#encF = new Float64Array(latents * data.phi.length);
    this.#gradF = new Float64Array(latents * data.phi.length);
    this.#hidden = new Float64Array(latents * latents);
    this.#gram = new Float64Array(latents * latents);
  }

  /** Loss and terms at `tensors`; overwrites `gradients`. */
  evaluate(
    tensors: ReducedCvaeTensors,
    gradients: ReducedCvaeTensors,
    scales: VaeScales,
  ): ReducedLoss {
    const k = this.#latents;
    const { beta } = scales;
    const a = scales.etaDec ** 2;
    const e = scales.etaEnc ** 2;
    this.#formF(tensors);
    this.#formGrams(tensors);
    const squareF = this.#startGradF(beta / e);
    let error = this.#energy + this.#predictFromX(tensors, gradients, a);

    const [hidden, gram] = [this.#hidden, this.#gram];
    let kl = squareF / (2 * e);
    for (let i = 0; i < k; i++) {
      const variance = Math.exp(tensors.logVar[i]);
      const square = hidden[i * k + i];
      const log = tensors.logVar[i] - Math.log(e);
      kl += ((square + variance) / e - 1 - log) / 2;
      hidden[i * k + i] = square + variance;
      gradients.logVar[i] =
        (variance * (gram[i * k + i] / a + beta / e) - beta) / 2;
    }
    for (let i = 0; i < k * k; i++) error += gram[i] * hidden[i];
    error += this.#explainResidual(tensors, gradients, a, beta / e);
    const { outputs } = this.#data;
    const reconstruction =
      error / (2 * a) + (outputs / 2) * Math.log(2 * Math.PI * a);
    return { loss: reconstruction + beta * kl, reconstruction, kl, kl2: 0 };
  }

  #formF({ encWx, encWy }: ReducedCvaeTensors): void {
    const { phi, t, regression } = this.#data;
    const [rx, ry, encF] = [phi.length, t.length, this.#encF];
    encF.set(encWx);
    for (let row = 0; row < ry; row++) {
      for (let i = 0; i < this.#latents; i++) {
        const scale = encWy[i * ry + row];
        for (let c = 0; c < rx; c++) {
          encF[i * rx + c] += scale * regression[row * rx + c];
        }
      }
    }
  }

  /** W2 diag(t) W2^T and U1^T U1. */
  #formGrams({ encWy, decUz }: ReducedCvaeTensors): void {
    const { t } = this.#data;
    const [k, ry] = [this.#latents, t.length];
    for (let i = 0; i < k; i++) {
      for (let j = 0; j <= i; j++) {
        let [hidden, gram] = [0, 0];
        for (let row = 0; row < ry; row++) {
          hidden += t[row] * encWy[i * ry + row] * encWy[j * ry + row];
          gram += decUz[row * k + i] * decUz[row * k + j];
        }
        this.#hidden[i * k + j] = hidden;
        this.#hidden[j * k + i] = hidden;
        this.#gram[i * k + j] = gram;
        this.#gram[j * k + i] = gram;
      }
    }
  }

  /** The KL's part of dF; returns sum phi F^2. */
  #startGradF(scale: number): number {
    const { phi } = this.#data;
    let square = 0;
    for (let i = 0; i < this.#latents; i++) {
      for (let c = 0; c < phi.length; c++) {
        const at = i * phi.length + c;
        const moved = phi[c] * this.#encF[at];
        square += moved * this.#encF[at];
        this.#gradF[at] = scale * moved;
      }
    }
    return square;
  }

  /** All that T enters: dU2, dF, dW1, and the first parts of dU1 and dW2; returns sum phi T^2. */
  #predictFromX(
    { decUz, decUx }: ReducedCvaeTensors,
    gradients: ReducedCvaeTensors,
    a: number,
  ): number {
    const { phi, t, regression } = this.#data;
    const [k, rx, ry] = [this.#latents, phi.length, t.length];
    const [encF, gradF] = [this.#encF, this.#gradF];
    let square = 0;
    for (let row = 0; row < ry; row++) {
      const moved = gradients.decUx.subarray(row * rx, (row + 1) * rx);
      for (let c = 0; c < rx; c++) {
        moved[c] = decUx[row * rx + c] - regression[row * rx + c];
      }
      for (let i = 0; i < k; i++) {
        const u = decUz[row * k + i];
        for (let c = 0; c < rx; c++) moved[c] += u * encF[i * rx + c];
      }
      for (let c = 0; c < rx; c++) {
        square += phi[c] * moved[c] * moved[c];
        moved[c] *= phi[c] / a;
      }
      for (let i = 0; i < k; i++) {
        const u = decUz[row * k + i];
        let sum = 0;
        for (let c = 0; c < rx; c++) {
          sum += moved[c] * encF[i * rx + c];
          gradF[i * rx + c] += u * moved[c];
        }
        gradients.decUz[row * k + i] = sum;
      }
    }
    gradients.encWx.set(gradF);
    for (let i = 0; i < k; i++) {
      for (let row = 0; row < ry; row++) {
        let sum = 0;
        for (let c = 0; c < rx; c++) {
          sum += gradF[i * rx + c] * regression[row * rx + c];
        }
        gradients.encWy[i * ry + row] = sum;
      }
    }
    return square;
  }

  /** The VAE of the residual: adds to dU1 and dW2; returns -2 sum t W2 U1. */
  #explainResidual(
    { encWy, decUz }: ReducedCvaeTensors,
    gradients: ReducedCvaeTensors,
    a: number,
    ridge: number,
  ): number {
    const { t } = this.#data;
    const [k, ry] = [this.#latents, t.length];
    const [hidden, gram] = [this.#hidden, this.#gram];
    let cross = 0;
    for (let row = 0; row < ry; row++) {
      for (let i = 0; i < k; i++) {
        const u = decUz[row * k + i];
        const w = encWy[i * ry + row];
        let [uh, kw] = [0, 0];
        for (let j = 0; j < k; j++) {
          uh += decUz[row * k + j] * hidden[j * k + i];
          kw += gram[i * k + j] * encWy[j * ry + row];
        }
        cross -= 2 * t[row] * w * u;
        gradients.decUz[row * k + i] += (uh - t[row] * w) / a;
        gradients.encWy[i * ry + row] += t[row] * ((kw - u) / a + ridge * w);
      }
    }
    return cross;
  }
}
