import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { Settings } from "../experiment/config.ts";
import { averageOverNoise, tensorsOf } from "./averages.ts";
import { decoderToEigenbasis, encoderToEigenbasis } from "./eigenbasis.ts";
import type { MhvaeWeights } from "./exact-mhvae.ts";
import { exactMhvae } from "./exact-mhvae.ts";
import { ExactReducedMhvae } from "./exact-reduced-mhvae.ts";
import {
  BASE,
  finiteDifferences,
  momentsOf,
  normals,
  relativeError,
  someData,
} from "./fixtures.ts";
import { tensor } from "./tensor.ts";
import { logVariances, numbers, scalars, vectorsOf } from "./vectors.ts";

const vectorOf = vectorsOf(
  readFileSync(new URL("./vectors.json", import.meta.url), "utf8"),
);

const NAMES = {
  encW1: "W1",
  encW2: "W2",
  decU1: "U1",
  decU2: "U2",
  logVar1: "rho1",
  logVar2: "rho2",
} as const;

for (const id of ["g5", "g6", "g7"]) {
  test(`vector ${id}`, () => {
    const vector = vectorOf(id);
    const of = scalars(
      vector.in,
      "beta1",
      "beta2",
      "eta_enc",
      "eta_dec",
      "Ey2",
    );
    const params = vector.in.params as Record<string, unknown>;
    const outputs = (vector.in.C as unknown[]).length;
    const found = exactMhvae(
      {
        encW1: numbers(params.W1),
        encW2: numbers(params.W2),
        decU1: numbers(params.U1),
        decU2: numbers(params.U2),
        logVar1: logVariances(params.rho1),
        logVar2: logVariances(params.rho2),
      },
      {
        beta: of.beta1,
        beta2: of.beta2,
        etaDec: of.eta_dec,
        etaEnc: of.eta_enc,
      },
      {
        matrix: numbers(vector.in.A),
        cross: numbers(vector.in.C),
        energy: of.Ey2,
      },
    );
    // The vectors' loss is twice ours less its constant, and d / d rho = 2 d / d logVar.
    const constant = (outputs / 2) * Math.log(2 * Math.PI * of.eta_dec ** 2);
    const { L } = scalars(vector.out, "L");
    expect(Math.abs(2 * (found.loss - constant) - L)).toBeLessThan(1e-9);
    const grad = vector.out.grad as Record<string, unknown>;
    for (const [name, theirs] of Object.entries(NAMES)) {
      const scale = theirs.startsWith("rho") ? 4 : 2;
      const got = found.gradients[name].map((value) => scale * value);
      expect(relativeError(got, numbers(grad[theirs])), name).toBeLessThan(
        1e-9,
      );
    }
  });
}

const data = someData(40, 6);
const D = 6;

