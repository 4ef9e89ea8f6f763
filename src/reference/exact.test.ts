import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { initialParams } from "../model/init.ts";
import { averageOverNoise, tensorsOf } from "./averages.ts";
import { decoderToEigenbasis, encoderToEigenbasis } from "./eigenbasis.ts";
import type { VaeWeights } from "./exact.ts";
import { exactVae } from "./exact.ts";
import { ExactReduced } from "./exact-reduced.ts";
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

for (const id of ["g1", "g2"]) {
  test(`vector ${id}`, () => {
    const vector = vectorOf(id);
    const { beta, eta_enc, eta_dec, Ey2 } = scalars(
      vector.in,
      "beta",
      "eta_enc",
      "eta_dec",
      "Ey2",
    );
    const params = vector.in.params as Record<string, unknown>;
    const cross = numbers(vector.in.C);
    const outputs = (vector.in.C as unknown[]).length;
    const found = exactVae(
      {
        encW: numbers(params.W),
        decU: numbers(params.U),
        logVar: logVariances(params.rho),
      },
      { beta, etaDec: eta_dec, etaEnc: eta_enc },
      { matrix: numbers(vector.in.A), cross, energy: Ey2 },
    );
    // The vectors' loss is twice ours less its constant, and d / d rho = 2 d / d logVar.
    const constant = (outputs / 2) * Math.log(2 * Math.PI * eta_dec ** 2);
    const { L } = scalars(vector.out, "L");
    expect(Math.abs(2 * (found.loss - constant) - L)).toBeLessThan(1e-9);
    const grad = vector.out.grad as Record<string, unknown>;
    const check = (name: string, scale: number, want: unknown): void => {
      const got = found.gradients[name].map((value) => scale * value);
      expect(relativeError(got, numbers(want)), name).toBeLessThan(1e-9);
    };
    check("decU", 2, grad.U);
    check("encW", 2, grad.W);
    check("logVar", 4, grad.rho);
  });
}

const data = someData(40, 6);

/** Weights well away from any optimum. */
function weightsFor(
  biases: boolean,
): VaeWeights & Record<string, Float64Array> {
  const k = BASE.latents;
  return {
    encW: normals(k * 6, 21),
    decU: normals(k * 6, 22),
    logVar: normals(k, 23),
    ...(biases ? { encB: normals(k, 24), decB: normals(6, 25) } : {}),
  };
}

for (const biases of [false, true]) {
  const title = biases ? "with" : "without";
  const moments = momentsOf(data, biases);

  test(`gradients by finite differences, ${title} biases`, () => {
    const weights = weightsFor(biases);
    const found = exactVae(weights, BASE, moments);
    expect(Object.keys(found.gradients).sort()).toEqual(
      Object.keys(weights).sort(),
    );
    for (const [name, values] of Object.entries(weights)) {
      const expected = finiteDifferences(
        values,
        () => exactVae(weights, BASE, moments).loss,
      );
      expect(relativeError(found.gradients[name], expected), name).toBeLessThan(
        1e-6,
      );
    }
  });

  test(`is the sampled loss averaged over noise and data, ${title} biases`, () => {
    const weights = weightsFor(biases);
    const settings = { ...BASE, biases };
    const found = averageOverNoise(
      settings,
      tensorsOf(settings, weights, { columns: 6 }),
      {
        x: tensor(data.rows, 6, data.x, false),
      },
    );
    const exact = exactVae(weights, BASE, moments);
    expect(Math.abs(found.loss / exact.loss - 1)).toBeLessThan(1e-12);
    for (const [name, mean] of Object.entries(found.gradients)) {
      expect(relativeError(mean, exact.gradients[name]), name).toBeLessThan(
        1e-11,
      );
    }
  });
}

test("the reduced form has the same loss, terms and rotated gradients", () => {
  const moments = momentsOf(data, false);
  expect(moments.rank).toBe(5);
  const k = BASE.latents;
  const weights = weightsFor(false);
  // U on the dead column costs loss that the reduced form leaves out.
  weights.decU.fill(0, 5 * k);
  const dense = exactVae(weights, BASE, moments);
  const { rank } = moments;
  const gradients = {
    encW: new Float64Array(k * rank),
    decU: new Float64Array(rank * k),
    logVar: new Float64Array(k),
  };
  const reduced = new ExactReduced(
    moments.eigenvalues.slice(0, rank),
    6,
    k,
  ).evaluate(
    {
      encW: encoderToEigenbasis(weights.encW, k, moments),
      decU: decoderToEigenbasis(weights.decU, k, moments),
      logVar: weights.logVar,
    },
    gradients,
    BASE,
  );
  expect(Math.abs(reduced.loss / dense.loss - 1)).toBeLessThan(1e-12);
  expect(Math.abs(reduced.kl / dense.kl - 1)).toBeLessThan(1e-12);
  const { encW, decU, logVar } = dense.gradients;
  expect(
    relativeError(gradients.encW, encoderToEigenbasis(encW, k, moments)),
  ).toBeLessThan(1e-11);
  expect(
    relativeError(gradients.decU, decoderToEigenbasis(decU, k, moments)),
  ).toBeLessThan(1e-11);
  expect(relativeError(gradients.logVar, logVar)).toBeLessThan(1e-11);
});

test("biases at their optimum are the same as centered moments", () => {
  const centered = momentsOf(data, true);
  const settings = { ...BASE, biases: true, initScale: 0.5 };
  const initial = initialParams(settings, { columns: 6 });
  const [encW, decU, logVar] = [initial.encW, initial.decU, initial.logVar].map(
    (values) => Float64Array.from(values),
  );
  const encB = Float64Array.from({ length: BASE.latents }, (_, unit) =>
    centered.mean.reduce((sum, m, c) => sum - encW[unit * 6 + c] * m, 0),
  );
  const weights = { encW, decU, logVar, encB, decB: centered.mean };
  const found = exactVae(weights, BASE, centered);
  const plain = exactVae({ encW, decU, logVar }, BASE, centered);
  expect(Math.abs(found.loss / plain.loss - 1)).toBeLessThan(1e-12);
  for (const name of ["encB", "decB"]) {
    for (const slope of found.gradients[name]) {
      expect(Math.abs(slope)).toBeLessThan(1e-12);
    }
  }
});
