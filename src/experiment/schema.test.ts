import { expect, test } from "@playwright/test";
import { allLanes, laneSettings } from "./config.ts";
import {
  changeSettings,
  ConfigError,
  configOf,
  DEFAULT_CONFIG,
  differences,
  freezeConfig,
  isLiveChange,
  sameConfig,
} from "./schema.ts";
import { randomConfig, randomSource } from "./testing.ts";

const { base } = DEFAULT_CONFIG;
const fixed = (...std: readonly number[]) => ({ kind: "fixed", std }) as const;

function deeplyFrozen(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(deeplyFrozen);
}

test("the default compares learnable and fixed variance, all else alike", () => {
  expect(differences(DEFAULT_CONFIG)).toEqual(["encoderVariance"]);
  expect(allLanes(DEFAULT_CONFIG).map((lane) => lane.encoderVariance)).toEqual([
    { kind: "learnable", std: 1 },
    { kind: "fixed", std: [1] },
  ]);
  expect(deeplyFrozen(DEFAULT_CONFIG)).toBe(true);
});

test("the canonical form keeps the lanes and is frozen, and the original is left alone", () => {
  const theta = [2, 1];
  const config = {
    base: { ...base, beta: 9 },
    lanes: [
      { beta: 1, data: { kind: "spectrum" as const, theta } },
      { beta: 1 },
      {},
    ],
  };
  const canonical = freezeConfig(config);
  expect(canonical.lanes[0]).toEqual({});
  expect(canonical.lanes[1]).toEqual({ data: base.data });
  expect(allLanes(canonical)).toEqual(allLanes(config));
  expect(deeplyFrozen(canonical)).toBe(true);
  expect(Object.isFrozen(theta)).toBe(false);
  expect(sameConfig(config, canonical)).toBe(true);
  expect(sameConfig(config, DEFAULT_CONFIG)).toBe(false);
});

test("the canonical form of random experiments is itself", () => {
  const random = randomSource(4);
  for (let count = 0; count < 300; count++) {
    const config = randomConfig(random);
    expect(freezeConfig(config)).toEqual(config);
    expect(sameConfig(config, config)).toBe(true);
  }
});

test("a change without a lane reaches every lane that shared the value", () => {
  const both = changeSettings(DEFAULT_CONFIG, "beta", 2);
  expect(allLanes(both).map((lane) => lane.beta)).toEqual([2, 2]);
  expect(differences(both)).toEqual(["encoderVariance"]);
  expect(DEFAULT_CONFIG.base.beta).toBe(1);
});

test("a change in a lane is a difference, and goes when the lanes agree again", () => {
  const inB = changeSettings(DEFAULT_CONFIG, "beta", 4, 1);
  expect(inB.lanes[1]).toEqual({ beta: 4, encoderVariance: fixed(1) });
  expect(differences(inB)).toEqual(["beta", "encoderVariance"]);
  expect(changeSettings(inB, "beta", 1, 1)).toEqual(DEFAULT_CONFIG);
  const inA = changeSettings(DEFAULT_CONFIG, "beta", 4, 0);
  expect(allLanes(inA).map((lane) => lane.beta)).toEqual([4, 1]);
  expect(changeSettings(inB, "beta", 4)).toEqual(
    changeSettings(DEFAULT_CONFIG, "beta", 4),
  );
});

test("shared settings change in all lanes at once", () => {
  const config = changeSettings(DEFAULT_CONFIG, "seed", 8, 1);
  expect(allLanes(config).map((lane) => lane.seed)).toEqual([8, 8]);
});

test("a fixed list follows the number of latents", () => {
  const listed = configOf([
    { ...base, latents: 3, encoderVariance: fixed(1, 2, 3) },
  ]);
  expect(changeSettings(listed, "latents", 2).base.encoderVariance).toEqual(
    fixed(1, 2),
  );
  expect(changeSettings(listed, "latents", 5).base.encoderVariance).toEqual(
    fixed(1, 2, 3, 3, 3),
  );
});

test("a change is brought into range, or refused by name", () => {
  const spectrum = { kind: "spectrum", theta: [1, 3, 2] } as const;
  expect(changeSettings(DEFAULT_CONFIG, "data", spectrum).base.data).toEqual({
    kind: "spectrum",
    theta: [3, 2, 1],
  });
  expect(changeSettings(DEFAULT_CONFIG, "latents", 100).base.latents).toBe(64);
  expect(() => changeSettings(DEFAULT_CONFIG, "beta", NaN)).toThrow(
    ConfigError,
  );
  expect(() => changeSettings(DEFAULT_CONFIG, "beta", 1, 2)).toThrow(
    /no lane 2 among 2/,
  );
  expect(() => configOf([])).toThrow(ConfigError);
});

test("beta, eta_dec, learning rate and pace change live, all else restarts", () => {
  const live = (next: typeof DEFAULT_CONFIG): boolean =>
    isLiveChange(DEFAULT_CONFIG, next);
  expect(live(changeSettings(DEFAULT_CONFIG, "beta", 2, 1))).toBe(true);
  expect(live(changeSettings(DEFAULT_CONFIG, "etaDec", 2))).toBe(true);
  expect(live(changeSettings(DEFAULT_CONFIG, "pace", 0))).toBe(true);
  expect(
    live(
      changeSettings(DEFAULT_CONFIG, "optimizer", {
        kind: "adam",
        learningRate: 0.1,
      }),
    ),
  ).toBe(true);
  expect(
    live(
      changeSettings(DEFAULT_CONFIG, "optimizer", {
        kind: "sgd",
        learningRate: 0.02,
      }),
    ),
  ).toBe(false);
  expect(live(changeSettings(DEFAULT_CONFIG, "etaEnc", 2))).toBe(false);
  expect(live(changeSettings(DEFAULT_CONFIG, "seed", 1))).toBe(false);
  expect(live(configOf([laneSettings(DEFAULT_CONFIG, 0)]))).toBe(false);
});
