/**
 * Exact mean log-likelihood of the linear models over a data set, in nats per example, from moments.
 *
 * y is N(m, a I + L L^T) with L = etaEnc U (of U1 in a conditional model, about U2 x + c), or
 * L = U1 chol(e U2 U2^T + a I) in a hierarchical one. With B = a I + L^T L and C the second moment
 * of y - m:
 *
 *   -2 mean = D ln(2 pi) + (D - k) ln a + ln det B + [ tr C - tr(B^-1 L^T C L) ] / a
 */
import { solveLower } from "../math/linear-algebra.ts";
import { choleskyOrNull } from "./axes.ts";
import { Dense } from "./dense.ts";
import {
  addOuter,
  encoderTimesMean,
  gramOfColumns,
  gramOfRows,
  timesSymmetric,
} from "./gram.ts";
import type { LaneParams, MeasuredLane } from "./measure.ts";
import { MeasureScratch } from "./measure.ts";
import { conditionOf, conditionParts } from "./measure-cvae.ts";

/** Nats per example; NaN where the weights are not finite. */
export function meanLogLikelihood(
  params: LaneParams,
  lane: MeasuredLane,
  scratch = new MeasureScratch(),
): number {
  switch (lane.settings.model) {
    case "vae":
      return vaeLikelihood(params, lane);
    case "cvae":
      return cvaeLikelihood(params, lane, scratch);
    case "mhvae":
      return mhvaeLikelihood(params, lane);
  }
}

/** What the decoder's loadings U [D, k] make of the second moment C of y - m. */
interface Projected {
  readonly columns: number;
  /** tr C */
  readonly energy: number;
  /** U^T U and U^T C U, [k, k]. */
  readonly gram: Float64Array;
  readonly moment: Float64Array;
}

/** C = A + d d^T for symmetric A; d is the mean of y - m beyond A. */
function project(
  loadings: ArrayLike<number>,
  k: number,
  matrix: Float64Array,
  energy: number,
  d: Float64Array,
): Projected {
  const columns = d.length;
  const rows = new Dense(columns, k, loadings).transposed.values;
  const moved = new Float64Array(k * columns);
  timesSymmetric(rows, matrix, k, columns, moved);
  const moment = gramOfRows(moved, rows, k, columns);
  addOuter(moment, encoderTimesMean(rows, d, k), 1);
  return {
    columns,
    energy: energy + d.reduce((sum, value) => sum + value * value, 0),
    gram: gramOfColumns(Float64Array.from(loadings), k, columns),
    moment,
  };
}

/** `prior`: covariance of the latents that U loads, [k, k]. */
function likelihood(
  { columns, energy, gram, moment }: Projected,
  prior: Float64Array,
  a: number,
): number {
  const k = Math.round(Math.sqrt(prior.length));
  const finite = [gram, moment, prior].every((m) => m.every(Number.isFinite));
  if (!finite) return NaN;
  const priorRoot = choleskyOrNull(prior, k);
  if (!priorRoot) return NaN;
  const root = new Dense(k, k, priorRoot);
  const inside = (m: Float64Array): Dense =>
    root.transposed.times(new Dense(k, k, m)).times(root);
  const B = inside(gram).plus(Dense.identity(k).scaled(a));
  const lower = choleskyOrNull(B.values, k);
  if (!lower) return NaN;
  const half = new Dense(k, k, solveLower(lower, k, inside(moment).values, k));
  const whitened = solveLower(lower, k, half.transposed.values, k);
  let determinant = (columns - k) * Math.log(a);
  let explained = 0;
  for (let i = 0; i < k; i++) {
    determinant += 2 * Math.log(lower[i * (k + 1)]);
    explained += whitened[i * (k + 1)];
  }
  return (
    -(
      columns * Math.log(2 * Math.PI) +
      determinant +
      (energy - explained) / a
    ) / 2
  );
}

/** e I, [k, k]. */
function isotropic(k: number, e: number): Float64Array {
  return Dense.identity(k).scaled(e).values;
}

function vaeLikelihood(
  params: LaneParams,
  { settings, moments }: MeasuredLane,
): number {
  const { latents: k, etaDec, etaEnc, biases } = settings;
  const d = moments.mean.map((m, c) => (biases ? m - params.decB[c] : 0));
  return likelihood(
    project(params.decU, k, moments.matrix, moments.energy, d),
    isotropic(k, etaEnc ** 2),
    etaDec ** 2,
  );
}

function cvaeLikelihood(
  params: LaneParams,
  lane: MeasuredLane,
  scratch: MeasureScratch,
): number {
  const { settings, moments } = lane;
  const condition = conditionOf(lane);
  const { latents: k, etaDec, etaEnc, biases } = settings;
  const { outputs, inputMean, outputMean } = condition;
  // y - U2 x - c = r - (U2 - B) x - c, and r does not go with x.
  const parts = conditionParts(params, condition, k, scratch);
  const explained = encoderTimesMean(params.decUx, inputMean, outputs);
  const d = outputMean.map((m, c) =>
    biases ? m - explained[c] - params.decB[c] : 0,
  );
  const residual = project(params.decUz, k, moments.matrix, moments.energy, d);
  return likelihood(
    {
      ...residual,
      energy: residual.energy + parts.decoderSquare,
      moment: residual.moment.map((m, at) => m + parts.projected[at]),
    },
    isotropic(k, etaEnc ** 2),
    etaDec ** 2,
  );
}

function mhvaeLikelihood(
  params: LaneParams,
  { settings, moments }: MeasuredLane,
): number {
  const { latents: k1, latents2: k2, etaDec, etaEnc, biases } = settings;
  const U2 = new Dense(k1, k2, params.decU2);
  const a = etaDec ** 2;
  const prior = U2.times(U2.transposed)
    .scaled(etaEnc ** 2)
    .plus(Dense.identity(k1).scaled(a));
  const d = moments.mean.map((m, c) => {
    if (!biases) return 0;
    let mean = params.decB1[c];
    for (let i = 0; i < k1; i++) {
      mean += params.decU1[c * k1 + i] * params.decB2[i];
    }
    return m - mean;
  });
  return likelihood(
    project(params.decU1, k1, moments.matrix, moments.energy, d),
    prior.values,
    a,
  );
}
