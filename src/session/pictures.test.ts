import { expect, test } from "@playwright/test";
import type { LaneInput } from "../engine/stepper.ts";
import { MLP, QUARTER, testView } from "./fixtures.ts";
import { readImages } from "./images.ts";
import type { LaneView } from "./picture.ts";
import { readScatter } from "./scatter.ts";
import { readTensors } from "./tensors.ts";
import { readTraversals } from "./traversals.ts";

const PIXELS = 64;

/** U (W x + b) + c in float64. */
function reconstruct({ settings, initial }: LaneInput, x: Float32Array) {
  const { latents } = settings;
  const { encW, encB, decU, decB } = initial;
  const z = Float64Array.from({ length: latents }, (_, unit) =>
    x.reduce(
      (sum, value, j) => sum + encW[unit * x.length + j] * value,
      encB[unit],
    ),
  );
  return Float64Array.from(x, (_, pixel) =>
    z.reduce(
      (sum, value, unit) => sum + decU[pixel * latents + unit] * value,
      decB[pixel],
    ),
  );
}

test("a linear VAE's reconstruction is U (W x + b) + c; draws and samples are others", async () => {
  const view = await testView();
  const images = await readImages(3, [view]);
  if (!images) throw new Error("no images");
  const { inputs, reconstructions, draws, samples } = images;
  expect(inputs).toHaveLength(10 * PIXELS);
  for (const row of [0, 9]) {
    const x = inputs.slice(row * PIXELS, (row + 1) * PIXELS);
    const expected = reconstruct(view.input, x);
    expected.forEach((value, pixel) => {
      // Float32 latents and outputs.
      const found = reconstructions[0][row * PIXELS + pixel];
      expect(Math.abs(found - value)).toBeLessThan(1e-6 * 10);
    });
  }
  expect(draws?.[0]).toHaveLength(10 * PIXELS);
  expect(samples?.[0]).toHaveLength(10 * PIXELS);
  expect(draws?.[0]).not.toEqual(reconstructions[0]);
  expect(samples?.[0]).not.toEqual(draws?.[0]);
  expect(await readImages(4, [view])).toEqual({ ...images, step: 4 });
});

test("Bernoulli outputs are probabilities", async () => {
  const view = await testView({ ...MLP, likelihood: "bernoulli" });
  const images = await readImages(0, [view]);
  const all = [
    images?.reconstructions[0],
    images?.draws?.[0],
    images?.samples?.[0],
  ];
  for (const values of all) {
    expect(values).toHaveLength(10 * PIXELS);
    expect(values?.every((value) => value > 0 && value < 1)).toBe(true);
  }
});

test("completions keep what was given, and differ in the rest", async () => {
  const view = await testView({ ...QUARTER, ...MLP });
  const images = await readImages(0, [view]);
  if (!images?.given || !images.draws) throw new Error("no completions");
  const { given, inputs, reconstructions, draws, samples } = images;
  expect(samples).toBeUndefined();
  expect(given.filter((one) => one === 1)).toHaveLength(PIXELS / 4);
  expect(draws[0]).toHaveLength(2 * inputs.length);
  let [same, other] = [0, 0];
  for (let at = 0; at < draws[0].length; at++) {
    const pixel = at % inputs.length;
    if (given[pixel % PIXELS] === 1) {
      expect(draws[0][at]).toBe(inputs[pixel]);
      expect(reconstructions[0][pixel]).toBe(inputs[pixel]);
      same++;
    } else if (draws[0][at] !== reconstructions[0][pixel]) other++;
  }
  expect(same).toBe((2 * inputs.length) / 4);
  expect(other).toBeGreaterThan(0);
});

test("lanes of other images are not shown side by side", async () => {
  const spectrum = await testView({
    data: { kind: "spectrum", theta: [2, 1] },
    latents: 2,
  });
  expect(await readImages(0, [spectrum])).toBeNull();
  expect(await readImages(0, [await testView(), spectrum])).toBeNull();
});

