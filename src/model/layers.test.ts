import { expect, test } from "@playwright/test";
import type { Network, Settings } from "../experiment/config.ts";
import { NEUTRAL } from "../experiment/neutral.ts";
import { convShapes, convWidth } from "./layers.ts";
import { MODELS } from "./models.ts";
import type { ConvShape } from "./ops.ts";
import { decoder, encoder, placesOf } from "./network.ts";
import type { DataShape, ModelParam } from "./param.ts";
import { isLinear } from "./param.ts";

const SIDES = [
  [2, 2],
  [3, 5],
  [7, 4],
  [9, 9],
  [28, 28],
  [31, 17],
] as const;

for (const [width, height] of SIDES) {
  test(`convolutions of ${width} x ${height} stay within the image and halve it`, () => {
    const most = Math.floor(Math.log2(Math.min(width, height)));
    const channels = Array.from({ length: most }, (_, at) => 2 * at + 3);
    const shapes = convShapes({ width, height }, channels);
    expect(shapes).toHaveLength(most);
    let before: Pick<ConvShape, "outHeight" | "outWidth" | "outChannels"> = {
      outHeight: height,
      outWidth: width,
      outChannels: 1,
    };
    shapes.forEach((shape, at) => {
      const { kernel, stride, padding } = shape;
      expect(shape).toMatchObject({
        height: before.outHeight,
        width: before.outWidth,
        channels: before.outChannels,
        outChannels: channels[at],
        outHeight: Math.floor(before.outHeight / 2),
        outWidth: Math.floor(before.outWidth / 2),
      });
      for (const [side, out] of [
        [shape.height, shape.outHeight],
        [shape.width, shape.outWidth],
      ]) {
        expect(out).toBeGreaterThanOrEqual(1);
        // The last window ends within the padded side, and another one would not.
        const end = (out - 1) * stride + kernel;
        expect(end).toBeLessThanOrEqual(side + 2 * padding);
        expect(end + stride).toBeGreaterThan(side + 2 * padding);
        // Every pixel is in a window.
        expect(end - padding).toBeGreaterThanOrEqual(side);
      }
      expect(convWidth(shape)).toBe(
        shape.outHeight * shape.outWidth * shape.outChannels,
      );
      before = shape;
    });
    // One more would have nothing to halve.
    expect(Math.min(before.outHeight, before.outWidth)).toBe(1);
  });
}

test("places of a part in the whole", () => {
  expect([...placesOf([5, 0, 3], 7)]).toEqual([1, -1, -1, 2, -1, 0, -1]);
  expect([...placesOf([], 2)]).toEqual([-1, -1]);
});

const dense = (...hidden: number[]): Network => ({ kind: "dense", hidden });
const STYLE = {
  network: dense(7, 4),
  activation: "relu",
  biases: true,
  maps: "joint",
} as const;

const shapesOf = (params: readonly ModelParam[]): Record<string, unknown> =>
  Object.fromEntries(params.map(({ name, shape }) => [name, shape]));

test("dense encoders and decoders mirror each other", () => {
  const sources = [
    { suffix: "x", width: 5 },
    { suffix: "y", width: 6 },
  ];
  const options = { level: "", sources, latents: 3 } as const;
  const variance = { kind: "predicted", std: 1 } as const;
  const joint = encoder(STYLE, { ...options, variance });
  expect(shapesOf(joint.params)).toEqual({
    "enc.1.Wx": [7, 5],
    "enc.1.Wy": [7, 6],
    "enc.1.B": [1, 7],
    "enc.2.W": [4, 7],
    "enc.2.B": [1, 4],
    encW: [3, 4],
    encB: [1, 3],
    encV: [3, 4],
    encVB: [1, 3],
  });
  const separate = { ...STYLE, maps: "separate", biases: false } as const;
  const fixed = { kind: "fixed", std: [1] } as const;
  const apart = encoder(separate, { ...options, variance: fixed });
  expect(shapesOf(apart.params)).toEqual({
    "encx.1.Wx": [7, 5],
    "encx.2.W": [4, 7],
    "ency.1.Wy": [7, 6],
    "ency.2.W": [4, 7],
    encWx: [3, 4],
    encWy: [3, 4],
    logVar: [1, 3],
  });
  const down = { level: "2", sources: [{ suffix: "", width: 3 }], width: 5 };
  const decode = decoder(STYLE, { ...down, level: "2" });
  expect(decode.width).toBe(5);
  expect(shapesOf(decode.params)).toEqual({
    "dec2.1.W": [4, 3],
    "dec2.1.B": [1, 4],
    "dec2.2.W": [7, 4],
    "dec2.2.B": [1, 7],
    decU2: [5, 7],
    decB2: [1, 5],
  });
});

