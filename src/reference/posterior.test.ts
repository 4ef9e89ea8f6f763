import { expect, test } from "@playwright/test";
import type { Settings } from "../experiment/config.ts";
import { fillNormal } from "../math/rng.ts";
import { initialParams } from "../model/init.ts";
import { MODELS } from "../model/models.ts";
import type { Mark } from "../model/ops.ts";
import { dataShape } from "../model/param.ts";
import { tensorsOf } from "./averages.ts";
import {
  BASE,
  conditionalOf,
  momentsOf,
  normals,
  relativeError,
  someData,
  somePairs,
} from "./fixtures.ts";
import { klForms } from "./kl-forms.ts";
import { measureLane } from "./measure.ts";
import { addCounts, emptyCounts, EPSILONS, levelMetrics } from "./metrics.ts";
import { Float64Ops } from "./ops.ts";
import {
  summarizeFirstLevel,
  summarizePosterior,
  summarizeSecondLevel,
} from "./posterior.ts";
import { tensor } from "./tensor.ts";

const ROWS = 60;

/** A linear model with its data, and float64 marks of forward passes over all of it. */
function linear(model: Settings["model"], biases: boolean) {
  const settings: Settings = { ...BASE, model, biases, initScale: 0.6 };
  const data = model === "cvae" ? somePairs(ROWS) : someData(ROWS, 6);
  const shape = dataShape(data);
  const initial = initialParams(settings, shape);
  const params = Object.fromEntries(
    Object.entries(initial).map(([name, values], at) => [
      name,
      normals(values.length, 60 + at).map((v, i) => 0.3 * v + values[i]),
    ]),
  );
  const lane = {
    settings,
    ...(model === "cvae"
      ? conditionalOf(data, biases)
      : { moments: momentsOf(data, biases) }),
  };
  const x = tensor(ROWS, data.columns, data.x, false);
  const y = data.y ? tensor(ROWS, data.y.outputs, data.y.values, false) : x;
  const draw = (step: number) => {
    const ops = new Float64Ops(
      { x, y },
      tensorsOf(settings, params, shape),
      (out, stream) => {
        fillNormal(out, 21, step, stream);
      },
    );
    MODELS[model].forward(ops, settings, shape);
    return (mark: Mark): Float64Array => {
      const found = ops.marks[mark];
      if (!found) throw new Error(mark);
      const { value, columns, rows } = found;
      return Float64Array.from(
        { length: ROWS * columns },
        (_, at) => value[rows === 1 ? at % columns : at],
      );
    };
  };
  return { settings, data, params, lane, draw };
}

for (const model of ["vae", "cvae"] as const) {
  for (const biases of [false, true]) {
    test(`means and log-variances tell what moments tell: ${model}, ${biases ? "with" : "without"} biases`, () => {
      const { settings, data, params, lane, draw } = linear(model, biases);
      const marks = draw(0);
      const { latents, etaEnc } = settings;
      const found = summarizePosterior(
        { mean: marks("mean"), logVar: marks("logVar") },
        ROWS,
        latents,
        etaEnc ** 2,
      );
      const [level] = measureLane(params, lane).levels;
      const [form] = klForms(params, settings);
      const counts = emptyCounts(latents);
      addCounts(counts, form, data, 0, ROWS);
      expect(found.counts.rows).toBe(ROWS);
      expect(found.counts.below).toEqual(counts.below);
      expect(found.counts.active).toEqual(counts.active);
      for (const name of [
        "klPerUnit",
        "std",
        "meanVariance",
        "dataVariance",
      ] as const) {
        const want = name === "meanVariance" ? level.dataVariance : level[name];
        // Moments and sums over the same float32 data, both in float64.
        expect(relativeError(found[name], want), name).toBeLessThan(1e-10);
      }
      const { informationBound } = found;
      const ratio = informationBound / level.informationBound;
      if (model === "vae") expect(Math.abs(ratio - 1)).toBeLessThan(1e-10);
      // What z says of x and y, not of y given x.
      else expect(ratio).toBeGreaterThan(1);
      const metrics = levelMetrics(found, found.counts);
      expect(metrics.activeUnitsBurda).toBe(latents);
      expect(relativeError(metrics.klPerUnit, level.klPerUnit)).toBeLessThan(
        1e-10,
      );
    });
  }
}

