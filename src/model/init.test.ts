import { expect, test } from "@playwright/test";
import type { Settings } from "../experiment/config.ts";
import { NEUTRAL } from "../experiment/neutral.ts";
import { initialParams } from "./init.ts";

const settings: Settings = {
  ...NEUTRAL,
  model: "vae",
  data: { kind: "spectrum", theta: [2, 1] },
  rows: 10,
  scaling: "none",
  latents: 3,
  beta: 1,
  etaDec: 1,
  etaEnc: 1,
  encoderVariance: { kind: "learnable", std: 0.5 },
  latents2: 2,
  beta2: 1,
  encoderVariance2: { kind: "fixed", std: [0.25] },
  condition: { kind: "correlated" },
  correlation: [0],
  biases: true,
  estimator: "exact",
  optimizer: { kind: "adam", learningRate: 0.01 },
  batchSize: 4,
  initScale: 0.1,
  seed: 7,
  steps: 10,
  pace: 0,
};

/** The first draws of these settings. */
const OLD = {
  encW: [-0.06508439034223557, -0.032928116619586945, -0.23289939761161804],
  decU: [
    -0.07013200968503952, -0.14304521679878235, -0.028741417452692986,
    -0.021734394133090973,
  ],
};

test("shapes, names and constants of the start", () => {
  const params = initialParams(settings, { columns: 5 });
  const sizes = Object.fromEntries(
    Object.entries(params).map(([name, v]) => [name, v.length]),
  );
  expect(sizes).toEqual({ encW: 15, decU: 15, logVar: 3, encB: 3, decB: 5 });
  expect([...params.logVar]).toEqual(
    [0, 0, 0].map(() => Math.fround(2 * Math.log(0.5))),
  );
  expect([...params.encB, ...params.decB].every((value) => value === 0)).toBe(
    true,
  );
});

test("a single unit over a single column still starts away from zero", () => {
  const params = initialParams({ ...settings, latents: 1 }, { columns: 1 });
  expect(params.encW[0]).not.toBe(0);
  expect(params.decU[0]).not.toBe(0);
});

test("weights have the asked scale and tensors do not share draws", () => {
  const params = initialParams({ ...settings, latents: 20 }, { columns: 200 });
  const { encW, decU } = params;
  const meanSquare = encW.reduce((sum, w) => sum + w * w, 0) / encW.length;
  // 4000 draws: the mean of squares has a relative std of sqrt(2 / 4000) = 2.2 %; five of them.
  expect(Math.abs(meanSquare / 0.01 - 1)).toBeLessThan(0.11);
  expect(encW[0]).not.toBe(decU[0]);
});

test("units in common start the same whatever k is", () => {
  const small = initialParams(settings, { columns: 5 });
  const large = initialParams({ ...settings, latents: 4 }, { columns: 5 });
  expect([...large.encW.subarray(0, 15)]).toEqual([...small.encW]);
  for (let row = 0; row < 5; row++) {
    for (let unit = 0; unit < 3; unit++) {
      expect(large.decU[row * 4 + unit]).toBe(small.decU[row * 3 + unit]);
    }
  }
});

test("a plain VAE starts where it always did", () => {
  // Drawn by the first release: old links must give old runs.
  const { encW, decU } = initialParams(settings, { columns: 5 });
  expect([...encW.subarray(0, 3)]).toEqual(OLD.encW);
  expect([...decU.subarray(0, 4)]).toEqual(OLD.decU);
});

test("a conditional model has tensors for x and for y", () => {
  const params = initialParams(
    { ...settings, model: "cvae" },
    { columns: 5, outputs: 2 },
  );
  const sizes = Object.fromEntries(
    Object.entries(params).map(([name, v]) => [name, v.length]),
  );
  expect(sizes).toEqual({
    encWx: 15,
    encWy: 6,
    decUz: 6,
    decUx: 10,
    logVar: 3,
    encB: 3,
    decB: 2,
  });
  expect([...params.encB, ...params.decB].every((v) => v === 0)).toBe(true);
  expect([...params.decUx].every((v) => v !== 0)).toBe(true);
});

test("both levels start as set, units in common the same whatever k1 and k2 are", () => {
  const base: Settings = { ...settings, model: "mhvae" };
  const small = initialParams(base, { columns: 5 });
  const sizes = Object.fromEntries(
    Object.entries(small).map(([name, v]) => [name, v.length]),
  );
  expect(sizes).toEqual({
    encW1: 15,
    encW2: 6,
    decU1: 15,
    decU2: 6,
    logVar1: 3,
    logVar2: 2,
    encB1: 3,
    encB2: 2,
    decB1: 5,
    decB2: 3,
  });
  expect([...small.logVar1]).toEqual(
    [0, 0, 0].map(() => Math.fround(2 * Math.log(0.5))),
  );
  expect([...small.logVar2]).toEqual(
    [0, 0].map(() => Math.fround(2 * Math.log(0.25))),
  );
  for (const name of ["encB1", "encB2", "decB1", "decB2"]) {
    expect(small[name].every((value) => value === 0)).toBe(true);
  }
  const large = initialParams(
    { ...base, latents: 4, latents2: 6 },
    { columns: 5 },
  );
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 2; j++) {
      expect(large.encW2[j * 4 + i]).toBe(small.encW2[j * 3 + i]);
      expect(large.decU2[i * 6 + j]).toBe(small.decU2[i * 2 + j]);
    }
  }
});