/** Weights well away from any optimum. */
function weightsFor(
  k1: number,
  k2: number,
  biases: boolean,
): MhvaeWeights & Record<string, Float64Array> {
  return {
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
}

for (const biases of [false, true]) {
  for (const [k1, k2] of [
    [3, 2],
    [2, 4],
  ]) {
    const title = `${k1} and ${k2} latents, ${biases ? "with" : "without"} biases`;
    const moments = momentsOf(data, biases);
    const settings: Settings = {
      ...BASE,
      model: "mhvae",
      latents: k1,
      latents2: k2,
      biases,
    };

    test(`gradients by finite differences, ${title}`, () => {
      const weights = weightsFor(k1, k2, biases);
      const found = exactMhvae(weights, BASE, moments);
      expect(Object.keys(found.gradients).sort()).toEqual(
        Object.keys(weights).sort(),
      );
      for (const [name, values] of Object.entries(weights)) {
        const expected = finiteDifferences(
          values,
          () => exactMhvae(weights, BASE, moments).loss,
        );
        expect(
          relativeError(found.gradients[name], expected),
          name,
        ).toBeLessThan(1e-6);
      }
    });

    test(`is the sampled loss averaged over noise and data, ${title}`, () => {
      const weights = weightsFor(k1, k2, biases);
      const params = tensorsOf(settings, weights, { columns: D });
      const found = averageOverNoise(settings, params, {
        x: tensor(data.rows, D, data.x, false),
      });
      const exact = exactMhvae(weights, BASE, moments);
      expect(Math.abs(found.loss / exact.loss - 1)).toBeLessThan(1e-12);
      expect(Math.abs(found.terms.kl / exact.kl - 1)).toBeLessThan(1e-11);
      expect(Math.abs(found.terms.kl2 / exact.kl2 - 1)).toBeLessThan(1e-12);
      for (const [name, gradient] of Object.entries(found.gradients)) {
        expect(
          relativeError(gradient, exact.gradients[name]),
          name,
        ).toBeLessThan(1e-11);
      }
    });
  }
}

test("the first level's term may be negative and is not clamped", () => {
  // Sigma1 = 4 a and a decoder that follows z1 well: 1/2 [ small - ln 4 - 1 + ... ] < 0.
  const a = BASE.etaDec ** 2;
  const weights = {
    encW1: new Float64Array(D),
    encW2: Float64Array.of(1),
    decU1: new Float64Array(D),
    decU2: Float64Array.of(1),
    logVar1: Float64Array.of(Math.log(4 * a)),
    logVar2: Float64Array.of(Math.log(0.01 * a)),
  };
  const { kl } = exactMhvae(weights, BASE, momentsOf(data, false));
  expect(Math.abs(kl - (0.01 - Math.log(4) - 1) / 2)).toBeLessThan(1e-12);
});

test("the reduced form has the same loss, terms and rotated gradients", () => {
  const moments = momentsOf(data, false);
  const { rank } = moments;
  expect(rank).toBe(5);
  const [k1, k2] = [3, 2];
  const weights = weightsFor(k1, k2, false);
  // U on the dead column costs loss that the reduced form leaves out.
  weights.decU1.fill(0, 5 * k1);
  const dense = exactMhvae(weights, BASE, moments);
  const rotate = (tensors: Readonly<Record<string, Float64Array>>) => ({
    encW1: encoderToEigenbasis(tensors.encW1, k1, moments),
    encW2: tensors.encW2.slice(),
    decU1: decoderToEigenbasis(tensors.decU1, k1, moments),
    decU2: tensors.decU2.slice(),
    logVar1: tensors.logVar1.slice(),
    logVar2: tensors.logVar2.slice(),
  });
  const gradients = rotate(weights);
  const reduced = new ExactReducedMhvae(
    moments.eigenvalues.slice(0, rank),
    D,
  ).evaluate(rotate(weights), gradients, BASE);
  expect(Math.abs(reduced.loss / dense.loss - 1)).toBeLessThan(1e-12);
  expect(Math.abs(reduced.kl / dense.kl - 1)).toBeLessThan(1e-11);
  expect(Math.abs(reduced.kl2 / dense.kl2 - 1)).toBeLessThan(1e-12);
  const expected: Record<string, Float64Array> = rotate(dense.gradients);
  for (const [name, gradient] of Object.entries(gradients)) {
    expect(relativeError(gradient, expected[name]), name).toBeLessThan(1e-11);
  }
});

test("biases at their optimum are the same as centered moments", () => {
  const moments = momentsOf(data, true);
  const [k1, k2] = [3, 2];
  const weights = weightsFor(k1, k2, false);
  const found = exactMhvae(
    {
      ...weights,
      encB1: Float64Array.from({ length: k1 }, (_, i) =>
        moments.mean.reduce(
          (sum, m, c) => sum - weights.encW1[i * D + c] * m,
          0,
        ),
      ),
      encB2: new Float64Array(k2),
      decB1: moments.mean,
      decB2: new Float64Array(k1),
    },
    BASE,
    moments,
  );
  const plain = exactMhvae(weights, BASE, moments);
  expect(Math.abs(found.loss / plain.loss - 1)).toBeLessThan(1e-12);
  for (const name of ["encB1", "encB2", "decB1", "decB2"]) {
    for (const slope of found.gradients[name]) {
      expect(Math.abs(slope)).toBeLessThan(1e-12);
    }
  }
});
