/**
 * The two-level linear MHVAE's expected loss over data and noise, from second moments, in nats per
 * example. With S = W1 A W1^T + Sigma1, R = U2 W2 - I, a = etaDec^2, e = etaEnc^2:
 *
 *   J = 1/(2a) [ E||y||^2 - 2 tr(U1 W1 C^T) + tr(U1 S U1^T) ] + (D/2) ln(2 pi a)
 *     + beta KL1 + beta2 KL2
 *   KL1 = 1/2 { [tr(R S R^T) + tr(U2 Sigma2 U2^T)]/a - sum_i ln(s1_i^2/a) - k1 }
 *   KL2 = 1/2 { [tr(W2 S W2^T) + tr Sigma2]/e - sum_j ln(s2_j^2/e) - k2 }
 *
 * and its gradients. KL1 may be negative. With biases the moments are about the means, which
 * the biases add back. Dense and slow: for checking, small sizes.
 */
import { Dense } from "./dense.ts";
import type { ExactLoss, PairMoments, VaeScales } from "./exact.ts";

/** Biases only all together. */
export interface MhvaeWeights {
  /** [k1, inputs] */
  readonly encW1: Float64Array;
  /** [k2, k1] */
  readonly encW2: Float64Array;
  /** [outputs, k1] */
  readonly decU1: Float64Array;
  /** [k1, k2] */
  readonly decU2: Float64Array;
  /** [k1] */
  readonly logVar1: Float64Array;
  /** [k2] */
  readonly logVar2: Float64Array;
  readonly encB1?: Float64Array;
  readonly encB2?: Float64Array;
  readonly decB1?: Float64Array;
  readonly decB2?: Float64Array;
}

export interface MhvaeScales extends VaeScales {
  readonly beta2: number;
}

/** Loss, terms and gradients by tensor name; sizes follow from the weights. */
export function exactMhvae(
  weights: MhvaeWeights,
  scales: MhvaeScales,
  moments: PairMoments,
): ExactLoss {
  const { logVar1, logVar2, encB1, encB2, decB1, decB2 } = weights;
  const { beta, beta2 } = scales;
  const a = scales.etaDec ** 2;
  const e = scales.etaEnc ** 2;
  const [k1, k2] = [logVar1.length, logVar2.length];
  const inputs = weights.encW1.length / k1;
  const outputs = weights.decU1.length / k1;
  const A = new Dense(inputs, inputs, moments.matrix);
  const C = new Dense(outputs, inputs, moments.cross ?? moments.matrix);
  const W1 = new Dense(k1, inputs, weights.encW1);
  const W2 = new Dense(k2, k1, weights.encW2);
  const U1 = new Dense(outputs, k1, weights.decU1);
  const U2 = new Dense(k1, k2, weights.decU2);
  const [variance1, variance2] = [logVar1.map(Math.exp), logVar2.map(Math.exp)];
  const W1A = W1.times(A);
  const S = W1A.times(W1.transposed).plus(Dense.diagonal(variance1));
  const R = U2.times(W2).plus(Dense.identity(k1), -1);

  // Means of z1, of z2 and of both residuals, all 0 without biases.
  let [mean1, mean2] = [Dense.zeros(k1, 1), Dense.zeros(k2, 1)];
  let [residual1, residual2] = [Dense.zeros(outputs, 1), Dense.zeros(k1, 1)];
  const xMean = Dense.column(moments.mean ?? new Float64Array(inputs));
  const biased = encB1 && encB2 && decB1 && decB2;
  if (biased) {
    const yMean = moments.outputMean ?? moments.mean;
    mean1 = W1.times(xMean).plus(Dense.column(encB1));
    mean2 = W2.times(mean1).plus(Dense.column(encB2));
    residual1 = U1.times(mean1).plus(Dense.column(decB1));
    if (yMean) residual1 = residual1.plus(Dense.column(yMean), -1);
    residual2 = U2.times(mean2).plus(Dense.column(decB2)).plus(mean1, -1);
  }

  const U1S = U1.times(S);
  const RS = R.times(S);
  const W2S = W2.times(S);
  const U2Sigma = U2.times(Dense.diagonal(variance2));
  const square1 =
    moments.energy -
    2 * U1.times(W1).dot(C) +
    U1S.dot(U1) +
    residual1.dot(residual1);
  const square2 = RS.dot(R) + U2Sigma.dot(U2) + residual2.dot(residual2);
  const reconstruction =
    square1 / (2 * a) + (outputs / 2) * Math.log(2 * Math.PI * a);
  const kl =
    (square2 / a - logVar1.reduce((sum, v) => sum + v - Math.log(a) + 1, 0)) /
    2;
  const kl2 =
    ((W2S.dot(W2) + mean2.dot(mean2)) / e +
      logVar2.reduce((sum, v, j) => {
        return sum + variance2[j] / e - (v - Math.log(e)) - 1;
      }, 0)) /
    2;

  // Twice d loss / d S.
  const G = U1.transposed
    .times(U1)
    .plus(R.transposed.times(R), beta)
    .scaled(1 / a)
    .plus(W2.transposed.times(W2), beta2 / e);
  const meanGrad2 = U2.transposed
    .times(residual2)
    .scaled(beta / a)
    .plus(mean2, beta2 / e);
  const meanGrad1 = U1.transposed
    .times(residual1)
    .plus(residual2, -beta)
    .scaled(1 / a)
    .plus(W2.transposed.times(meanGrad2));
  const g = G.diagonalValues;
  const u2 = U2.transposed.times(U2).diagonalValues;
  const gradients: Record<string, Float64Array> = {
    encW1: G.times(W1A)
      .plus(U1.transposed.times(C), -1 / a)
      .plus(meanGrad1.times(xMean.transposed), biased ? 1 : 0).values,
    encW2: U2.transposed
      .times(RS)
      .scaled(beta / a)
      .plus(W2S, beta2 / e)
      .plus(meanGrad2.times(mean1.transposed)).values,
    decU1: U1S.plus(C.times(W1.transposed), -1)
      .plus(residual1.times(mean1.transposed))
      .scaled(1 / a).values,
    decU2: RS.times(W2.transposed)
      .plus(U2Sigma)
      .plus(residual2.times(mean2.transposed))
      .scaled(beta / a).values,
    logVar1: variance1.map((v, i) => (v * g[i] - beta) / 2),
    logVar2: variance2.map(
      (v, j) => (v * ((beta * u2[j]) / a + beta2 / e) - beta2) / 2,
    ),
  };
  if (biased) {
    gradients.encB1 = meanGrad1.values;
    gradients.encB2 = meanGrad2.values;
    gradients.decB1 = residual1.scaled(1 / a).values;
    gradients.decB2 = residual2.scaled(beta / a).values;
  }
  return {
    loss: reconstruction + beta * kl + beta2 * kl2,
    reconstruction,
    kl,
    kl2,
    gradients,
  };
}
