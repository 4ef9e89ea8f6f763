import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { singularValues } from "../math/linear-algebra.ts";
import type { VaeSettings } from "./vae.ts";
import { predictVae } from "./vae.ts";

interface Vector {
  readonly id: string;
  readonly model: "vae_learnable" | "vae_fixed";
  readonly note: string;
  readonly in: {
    readonly theta?: readonly number[];
    readonly A?: readonly (readonly number[])[];
    readonly C?: readonly (readonly number[])[];
    readonly Ey2: number;
    readonly d?: number;
    readonly sigma?: readonly number[];
    readonly beta: number;
    readonly eta_enc: number;
    readonly eta_dec: number;
    readonly Dy: number;
  };
  readonly out: {
    readonly omega: readonly number[];
    readonly lam: readonly number[];
    readonly sigma: readonly number[];
    readonly kl: readonly number[];
    readonly collapsed: number;
    readonly L: number;
    readonly nats: number;
    readonly theta?: readonly number[];
  };
}

const { closed } = JSON.parse(
  readFileSync(new URL("./vectors.json", import.meta.url), "utf8"),
) as { closed: Vector[] };

function expectClose(
  what: string,
  got: readonly number[],
  want: readonly number[],
): void {
  expect(got.length, what).toBe(want.length);
  got.forEach((value, i) => {
    expect(Math.abs(value - want[i]), `${what}[${i}]`).toBeLessThan(1e-9);
  });
}

for (const vector of closed) {
  test(`vector ${vector.id} (${vector.note})`, () => {
    const { in: given, out } = vector;
    // Where the moments are given and the output differs from the input, the vector's own
    // theta (singular values of C A^(-1/2)) stands in for the data's.
    const theta = given.theta ?? out.theta ?? [];
    const settings: VaeSettings = {
      beta: given.beta,
      etaDec: given.eta_dec,
      etaEnc: given.eta_enc,
      latents: given.d ?? out.omega.length,
      encoderVariance: given.sigma
        ? { kind: "fixed", std: given.sigma }
        : { kind: "learnable", std: 1 },
    };
    const found = predictVae(settings, {
      theta,
      energy: given.Ey2,
      columns: given.Dy,
    });
    expectClose("omega", found.omega, out.omega);
    expectClose("lambda", found.lambda, out.lam);
    expectClose("std", found.std, out.sigma);
    expectClose("kl", found.klPerUnit, out.kl);
    expect(found.collapsedUnits).toBe(out.collapsed);
    expect(found.activeUnits).toBe(out.omega.length - out.collapsed);
    expectClose("loss", [found.loss], [out.nats]);
    const constant = given.Dy * Math.log(2 * Math.PI * given.eta_dec ** 2);
    expectClose("doubled loss", [2 * found.loss - constant], [out.L]);
    expectClose(
      "kl sum",
      [found.kl],
      [out.kl.reduce((sum, value) => sum + value, 0)],
    );
    expectClose(
      "terms",
      [found.reconstruction + given.beta * found.kl],
      [found.loss],
    );
    if (given.theta) {
      found.theta.forEach((value, i) => {
        expect(found.omega[i] > 0).toBe(value > found.threshold[i]);
      });
    }
  });
}

test("theta of a vector with moments is that of the data when output and input agree", () => {
  const vector = closed.find(({ id }) => id === "vl8");
  const matrix = Float64Array.from(vector?.in.A?.flat() ?? []);
  const theta = Array.from(singularValues(matrix, 3, 3), Math.sqrt);
  expectClose("theta", theta.slice(0, 2), vector?.out.theta?.slice(0, 2) ?? []);
});

test("reconstruction and kl are those of the optimum, not just a split of the loss", () => {
  // One direction: E||x - u z||^2 = theta^2 - 2 theta u l + u^2 (l^2 + s^2), with l = lambda.
  for (const encoderVariance of [
    { kind: "learnable", std: 1 },
    { kind: "fixed", std: [0.7] },
  ] as const) {
    const settings = {
      beta: 1.3,
      etaDec: 0.8,
      etaEnc: 1.4,
      latents: 1,
      encoderVariance,
    };
    const found = predictVae(settings, { theta: [2], energy: 4, columns: 1 });
    const [u, l, s] = [found.omega[0], found.lambda[0], found.std[0]];
    const square = 4 - 4 * u * l + u * u * (l * l + s * s);
    const reconstruction =
      square / (2 * 0.64) + Math.log(2 * Math.PI * 0.64) / 2;
    const kl = ((l * l + s * s) / 1.96 - 1 - Math.log((s * s) / 1.96)) / 2;
    expectClose("reconstruction", [found.reconstruction], [reconstruction]);
    expectClose("kl", [found.kl], [kl]);
  }
});

test("a theta within float32 rounding of its threshold is at it: collapsed", () => {
  const settings: VaeSettings = {
    beta: 1,
    etaDec: 1,
    etaEnc: 1,
    latents: 2,
    encoderVariance: { kind: "learnable", std: 1 },
  };
  const found = predictVae(settings, {
    theta: [1 + 6e-8, 1 - 6e-8],
    energy: 2,
    columns: 2,
  });
  expect(found.activeUnits).toBe(0);
  expect(
    predictVae(settings, { theta: [1 + 2e-7], energy: 1, columns: 2 })
      .activeUnits,
  ).toBe(1);
});

test("units are aligned unless fixed stds are equal", () => {
  const base = { beta: 1, etaDec: 1, etaEnc: 1, latents: 2 };
  const data = { theta: [3, 2], energy: 13, columns: 2 };
  const aligned = (encoderVariance: VaeSettings["encoderVariance"]): boolean =>
    predictVae({ ...base, encoderVariance }, data).unitsAligned;
  expect(aligned({ kind: "learnable", std: 1 })).toBe(true);
  expect(aligned({ kind: "fixed", std: [1] })).toBe(false);
  expect(aligned({ kind: "fixed", std: [0.5, 0.5] })).toBe(false);
  expect(aligned({ kind: "fixed", std: [0.9, 0.5] })).toBe(true);
});

test("settings without a theorem are refused in words", () => {
  const settings: VaeSettings = {
    beta: 0,
    etaDec: 1,
    etaEnc: 1,
    latents: 2,
    encoderVariance: { kind: "learnable", std: 1 },
  };
  const data = { theta: [3, 2], energy: 13, columns: 2 };
  expect(() => predictVae(settings, data)).toThrow(
    "expected all of them positive",
  );
  expect(() =>
    predictVae(
      {
        ...settings,
        beta: 1,
        encoderVariance: { kind: "fixed", std: [1, 1, 1] },
      },
      data,
    ),
  ).toThrow("got 3 values, expected 1 or one per latent (2)");
});