/** A unit whose decoder column is zero. */
async function withDeadUnit(): Promise<LaneView> {
  const view = await testView({ latents: 3 });
  const decU = view.params.decU.map((value, at) => (at % 3 === 1 ? 0 : value));
  return { ...view, params: { ...view.params, decU } };
}

test("traversals: a dead unit's row does not change, a live one's by 6 prior stds", async () => {
  const view = await withDeadUnit();
  const request = { lane: 0, example: 2, level: 1 } as const;
  const walk = await readTraversals(5, view, request);
  if (!walk) throw new Error("no traversals");
  expect(walk.stops).toEqual([-3, -2, -1, 0, 1, 2, 3]);
  expect(walk.images).toHaveLength(3 * 7 * PIXELS);
  expect(walk.change[1]).toBe(0);
  for (const unit of [0, 2]) {
    const column = view.params.decU.filter((_, at) => at % 3 === unit);
    const most = Math.max(...column.map(Math.abs));
    const expected = 6 * view.input.settings.etaEnc * most;
    expect(Math.abs(walk.change[unit] / expected - 1)).toBeLessThan(1e-5);
  }
  expect(await readTraversals(5, view, { ...request, level: 2 })).toBeNull();
});

test("traversals of both levels of a hierarchical model", async () => {
  const view = await testView({ model: "mhvae", ...MLP });
  for (const [level, units] of [
    [1, 3],
    [2, 2],
  ] as const) {
    const walk = await readTraversals(0, view, { lane: 0, example: 99, level });
    expect(walk?.images).toHaveLength(units * 7 * PIXELS);
    expect(walk?.images.every(Number.isFinite)).toBe(true);
    expect(Math.min(...(walk?.change ?? []))).toBeGreaterThan(0);
  }
});

test("points are posterior means; a lane without the units has none", async () => {
  const view = await testView();
  const { data, initial, settings } = view.input;
  const { points, labels } = await readScatter(0, [view], {
    level: 1,
    units: [2, 0],
  });
  expect(points[0]).toHaveLength(2 * 120);
  expect(labels).toEqual(data.labels);
  const row = data.x.subarray(7 * PIXELS, 8 * PIXELS);
  [2, 0].forEach((unit, axis) => {
    const mean = row.reduce(
      (sum, value, j) => sum + initial.encW[unit * PIXELS + j] * value,
      initial.encB[unit],
    );
    expect(Math.abs(points[0][2 * 7 + axis] - mean)).toBeLessThan(1e-5);
  });
  expect(settings.latents).toBe(3);
  const beyond = await readScatter(0, [view], { level: 1, units: [0, 3] });
  expect(beyond.points[0]).toHaveLength(0);
  const above = await readScatter(0, [view], { level: 2, units: [0, 1] });
  expect(above.points[0]).toHaveLength(0);
});

test("a network's heat maps are its matrices with latents on one side", async () => {
  const names = async (change: Parameters<typeof testView>[0]) => {
    const { input, params } = await testView(change);
    return readTensors(input, params, false).map(
      ({ name, rows, columns, unitAxis }) =>
        `${name} ${unitAxis === "rows" ? rows : columns}`,
    );
  };
  expect(await names(MLP)).toEqual(["encW 3", "dec.1.W 3"]);
  expect(
    await names({ ...MLP, encoderVariance: { kind: "predicted", std: 1 } }),
  ).toEqual(["encW 3", "encV 3", "dec.1.W 3"]);
  expect(await names({ ...MLP, model: "mhvae" })).toEqual([
    "encW1 3",
    "encW2 2",
    "dec1.1.W 3",
    "dec2.1.W 2",
  ]);
  expect(await names({ ...MLP, ...QUARTER })).toEqual(["encW 3", "dec.1.Wz 3"]);
  expect(await names({ ...MLP, ...QUARTER, maps: "separate" })).toEqual([
    "encWx 3",
    "encWy 3",
    "decz.1.Wz 3",
  ]);
  expect(
    await names({ network: { kind: "conv", channels: [4], hidden: [] } }),
  ).toEqual(["encW 3", "dec.flat.1.W 3"]);
});
