/**
 * Measures a two-level linear MHVAE with tensors encW1 [k1, D], encW2 [k2, k1], decU1 [D, k1],
 * decU2 [k1, k2], logVar1 [k1], logVar2 [k2] (encB1, encB2, decB1, decB2): all but the products
 * with the data's moments is k1 by k1.
 */
import { eighOrNaN, informationFields, klAlongAxes, roots } from "./axes.ts";
import { Dense } from "./dense.ts";
import {
  addOuter,
  encoderTimesMean,
  gramOfColumns,
  gramOfRows,
  timesSymmetric,
} from "./gram.ts";
import type {
  LaneParams,
  LevelMeasurement,
  MeasuredLane,
  MeasuredLevels,
  MeasureScratch,
} from "./measure.ts";
import { biasError } from "./measure-vae.ts";

/** Small matrices of both levels. */
export interface Levels {
  readonly W2: Dense;
  readonly U2: Dense;
  readonly variance1: Float64Array;
  readonly variance2: Float64Array;
  readonly Sigma1: Dense;
  readonly Sigma2: Dense;
  /** U2 W2 - I. */
  readonly R: Dense;
}

export function levelsOf(params: LaneParams): Levels {
  const variance1 = Float64Array.from(params.logVar1, Math.exp);
  const variance2 = Float64Array.from(params.logVar2, Math.exp);
  const [k1, k2] = [variance1.length, variance2.length];
  const W2 = new Dense(k2, k1, params.encW2);
  const U2 = new Dense(k1, k2, params.decU2);
  return {
    W2,
    U2,
    variance1,
    variance2,
    Sigma1: Dense.diagonal(variance1),
    Sigma2: Dense.diagonal(variance2),
    R: U2.times(W2).plus(Dense.identity(k1), -1),
  };
}

/** left middle left^T */
export function sandwich(left: Dense, middle: Dense): Dense {
  return left.times(middle).times(left.transposed);
}

export function measureMhvae(
  params: LaneParams,
  { settings, moments }: MeasuredLane,
  scratch: MeasureScratch,
): MeasuredLevels {
  const { latents: k1, latents2: k2, etaDec, etaEnc, biases } = settings;
  const { columns, mean } = moments;
  const a = etaDec ** 2;
  const e = etaEnc ** 2;
  const encW1 = scratch.copy("encW1", params.encW1);
  const decU1 = scratch.copy("decU1", params.decU1);
  const wa = scratch.buffer("wa", k1 * columns);
  timesSymmetric(encW1, moments.matrix, k1, columns, wa);
  const signal1 = new Dense(k1, k1, gramOfRows(wa, encW1, k1, columns));
  const spread1 = new Dense(k1, k1, gramOfRows(wa, wa, k1, columns));
  const decoderGram = gramOfColumns(decU1, k1, columns);
  const { W2, U2, variance1, variance2, Sigma1, Sigma2, R } = levelsOf(params);
  const S = signal1.plus(Sigma1);
  const drift1 = Dense.column(encoderTimesMean(encW1, mean, k1));
  const [mean1, mean2, gap] = biases
    ? latentMeans(params, drift1, W2, U2)
    : [Dense.zeros(k1, 1), Dense.zeros(k2, 1), Dense.zeros(k1, 1)];

  let error = moments.energy;
  if (biases) error += biasError(decU1, mean1.values, params.decB1, mean);
  for (let i = 0; i < k1; i++) {
    for (let c = 0; c < columns; c++) {
      error -= 2 * wa[i * columns + c] * decU1[c * k1 + i];
    }
  }
  for (let at = 0; at < k1 * k1; at++) error += decoderGram[at] * S.values[at];
  const reconstruction =
    error / (2 * a) + (columns / 2) * Math.log(2 * Math.PI * a);

  const signal2 = sandwich(W2, signal1);
  const encoded2 = sandwich(W2, S);
  const square1 = sandwich(R, S).plus(sandwich(U2, Sigma2));
  const square2 = encoded2.plus(Sigma2);
  addOuter(square1.values, gap.values, 1);
  addOuter(square2.values, mean2.values, 1);
  const raw = biases ? 0 : 1;
  const first = level({
    encoder: signal1.values,
    decoder: decoderGram,
    axes: signal1.values,
    square: square1.values,
    variance: variance1,
    scale: a,
    signal: signal1.values,
    spread: spread1.values,
    encoded: signal1.values,
    noise: Sigma1.values,
    drift: drift1.scaled(raw).values,
  });
  const second = level({
    encoder: W2.times(W2.transposed).values,
    decoder: U2.transposed.times(U2).values,
    axes: encoded2.values,
    square: square2.values,
    variance: variance2,
    scale: e,
    signal: signal2.values,
    spread: sandwich(W2, spread1).values,
    encoded: encoded2.values,
    noise: sandwich(W2, Sigma1).plus(Sigma2).values,
    drift: W2.times(drift1).scaled(raw).values,
  });
  const total = ({ klPerUnit }: LevelMeasurement): number =>
    klPerUnit.reduce((sum, value) => sum + value, 0);
  return {
    reconstruction,
    kl: total(first),
    kl2: total(second),
    levels: [first, second],
  };
}

/** Means of z1 and z2, and of z1's distance from what z2 says of it. */
function latentMeans(
  params: LaneParams,
  drift: Dense,
  W2: Dense,
  U2: Dense,
): [Dense, Dense, Dense] {
  const mean1 = drift.plus(Dense.column(params.encB1));
  const mean2 = W2.times(mean1).plus(Dense.column(params.encB2));
  const told = U2.times(mean2).plus(Dense.column(params.decB2));
  return [mean1, mean2, told.plus(mean1, -1)];
}

function level(of: {
  /** Gram matrices with the singular values of encoder and decoder, [k, k]. */
  readonly encoder: Float64Array;
  readonly decoder: Float64Array;
  /** Its eigenvectors are the principal axes. */
  readonly axes: Float64Array;
  readonly square: Float64Array;
  readonly variance: Float64Array;
  readonly scale: number;
  readonly signal: Float64Array;
  readonly spread: Float64Array;
  /** Second moments of the means given what the level encodes. */
  readonly encoded: Float64Array;
  /** Variance of the latents given x. */
  readonly noise: Float64Array;
  /** Mean of the latents over the data that `signal` holds the square of. */
  readonly drift: Float64Array;
}): LevelMeasurement {
  const { variance, square, scale, signal, drift } = of;
  const k = variance.length;
  const varianceOf = (moments: Float64Array): Float64Array =>
    drift.map((value, i) => Math.max(0, moments[i * (k + 1)] - value * value));
  return {
    encoder: roots(eighOrNaN(of.encoder, k).values),
    decoder: roots(eighOrNaN(of.decoder, k).values),
    std: variance.map(Math.sqrt),
    klPerUnit: variance.map(
      (value, i) =>
        (square[i * (k + 1)] / scale - 1 - Math.log(value / scale)) / 2,
    ),
    klPerAxis: klAlongAxes(eighOrNaN(of.axes, k), of),
    meanVariance: varianceOf(of.encoded),
    dataVariance: varianceOf(signal),
    ...informationFields(signal, of.noise, drift),
  };
}
