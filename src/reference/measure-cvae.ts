/**
 * Measures a linear CVAE with tensors encWx [k, dx], encWy [k, dy], decUz [dy, k], decUx [dy, dx],
 * logVar [k] (encB [k], decB [dy]), in residual coordinates: F = W1 + W2 B and G = U2 - B on the
 * directions of x, and the VAE of the residual.
 */
import type { ConditionMoments } from "../data/dataset.ts";
import { eighOrNaN, informationFields, klAlongAxes, roots } from "./axes.ts";
import {
  addOuter,
  addProduct,
  diagonalOf,
  encoderTimesMean,
  gramOfColumns,
  gramOfRows,
  timesSymmetric,
} from "./gram.ts";
import { norm, regressionUnit } from "./regression-unit.ts";
import type {
  LaneParams,
  MeasuredLane,
  MeasuredLevels,
  MeasureScratch,
} from "./measure.ts";

/** F P and G P over the directions of x, and what follows from them. */
export interface ConditionParts {
  /** F S_xx F^T, [k, k]. */
  readonly encoderGram: Float64Array;
  /** U1^T G S_xx F^T traced: the sum over directions of phi F . (U1^T G). */
  readonly cross: number;
  /** tr(G S_xx G^T). */
  readonly decoderSquare: number;
  /** U1^T G S_xx G^T U1, [k, k]. */
  readonly projected: Float64Array;
  /** ||F P|| and ||G P||, Frobenius. */
  readonly gap: { readonly encoder: number; readonly decoder: number };
}

/** Throws if the condition's moments are missing. */
export function conditionOf(lane: MeasuredLane): ConditionMoments {
  if (!lane.condition) {
    throw new Error(
      "measure: a conditional model needs the moments of its condition",
    );
  }
  return lane.condition;
}

export function conditionParts(
  params: LaneParams,
  condition: ConditionMoments,
  k: number,
  scratch: MeasureScratch,
): ConditionParts {
  const { inputs: dx, outputs: dy, inputRank: rank } = condition;
  const { regression, inputEigenvalues: phi } = condition;
  const directions = condition.inputEigenvectors;
  const f = scratch.copy("f", params.encWx);
  addProduct(
    params.encWy,
    regression,
    { n: k, m: dy, columns: dx, stride: dx },
    f,
  );
  const g = scratch.copy("g", params.decUx);
  for (let at = 0; at < g.length; at++) g[at] -= regression[at];
  const rotate = (name: string, matrix: Float64Array, n: number) => {
    const out = scratch.buffer(name, n * rank).fill(0);
    const size = { n, m: dx, columns: rank, stride: dx };
    addProduct(matrix, directions, size, out);
    return out;
  };
  const fp = rotate("fp", f, k);
  const gp = rotate("gp", g, dy);
  // U1^T G P.
  const ug = scratch.buffer("ug", k * rank).fill(0);
  for (let row = 0; row < dy; row++) {
    for (let i = 0; i < k; i++) {
      const u = params.decUz[row * k + i];
      for (let c = 0; c < rank; c++) ug[i * rank + c] += u * gp[row * rank + c];
    }
  }
  let [decoderSquare, cross] = [0, 0];
  gp.forEach((value, at) => {
    decoderSquare += phi[at % rank] * value * value;
  });
  const scaled = (values: Float64Array): Float64Array =>
    values.map((value, at) => value * phi[at % rank]);
  const fPhi = scaled(fp);
  ug.forEach((value, at) => {
    cross += value * fPhi[at];
  });
  return {
    encoderGram: gramOfRows(fPhi, fp, k, rank),
    cross,
    decoderSquare,
    projected: gramOfRows(scaled(ug), ug, k, rank),
    gap: { encoder: norm(fp), decoder: norm(gp) },
  };
}

export function measureCvae(
  params: LaneParams,
  lane: MeasuredLane,
  scratch: MeasureScratch,
): MeasuredLevels {
  const { settings, moments } = lane;
  const condition = conditionOf(lane);
  const { latents: k, etaDec, etaEnc, biases } = settings;
  const { outputs: dy, inputMean, outputMean } = condition;
  const a = etaDec ** 2;
  const e = etaEnc ** 2;
  const parts = conditionParts(params, condition, k, scratch);
  const unit = regressionUnit(condition, moments.centered);
  const encWy = scratch.copy("encWy", params.encWy);
  const decUz = scratch.copy("decUz", params.decUz);
  const we = scratch.buffer("we", k * dy);
  timesSymmetric(encWy, moments.matrix, k, dy, we);
  const residualGram = gramOfRows(we, encWy, k, dy);
  const decoderGram = gramOfColumns(decUz, k, dy);
  const variance = Float64Array.from(params.logVar, Math.exp);
  const fromY = encoderTimesMean(encWy, outputMean, k);
  const drift = encoderTimesMean(params.encWx, inputMean, k).map(
    (value, i) => value + fromY[i],
  );
  const latentMean = drift.map((value, i) =>
    biases ? value + params.encB[i] : 0,
  );

  let error = moments.energy + parts.decoderSquare + 2 * parts.cross;
  if (biases) {
    error += outputBiasError(params, decUz, latentMean, condition);
  }
  const noise = diagonalOf(variance);
  const square = residualGram.map(
    (value, at) => value + parts.encoderGram[at] + noise[at],
  );
  for (let i = 0; i < k; i++) {
    for (let c = 0; c < dy; c++) {
      error -= 2 * we[i * dy + c] * decUz[c * k + i];
    }
  }
  for (let at = 0; at < k * k; at++) error += decoderGram[at] * square[at];
  const reconstruction = error / (2 * a) + (dy / 2) * Math.log(2 * Math.PI * a);

  addOuter(square, latentMean, 1);
  const klPerUnit = variance.map(
    (value, i) => (square[i * (k + 1)] / e - 1 - Math.log(value / e)) / 2,
  );
  const axes = eighOrNaN(residualGram, k);
  const residualMean = meanResidual(condition);
  const residualDrift = biases
    ? new Float64Array(k)
    : encoderTimesMean(encWy, residualMean, k);
  const meanVariance = drift.map((value, i) => {
    const at = i * (k + 1);
    const total = residualGram[at] + parts.encoderGram[at];
    // Raw moments hold the square of the mean: take it off.
    return Math.max(0, total - (biases ? 0 : value * value));
  });
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
          signal: residualGram,
          spread: gramOfRows(we, we, k, dy),
        }),
        meanVariance,
        dataVariance: meanVariance,
        ...informationFields(residualGram, noise, residualDrift),
      },
    ],
    regressionGap: {
      encoder: parts.gap.encoder / unit,
      decoder: parts.gap.decoder / unit,
    },
  };
}

/** Mean of y - B x, [outputs]. */
function meanResidual(condition: ConditionMoments): Float64Array {
  const { outputs, inputMean, outputMean, regression } = condition;
  const explained = encoderTimesMean(regression, inputMean, outputs);
  return outputMean.map((value, i) => value - explained[i]);
}

/** Square of the mean prediction's distance from the mean of y. */
function outputBiasError(
  params: LaneParams,
  decUz: Float64Array,
  latentMean: Float64Array,
  { outputs, inputMean, outputMean }: ConditionMoments,
): number {
  const k = latentMean.length;
  const explained = encoderTimesMean(params.decUx, inputMean, outputs);
  let square = 0;
  for (let c = 0; c < outputs; c++) {
    let value = params.decB[c] + explained[c] - outputMean[c];
    for (let i = 0; i < k; i++) value += decUz[c * k + i] * latentMean[i];
    square += value * value;
  }
  return square;
}
