import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { Settings } from "../experiment/config.ts";
import { singularValues } from "../math/linear-algebra.ts";
import { Dense } from "./dense.ts";
import { exactMhvae } from "./exact-mhvae.ts";
import {
  BASE,
  momentsOf,
  normals,
  relativeError,
  someData,
  spectrumMoments,
} from "./fixtures.ts";
import { measureLane } from "./measure.ts";
import { numbers, scalars, vectorsOf } from "./vectors.ts";

const vectorOf = vectorsOf(
  readFileSync(new URL("./vectors.json", import.meta.url), "utf8"),
);

const data = someData(40, 6);
const D = 6;
const total = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0);

for (const biases of [false, true]) {
  for (const [k1, k2] of [
    [3, 2],
    [2, 4],
  ]) {
    test(`loss, terms and spectra of any weights, ${k1} and ${k2} latents, ${biases ? "with" : "without"} biases`, () => {
      const weights = {
        encW1: normals(k1 * D, 41),
        encW2: normals(k2 * k1, 42),
        decU1: normals(D * k1, 43),
        decU2: normals(k1 * k2, 44),
        logVar1: normals(k1, 45),
        logVar2: normals(k2, 46),
        ...(biases && {
          encB1: normals(k1, 47),
          encB2: normals(k2, 48),
          decB1: normals(D, 49),
          decB2: normals(k1, 50),
        }),
      };
      const settings: Settings = {
        ...BASE,
        model: "mhvae",
        latents: k1,
        latents2: k2,
        biases,
      };
      const moments = momentsOf(data, biases);
      const found = measureLane(weights, { settings, moments });
      const exact = exactMhvae(weights, BASE, moments);
      expect(Math.abs(found.loss / exact.loss - 1)).toBeLessThan(1e-12);
      expect(Math.abs(found.kl / exact.kl - 1)).toBeLessThan(1e-11);
      expect(Math.abs(found.kl2 / exact.kl2 - 1)).toBeLessThan(1e-12);
      const [first, second] = found.levels;
      for (const [{ klPerUnit, klPerAxis }, kl] of [
        [first, exact.kl],
        [second, exact.kl2],
      ] as const) {
        expect(Math.abs(total(klPerUnit) / kl - 1)).toBeLessThan(1e-11);
        expect(Math.abs(total(klPerAxis) / kl - 1)).toBeLessThan(1e-11);
      }
      const padded = (values: Float64Array, k: number): Float64Array =>
        Float64Array.from({ length: k }, (_, i) => values.at(i) ?? 0);
      const check = (got: Float64Array, want: Float64Array): void => {
        // The Gram matrix keeps half the digits: zeros are known to 1e-8 of the largest.
        expect(relativeError(got, padded(want, got.length))).toBeLessThan(3e-8);
      };
      check(first.decoder, singularValues(weights.decU1, D, k1));
      check(second.decoder, singularValues(weights.decU2, k1, k2));
      check(second.encoder, singularValues(weights.encW2, k2, k1));
      expect(found.omega).toBe(second.decoder);
      expect(found.lambda).toBe(first.encoder);
      // Means of z2 given x, over the data.
      const map = new Dense(k2, k1, weights.encW2).times(
        new Dense(k1, D, weights.encW1),
      );
      const cov = new Dense(D, D, momentsOf(data, true).matrix);
      const spread = map.times(cov).times(map.transposed).diagonalValues;
      expect(relativeError(second.dataVariance, spread)).toBeLessThan(1e-10);
      // I(x; z2) = 1/2 ln det Cov(z2) / det Cov(z2 given x), determinants by singular values.
      const W2 = new Dense(k2, k1, weights.encW2);
      const given = W2.times(Dense.diagonal(weights.logVar1.map(Math.exp)))
        .times(W2.transposed)
        .plus(Dense.diagonal(weights.logVar2.map(Math.exp)));
      const A = new Dense(D, D, moments.matrix);
      const all = map.times(A).times(map.transposed).plus(given);
      const logDet = (m: Dense): number =>
        singularValues(m.values, k2, k2).reduce((s, v) => s + Math.log(v), 0);
      expect(
        Math.abs(second.information - (logDet(all) - logDet(given)) / 2),
      ).toBeLessThan(1e-10);
    });
  }
}