test("convolutional ones do, too, and an image is taken whole", () => {
  const network = { kind: "conv", channels: [3, 2], hidden: [4] } as const;
  const style = { ...STYLE, network };
  const image = { width: 7, height: 5 };
  const from = placesOf([0, 1, 2, 3, 4, 5], 35);
  const encode = encoder(style, {
    level: "",
    sources: [{ suffix: "", width: 6, from }],
    latents: 3,
    variance: { kind: "learnable", std: 1 },
    image,
  });
  expect(shapesOf(encode.params)).toEqual({
    "enc.1.K": [3, 16],
    "enc.1.B": [1, 3],
    "enc.2.K": [2, 48],
    "enc.2.B": [1, 2],
    "enc.flat.1.W": [4, 2],
    "enc.flat.1.B": [1, 4],
    encW: [3, 4],
    encB: [1, 3],
    logVar: [1, 3],
  });
  const decode = decoder(style, {
    level: "",
    sources: [{ suffix: "", width: 3 }],
    width: 9,
    image,
    pixels: Int32Array.from({ length: 9 }, (_, at) => at),
  });
  expect(decode.width).toBe(9);
  expect(shapesOf(decode.params)).toEqual({
    "dec.flat.1.W": [4, 3],
    "dec.flat.1.B": [1, 4],
    "dec.flat.2.W": [2, 4],
    "dec.flat.2.B": [1, 2],
    "dec.1.K": [48, 2],
    "dec.1.B": [1, 3],
    decU: [16, 3],
    decB: [1, 1],
  });
});

const BASE: Pick<
  Settings,
  "model" | "network" | "encoderVariance" | "encoderVariance2"
> = {
  model: "mhvae",
  network: dense(),
  encoderVariance: { kind: "learnable", std: 1 },
  encoderVariance2: { kind: "fixed", std: [1] },
};

test("linear is what has no hidden layer and no predicted variance", () => {
  const predicted = { kind: "predicted", std: 1 } as const;
  const conv = { kind: "conv", channels: [4], hidden: [] } as const;
  expect(isLinear(BASE)).toBe(true);
  expect(isLinear({ ...BASE, network: dense(3) })).toBe(false);
  expect(isLinear({ ...BASE, network: conv })).toBe(false);
  expect(isLinear({ ...BASE, encoderVariance: predicted })).toBe(false);
  expect(isLinear({ ...BASE, encoderVariance2: predicted })).toBe(false);
  // Others have no second level.
  const vae = { ...BASE, model: "vae", encoderVariance2: predicted } as const;
  expect(isLinear(vae)).toBe(true);
});

test("no two tensors of a model have the same name", () => {
  const shape: DataShape = {
    columns: 6,
    outputs: 29,
    image: { width: 7, height: 5 },
    parts: {
      x: [14, 15, 21, 22, 28, 29],
      y: Array.from({ length: 29 }, (_, at) => at),
    },
  };
  for (const model of ["vae", "cvae", "mhvae"] as const) {
    for (const maps of ["joint", "separate"] as const) {
      for (const network of [
        dense(),
        dense(5, 4),
        { kind: "conv", channels: [3, 2], hidden: [5, 4] } as const,
      ]) {
        const variance = { kind: "predicted", std: 1 } as const;
        const settings: Settings = {
          ...NEUTRAL,
          ...BASE,
          model,
          maps,
          network,
          encoderVariance: variance,
          encoderVariance2: variance,
          data: { kind: "digits8" },
          rows: 10,
          scaling: "none",
          latents: 3,
          beta: 1,
          etaDec: 1,
          etaEnc: 1,
          biases: true,
          estimator: "sampled",
          optimizer: { kind: "adam", learningRate: 0.01 },
          batchSize: 4,
          initScale: 0.1,
          seed: 7,
          steps: 10,
          pace: 0,
        };
        const names = MODELS[model]
          .params(
            settings,
            model === "cvae" ? shape : { ...shape, columns: 35 },
          )
          .map(({ name }) => name);
        expect(new Set(names).size).toBe(names.length);
      }
    }
  }
});
