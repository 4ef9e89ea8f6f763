import { expect, test } from "@playwright/test";
import { allLanes, type Settings } from "../experiment/config.ts";
import { changeSettings, DEFAULT_CONFIG } from "../experiment/schema.ts";
import { predict } from "../theory/predict.ts";
import { parseSpectrum, spectrumOf } from "./edit.ts";
import { unitOrder } from "./order.ts";
import { betaAt, reach, survivors, waterline } from "./waterline.ts";

const base: Settings = {
  ...DEFAULT_CONFIG.base,
  latents: 3,
  beta: 2.5,
  etaDec: 0.7,
  etaEnc: 1.6,
};
const CASES: Settings[] = [
  base,
  { ...base, encoderVariance: { kind: "fixed", std: [0.4] } },
  { ...base, encoderVariance: { kind: "fixed", std: [1.1, 0.3, 0.7] } },
];
const theta = [3, 1.2, 0.4];

test("the line is the theory's threshold, whatever the variance", () => {
  for (const settings of CASES) {
    const prediction = predict(settings, { theta, energy: 12, columns: 5 });
    const lines = waterline(settings, 3);
    // The same products in another order: a few roundings of numbers near 1.
    lines.forEach((line, i) => {
      expect(Math.abs(line - (prediction?.threshold[i] ?? NaN))).toBeLessThan(
        1e-14,
      );
    });
    expect(survivors(theta, lines)).toBe(prediction?.activeUnits);
  }
});

test("putting the line somewhere sets the beta whose line is there", () => {
  for (const settings of CASES) {
    const beta = betaAt(settings, 1.9, 3);
    expect(Math.abs(waterline({ ...settings, beta }, 3)[2] - 1.9)).toBeLessThan(
      1e-14,
    );
  }
});

test("with learnable variance a learned mode reaches exactly its data column", () => {
  const omega =
    predict(base, { theta, energy: 12, columns: 5 })?.omega[0] ?? NaN;
  expect(Math.abs(reach(base, waterline(base, 1)[0], omega) - 3)).toBeLessThan(
    1e-14,
  );
});

test("a spectrum is read from what people type, or refused", () => {
  expect(parseSpectrum(" 1.2, 3;0.5\n2 ")).toEqual([3, 2, 1.2, 0.5]);
  for (const bad of ["", "0, 0", "1, x", "1, -2", "1e9", "1 ".repeat(129)])
    expect(parseSpectrum(bad)).toBeNull();
});

test("a measured spectrum fits in a link", () => {
  const long = Array.from({ length: 784 }, (_, i) => 10 / (i + 1));
  const data = spectrumOf(long);
  const config = changeSettings(DEFAULT_CONFIG, "data", data);
  expect(allLanes(config)[1].data).toEqual(data);
  expect(data.kind === "spectrum" && data.theta.length).toBe(128);
  expect(spectrumOf([2, 1, 0, 0])).toEqual({ kind: "spectrum", theta: [2, 1] });
});

test("units stand by falling KL, near-ties keep their places, fixed stds theirs", () => {
  const learnable = { kind: "learnable", std: 1 } as const;
  expect(unitOrder([0.1, 1, 0.5], learnable, null)).toEqual([1, 2, 0]);
  expect(unitOrder([0.51, 1, 0.5], learnable, [1, 2, 0])).toEqual([1, 2, 0]);
  expect(unitOrder([0.6, 1, 0.5], learnable, [1, 2, 0])).toEqual([1, 0, 2]);
  expect(unitOrder([9, 1, 5], { kind: "fixed", std: [3, 1, 2] }, null)).toEqual(
    [1, 2, 0],
  );
});
