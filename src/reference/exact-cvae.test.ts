import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import type { Settings } from "../experiment/config.ts";
import { averageOverNoise, tensorsOf } from "./averages.ts";
import {
  conditionBasis,
  decoderRows,
  mapToBases,
  mapFromBases,
} from "./condition-basis.ts";
import { encoderToEigenbasis } from "./eigenbasis.ts";
import type { CvaeWeights } from "./exact-cvae.ts";
import { exactCvae } from "./exact-cvae.ts";
import { ExactReducedCvae } from "./exact-reduced-cvae.ts";
import {
  BASE,
  conditionalOf,
  finiteDifferences,
  normals,
  relativeError,
  somePairs,
} from "./fixtures.ts";
import { tensor } from "./tensor.ts";
import { logVariances, numbers, scalars, vectorsOf } from "./vectors.ts";

const vectorOf = vectorsOf(
  readFileSync(new URL("./vectors.json", import.meta.url), "utf8"),
);

const k = BASE.latents;
const [dx, dy] = [4, 5];
const data = somePairs(40);
const settings: Settings = { ...BASE, model: "cvae" };

for (const id of ["g3", "g4"]) {
  test(`vector ${id}`, () => {
    const vector = vectorOf(id);
    const { dx: inputs, ...rest } = scalars(
      vector.in,
      "dx",
      "beta",
      "eta_enc",
      "eta_dec",
    );
    const matrix = numbers(vector.in.J);
    const outputs = Math.sqrt(matrix.length) - inputs;
    const params = vector.in.params as Record<string, unknown>;
    const found = exactCvae(
      {
        encWx: numbers(params.W1),
        encWy: numbers(params.W2),
        decUz: numbers(params.U1),
        decUx: numbers(params.U2),
        logVar: logVariances(params.rho),
      },
      { beta: rest.beta, etaDec: rest.eta_dec, etaEnc: rest.eta_enc },
      { inputs, outputs, matrix },
    );
    // The vectors' loss is twice ours less its constant, and d / d rho = 2 d / d logVar.
    const constant = (outputs / 2) * Math.log(2 * Math.PI * rest.eta_dec ** 2);
    const { L } = scalars(vector.out, "L");
    expect(Math.abs(2 * (found.loss - constant) - L)).toBeLessThan(1e-9);
    const grad = vector.out.grad as Record<string, unknown>;
    const check = (name: string, scale: number, want: unknown): void => {
      const got = found.gradients[name].map((value) => scale * value);
      expect(relativeError(got, numbers(want)), name).toBeLessThan(1e-9);
    };
    check("encWx", 2, grad.W1);
    check("encWy", 2, grad.W2);
    check("decUz", 2, grad.U1);
    check("decUx", 2, grad.U2);
    check("logVar", 4, grad.rho);
  });
}

/** Weights well away from any optimum. */
function weightsFor(
  biases: boolean,
): CvaeWeights & Record<string, Float64Array> {
  return {
    encWx: normals(k * dx, 31),
    encWy: normals(k * dy, 32),
    decUz: normals(dy * k, 33),
    decUx: normals(dy * dx, 34),
    logVar: normals(k, 35),
    ...(biases ? { encB: normals(k, 36), decB: normals(dy, 37) } : {}),
  };
}

