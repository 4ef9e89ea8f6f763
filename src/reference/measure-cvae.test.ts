import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { Settings } from "../experiment/config.ts";
import { singularValues } from "../math/linear-algebra.ts";
import { Dense } from "./dense.ts";
import { exactCvae } from "./exact-cvae.ts";
import {
  BASE,
  conditionalFrom,
  conditionalOf,
  normals,
  relativeError,
  somePairs,
} from "./fixtures.ts";
import { measureLane } from "./measure.ts";
import { numbers, scalars, vectorsOf } from "./vectors.ts";

const vectorOf = vectorsOf(
  readFileSync(new URL("./vectors.json", import.meta.url), "utf8"),
);

const k = BASE.latents;
const [dx, dy] = [4, 5];
const data = somePairs(40);
const weights = {
  encWx: normals(k * dx, 31),
  encWy: normals(k * dy, 32),
  decUz: normals(dy * k, 33),
  decUx: normals(dy * dx, 34),
  logVar: normals(k, 35),
};
const biased = { ...weights, encB: normals(k, 36), decB: normals(dy, 37) };
const total = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0);

for (const biases of [false, true]) {
  test(`loss, terms and spectra of any weights, ${biases ? "with" : "without"} biases`, () => {
    const settings: Settings = { ...BASE, model: "cvae", biases };
    const { moments, condition, joint } = conditionalOf(data, biases);
    const params = biases ? biased : weights;
    const found = measureLane(params, { settings, moments, condition });
    const exact = exactCvae(params, BASE, joint);
    expect(Math.abs(found.loss / exact.loss - 1)).toBeLessThan(1e-12);
    expect(Math.abs(found.kl / exact.kl - 1)).toBeLessThan(1e-12);
    expect(
      Math.abs(found.reconstruction / exact.reconstruction - 1),
    ).toBeLessThan(1e-12);
    expect(found.kl2).toBe(0);
    expect(found.levels).toHaveLength(1);
    expect(Math.abs(total(found.klPerUnit) / found.kl - 1)).toBeLessThan(1e-12);
    expect(Math.abs(total(found.klPerAxis) / found.kl - 1)).toBeLessThan(1e-12);
    expect(
      relativeError(found.omega, singularValues(weights.decUz, dy, k)),
    ).toBeLessThan(1e-9);
    // W2 E^(1/2) has the singular values of W2 Q diag(sqrt t).
    const root = new Dense(k, dy, weights.encWy)
      .times(new Dense(dy, dy, moments.eigenvectors))
      .times(Dense.diagonal(moments.eigenvalues.map(Math.sqrt)));
    const lambda = singularValues(root.values, k, dy);
    expect(relativeError(found.lambda, lambda)).toBeLessThan(1e-9);

    // The means' spread over the examples is a plain average.
    const spread = new Float64Array(k);
    for (let unit = 0; unit < k; unit++) {
      const means = Array.from({ length: data.rows }, (_, row) => {
        let sum = 0;
        for (let c = 0; c < dx; c++) {
          sum += weights.encWx[unit * dx + c] * data.x[row * dx + c];
        }
        for (let c = 0; c < dy; c++) {
          const y = data.y?.values[row * dy + c] ?? NaN;
          sum += weights.encWy[unit * dy + c] * y;
        }
        return sum;
      });
      const mean = means.reduce((sum, z) => sum + z, 0) / data.rows;
      spread[unit] =
        means.reduce((sum, z) => sum + (z - mean) ** 2, 0) / data.rows;
    }
    expect(relativeError(found.meanVariance, spread)).toBeLessThan(1e-10);
  });
}

