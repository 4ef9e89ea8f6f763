import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { ModelKind, Settings } from "../experiment/config.ts";
import { initialParams } from "../model/init.ts";
import { dataShape } from "../model/param.ts";
import {
  BASE,
  conditionalOf,
  momentsOf,
  normals,
  relativeError,
  someData,
  somePairs,
  spectrumMoments,
} from "./fixtures.ts";
import { meanLogLikelihood } from "./likelihood.ts";
import type { MeasuredLane } from "./measure.ts";
import { measureLane } from "./measure.ts";
import type { KlForm } from "./kl-forms.ts";
import {
  activePairs,
  addCounts,
  collapsedShare,
  emptyCounts,
  EPSILONS,
  evaluateMetrics,
} from "./metrics.ts";
import { numbers, scalars, vectorsOf } from "./vectors.ts";

const vectorOf = vectorsOf(
  readFileSync(new URL("./vectors.json", import.meta.url), "utf8"),
);

/** A lane of any model on random data, and weights well away from any optimum. */
function laneOf(
  model: ModelKind,
  biases: boolean,
  changes: Partial<Settings> = {},
) {
  const settings: Settings = {
    ...BASE,
    ...changes,
    model,
    biases,
    initScale: 0.6,
  };
  const data = model === "cvae" ? somePairs(60) : someData(60, 6);
  const lane = {
    settings,
    data,
    ...(model === "cvae"
      ? conditionalOf(data, biases)
      : { moments: momentsOf(data, biases) }),
  };
  const initial = initialParams(settings, dataShape(data));
  const params = Object.fromEntries(
    Object.entries(initial).map(([name, values], i) => [
      name,
      normals(values.length, 60 + i).map((v, at) => 0.3 * v + values[at]),
    ]),
  );
  return { lane, params };
}

for (const model of ["vae", "cvae", "mhvae"] as const) {
  for (const biases of [false, true]) {
    const title = `${model}, ${biases ? "with" : "without"} biases`;

    test(`KL at each example averages to what is measured, ${title}`, () => {
      const { lane, params } = laneOf(model, biases);
      const found = evaluateMetrics(params, lane);
      const { levels } = measureLane(params, lane);
      expect(found.levels).toHaveLength(levels.length);
      levels.forEach(({ klPerUnit, information }, at) => {
        // Moments and sums over float32 data, both in float64.
        expect(
          relativeError(found.levels[at].klPerUnit, klPerUnit),
        ).toBeLessThan(1e-10);
        const { informationBound } = found.levels[at];
        if (biases) expect(informationBound).toBe(information);
        else expect(informationBound).toBeLessThan(information);
      });
    });

    test(`the evidence bound lies below the log-likelihood, ${title}`, () => {
      const { lane, params } = laneOf(model, biases, { beta: 1, beta2: 1 });
      const { loss } = measureLane(params, lane);
      const likelihood = meanLogLikelihood(params, lane);
      expect(likelihood).toBeGreaterThan(-loss);
    });

    test(`the log-likelihood is a plain average over examples, ${title}`, () => {
      const { lane, params } = laneOf(model, biases);
      const likelihood = meanLogLikelihood(params, lane);
      const each = exampleLikelihoods(params, lane);
      const mean = each.reduce((sum, value) => sum + value, 0) / each.length;
      expect(Math.abs(likelihood / mean - 1)).toBeLessThan(1e-10);
    });
  }
}