test("both levels of a hierarchical model, drawn, are what moments expect", () => {
  const { settings, params, lane, draw } = linear("mhvae", true);
  const { latents, latents2, etaDec, etaEnc } = settings;
  const [groups, perGroup] = [40, 4];
  const [first, second] = measureLane(params, lane).levels;
  const found = Array.from({ length: groups }, (_, group) => {
    const draws = Array.from({ length: perGroup }, (__, at) =>
      draw(group * perGroup + at),
    );
    return {
      first: summarizeFirstLevel(
        draws.map((mark) => ({
          mean: mark("mean"),
          logVar: mark("logVar"),
          z: mark("z"),
          prior: mark("prior"),
        })),
        ROWS,
        latents,
        etaDec ** 2,
      ),
      second: summarizeSecondLevel(
        draws.map((mark) => ({ mean: mark("mean2"), logVar: mark("logVar2") })),
        ROWS,
        latents2,
        etaEnc ** 2,
      ),
    };
  });
  /** Each entry's average over the groups is within 5 of its standard errors of what is expected. */
  const near = (
    values: readonly ArrayLike<number>[],
    want: ArrayLike<number>,
  ): void => {
    for (let i = 0; i < want.length; i++) {
      const mean = values.reduce((sum, v) => sum + v[i], 0) / groups;
      const square = values.reduce((sum, v) => sum + (v[i] - mean) ** 2, 0);
      const error = Math.sqrt(square / groups / (groups - 1));
      expect(Math.abs(mean - want[i])).toBeLessThan(5 * error);
      // A test that could not fail would have a wide bar.
      expect(error).toBeLessThan(0.05 * Math.abs(want[i]));
    }
  };
  const of = <T>(pick: (at: (typeof found)[number]) => T): T[] =>
    found.map(pick);
  near(
    of((at) => at.first.klPerUnit),
    first.klPerUnit,
  );
  near(
    of((at) => at.second.klPerUnit),
    second.klPerUnit,
  );
  near(
    of((at) => at.second.meanVariance),
    second.meanVariance,
  );
  near(
    of((at) => at.second.dataVariance),
    second.dataVariance,
  );
  for (const level of of((at) => at.first)) {
    expect(relativeError(level.meanVariance, first.dataVariance)).toBeLessThan(
      1e-10,
    );
    expect(level.dataVariance).toEqual(level.meanVariance);
    expect(
      Math.abs(level.informationBound / first.informationBound - 1),
    ).toBeLessThan(1e-10);
  }
  // I(z1; z2) bounds I(x; z2).
  for (const level of of((at) => at.second)) {
    expect(level.informationBound).toBeGreaterThan(second.information);
  }
});

test("a variance of each example's own", () => {
  const found = summarizePosterior(
    { mean: [1, -1], logVar: [0, Math.log(4)] },
    2,
    1,
    2,
  );
  expect(found.meanVariance[0]).toBeCloseTo(1, 14);
  expect(found.std[0]).toBeCloseTo(Math.sqrt(2.5), 14);
  const kl = [0.5 + 0.5 - 1 - Math.log(0.5), 0.5 + 2 - 1 - Math.log(2)];
  expect(found.klPerUnit[0]).toBeCloseTo((kl[0] + kl[1]) / 4, 14);
  expect(found.informationBound).toBeCloseTo(
    (Math.log(3.5) - Math.log(4) / 2) / 2,
    14,
  );
  const below = EPSILONS.map(
    (epsilon) => kl.filter((nats) => nats / 2 < epsilon).length,
  );
  expect([...found.counts.below]).toEqual(below);
});

test("what differs between draws of an example is noise, not data", () => {
  const logVar = [0, 0];
  const draws = [
    { mean: [1, -1], logVar },
    { mean: [3, -3], logVar },
  ];
  const found = summarizeSecondLevel(draws, 2, 1, 1);
  expect(found.meanVariance[0]).toBeCloseTo((1 + 9) / 2, 14);
  // Each example's two draws are 1 off their mean: an unbiased variance of 2.
  expect(found.dataVariance[0]).toBeCloseTo(5 - 2, 14);
  const opposite = [draws[0], { mean: [-1, 1], logVar }];
  expect(summarizeSecondLevel(opposite, 2, 1, 1).dataVariance[0]).toBe(0);
});

test("a unit that says nothing is collapsed in every draw", () => {
  const z = normals(40, 3);
  const mean = normals(40, 4);
  const logVar = new Float64Array(40).fill(Math.log(0.49));
  const found = summarizeFirstLevel(
    [{ z, mean, logVar, prior: mean }],
    20,
    2,
    0.49,
  );
  // Roundings of squares below 2^5.
  expect(Math.abs(found.klPerUnit[0])).toBeLessThan(2 ** -48);
  expect(levelMetrics(found, found.counts).collapsed[0]).toBe(1);
  expect(found.counts.active).toEqual(new Float64Array(2));
});

test("one draw of z1 does not tell noise from data; weights gone astray give NaN", () => {
  const posterior = { mean: [1, 2], logVar: [0, 0] };
  expect(() => summarizeSecondLevel([posterior], 2, 1, 1)).toThrow(
    "got 1 draws of z1, expected two or more",
  );
  const lost = { mean: [NaN, 1], logVar: [0, 0] };
  const found = summarizePosterior(lost, 2, 1, 1);
  expect(found.informationBound).toBeNaN();
  expect(found.klPerUnit[0]).toBeNaN();
});
