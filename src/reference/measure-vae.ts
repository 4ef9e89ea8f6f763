/** Measures a linear VAE with tensors encW [k, D], decU [D, k], logVar [k] (encB [k], decB [D]). */
import { eighOrNaN, informationFields, klAlongAxes, roots } from "./axes.ts";
import {
  addOuter,
  diagonalOf,
  encoderTimesMean,
  gramOfColumns,
  gramOfRows,
  timesSymmetric,
} from "./gram.ts";
import type {
  LaneParams,
  MeasuredLane,
  MeasuredLevels,
  MeasureScratch,
} from "./measure.ts";

export function measureVae(
  params: LaneParams,
  { settings, moments }: MeasuredLane,
  scratch: MeasureScratch,
): MeasuredLevels {
  const { latents: k, etaDec, etaEnc, biases } = settings;
  const { columns } = moments;
  const a = etaDec ** 2;
  const e = etaEnc ** 2;
  const encW = scratch.copy("encW", params.encW);
  const decU = scratch.copy("decU", params.decU);
  const wa = scratch.buffer("wa", k * columns);
  timesSymmetric(encW, moments.matrix, k, columns, wa);
  const meanGram = gramOfRows(wa, encW, k, columns);
  const decoderGram = gramOfColumns(decU, k, columns);
  const variance = Float64Array.from(params.logVar, Math.exp);
  const drift = encoderTimesMean(encW, moments.mean, k);
  const latentMean = drift.map((value, i) =>
    biases ? value + params.encB[i] : 0,
  );

  let error = moments.energy;
  if (biases) error += biasError(decU, latentMean, params.decB, moments.mean);
  for (let i = 0; i < k; i++) {
    for (let c = 0; c < columns; c++) {
      error -= 2 * wa[i * columns + c] * decU[c * k + i];
    }
    for (let j = 0; j < k; j++) {
      error += decoderGram[i * k + j] * meanGram[i * k + j];
    }
    error += decoderGram[i * k + i] * variance[i];
  }
  const reconstruction =
    error / (2 * a) + (columns / 2) * Math.log(2 * Math.PI * a);

  const noise = diagonalOf(variance);
  const square = meanGram.map((value, at) => value + noise[at]);
  addOuter(square, latentMean, 1);
  const klPerUnit = variance.map(
    (value, i) => (square[i * (k + 1)] / e - 1 - Math.log(value / e)) / 2,
  );
  const axes = eighOrNaN(meanGram, k);
  // Raw moments hold the square of the mean: take it off.
  const meanVariance = drift.map((value, i) =>
    Math.max(0, meanGram[i * (k + 1)] - (biases ? 0 : value * value)),
  );
  return {
    reconstruction,
    kl: klPerUnit.reduce((sum, value) => sum + value, 0),
    kl2: 0,
    levels: [
      {
        encoder: roots(axes.values),
        decoder: roots(eighOrNaN(decoderGram, k).values),
        std: variance.map(Math.sqrt),
        klPerUnit,
        klPerAxis: klAlongAxes(axes, {
          square,
          variance,
          scale: e,
          signal: meanGram,
          spread: gramOfRows(wa, wa, k, columns),
        }),
        meanVariance,
        dataVariance: meanVariance,
        ...informationFields(
          meanGram,
          noise,
          drift.map((value) => (biases ? 0 : value)),
        ),
      },
    ],
  };
}

/** Square of the mean reconstruction's distance from the mean of x. */
export function biasError(
  decU: Float64Array,
  latentMean: ArrayLike<number>,
  decB: ArrayLike<number>,
  mean: Float64Array,
): number {
  const k = latentMean.length;
  let square = 0;
  for (let c = 0; c < mean.length; c++) {
    let value = decB[c] - mean[c];
    for (let i = 0; i < k; i++) value += decU[c * k + i] * latentMean[i];
    square += value * value;
  }
  return square;
}
