import { expect, test } from "@playwright/test";
import { allLanes, type Settings } from "../experiment/config.ts";
import {
  changeSettings,
  DEFAULT_CONFIG,
  defaultConfigOf,
} from "../experiment/schema.ts";
import { predict } from "../theory/predict.ts";
import { columnsTask, parseSpectrum, spectrumOf } from "./edit.ts";
import { unitOrder } from "./order.ts";
import {
  bindingWeight,
  reach,
  survivors,
  waterline,
  weightAt,
} from "./waterline.ts";

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
    const lines = waterline(settings, 3) ?? [];
    expect(lines).toHaveLength(3);
    // The same products in another order: a few roundings of numbers near 1.
    lines.forEach((line, i) => {
      expect(Math.abs(line - (prediction?.threshold[i] ?? NaN))).toBeLessThan(
        1e-14,
      );
    });
    expect(survivors(theta, lines)).toBe(prediction?.activeUnits);
  }
});

test("putting the line somewhere sets the weight whose line is there", () => {
  for (const settings of CASES) {
    const beta = weightAt(settings, "beta", 1.9, 3);
    const line = waterline({ ...settings, beta }, 3)?.[2] ?? NaN;
    // Sixty halvings of 16 decades leave 3e-17 of them: what is left is rounding.
    expect(Math.abs(line - 1.9)).toBeLessThan(1e-13);
  }
});

test("with learnable variance a learned mode reaches exactly its data column", () => {
  const omega =
    predict(base, { theta, energy: 12, columns: 5 })?.omega[0] ?? NaN;
  const line = waterline(base, 1)?.[0] ?? NaN;
  expect(Math.abs(reach(line, base.etaEnc * omega) - 3)).toBeLessThan(1e-14);
});

const deep: Settings = {
  ...defaultConfigOf("mhvae").base,
  latents: 4,
  latents2: 3,
  beta: 1.7,
  etaDec: 0.6,
  etaEnc: 1.3,
};
const spectrum = [3, 1.6, 0.8, 0.3];

test("both lines of a hierarchical model are theory's, on either side of its noise regime", () => {
  for (const beta2 of [0.2, 0.9, 2.5, 6])
    for (const std1 of [0.2, 0.9])
      for (const second of [
        { kind: "learnable", std: 1 } as const,
        { kind: "fixed", std: [0.8] } as const,
        { kind: "fixed", std: [1.4, 0.3, 0.8] } as const,
      ]) {
        const settings: Settings = {
          ...deep,
          beta2,
          encoderVariance: { kind: "fixed", std: [std1] },
          encoderVariance2: second,
        };
        const prediction = predict(settings, {
          theta: spectrum,
          energy: 13,
          columns: 4,
        });
        const [first, top] = [0, 1].map((level) =>
          waterline(settings, 4, level),
        );
        prediction?.levels[0].encoder.forEach((lambda, i) => {
          expect(lambda > 0).toBe(spectrum[i] > (first?.[i] ?? NaN));
        });
        // The top level knows of x where both levels live.
        prediction?.levels[1].information.forEach((nats, i) => {
          expect(nats > 0).toBe(spectrum[i] > (top?.[i] ?? NaN));
        });
      }
});

test("where the data do not decide, a level has no line", () => {
  const learned: Settings = {
    ...deep,
    encoderVariance: { kind: "learnable", std: 1 },
  };
  expect(waterline(learned, 4, 1)).toBeNull();
  expect(waterline(learned, 4, 0)).not.toBeNull();
  const uneven: Settings = {
    ...deep,
    encoderVariance: { kind: "fixed", std: [1, 0.5, 0.5, 0.5] },
  };
  expect(waterline(uneven, 4, 0)).toBeNull();
});

test("the handle sets the weight that moves the line", () => {
  for (const beta2 of [0.1, 6])
    for (const level of [0, 1]) {
      const settings: Settings = { ...deep, beta2 };
      const modes = level === 0 ? 4 : 3;
      const weight = bindingWeight(settings, modes, level);
      // A line that is not to rise above where another weight takes over.
      const wanted = 0.9 * (waterline(settings, modes, level)?.at(-1) ?? NaN);
      const value = weightAt(settings, weight, wanted, modes, level);
      const line =
        waterline({ ...settings, [weight]: value }, modes, level)?.at(-1) ??
        NaN;
      expect(Math.abs(line - wanted)).toBeLessThan(1e-12);
    }
});

test("chosen columns are read as people count, or refused", () => {
  expect(columnsTask("8, 1-3", 10)).toEqual({
    kind: "columns",
    columns: [0, 1, 2, 7],
  });
  expect(columnsTask("1-3 2", 4)).toEqual({
    kind: "columns",
    columns: [0, 1, 2],
  });
  for (const bad of ["", "0", "1-4", "5", "a", "3-1"])
    expect(columnsTask(bad, 4)).toBeNull();
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
