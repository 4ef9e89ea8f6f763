import { expect, test } from "@playwright/test";
import type { VaeSettings } from "./vae.ts";
import { predictVae } from "./vae.ts";

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