for (const id of ["ml2", "ml6", "mf6", "mf8"]) {
  test(`the optimum of vector ${id} is measured as predicted`, () => {
    const { in: given, out } = vectorOf(id);
    const of = scalars(
      given,
      "beta1",
      "beta2",
      "eta_enc",
      "eta_dec",
      "d1",
      "d2",
      "sigma1",
    );
    const list = (key: string, from = out): number[] => from[key] as number[];
    const [lam, u1, omega, w2] = ["lam", "u1", "omega", "w2"].map((key) =>
      list(key),
    );
    const moments = spectrumMoments(list("theta", given));
    const { columns, eigenvectors, eigenvalues } = moments;
    const W1 = Dense.zeros(of.d1, columns);
    const U1 = Dense.zeros(columns, of.d1);
    const W2 = Dense.zeros(of.d2, of.d1);
    const U2 = Dense.zeros(of.d1, of.d2);
    for (let slot = 0; slot < of.d1; slot++) {
      for (let c = 0; c < columns; c++) {
        const p = eigenvectors[c * columns + slot];
        U1.values[c * of.d1 + slot] = p * u1[slot];
        W1.values[slot * columns + c] =
          (p * lam[slot]) / Math.sqrt(eigenvalues[slot]);
      }
      if (slot >= of.d2) continue;
      W2.values[slot * of.d1 + slot] = w2[slot];
      U2.values[slot * of.d2 + slot] = omega[slot];
    }
    const sigma2 = list("sigma2");
    const settings: Settings = {
      ...BASE,
      model: "mhvae",
      latents: of.d1,
      latents2: of.d2,
      beta: of.beta1,
      beta2: of.beta2,
      etaEnc: of.eta_enc,
      etaDec: of.eta_dec,
    };
    const found = measureLane(
      {
        encW1: W1.values,
        encW2: W2.values,
        decU1: U1.values,
        decU2: U2.values,
        logVar1: new Float64Array(of.d1).fill(2 * Math.log(of.sigma1)),
        logVar2: sigma2.map((s) => 2 * Math.log(s)),
      },
      { settings, moments },
    );
    const { nats } = scalars(out, "nats");
    expect(Math.abs(found.loss / nats - 1)).toBeLessThan(1e-9);
    const [first, second] = found.levels;
    const sorted = (values: readonly number[], k: number): Float64Array =>
      Float64Array.from({ length: k }, (_, i) => values.at(i) ?? 0)
        .sort()
        .reverse();
    const check = (got: Float64Array, want: readonly number[]): void => {
      expect(relativeError(got, sorted(want, got.length))).toBeLessThan(3e-8);
    };
    check(first.encoder, lam);
    check(first.decoder, u1);
    check(second.encoder, w2);
    check(second.decoder, omega);
    check(first.informationPerMode, list("mi1"));
    check(second.informationPerMode, list("mi2"));
    // In the order of the data's modes; this project's own units are those modes here.
    const kl2 = numbers(list("kl2").map((value) => [value]));
    expect(relativeError(first.klPerAxis, list("kl1"))).toBeLessThan(1e-7);
    expect(
      relativeError(second.klPerUnit.slice(0, kl2.length), kl2),
    ).toBeLessThan(1e-9);
    expect(
      relativeError(second.klPerAxis.slice(0, kl2.length), kl2),
    ).toBeLessThan(1e-7);
  });
}

test("a second level of noise only has KL but no information about x", () => {
  // Sigma1 is large, W1 = 0 and level 2 copies z1.
  const settings: Settings = {
    ...BASE,
    model: "mhvae",
    latents: 1,
    latents2: 1,
  };
  const found = measureLane(
    {
      encW1: new Float64Array(D),
      encW2: [0.9],
      decU1: new Float64Array(D),
      decU2: [1],
      logVar1: [2],
      logVar2: [-2],
    },
    { settings, moments: momentsOf(data, false) },
  );
  expect(found.levels[1].klPerUnit[0]).toBeGreaterThan(1);
  expect(found.levels[1].information).toBe(0);
  expect(found.levels[1].dataVariance[0]).toBe(0);
  // It does encode z1: 0.9^2 e^2.
  expect(found.levels[1].meanVariance[0]).toBeCloseTo(0.81 * Math.exp(2), 12);
});

test("weights that are not finite are measured as such", () => {
  const settings: Settings = {
    ...BASE,
    model: "mhvae",
    latents: 1,
    latents2: 1,
  };
  const found = measureLane(
    {
      encW1: new Float64Array(D).fill(Infinity),
      encW2: [1],
      decU1: new Float64Array(D),
      decU2: [1],
      logVar1: [0],
      logVar2: [0],
    },
    { settings, moments: momentsOf(data, false) },
  );
  expect(found.loss).toBeNaN();
  expect(found.levels[1].information).toBeNaN();
});
