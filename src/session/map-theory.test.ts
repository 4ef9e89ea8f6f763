/** Grid, theory, lines and measurement of maps, where the boundaries are known by hand. */
import { expect, test } from "@playwright/test";
import type { Settings } from "../experiment/config.ts";
import { configOf, defaultConfigOf } from "../experiment/schema.ts";
import { SLICE_MS, Slices } from "../math/slices.ts";
import { measureLane, MeasureScratch } from "../reference/measure.ts";
import { PassSource } from "./passes.ts";
import { LaneData } from "./lane-data.ts";
import { MapGrid } from "./map-grid.ts";
import { CellMeasure } from "./map-measure.ts";
import { cellValues, MAP_NUMBERS, NEAR, placeOf, valueAt } from "./map-plan.ts";
import type { MapAxis, MapLines } from "./map-protocol.ts";
import { mapLines, mapTheory } from "./map-theory.ts";

const THETA = [3, 2, 1, 0.5];
const BETA: MapAxis = {
  field: "beta",
  from: 0.2,
  to: 8,
  count: 12,
  scale: "log",
};
const ETA: MapAxis = {
  field: "etaDec",
  from: 0.4,
  to: 1.6,
  count: 9,
  scale: "log",
};
const RHO: MapAxis = {
  field: "correlation",
  from: 0,
  to: 0.9,
  count: 7,
  scale: "linear",
};
/** Between two nodes half a cell apart, halved seven times: the middle of what is left. */
const CELLS_OFF = 0.5 / 2 ** 8;

function gridOf(
  model: Settings["model"],
  axes: readonly MapAxis[],
  slices = new Slices(),
): Promise<MapGrid | null> {
  const base: Settings = {
    ...defaultConfigOf(model).base,
    data: { kind: "spectrum", theta: THETA },
    rows: 32,
    latents: 4,
    latents2: 3,
    estimator: "exact",
  };
  return MapGrid.create(
    { config: configOf([base]), axes },
    new LaneData(),
    slices,
  );
}

async function grid(
  model: Settings["model"],
  axes: readonly MapAxis[],
): Promise<MapGrid> {
  const made = await gridOf(model, axes);
  if (!made) throw new Error("nothing ended it");
  return made;
}

async function lines(of: MapGrid, levels = 1): Promise<MapLines> {
  const found = await mapLines(of, levels, new Slices());
  if (!found) throw new Error("nothing ended it");
  return found;
}

/** A slice is over at every look. */
function hasty(): { slices: Slices; turns: () => number } {
  let [now, turns] = [0, 0];
  const slices = new Slices(undefined, {
    now: () => (now += SLICE_MS),
    turn: () => {
      turns++;
      return Promise.resolve();
    },
  });
  return { slices, turns: () => turns };
}

test("cells share data, moments and starts where they are alike", async () => {
  const { inputs } = await grid("vae", [BETA, ETA]);
  expect(inputs.length).toBe(108);
  const [first] = inputs;
  for (const input of inputs) {
    expect(input.data).toBe(first.data);
    expect(input.moments).toBe(first.moments);
    expect(input.initial).toBe(first.initial);
  }
  const sizes = await grid("vae", [
    { ...BETA, field: "latents", from: 1, to: 4, count: 4, scale: "linear" },
  ]);
  expect(sizes.inputs.map(({ initial }) => initial.logVar.length)).toEqual([
    1, 2, 3, 4,
  ]);
  const pairs = await grid("cvae", [RHO, { ...BETA, count: 2 }]);
  expect(new Set(pairs.inputs.map(({ condition }) => condition)).size).toBe(7);
  expect(new Set(pairs.inputs.map(({ data }) => data)).size).toBe(1);
});

test("what has no map is refused, and a signal ends one", async () => {
  await expect(gridOf("vae", [{ ...BETA, field: "beta2" }])).rejects.toThrow(
    RangeError,
  );
  const over = new Slices(AbortSignal.abort());
  expect(await gridOf("vae", [BETA], over)).toBeNull();
  const made = await grid("vae", [BETA]);
  expect(await mapTheory(made, over)).toBeNull();
  expect(await mapLines(made, 1, over)).toBeNull();
});

for (const [model, axes] of [
  ["vae", [BETA, ETA]],
  ["cvae", [RHO, BETA]],
  ["mhvae", [BETA, { ...BETA, field: "beta2" }]],
] as const)
  test(`theory of a cell is that of its place (${model})`, async () => {
    const made = await grid(model, axes);
    const theory = await mapTheory(made, new Slices());
    expect(theory?.units).toEqual(model === "mhvae" ? [4, 3] : [4]);
    const width = MAP_NUMBERS.length;
    const columns = axes[0].count;
    made.inputs.forEach((_, cell) => {
      const here = made.predict(cell);
      const there = made.predictAt([
        cell % columns,
        Math.floor(cell / columns),
      ]);
      const loss = here?.loss ?? Number.NaN;
      // Numbers along an axis have six digits; the loss changes by less than tenfold its share.
      expect(Math.abs((there?.loss ?? Number.NaN) - loss)).toBeLessThan(
        1e-5 * Math.max(10, Math.abs(loss)),
      );
      const row = theory?.values.subarray(cell * width, (cell + 1) * width);
      const levels = here?.levels.map(({ activeUnits }) => activeUnits) ?? [];
      expect([...(row ?? [])].slice(0, levels.length)).toEqual(levels);
      expect(row?.[2]).toBe(loss);
      expect(row?.[5]).toBeNaN();
      if (model !== "mhvae") expect(row?.[1]).toBeNaN();
    });
  });