/** ln N(y; m, M) of each example, by elimination of the dense M. */
function exampleLikelihoods(
  params: Readonly<Record<string, Float64Array>>,
  { settings, data }: MeasuredLane & { data: ReturnType<typeof someData> },
): number[] {
  const { latents: k, latents2: k2, etaDec, etaEnc, biases, model } = settings;
  const outputs = data.y?.outputs ?? data.columns;
  const U = params[{ vae: "decU", cvae: "decUz", mhvae: "decU1" }[model]];
  const prior = (i: number, j: number): number => {
    if (model !== "mhvae") return i === j ? etaEnc ** 2 : 0;
    let sum = i === j ? etaDec ** 2 : 0;
    for (let l = 0; l < k2; l++) {
      sum += etaEnc ** 2 * params.decU2[i * k2 + l] * params.decU2[j * k2 + l];
    }
    return sum;
  };
  const covariance = Array.from({ length: outputs }, (_, r) =>
    Array.from({ length: outputs }, (__, c) => {
      let sum = r === c ? etaDec ** 2 : 0;
      for (let i = 0; i < k; i++) {
        for (let j = 0; j < k; j++)
          sum += U[r * k + i] * prior(i, j) * U[c * k + j];
      }
      return sum;
    }),
  );
  return Array.from({ length: data.rows }, (_, row) => {
    const residual = Array.from({ length: outputs }, (__, c) => {
      let value = data.y
        ? data.y.values[row * outputs + c]
        : data.x[row * outputs + c];
      if (biases) value -= params[model === "mhvae" ? "decB1" : "decB"][c];
      if (model === "cvae") {
        for (let j = 0; j < data.columns; j++) {
          value -=
            params.decUx[c * data.columns + j] * data.x[row * data.columns + j];
        }
      }
      if (model === "mhvae" && biases) {
        for (let i = 0; i < k; i++) value -= U[c * k + i] * params.decB2[i];
      }
      return value;
    });
    return logDensity(covariance, residual);
  });
}

/** ln N(r; 0, M) by Gaussian elimination of [M | r]. */
function logDensity(matrix: readonly number[][], r: readonly number[]): number {
  const m = matrix.map((row, i) => [...row, r[i]]);
  const n = r.length;
  let [log, quad] = [n * Math.log(2 * Math.PI), 0];
  for (let i = 0; i < n; i++) {
    // Symmetric: the pivots and what is left of r give both terms.
    log += Math.log(m[i][i]);
    quad += m[i][n] ** 2 / m[i][i];
    for (let j = i + 1; j < n; j++) {
      const factor = m[j][i] / m[i][i];
      for (let c = i; c <= n; c++) m[j][c] -= factor * m[i][c];
    }
  }
  return -(log + quad) / 2;
}

test("the log-likelihoods of the vectors", () => {
  for (const [id, model] of [
    ["ll1", "vae"],
    ["ll2", "cvae"],
    ["ll3", "mhvae"],
  ] as const) {
    const { in: given, out } = vectorOf(id);
    const { eta_enc, eta_dec } = scalars(given, "eta_enc", "eta_dec");
    const Y = given.Y as number[][];
    const want = out.ll as number[];
    const rows = Y.length;
    const settings: Settings = {
      ...BASE,
      model,
      latents: 2,
      latents2: 2,
      etaEnc: eta_enc,
      etaDec: eta_dec,
    };
    const y = Float32Array.from(numbers(Y));
    const params: Record<string, Float64Array> = {};
    const keys = { U: "decU", U1: model === "cvae" ? "decUz" : "decU1" };
    for (const [theirs, ours] of Object.entries(keys)) {
      if (theirs in given) params[ours] = numbers(given[theirs]);
    }
    const second = model === "cvae" ? "decUx" : "decU2";
    if ("U2" in given) params[second] = numbers(given.U2);
    const lane =
      model === "cvae"
        ? conditionalOf(
            {
              name: id,
              rows,
              columns: 2,
              x: Float32Array.from(numbers(given.X)),
              y: { outputs: 3, values: y },
            },
            false,
          )
        : { moments: momentsOf({ name: id, rows, columns: 3, x: y }, false) };
    // The encoder plays no part.
    params.encWx = new Float64Array(4);
    params.encWy = new Float64Array(6);
    const found = meanLogLikelihood(params, { settings, ...lane });
    const mean = want.reduce((sum, value) => sum + value, 0) / rows;
    // Data in float32: 2^-24 of each number, a few of them.
    expect(Math.abs(found / mean - 1), id).toBeLessThan(1e-6);
  }
});