for (const biases of [false, true]) {
  const title = biases ? "with" : "without";
  const { joint } = conditionalOf(data, biases);

  test(`gradients by finite differences, ${title} biases`, () => {
    const weights = weightsFor(biases);
    const found = exactCvae(weights, BASE, joint);
    expect(Object.keys(found.gradients).sort()).toEqual(
      Object.keys(weights).sort(),
    );
    for (const [name, values] of Object.entries(weights)) {
      const expected = finiteDifferences(
        values,
        () => exactCvae(weights, BASE, joint).loss,
      );
      expect(relativeError(found.gradients[name], expected), name).toBeLessThan(
        1e-6,
      );
    }
  });

  test(`is the sampled loss averaged over noise and data, ${title} biases`, () => {
    const weights = weightsFor(biases);
    const biased: Settings = { ...settings, biases };
    const params = tensorsOf(biased, weights, { columns: dx, outputs: dy });
    const found = averageOverNoise(biased, params, {
      x: tensor(data.rows, dx, data.x, false),
      y: tensor(data.rows, dy, data.y?.values, false),
    });
    const exact = exactCvae(weights, BASE, joint);
    expect(Math.abs(found.loss / exact.loss - 1)).toBeLessThan(1e-12);
    expect(Math.abs(found.terms.kl / exact.kl - 1)).toBeLessThan(1e-12);
    for (const [name, gradient] of Object.entries(found.gradients)) {
      expect(relativeError(gradient, exact.gradients[name]), name).toBeLessThan(
        1e-11,
      );
    }
  });
}

test("the reduced form has the same loss, terms and rotated gradients", () => {
  const { moments, condition, joint } = conditionalOf(data, false);
  const basis = conditionBasis(moments, condition);
  // The last column of x is 0; of y one is linear in x, which stays, one is 0, which goes.
  expect([basis.x.rank, moments.rank, basis.y.rank]).toEqual([3, 3, 4]);
  const weights = weightsFor(false);
  // U on the column of y that is always 0 costs loss that the reduced form leaves out.
  weights.decUz.fill(0, 4 * k);
  weights.decUx.fill(0, 4 * dx);
  const dense = exactCvae(weights, BASE, joint);
  const rotate = (tensors: Readonly<Record<string, Float64Array>>) => ({
    encWx: encoderToEigenbasis(tensors.encWx, k, basis.x),
    encWy: encoderToEigenbasis(tensors.encWy, k, basis.y),
    decUz: decoderRows(tensors.decUz, k, basis.y),
    decUx: mapToBases(tensors.decUx, basis),
    logVar: tensors.logVar.slice(),
  });
  const values = rotate(weights);
  const gradients = rotate(weights);
  const reduced = new ExactReducedCvae(basis.reduced, k).evaluate(
    values,
    gradients,
    BASE,
  );
  expect(Math.abs(reduced.loss / dense.loss - 1)).toBeLessThan(1e-12);
  expect(Math.abs(reduced.kl / dense.kl - 1)).toBeLessThan(1e-12);
  const expected: Record<string, Float64Array> = rotate(dense.gradients);
  for (const [name, gradient] of Object.entries(gradients)) {
    expect(relativeError(gradient, expected[name]), name).toBeLessThan(1e-11);
  }
  // And back: what lies in the kept directions comes home.
  const there = mapToBases(mapFromBases(values.decUx, basis), basis);
  expect(relativeError(there, values.decUx)).toBeLessThan(1e-12);
});

test("biases at their optimum are the same as centered moments", () => {
  const { joint } = conditionalOf(data, true);
  const weights = weightsFor(false);
  const { encWx, encWy, decUx } = weights;
  const mean = joint.mean ?? new Float64Array();
  const minus = (matrix: Float64Array, from: number, n: number, rows: number) =>
    Float64Array.from({ length: rows }, (_, row) => {
      let sum = 0;
      for (let c = 0; c < n; c++) sum -= matrix[row * n + c] * mean[from + c];
      return sum;
    });
  const fromY = minus(encWy, dx, dy, k);
  const found = exactCvae(
    {
      ...weights,
      encB: minus(encWx, 0, dx, k).map((value, i) => value + fromY[i]),
      decB: minus(decUx, 0, dx, dy).map((value, i) => value + mean[dx + i]),
    },
    BASE,
    joint,
  );
  const plain = exactCvae(weights, BASE, joint);
  expect(Math.abs(found.loss / plain.loss - 1)).toBeLessThan(1e-12);
  for (const name of ["encB", "decB"]) {
    for (const slope of found.gradients[name]) {
      expect(Math.abs(slope)).toBeLessThan(1e-12);
    }
  }
});