test("a fixed list gives one std per unit, and a wrong length is named", () => {
  const fixed = (std: readonly number[]): Settings => ({
    ...settings,
    encoderVariance: { kind: "fixed", std },
  });
  expect([...initialParams(fixed([1, 2, 4]), { columns: 5 }).logVar]).toEqual(
    [1, 2, 4].map((std) => Math.fround(2 * Math.log(std))),
  );
  expect(() => initialParams(fixed([1, 2]), { columns: 5 })).toThrow(
    "got 2 values, expected 1 or one per",
  );
});

/** Mean of squares over what it should be, of draws enough to tell. */
function varianceRatio(values: Float32Array, variance: number): number {
  return values.reduce((sum, w) => sum + w * w, 0) / values.length / variance;
}

/** Five standard deviations of a mean of so many squares of normal draws. */
const fiveSigma = (count: number): number => 5 * Math.sqrt(2 / count);

for (const [activation, gain] of [
  ["relu", 2],
  ["gelu", 2],
  ["tanh", 1],
] as const) {
  test(`hidden layers start with variance gain / fan-in, ${activation}`, () => {
    const base: Settings = {
      ...settings,
      activation,
      latents: 20,
      encoderVariance: { kind: "predicted", std: 0.5 },
    };
    const expectVariance = (
      params: ReturnType<typeof initialParams>,
      fanIns: Readonly<Record<string, number>>,
    ): void => {
      for (const [name, fanIn] of Object.entries(fanIns)) {
        const values = params[name];
        const ratio = varianceRatio(values, gain / fanIn);
        expect(Math.abs(ratio - 1), name).toBeLessThan(
          fiveSigma(values.length),
        );
      }
    };
    const dense = initialParams(
      {
        ...base,
        model: "cvae",
        network: { kind: "dense", hidden: [60, 50] },
      },
      { columns: 40, outputs: 30 },
    );
    // The first layers take both inputs: the fan-in is that of both.
    expectVariance(dense, {
      "enc.1.Wx": 70,
      "enc.1.Wy": 70,
      "enc.2.W": 60,
      "dec.1.Wz": 60,
      "dec.1.Wx": 60,
      "dec.2.W": 50,
    });
    // The maps to the latents and to the output keep the scale of a linear model.
    for (const name of ["encW", "decU"]) {
      const ratio = varianceRatio(dense[name], base.initScale ** 2);
      expect(Math.abs(ratio - 1), name).toBeLessThan(
        fiveSigma(dense[name].length),
      );
    }
    // A predicted variance starts where a learnable one does, for every input.
    expect(dense.encV.every((value) => value === 0)).toBe(true);
    expect([...dense.encVB]).toEqual(
      Array.from({ length: 20 }, () => Math.fround(2 * Math.log(0.5))),
    );
    const conv = initialParams(
      {
        ...base,
        network: { kind: "conv", channels: [24, 16], hidden: [30] },
      },
      { columns: 64, image: { width: 8, height: 8 } },
    );
    // A pixel made by a transposed convolution of stride 2 is reached by a quarter of the kernel.
    expectVariance(conv, {
      "enc.1.K": 16,
      "enc.2.K": 16 * 24,
      "enc.flat.1.W": 64,
      "dec.flat.1.W": 20,
      "dec.flat.2.W": 30,
      "dec.1.K": (16 * 16) / 4,
    });
    expect([...conv["enc.1.B"]].every((value) => value === 0)).toBe(true);
    const places = Array.from({ length: 64 }, (_, at) => at);
    const paired = initialParams(
      {
        ...base,
        model: "cvae",
        network: { kind: "conv", channels: [24], hidden: [] },
      },
      {
        columns: 16,
        outputs: 48,
        image: { width: 8, height: 8 },
        parts: { x: places.slice(0, 16), y: places.slice(16) },
      },
    );
    expectVariance(paired, { "enc.1.Kx": 2 * 16, "enc.1.Ky": 2 * 16 });
  });
}

test("tensors of a network do not share draws, and separate maps have their own", () => {
  const params = initialParams(
    {
      ...settings,
      model: "cvae",
      maps: "separate",
      network: { kind: "dense", hidden: [4] },
    },
    { columns: 5, outputs: 5 },
  );
  const drawn = ["encx.1.Wx", "ency.1.Wy", "encWx", "encWy", "decz.1.Wz"];
  const firsts = drawn.map((name) => {
    const [a, b] = params[name];
    return (a / b).toFixed(6);
  });
  expect(new Set(firsts).size).toBe(drawn.length);
});
