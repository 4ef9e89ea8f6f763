import { expect, test } from "@playwright/test";
import { allLanes, type Settings } from "./config.ts";
import { parseLink, writeLink } from "./link.ts";
import { presetOf, PRESETS } from "./presets.ts";
import { changeSettings, DEFAULT_CONFIG, freezeConfig } from "./schema.ts";

test("presets are told apart by id, title and config, and found again", () => {
  expect(new Set(PRESETS.map((preset) => preset.id)).size).toBe(PRESETS.length);
  expect(new Set(PRESETS.map((preset) => preset.title)).size).toBe(
    PRESETS.length,
  );
  for (const preset of PRESETS) {
    expect(presetOf(preset.config)).toBe(preset);
    expect(preset.config).toEqual(freezeConfig(preset.config));
    expect(parseLink(writeLink(preset.config))).toMatchObject({
      config: preset.config,
      notices: [],
    });
  }
  expect(presetOf(DEFAULT_CONFIG)).toBe(PRESETS[0]);
  expect(presetOf(changeSettings(DEFAULT_CONFIG, "beta", 1.5))).toBeUndefined();
});

/** Surviving modes by the thresholds of the two statements (learnable, fixed isotropic). */
function alive({
  data,
  latents,
  beta,
  etaDec,
  etaEnc,
  encoderVariance,
}: Settings): number {
  if (data.kind !== "spectrum") throw new Error("needs a spectrum");
  const std =
    encoderVariance.kind === "learnable" ? etaEnc : encoderVariance.std[0];
  const bar = (Math.sqrt(beta) * etaDec * std) / etaEnc;
  return data.theta.slice(0, latents).filter((theta) => theta > bar).length;
}

test("the numbers in the answers are those of the theorems", () => {
  const counts = Object.fromEntries(
    PRESETS.filter(({ config }) => config.base.data.kind === "spectrum").map(
      ({ id, config }) => [id, allLanes(config).map(alive)],
    ),
  );
  expect(counts).toEqual({
    "dead-or-diluted": [5, 5],
    "less-noise": [5, 7],
    "too-many-latents": [5, 5],
    "total-collapse": [0, 0],
    "on-the-edge": [2, 2],
    "exact-and-quiet": [5, 5],
  });
});
