import { expect, test } from "@playwright/test";
import { allLanes } from "./config.ts";
import { equalLanes, swapLanes, withoutDifference } from "./lanes.ts";
import { parseLink, writeLink } from "./link.ts";
import { PRESETS } from "./presets.ts";
import {
  changeSettings,
  configOf,
  DEFAULT_CONFIG,
  defaultConfigOf,
  differences,
  sameConfig,
} from "./schema.ts";
import { randomConfig, randomSource } from "./testing.ts";

const TWO_THINGS = changeSettings(DEFAULT_CONFIG, "beta", 2, 1);

test("swapped lanes have each other's settings exactly, here and through a link", () => {
  const random = randomSource(11);
  const many = [
    TWO_THINGS,
    ...PRESETS.map(({ config }) => config),
    ...Array.from({ length: 60 }, () => randomConfig(random)),
  ].filter(({ lanes }) => lanes.length > 1);
  expect(many.length).toBeGreaterThan(30);
  for (const config of many) {
    const [a, b, ...others] = allLanes(config);
    const swapped = swapLanes(config);
    expect(allLanes(swapped)).toEqual([b, a, ...others]);
    expect(differences(swapped)).toEqual(differences(config));
    expect(sameConfig(swapLanes(swapped), config)).toBe(true);
    expect(parseLink(writeLink(swapped))).toMatchObject({
      config: swapped,
      notices: [],
    });
  }
});

test("lane B made equal to A has its settings; further lanes stay", () => {
  const third = { ...DEFAULT_CONFIG.base, beta: 4 };
  const config = configOf([...allLanes(TWO_THINGS), third]);
  const [a, , c] = allLanes(config);
  expect(allLanes(equalLanes(config))).toEqual([a, a, c]);
  expect(differences(equalLanes(TWO_THINGS))).toEqual([]);
});

test("a difference given up leaves the others", () => {
  expect(differences(TWO_THINGS)).toEqual(["beta", "encoderVariance"]);
  const without = withoutDifference(TWO_THINGS, "beta");
  expect(sameConfig(without, DEFAULT_CONFIG)).toBe(true);
  expect(differences(withoutDifference(TWO_THINGS, "encoderVariance"))).toEqual(
    ["beta"],
  );
  const cvae = defaultConfigOf("cvae");
  expect(differences(withoutDifference(cvae, "correlation"))).toEqual([]);
});

test("a lane that is alone has none to trade places with", () => {
  const alone = configOf([DEFAULT_CONFIG.base]);
  for (const change of [swapLanes, equalLanes])
    expect(() => change(alone)).toThrow("one lane has none");
});