test("at the theorem's optimum with beta 1 the bound is the log-likelihood", () => {
  // Probabilistic PCA: omega^2 = (theta^2 - a)/e, lambda^2 = e (theta^2 - a)/theta^2.
  const theta = [3, 2, 1, 0.5];
  const moments = spectrumMoments(theta);
  const settings: Settings = { ...BASE, latents: 2, beta: 1 };
  const [a, e] = [settings.etaDec ** 2, settings.etaEnc ** 2];
  const encW = new Float64Array(8);
  const decU = new Float64Array(8);
  for (let mode = 0; mode < 2; mode++) {
    const t2 = theta[mode] ** 2;
    for (let c = 0; c < 4; c++) {
      const p = moments.eigenvectors[c * 4 + mode];
      encW[mode * 4 + c] = (p * Math.sqrt(e * (t2 - a))) / t2;
      decU[c * 2 + mode] = p * Math.sqrt((t2 - a) / e);
    }
  }
  const logVar = theta.slice(0, 2).map((t) => Math.log((e * a) / t ** 2));
  const params = { encW, decU, logVar };
  const { loss } = measureLane(params, { settings, moments });
  const likelihood = meanLogLikelihood(params, { settings, moments });
  expect(Math.abs(likelihood / -loss - 1)).toBeLessThan(1e-12);
});

test("collapse and active units of the vector", () => {
  const { in: given, out } = vectorOf("met1");
  const { eta_enc, eps, delta } = scalars(given, "eta_enc", "eps", "delta");
  const sigma = given.sigma as number[];
  const form: KlForm = {
    units: 3,
    inputs: 3,
    map: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    offset: new Float64Array(3),
    scale: eta_enc ** 2,
    constants: Float64Array.from(sigma, (s) => s * s - 1 - Math.log(s * s)),
  };
  const counts = emptyCounts(3, [eps]);
  const x = numbers(given.mu);
  addCounts(counts, form, { columns: 3, x }, 0, 2, [eps]);
  addCounts(counts, form, { columns: 3, x }, 2, 6, [eps]);
  expect(counts.rows).toBe(6);
  const kl = out.kl as number[][];
  const sums = [0, 1, 2].map((i) => kl.reduce((sum, row) => sum + row[i], 0));
  expect(relativeError(counts.sum, sums)).toBeLessThan(1e-9);
  const { eps_delta, au_kl_frac } = scalars(out, "eps_delta", "au_kl_frac");
  expect(collapsedShare(counts, delta)[0]).toBeCloseTo(eps_delta, 12);
  expect(activePairs(counts)).toBeCloseTo(au_kl_frac, 12);
});

test("the curve over epsilon rises from no unit to all; Burda counts what moves", () => {
  expect(EPSILONS).toHaveLength(41);
  expect(EPSILONS[0]).toBeCloseTo(1e-4, 12);
  expect(EPSILONS[40]).toBeCloseTo(10, 12);
  const data = someData(200, 6);
  const settings: Settings = { ...BASE, latents: 2, etaEnc: 1 };
  // Unit 0 reads the first column, unit 1 nothing, at a KL of 1/2 (.25 - 1 + ln 4) = .318 nats.
  const encW = new Float64Array(12);
  encW[0] = 1;
  const params = {
    encW,
    decU: new Float64Array(12),
    logVar: [0, Math.log(0.25)],
  };
  const { levels } = evaluateMetrics(params, {
    settings,
    data,
    moments: momentsOf(data, false),
  });
  const [{ collapsed, epsilon, activeUnitsBurda, klPerUnit }] = levels;
  expect(activeUnitsBurda).toBe(1);
  expect(klPerUnit[1]).toBeCloseTo((0.25 - 1 + Math.log(4)) / 2, 12);
  collapsed.forEach((share, i) => {
    if (i > 0) expect(share).toBeGreaterThanOrEqual(collapsed[i - 1]);
    if (epsilon[i] < 0.318) expect(share).toBe(0);
  });
  expect(collapsed.at(-1)).toBe(1);
  expect(collapsed).toContain(0.5);
});
