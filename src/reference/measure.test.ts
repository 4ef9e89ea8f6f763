import { expect, test } from "@playwright/test";
import type { Settings } from "../experiment/config.ts";
import { singularValues } from "../math/linear-algebra.ts";
import { exactVae } from "./exact.ts";
import {
  BASE,
  momentsOf,
  normals,
  relativeError,
  someData,
  spectrumMoments,
} from "./fixtures.ts";
import { measureLane } from "./measure.ts";

const k = BASE.latents;
const data = someData(40, 6);

for (const biases of [false, true]) {
  test(`loss, terms and spectra of any weights, ${biases ? "with" : "without"} biases`, () => {
    const moments = momentsOf(data, biases);
    const weights = {
      encW: normals(k * 6, 21),
      decU: normals(k * 6, 22),
      logVar: normals(k, 23),
      encB: normals(k, 24),
      decB: normals(6, 25),
    };
    const { encW, decU, logVar } = weights;
    const settings: Settings = { ...BASE, biases };
    const found = measureLane(weights, { settings, moments });
    const exact = exactVae(
      biases ? weights : { encW, decU, logVar },
      BASE,
      moments,
    );
    expect(Math.abs(found.loss / exact.loss - 1)).toBeLessThan(1e-12);
    expect(Math.abs(found.kl / exact.kl - 1)).toBeLessThan(1e-12);
    expect(
      Math.abs(found.reconstruction / exact.reconstruction - 1),
    ).toBeLessThan(1e-12);
    const total = (values: Float64Array): number =>
      values.reduce((sum, value) => sum + value, 0);
    expect(Math.abs(total(found.klPerUnit) / found.kl - 1)).toBeLessThan(1e-12);
    expect(Math.abs(total(found.klPerAxis) / found.kl - 1)).toBeLessThan(1e-12);
    expect(
      relativeError(
        found.std,
        logVar.map((v) => Math.exp(v / 2)),
      ),
    ).toBeLessThan(1e-12);
    expect(relativeError(found.omega, singularValues(decU, 6, k))).toBeLessThan(
      1e-9,
    );

    // W A^(1/2) has the singular values of W P diag(theta), and the means' spread is a plain average.
    const root = new Float64Array(k * 6);
    const spread = new Float64Array(k);
    for (let unit = 0; unit < k; unit++) {
      for (let mode = 0; mode < 6; mode++) {
        let sum = 0;
        for (let c = 0; c < 6; c++) {
          sum += encW[unit * 6 + c] * moments.eigenvectors[c * 6 + mode];
        }
        root[unit * 6 + mode] = sum * Math.sqrt(moments.eigenvalues[mode]);
      }
      const latent = Array.from({ length: data.rows }, (_, row) => {
        let sum = 0;
        for (let c = 0; c < 6; c++) {
          sum += encW[unit * 6 + c] * data.x[row * 6 + c];
        }
        return sum;
      });
      const mean = latent.reduce((sum, z) => sum + z, 0) / data.rows;
      spread[unit] =
        latent.reduce((sum, z) => sum + (z - mean) ** 2, 0) / data.rows;
    }
    expect(
      relativeError(found.lambda, singularValues(root, k, 6)),
    ).toBeLessThan(1e-9);
    expect(relativeError(found.meanVariance, spread)).toBeLessThan(1e-10);
  });
}

test("axes follow the order of the data's modes, dead ones last", () => {
  // W = diag(l) P^T on three modes, units shuffled: mode 0 has the smallest lambda, unit 1 is dead.
  const moments = spectrumMoments([3, 2, 1, 0.5]);
  const gains = [
    { mode: 2, lambda: 0.9 },
    { mode: 3, lambda: 0.01 },
    { mode: 0, lambda: 0.3 },
    { mode: 1, lambda: 0.6 },
  ];
  const encW = new Float64Array(16);
  gains.forEach(({ mode, lambda }, unit) => {
    for (let c = 0; c < 4; c++) {
      encW[unit * 4 + c] =
        (moments.eigenvectors[c * 4 + mode] * lambda) /
        Math.sqrt(moments.eigenvalues[mode]);
    }
  });
  const params = {
    encW,
    decU: new Float64Array(16),
    logVar: Float64Array.of(-1, 0.1, -3, -2),
  };
  const found = measureLane(params, {
    settings: { ...BASE, latents: 4, beta: 1, etaDec: 1, etaEnc: 1 },
    moments,
  });
  const expected = [2, 3, 0, 1].map((unit) => found.klPerUnit[unit]);
  expect(relativeError(found.klPerAxis, expected)).toBeLessThan(1e-9);
  expect(relativeError(found.lambda, [0.9, 0.6, 0.3, 0.01])).toBeLessThan(1e-9);
});

test("weights that are not finite are measured as such", () => {
  const moments = spectrumMoments([3, 2, 1, 0.5]);
  const params = {
    encW: new Float64Array(4).fill(Infinity),
    decU: new Float64Array(4),
    logVar: new Float64Array(1),
  };
  const settings: Settings = { ...BASE, latents: 1 };
  const found = measureLane(params, { settings, moments });
  expect(found.loss).toBeNaN();
  expect(found.lambda[0]).toBeNaN();
});

test("moments of the wrong kind are refused", () => {
  expect(() =>
    measureLane(
      {},
      {
        settings: { ...BASE, biases: true },
        moments: spectrumMoments([2, 1]),
      },
    ),
  ).toThrow("raw (as without biases), expected about the mean");
});
