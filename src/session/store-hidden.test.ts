/** Maps and sweeps while a classroom link hides theory, and once it does not. */
import { expect, test } from "@playwright/test";
import { DEFAULT_CONFIG } from "../experiment/schema.ts";
import { MAP_NUMBERS } from "./map-plan.ts";
import type { MapApi, MapEvent, MapSpec } from "./map-protocol.ts";
import { MapStore } from "./store-map.ts";
import { SweepStore } from "./store-sweep.ts";
import type { SweepRow, SweepSpec } from "./sweep-protocol.ts";

const WIDTH = MAP_NUMBERS.length;
const SPEC: MapSpec = {
  config: DEFAULT_CONFIG,
  axes: [{ field: "beta", from: 0.5, to: 2, count: 2, scale: "log" }],
};

/** A worker that does nothing: the test says what it would. */
const SILENT: MapApi = {
  map: () => Promise.resolve(),
  pauseMap: () => Promise.resolve(),
  cancelMap: () => Promise.resolve(),
};

const EVENTS: readonly MapEvent[] = [
  {
    kind: "map-theory",
    map: 1,
    theory: {
      units: [8],
      values: new Float64Array(2 * WIDTH).fill(5),
      linear: false,
    },
  },
  {
    kind: "map-lines",
    map: 1,
    lines: {
      levels: [new Float32Array([0.5, 0, 0.5, 0])],
      near: new Uint8Array([1, 0]),
    },
  },
  {
    kind: "map-cells",
    map: 1,
    cells: {
      cells: new Uint32Array([0]),
      values: new Float64Array(WIDTH).fill(7),
      steps: new Uint32Array([100]),
      ended: true,
    },
  },
];

test("a map has no theory, lines or distances while they are hidden, and all of them after", () => {
  let hides = true;
  const store = new MapStore(Promise.resolve(SILENT), () => hides);
  void store.run(SPEC, true);
  for (const event of EVENTS) store.hear(event);
  const { theory, lines, measured, theoryHidden } = store.state;
  expect(theoryHidden).toBe(true);
  // The number of units is the experiment's, not theory's.
  expect(theory?.units).toEqual([8]);
  expect(theory?.values.every(Number.isNaN)).toBe(true);
  expect(lines).toBeNull();
  const at = (key: (typeof MAP_NUMBERS)[number]) =>
    measured[MAP_NUMBERS.indexOf(key)];
  expect(at("active")).toBe(7);
  expect(at("distance")).toBeNaN();
  // The same object again: nothing is painted twice for it.
  expect(store.state).toBe(store.state);
  hides = false;
  expect(store.state.theoryHidden).toBeUndefined();
  expect(store.state.theory?.values[0]).toBe(5);
  expect(store.state.lines?.near[0]).toBe(1);
  expect(store.state.measured[MAP_NUMBERS.indexOf("distance")]).toBe(7);
});

test("a sweep's rows are without theory while it is hidden, and with it after", () => {
  let hides = true;
  const api = {
    sweep: () => Promise.resolve(),
    cancelSweep: () => Promise.resolve(),
  };
  const store = new SweepStore(Promise.resolve(api), () => hides);
  const spec: SweepSpec = {
    config: DEFAULT_CONFIG,
    axes: [{ field: "beta", values: [1] }],
    seeds: [7],
    likelihoodSamples: 0,
  };
  void store.run(spec);
  const row: SweepRow = {
    values: [1],
    seed: 7,
    steps: 10,
    loss: 3,
    reconstruction: 2,
    kl: 1,
    kl2: Number.NaN,
    levels: [],
    logLikelihood: null,
    linear: { activeUnits: [5], loss: 2.5 },
    diverged: null,
  };
  store.hear({ kind: "sweep-row", sweep: 1, row });
  expect(store.state.rows).toEqual([{ ...row, linear: null }]);
  expect(store.state).toBe(store.state);
  hides = false;
  expect(store.state.rows).toEqual([row]);
});
