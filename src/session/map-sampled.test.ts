import { expect, test } from "@playwright/test";
import type { Settings } from "../experiment/config.ts";
import { configOf, DEFAULT_CONFIG } from "../experiment/schema.ts";
import { readMap, writeMap } from "./map-link.ts";
import { canBeExact, mapBase, toldByWeights, whyNoMap } from "./map-plan.ts";
import type { MapSpec } from "./map-protocol.ts";

const AXES: MapSpec["axes"] = [
  { field: "beta", from: 0.1, to: 10, count: 8, scale: "log" },
  { field: "etaDec", from: 0.5, to: 1, count: 8, scale: "linear" },
];

const specOf = (
  change: Partial<Settings>,
  more: Partial<MapSpec> = {},
): MapSpec => ({
  config: configOf([{ ...DEFAULT_CONFIG.base, ...change }]),
  axes: AXES,
  ...more,
});

const NETWORK: Partial<Settings> = {
  network: { kind: "dense", hidden: [16] },
  encoderVariance: { kind: "predicted", std: 1 },
  estimator: "sampled",
};

test("linear models train on the exact loss unless asked to be sampled", () => {
  const warmup: Partial<Settings> = {
    estimator: "sampled",
    klSchedule: {
      kind: "points",
      points: [
        [0, 0],
        [100, 0.5],
      ],
    },
  };
  const spec = specOf(warmup);
  expect(canBeExact(spec)).toBe(true);
  const { beta } = spec.config.base;
  // The exact loss is of the KL weights at the end; a sampled map follows the schedule.
  expect(mapBase(spec)).toMatchObject({
    estimator: "exact",
    beta: beta / 2,
    klSchedule: { kind: "constant" },
  });
  expect(mapBase({ ...spec, estimator: "sampled" })).toMatchObject({
    ...warmup,
    beta,
  });
});

test("a map of what has no exact loss is sampled, as lane A has it", () => {
  for (const change of [
    NETWORK,
    { estimator: "sampled", freeBits: 0.1 },
  ] as const) {
    const spec = specOf(change);
    expect(whyNoMap(spec)).toBeNull();
    expect(canBeExact(spec)).toBe(false);
    expect(mapBase(spec)).toMatchObject(change);
  }
  expect(toldByWeights(specOf(NETWORK))).toBe(false);
  expect(toldByWeights(specOf({ freeBits: 0.1 }))).toBe(true);
});

test("a link says that a map is sampled", () => {
  const spec = specOf({}, { estimator: "sampled" });
  const words = writeMap(spec);
  expect(words).toContain("e:sampled");
  expect(readMap(words)).toMatchObject({ axes: AXES, estimator: "sampled" });
  expect(writeMap(specOf({}))).not.toContain("e:");
  expect(readMap(writeMap(specOf({})))).not.toHaveProperty("estimator");
  expect(readMap(words.replace("sampled", "guessed"))).toBeNull();
});
