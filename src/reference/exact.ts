/**
 * The linear VAE's expected loss over data and noise, from second moments, in nats per example:
 *
 *   J = 1/(2a) [ E||y||^2 - 2 tr(U W C^T) + tr(U H U^T) ] + (D/2) ln(2 pi a)
 *     + beta/2 [ tr(W A W^T)/e + sum_i (s_i^2/e - ln(s_i^2/e) - 1) ],    H = W A W^T + diag(s^2)
 *
 * with A = E[x x^T], C = E[y x^T], a = etaDec^2, e = etaEnc^2, and its gradients. With biases
 * the moments are about the means, which the biases add back. Dense and slow: for
 * checking, small sizes.
 */

/** A weight of each kind; encB [k] and decB [outputs] only together. */
export interface VaeWeights {
  /** [k, inputs] */
  readonly encW: Float64Array;
  /** [outputs, k] */
  readonly decU: Float64Array;
  /** [k] */
  readonly logVar: Float64Array;
  readonly encB?: Float64Array;
  readonly decB?: Float64Array;
}

export interface VaeScales {
  readonly beta: number;
  readonly etaDec: number;
  readonly etaEnc: number;
}

/** Moments of pairs (x, y), about the means if biases are used; y = x where only x is given. */
export interface PairMoments {
  /** A, [inputs, inputs] */
  readonly matrix: Float64Array;
  /** C, [outputs, inputs]; A if left out. */
  readonly cross?: Float64Array;
  /** E||y||^2 */
  readonly energy: number;
  /** Means of x and y, used with biases; 0 if left out. */
  readonly mean?: Float64Array;
  readonly outputMean?: Float64Array;
}

export interface ExactLoss {
  readonly loss: number;
  /** Unweighted terms. */
  readonly reconstruction: number;
  readonly kl: number;
  /** Second level's; 0 elsewhere. */
  readonly kl2: number;
  /** d loss / d tensor, by name. */
  readonly gradients: Readonly<Record<string, Float64Array>>;
}

/** Loss, terms and gradients; sizes follow from the weights. */
export function exactVae(
  weights: VaeWeights,
  scales: VaeScales,
  moments: PairMoments,
): ExactLoss {
  const { encW, decU, logVar, encB, decB } = weights;
  const { beta } = scales;
  const a = scales.etaDec ** 2;
  const e = scales.etaEnc ** 2;
  const k = logVar.length;
  const inputs = encW.length / k;
  const outputs = decU.length / k;
  const { matrix, cross = matrix, energy } = moments;
  const variance = logVar.map(Math.exp);

  const wa = product(encW, matrix, k, inputs, inputs);
  const wct = product(
    encW,
    transpose(cross, outputs, inputs),
    k,
    inputs,
    outputs,
  );
  const hidden = product(wa, transpose(encW, k, inputs), k, inputs, k);
  const meanSquare = Float64Array.from(logVar, (_, i) => hidden[i * k + i]);
  for (let i = 0; i < k; i++) hidden[i * k + i] += variance[i];

  // Mean of the latent and of the residual, both 0 without biases.
  const latentMean = new Float64Array(k);
  const residualMean = new Float64Array(outputs);
  if (encB && decB) {
    const xMean = moments.mean ?? new Float64Array(inputs);
    const yMean =
      moments.outputMean ?? moments.mean ?? new Float64Array(outputs);
    product(encW, xMean, k, inputs, 1).forEach((value, i) => {
      latentMean[i] = value + encB[i];
    });
    product(decU, latentMean, outputs, k, 1).forEach((value, i) => {
      residualMean[i] = value + decB[i] - yMean[i];
    });
  }

  const uh = product(decU, hidden, outputs, k, k);
  const square =
    energy -
    2 * dot(transpose(decU, outputs, k), wct) +
    dot(uh, decU) +
    dot(residualMean, residualMean);
  const reconstruction =
    square / (2 * a) + (outputs / 2) * Math.log(2 * Math.PI * a);
  let kl = 0;
  for (let i = 0; i < k; i++) {
    const ratio = variance[i] / e;
    kl +=
      ((meanSquare[i] + latentMean[i] ** 2) / e + ratio - Math.log(ratio) - 1) /
      2;
  }

  const ut = transpose(decU, outputs, k);
  const gram = product(ut, decU, k, outputs, k);
  const gramWa = product(gram, wa, k, k, inputs);
  const utc = product(ut, cross, k, outputs, inputs);
  const latentGrad = product(ut, residualMean, k, outputs, 1).map(
    (value, i) => value / a + (beta / e) * latentMean[i],
  );
  const wctT = transpose(wct, k, outputs);
  const xMean = encB ? (moments.mean ?? new Float64Array(inputs)) : null;
  const gradients: Record<string, Float64Array> = {
    decU: uh.map((value, at) => {
      const [row, unit] = [Math.floor(at / k), at % k];
      return (value - wctT[at] + residualMean[row] * latentMean[unit]) / a;
    }),
    encW: gramWa.map((value, at) => {
      const [unit, column] = [Math.floor(at / inputs), at % inputs];
      const fromMean = xMean ? latentGrad[unit] * xMean[column] : 0;
      return (value - utc[at]) / a + (beta / e) * wa[at] + fromMean;
    }),
    logVar: variance.map(
      (value, i) => (value * (gram[i * k + i] / a + beta / e) - beta) / 2,
    ),
  };
  if (encB && decB) {
    gradients.encB = latentGrad;
    gradients.decB = residualMean.map((value) => value / a);
  }
  return {
    loss: reconstruction + beta * kl,
    reconstruction,
    kl,
    kl2: 0,
    gradients,
  };
}

/** left [n, m] times right [m, p]. */
function product(
  left: Float64Array,
  right: Float64Array,
  n: number,
  m: number,
  p: number,
): Float64Array {
  const out = new Float64Array(n * p);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const scale = left[i * m + j];
      for (let c = 0; c < p; c++) out[i * p + c] += scale * right[j * p + c];
    }
  }
  return out;
}

function transpose(
  matrix: Float64Array,
  rows: number,
  columns: number,
): Float64Array {
  return matrix.map(
    (_, at) => matrix[(at % rows) * columns + Math.floor(at / rows)],
  );
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}