test("lines of a VAE are where beta eta^2 is a theta^2, and near cells those within 2 %", async () => {
  const made = await grid("vae", [BETA, ETA]);
  const { levels, near } = await lines(made);
  expect(levels.length).toBe(1);
  const [line] = levels;
  const log = (axis: MapAxis): number =>
    Math.log(axis.to / axis.from) / (axis.count - 1);
  // Off along beta or along eta, whose square counts; float32 has 24 bits of a place up to 12.
  const off = Math.max(log(BETA), 2 * log(ETA)) * (CELLS_OFF + 12 * 2 ** -24);
  const thresholds = THETA.map((theta) => theta * theta);
  const seen = new Set<number>();
  for (let at = 0; at < line.length; at += 2) {
    const beta = valueAt(BETA, line[at]);
    const eta = valueAt(ETA, line[at + 1]);
    const gaps = thresholds.map((t) =>
      Math.abs(Math.log((beta * eta ** 2) / t)),
    );
    expect(Math.min(...gaps)).toBeLessThan(off);
    seen.add(gaps.indexOf(Math.min(...gaps)));
  }
  // beta eta^2 runs from .03 to 20: all four are crossed.
  expect(seen.size).toBe(4);
  let [nearCells, unsure] = [0, 0];
  near.forEach((is, cell) => {
    const [beta, eta] = cellValues(made.values, cell);
    const reach = (by: number): boolean =>
      thresholds.some(
        (t) =>
          t > (1 - NEAR) ** 3 * beta * eta ** 2 * (1 - by) &&
          t < (1 + NEAR) ** 3 * beta * eta ** 2 * (1 + by),
      );
    // Segments are chords between points that may be off.
    if (reach(2 * off) !== reach(-2 * off)) unsure++;
    else expect([cell, is]).toEqual([cell, reach(0) ? 1 : 0]);
    nearCells += is;
  });
  expect(nearCells).toBeGreaterThan(3);
  expect(unsure).toBeLessThan(nearCells);
});

test("a curve has a point at each threshold", async () => {
  const made = await grid("vae", [BETA]);
  const { levels } = await lines(made);
  const [line] = levels;
  const eta = made.inputs[0].settings.etaDec;
  const places = THETA.map((theta) => placeOf(BETA, (theta / eta) ** 2))
    .filter((place) => place > -0.5 && place < BETA.count - 0.5)
    .sort((a, b) => a - b);
  expect(line.length).toBe(4 * places.length);
  places.forEach((place, i) => {
    expect(Math.abs(line[4 * i] - place)).toBeLessThan(CELLS_OFF + 1e-6);
    expect(line[4 * i + 2]).toBe(line[4 * i]);
  });
});

test("grid, theory and lines give others a turn at every cell", async () => {
  const { slices, turns } = hasty();
  const made = await gridOf("vae", [BETA, ETA], slices);
  expect(turns()).toBe(108);
  if (!made) throw new Error("nothing ended it");
  await mapTheory(made, slices);
  expect(turns()).toBe(216);
  const found = await mapLines(made, 1, slices);
  // Nodes, squares between them, and segments whose neighbors are looked for.
  const [across, up] = [2 * BETA.count + 1, 2 * ETA.count + 1];
  const segments = (found?.levels[0].length ?? 0) / 4;
  expect(turns()).toBe(216 + across * up + (across - 1) * (up - 1) + segments);
});

for (const model of ["vae", "cvae", "mhvae"] as const)
  test(`a cell is measured as a lane is (${model})`, async () => {
    const made = await grid(model, [{ ...BETA, count: 2 }]);
    const [, input] = made.inputs;
    const measure = new CellMeasure(new PassSource(null));
    const { initial } = input;
    const prediction = made.predict(1);
    const numbers = await measure.of({
      input,
      step: 0,
      prediction,
      params: initial,
    });
    const of = measureLane(initial, input, new MeasureScratch());
    expect(numbers.length).toBe(MAP_NUMBERS.length);
    expect(numbers.slice(2, 5)).toEqual([of.loss, of.kl, of.kl2]);
    expect(numbers[6]).toBe(of.levels[of.levels.length - 1].information);
    expect(Number.isNaN(numbers[1])).toBe(model !== "mhvae");
    // Far from trained: the widest gap is that of the largest singular value, or near it.
    expect(numbers[5]).toBeGreaterThan(0.1);
    expect(prediction).not.toBeNull();
    // Without theory there is no distance to it, and the rest stays.
    const alone = await measure.of({
      input,
      step: 0,
      prediction: null,
      params: initial,
    });
    expect(alone[5]).toBeNaN();
    expect(alone.slice(2, 5)).toEqual(numbers.slice(2, 5));
    const [name] = Object.keys(initial);
    const values = initial[name].slice();
    values[0] = Number.NaN;
    expect(
      await measure.of({
        input,
        step: 0,
        prediction,
        params: { ...initial, [name]: values },
      }),
    ).toEqual(MAP_NUMBERS.map(() => Number.NaN));
  });
