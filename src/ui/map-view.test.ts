/** What maps show, without a page: numbers, words, files, marks, usual axes. */
import { expect, test } from "@playwright/test";
import {
  configOf,
  DEFAULT_CONFIG,
  defaultConfigOf,
} from "../experiment/schema.ts";
import type { MapAxis, MapSpec } from "../session/map-protocol.ts";
import { axisValues, MAP_NUMBERS } from "../session/map-plan.ts";
import type { MapState } from "../session/store-map.ts";
import { sequential } from "./map-colors.ts";
import {
  axisTicks,
  cellAt,
  linePath,
  paintCells,
  pixelOf,
  type MapBox,
} from "./map-draw.ts";
import { areUsable, specKey, usualAxes } from "./map-fields.ts";
import {
  cellText,
  mapCsv,
  mapJson,
  mapQuantities,
  numberOf,
  progressText,
  scaleOf,
  verdictOf,
  verdictText,
} from "./map-view.ts";

const BETA: MapAxis = {
  field: "beta",
  from: 0.5,
  to: 2,
  count: 3,
  scale: "log",
};
const ETA: MapAxis = { ...BETA, field: "etaDec", from: 1, count: 2 };
const SPEC: MapSpec = { config: DEFAULT_CONFIG, axes: [BETA, ETA] };
const [ACTIVE, KL] = mapQuantities(SPEC);
const WIDTH = MAP_NUMBERS.length;

/** Theory counts 5 4 3 / 3 2 NaN; measured alike but for cells 1 (near) and 4; cell 2 is on its way. */
function mapState(): MapState {
  const theory = new Float64Array(6 * WIDTH).fill(Number.NaN);
  const measured = theory.slice();
  [5, 4, 3, 3, 2, Number.NaN].forEach((count, cell) => {
    theory[cell * WIDTH] = count;
    theory[cell * WIDTH + 3] = count / 2;
    measured[cell * WIDTH] = count;
    measured[cell * WIDTH + 2] = 10;
    measured[cell * WIDTH + 3] = count / 2 + 0.25;
  });
  measured[WIDTH] = 5;
  measured[4 * WIDTH] = 3;
  measured[5 * WIDTH] = 1;
  return {
    spec: SPEC,
    values: SPEC.axes.map(axisValues),
    theory: { units: [8], values: theory, linear: false },
    lines: {
      levels: [Float32Array.of(-0.5, 0, 2.5, 1)],
      near: Uint8Array.of(0, 1, 0, 0, 0, 0),
    },
    measured,
    steps: Uint32Array.of(100, 100, 40, 100, 100, 100),
    ended: Uint8Array.of(1, 1, 0, 1, 1, 1),
    progress: null,
  };
}

const BOX: MapBox = {
  left: 10,
  top: 20,
  width: 300,
  height: 100,
  columns: 3,
  rows: 2,
};

test("a cell has a number as measured, as theory has it, and their difference", () => {
  const state = mapState();
  expect(numberOf(state, 1, "active", "theory")).toBe(4);
  expect(numberOf(state, 1, "active", "measured")).toBe(5);
  expect(numberOf(state, 1, "active", "difference")).toBe(1);
  expect(numberOf(state, 0, "distance", "theory")).toBe(0);
  expect(numberOf({ ...state, theory: null }, 0, "kl", "theory")).toBeNaN();
});

test("scales are shared by theory and measurement; a difference's is about zero", () => {
  const state = mapState();
  expect(scaleOf(state, ACTIVE, "theory", "light")).toMatchObject({
    low: 0,
    high: 8,
    ticks: [0, 1, 2, 3, 4, 5, 6, 7, 8],
  });
  const kl = scaleOf(state, KL, "theory", "light");
  expect([kl.low, kl.high]).toEqual([0, 2.75]);
  expect(scaleOf(state, KL, "measured", "dark")).toMatchObject({ high: 2.75 });
  expect(scaleOf(state, KL, "difference", "light").ticks).toEqual([
    -0.25, 0, 0.25,
  ]);
});

test("cells are judged where theory counts and training has ended", () => {
  const state = mapState();
  expect(verdictOf(state)).toEqual({
    judged: 4,
    agree: 2,
    near: 1,
    off: 1,
    free: 1,
  });
  expect(verdictText(state)).toBe(
    "2 of 4 cells agree with theory; 1 is within 2 % of a boundary; 1 disagrees; of 1 theory says no count.",
  );
  expect(verdictText({ ...state, ended: new Uint8Array(6) })).toBeNull();
});

test("a cell in words", () => {
  const state = mapState();
  expect(cellText(state, 1, ACTIVE)).toBe("β 1, η 1: 5 of 8 active, theory 4");
  expect(cellText(state, 2, ACTIVE)).toContain("at step 40");
  state.steps[3] = 0;
  expect(cellText(state, 3, ACTIVE)).toBe(
    "β 0.5, η 2: not trained yet, theory 3",
  );
  state.measured[2] = Number.NaN;
  expect(cellText(state, 0, ACTIVE)).toContain("diverged");
});

