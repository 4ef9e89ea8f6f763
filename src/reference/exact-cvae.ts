/**
 * The linear CVAE's expected loss over data and noise, from second moments, in nats per example.
 * With u = (x; y), J2 = E[u u^T], W = [W1 W2], T = U1 W + [U2, -I], a = etaDec^2, e = etaEnc^2:
 *
 *   J = 1/(2a) [ tr(T J2 T^T) + tr(U1 Sigma U1^T) ] + (dy/2) ln(2 pi a)
 *     + beta/2 [ tr(W J2 W^T)/e + sum_i (s_i^2/e - ln(s_i^2/e) - 1) ]
 *
 * and its gradients. With biases J2 is about the means, which the biases add back. Dense and
 * slow: for checking, small sizes.
 */
import { Dense } from "./dense.ts";
import type { ExactLoss, VaeScales } from "./exact.ts";

/** encB [k] and decB [outputs] only together. */
export interface CvaeWeights {
  /** [k, inputs] */
  readonly encWx: Float64Array;
  /** [k, outputs] */
  readonly encWy: Float64Array;
  /** [outputs, k] */
  readonly decUz: Float64Array;
  /** [outputs, inputs] */
  readonly decUx: Float64Array;
  /** [k] */
  readonly logVar: Float64Array;
  readonly encB?: Float64Array;
  readonly decB?: Float64Array;
}

/** Moments of u = (x; y), about the means if biases are used. */
export interface JointMoments {
  readonly inputs: number;
  readonly outputs: number;
  /** E[u u^T], [inputs + outputs, inputs + outputs] */
  readonly matrix: Float64Array;
  /** Mean of u, used with biases; 0 if left out. */
  readonly mean?: Float64Array;
}

/** Loss, terms and gradients by tensor name. */
export function exactCvae(
  weights: CvaeWeights,
  scales: VaeScales,
  moments: JointMoments,
): ExactLoss {
  const { logVar, encB, decB } = weights;
  const { beta } = scales;
  const a = scales.etaDec ** 2;
  const e = scales.etaEnc ** 2;
  const { inputs: dx, outputs: dy } = moments;
  const n = dx + dy;
  const k = logVar.length;
  const joint = new Dense(n, n, moments.matrix);
  const W = new Dense(k, dx, weights.encWx).beside(
    new Dense(k, dy, weights.encWy),
  );
  const U1 = new Dense(dy, k, weights.decUz);
  const U2 = new Dense(dy, dx, weights.decUx);
  const right = U2.beside(Dense.identity(dy).scaled(-1));
  const T = U1.times(W).plus(right);
  const variance = logVar.map(Math.exp);
  const Sigma = Dense.diagonal(variance);

  // Means of the latent and of the residual, both 0 without biases.
  let latentMean = Dense.zeros(k, 1);
  let residualMean = Dense.zeros(dy, 1);
  const uMean = Dense.column(moments.mean ?? new Float64Array(n));
  if (encB && decB) {
    latentMean = W.times(uMean).plus(Dense.column(encB));
    residualMean = U1.times(latentMean)
      .plus(right.times(uMean))
      .plus(Dense.column(decB));
  }

  const TJ = T.times(joint);
  const WJ = W.times(joint);
  const U1S = U1.times(Sigma);
  const square = TJ.dot(T) + U1S.dot(U1) + residualMean.dot(residualMean);
  const reconstruction =
    square / (2 * a) + (dy / 2) * Math.log(2 * Math.PI * a);
  const kl =
    (WJ.dot(W) + latentMean.dot(latentMean)) / (2 * e) +
    variance.reduce((sum, v) => sum + v / e - Math.log(v / e) - 1, 0) / 2;

  const latentGrad = U1.transposed
    .times(residualMean)
    .scaled(1 / a)
    .plus(latentMean, beta / e);
  const dW = U1.transposed
    .times(TJ)
    .scaled(1 / a)
    .plus(WJ, beta / e)
    .plus(latentGrad.times(uMean.transposed), encB ? 1 : 0);
  const dU1 = TJ.times(W.transposed)
    .plus(U1S)
    .plus(residualMean.times(latentMean.transposed))
    .scaled(1 / a);
  const xMean = uMean.block(0, dx, 0, 1);
  const dU2 = TJ.block(0, dy, 0, dx)
    .plus(residualMean.times(xMean.transposed))
    .scaled(1 / a);
  const gram = U1.transposed.times(U1).diagonalValues;
  const gradients: Record<string, Float64Array> = {
    encWx: dW.block(0, k, 0, dx).values,
    encWy: dW.block(0, k, dx, n).values,
    decUz: dU1.values,
    decUx: dU2.values,
    logVar: variance.map((v, i) => (v * (gram[i] / a + beta / e) - beta) / 2),
  };
  if (encB && decB) {
    gradients.encB = latentGrad.values;
    gradients.decB = residualMean.scaled(1 / a).values;
  }
  return {
    loss: reconstruction + beta * kl,
    reconstruction,
    kl,
    kl2: 0,
    gradients,
  };
}
