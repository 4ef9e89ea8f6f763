import { expect, test } from "@playwright/test";
import type { Settings } from "../experiment/config.ts";
import { configOf, DEFAULT_CONFIG } from "../experiment/schema.ts";
import {
  axisValues,
  cellCount,
  cellValues,
  mapBase,
  MOST_CELLS,
  placeOf,
  settingsAt,
  valueAt,
  valueOf,
  whyNoMap,
} from "./map-plan.ts";
import type { MapAxis, MapSpec } from "./map-protocol.ts";

const BETA: MapAxis = {
  field: "beta",
  from: 0.1,
  to: 10,
  count: 5,
  scale: "log",
};
const ETA: MapAxis = {
  field: "etaDec",
  from: 0.5,
  to: 2,
  count: 4,
  scale: "linear",
};

const spec = (
  change: Partial<Settings> = {},
  axes: readonly MapAxis[] = [BETA, ETA],
): MapSpec => ({
  config: configOf([{ ...DEFAULT_CONFIG.base, ...change }]),
  axes,
});

test("numbers of an axis run from its first to its last on its scale", () => {
  expect(axisValues(BETA)).toEqual([0.1, 0.316228, 1, 3.16228, 10]);
  expect(axisValues(ETA)).toEqual([0.5, 1, 1.5, 2]);
  const whole: MapAxis = { ...ETA, field: "latents", from: 0, to: 4, count: 6 };
  expect(axisValues(whole)).toEqual([1, 1, 2, 2, 3, 4]);
});

test("a number's place is where the axis has it", () => {
  for (const axis of [BETA, ETA])
    for (const at of [-0.5, 0, 0.25, 1, 2.75, axis.count - 1, axis.count - 0.5])
      // Roundings of a logarithm, a power and a product of numbers of size 10.
      expect(Math.abs(placeOf(axis, valueAt(axis, at)) - at)).toBeLessThan(
        1e-13,
      );
});

test("half a cell outside an axis no number leaves its range", () => {
  const rho: MapAxis = { ...ETA, field: "correlation", from: -1, to: 1 };
  expect(valueAt(rho, -0.5)).toBe(-1);
  expect(valueAt(rho, rho.count - 0.5)).toBe(1);
  const wide: MapAxis = { ...ETA, from: 0.01, to: 2, count: 2 };
  expect(valueAt(wide, -0.5)).toBe(0.0001);
});

test("cells run across first, then up", () => {
  const values = [axisValues(BETA), axisValues(ETA)];
  expect(cellCount(spec())).toBe(20);
  expect(cellValues(values, 0)).toEqual([0.1, 0.5]);
  expect(cellValues(values, 4)).toEqual([10, 0.5]);
  expect(cellValues(values, 5)).toEqual([0.1, 1]);
  expect(cellValues(values, 19)).toEqual([10, 2]);
  expect(cellValues(values.slice(0, 1), 3)).toEqual([3.16228]);
});

test("a map's base is lane A by the exact loss, at the end of its schedule", () => {
  const base = mapBase(
    spec({
      estimator: "sampled",
      klSchedule: { kind: "warmup", steps: 500 },
    }),
  );
  expect(base.estimator).toBe("exact");
  expect(base.klSchedule).toEqual({ kind: "constant" });
  const at = settingsAt(base, [BETA, ETA], [3, 0.7]);
  expect([at.beta, at.etaDec]).toEqual([3, 0.7]);
  expect({ ...at, beta: base.beta, etaDec: base.etaDec }).toEqual(base);
});

test("what has no map is told in a sentence", () => {
  expect(whyNoMap(spec())).toBeNull();
  expect(whyNoMap(spec({}, [BETA]))).toBeNull();
  for (const [given, words] of [
    [spec({}, []), "one or two axes, and this one has 0"],
    [spec({}, [BETA, ETA, BETA]), "has 3"],
    [spec({}, [{ ...BETA, count: 1 }]), "2 to 64 cells"],
    [spec({}, [{ ...BETA, count: MOST_CELLS + 1 }]), "of beta has 65"],
    [spec({}, [{ ...BETA, from: 10 }]), "from 10 to 10"],
    [spec({}, [{ ...BETA, from: 0 }]), "starts above 0"],
    [spec({}, [{ ...BETA, field: "beta2" }]), "beta2"],
    [spec({}, [BETA, { ...BETA, from: 1 }]), "two different settings"],
    [spec({}, [{ ...ETA, from: -1 }]), "etaDec cannot be -1"],
  ] as const)
    expect(`${words}: ${whyNoMap(given) ?? ""}`).toMatch(
      new RegExp(`: .*${words}`),
    );
});

test("a lane is on a map where it has one number of each axis", () => {
  const lane: Settings = {
    ...DEFAULT_CONFIG.base,
    beta: 3,
    latents: 2,
    encoderVariance: { kind: "fixed", std: [0.5, 0.5] },
    encoderVariance2: { kind: "fixed", std: [0.5, 0.7] },
    correlation: [0.3],
    optimizer: { kind: "adam", learningRate: 0.01 },
  };
  expect(valueOf(lane, "beta")).toBe(3);
  expect(valueOf(lane, "latents")).toBe(2);
  expect(valueOf(lane, "std")).toBe(0.5);
  expect(valueOf(lane, "std2")).toBeNaN();
  expect(valueOf(lane, "correlation")).toBe(0.3);
  expect(valueOf(lane, "learningRate")).toBe(0.01);
  const learnable = { kind: "learnable", std: 1 } as const;
  expect(valueOf({ ...lane, encoderVariance: learnable }, "std")).toBeNaN();
});