test("progress in words", () => {
  const progress = {
    done: 3,
    total: 1024,
    fraction: 0.1,
    secondsLeft: 100,
    modelStepsPerSecond: 12345,
    label: "No room.",
  };
  const said = (["running", "paused", "cancelled", "failed"] as const).map(
    (status) =>
      progressText({ ...mapState(), progress: { ...progress, status } }, SPEC),
  );
  expect(said).toEqual([
    "3 of 1,024 trained, 2 min left, 12,345 steps/s",
    "Paused at 3 of 1,024",
    "Cancelled after 3 of 1,024",
    "No room.",
  ]);
});

test("files have every cell, and the link", () => {
  const [link, head, ...lines] = mapCsv(mapState(), "LINK").trim().split("\n");
  expect(link).toBe("# LINK");
  expect(lines.length).toBe(6);
  const cells = lines.map((line) => line.split(","));
  const column = (name: string) =>
    cells.map((row) => row[head.split(",").indexOf(name)]);
  expect(column("beta")).toEqual(["0.5", "1", "2", "0.5", "1", "2"]);
  expect(column("etaDec")).toEqual(["1", "1", "1", "2", "2", "2"]);
  expect(column("active")).toEqual(["5", "5", "3", "3", "3", "1"]);
  expect(column("theory_active")).toEqual(["5", "4", "3", "3", "2", ""]);
  expect(column("near_boundary")).toEqual(["0", "1", "0", "0", "0", "0"]);
  const json = JSON.parse(mapJson(mapState(), "LINK")) as {
    link: string;
    cells: { theory: { active: number | null }; near: boolean }[];
  };
  expect(json.link).toBe("LINK");
  expect(json.cells.map(({ theory }) => theory.active)).toEqual([
    5,
    4,
    3,
    3,
    2,
    null,
  ]);
});

test("cells lie in their box, the first at the lower left", () => {
  expect(pixelOf(BOX, 0, 0)).toEqual([60, 95]);
  for (let cell = 0; cell < 6; cell++)
    expect(cellAt(BOX, ...pixelOf(BOX, cell % 3, Math.floor(cell / 3)))).toBe(
      cell,
    );
  expect(cellAt(BOX, 9, 50)).toBeNull();
  expect(cellAt(BOX, 50, 121)).toBeNull();
  const { lines } = mapState();
  if (lines)
    expect(linePath(lines, null, BOX)).toBe("M10.00 95.00L310.00 45.00");
  const filled: number[][] = [];
  paintCells(mapState(), ACTIVE, "theory", "light", BOX, 2, (_, ...at) => {
    filled.push(at);
  });
  // The cell of which theory says nothing stays empty.
  expect(filled.length).toBe(5);
  expect(filled[0]).toEqual([10, 70, 100, 50]);
});

test("ticks are round numbers on their axis", () => {
  expect(axisTicks({ ...BETA, from: 0.1, to: 10, count: 32 }, 8)).toEqual(
    [0.1, 0.2, 0.5, 1, 2, 5, 10].map((value) => ({
      // 31 cells over two decades.
      at: expect.closeTo((31 * Math.log10(value * 10)) / 2, 9),
      label: String(value),
    })),
  );
  const rho = axisTicks(
    { field: "correlation", from: 0, to: 1, count: 11, scale: "linear" },
    5,
  );
  expect(rho.map(({ label }) => Number(label))).toEqual([
    0, 0.2, 0.4, 0.6, 0.8, 1,
  ]);
});

test("the scale's lightness alone tells more from less", () => {
  const light = Array.from({ length: 21 }, (_, i) => {
    const [r, g, b] = (sequential(i / 20).match(/\d+/g) ?? []).map(Number);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  });
  for (let i = 1; i < light.length; i++)
    expect(light[i]).toBeGreaterThan(light[i - 1]);
});

test("usual axes are those the model has", () => {
  for (const [model, fields] of [
    ["vae", ["beta", "etaDec"]],
    ["cvae", ["correlation", "beta"]],
    ["mhvae", ["beta", "beta2"]],
  ] as const) {
    const config = defaultConfigOf(model);
    const axes = usualAxes(config, 16);
    expect(axes.map(({ field }) => field)).toEqual(fields);
    expect(areUsable(config, axes)).toBe(true);
  }
  expect(areUsable(DEFAULT_CONFIG, [{ ...BETA, field: "beta2" }])).toBe(false);
});

test("specs are of the same models whatever lane A has where axes say otherwise", () => {
  const key = (change: object): string =>
    specKey({
      ...SPEC,
      config: configOf([{ ...DEFAULT_CONFIG.base, ...change }]),
    });
  expect(key({ beta: 3, etaDec: 0.7, pace: 5 })).toBe(key({}));
  expect(key({ etaEnc: 2 })).not.toBe(key({}));
  expect(specKey({ ...SPEC, steps: 10 })).not.toBe(specKey(SPEC));
});