test("the regression gap is 0 at the theorem's weights, 1 without a regression", () => {
  const settings: Settings = { ...BASE, model: "cvae" };
  const { moments, condition } = conditionalOf(data, false);
  const B = new Dense(dy, dx, condition.regression);
  const W2 = new Dense(k, dy, weights.encWy);
  const at = (encWx: Float64Array, decUx: Float64Array) =>
    measureLane({ ...weights, encWx, decUx }, { settings, moments, condition })
      .regressionGap;
  const there = at(W2.times(B).scaled(-1).values, B.values);
  expect(there?.encoder).toBeLessThan(1e-12);
  expect(there?.decoder).toBeLessThan(1e-12);
  const none = at(W2.times(B).scaled(-1).values, new Float64Array(dy * dx));
  expect(Math.abs((none?.decoder ?? NaN) - 1)).toBeLessThan(1e-12);
  // What W1 and U2 do on directions x never takes does not count.
  const free = B.values.slice();
  for (let row = 0; row < dy; row++) free[row * dx + dx - 1] = 9;
  expect(at(new Float64Array(k * dx), free)?.decoder).toBeLessThan(1e-12);
});

test("where there is nothing to regress the gap is absolute", () => {
  const joint = Dense.diagonal([2, 1, 3, 1]);
  const { moments, condition } = conditionalFrom(
    {
      rows: 1,
      centered: false,
      mean: new Float64Array(4),
      matrix: joint.values,
    },
    2,
    2,
  );
  const settings: Settings = { ...BASE, model: "cvae", latents: 1 };
  const found = measureLane(
    {
      encWx: [3, 4],
      encWy: [0, 0],
      decUz: [0, 0],
      decUx: [0, 0, 0, 2],
      logVar: [0],
    },
    { settings, moments, condition },
  );
  expect(found.regressionGap?.encoder).toBeCloseTo(5, 12);
  expect(found.regressionGap?.decoder).toBeCloseTo(2, 12);
});

for (const id of ["cl6", "cl8", "cf2"]) {
  test(`the optimum of vector ${id} is measured as predicted`, () => {
    const { in: given, out } = vectorOf(id);
    const {
      dx: inputs,
      beta,
      eta_enc,
      eta_dec,
    } = scalars(given, "dx", "beta", "eta_enc", "eta_dec");
    const matrix = numbers(given.J);
    const n = Math.sqrt(matrix.length);
    const outputs = n - inputs;
    const { moments, condition } = conditionalFrom(
      { rows: 1, centered: false, mean: new Float64Array(n), matrix },
      inputs,
      outputs,
    );
    const [omega, lam, sigma, kl] = ["omega", "lam", "sigma", "kl"].map((key) =>
      numbers((out[key] as number[]).map((value) => [value])),
    );
    const latents = sigma.length;
    // U1 = Q diag(omega), W2 = diag(lambda / sqrt t) Q^T, W1 = -W2 B, U2 = B.
    const W2 = Dense.zeros(latents, outputs);
    const U1 = Dense.zeros(outputs, latents);
    for (let mode = 0; mode < Math.min(latents, outputs); mode++) {
      const theta = Math.sqrt(moments.eigenvalues[mode]);
      for (let c = 0; c < outputs; c++) {
        const q = moments.eigenvectors[c * outputs + mode];
        U1.values[c * latents + mode] = q * omega[mode];
        W2.values[mode * outputs + c] = (q * lam[mode]) / theta;
      }
    }
    const B = new Dense(outputs, inputs, condition.regression);
    const settings: Settings = {
      ...BASE,
      model: "cvae",
      latents,
      beta,
      etaEnc: eta_enc,
      etaDec: eta_dec,
    };
    const found = measureLane(
      {
        encWx: W2.times(B).scaled(-1).values,
        encWy: W2.values,
        decUz: U1.values,
        decUx: B.values,
        logVar: sigma.map((s) => 2 * Math.log(s)),
      },
      { settings, moments, condition },
    );
    const { nats } = scalars(out, "nats");
    // 15 digits in the vector's values, of which the optimum's loss loses none to first order.
    expect(Math.abs(found.loss / nats - 1)).toBeLessThan(1e-9);
    expect(
      relativeError(
        found.omega,
        [...omega].sort((a, b) => b - a),
      ),
    ).toBeLessThan(1e-7);
    expect(
      relativeError(
        found.lambda,
        [...lam].sort((a, b) => b - a),
      ),
    ).toBeLessThan(1e-7);
    expect(relativeError(found.klPerUnit, kl)).toBeLessThan(1e-9);
    expect(relativeError(found.klPerAxis, kl)).toBeLessThan(1e-7);
    expect(found.regressionGap?.encoder).toBeLessThan(1e-12);
  });
}
