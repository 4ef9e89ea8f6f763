/** The KL of a unit at one example, as numbers for a kernel: 1/2 [ (M u + b)_i^2 / scale + c_i ]. */
import type { Settings } from "../experiment/config.ts";
import { Dense } from "./dense.ts";
import type { LaneParams } from "./measure.ts";
import { levelsOf, sandwich } from "./measure-mhvae.ts";

/**
 * KL terms of one level: unit i at the example u, which is x, or (x; y) in a conditional model,
 * has 1/2 [ (M u + b)_i^2 / scale + c_i ] nats.
 */
export interface KlForm {
  readonly units: number;
  readonly inputs: number;
  /** M, [units, inputs] */
  readonly map: Float64Array;
  /** b, [units] */
  readonly offset: Float64Array;
  readonly scale: number;
  /** c, [units] */
  readonly constants: Float64Array;
}

/**
 * One form a level, the first nearest the data.
 *
 * Of a hierarchical model these are the loss's terms, averaged over the noise: at level 1
 * E[ln q(z1|x) - ln p(z1|z2)], which may be negative, at level 2 E KL(q(z2|z1) || p(z2)), which
 * also counts what z2 knows of the noise of z1.
 */
export function klForms(params: LaneParams, settings: Settings): KlForm[] {
  switch (settings.model) {
    case "vae":
      return [plainForm(matrixOf(params.encW, settings), params, settings)];
    case "cvae":
      return [
        plainForm(
          matrixOf(params.encWx, settings).beside(
            matrixOf(params.encWy, settings),
          ),
          params,
          settings,
        ),
      ];
    case "mhvae":
      return hierarchicalForms(params, settings);
  }
}

function matrixOf(values: ArrayLike<number>, { latents }: Settings): Dense {
  return new Dense(latents, values.length / latents, values);
}

function plainForm(
  map: Dense,
  params: LaneParams,
  { etaEnc, biases }: Settings,
): KlForm {
  const units = map.rows;
  const variance = Float64Array.from(params.logVar, Math.exp);
  return formOf(
    map,
    biases ? Float64Array.from(params.encB) : new Float64Array(units),
    etaEnc ** 2,
    variance,
    variance,
  );
}

/** c_i = spread_i / scale - 1 - ln(variance_i / scale). */
function formOf(
  map: Dense,
  offset: Float64Array,
  scale: number,
  spread: Float64Array,
  variance: Float64Array,
): KlForm {
  return {
    units: map.rows,
    inputs: map.columns,
    map: map.values,
    offset,
    scale,
    constants: variance.map(
      (value, i) => spread[i] / scale - 1 - Math.log(value / scale),
    ),
  };
}

function hierarchicalForms(params: LaneParams, settings: Settings): KlForm[] {
  const { etaDec, etaEnc, biases } = settings;
  const { W2, U2, R, variance1, variance2, Sigma1, Sigma2 } = levelsOf(params);
  const W1 = matrixOf(params.encW1, settings);
  let [offset1, offset2] = [Dense.zeros(R.rows, 1), Dense.zeros(W2.rows, 1)];
  if (biases) {
    const b1 = Dense.column(params.encB1);
    const b2 = Dense.column(params.encB2);
    offset1 = R.times(b1).plus(U2.times(b2)).plus(Dense.column(params.decB2));
    offset2 = W2.times(b1).plus(b2);
  }
  return [
    formOf(
      R.times(W1),
      offset1.values,
      etaDec ** 2,
      sandwich(R, Sigma1).plus(sandwich(U2, Sigma2)).diagonalValues,
      variance1,
    ),
    formOf(
      W2.times(W1),
      offset2.values,
      etaEnc ** 2,
      sandwich(W2, Sigma1).plus(Sigma2).diagonalValues,
      variance2,
    ),
  ];
}
