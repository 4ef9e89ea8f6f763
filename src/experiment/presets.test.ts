import { expect, test } from "@playwright/test";
import { allLanes, type Settings } from "./config.ts";
import { validateConfig } from "./validate.ts";
import { parseLink, writeLink } from "./link.ts";
import { NEUTRAL } from "./neutral.ts";
import { presetOf, PRESETS } from "./presets.ts";
import { needsSampling } from "./sampling.ts";
import {
  changeSettings,
  DEFAULT_CONFIG,
  defaultConfigOf,
  freezeConfig,
} from "./schema.ts";

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

test("presets need no repair, and each model's default experiment is one", () => {
  for (const { id, config } of PRESETS) {
    expect(validateConfig(config), id).toEqual({ config, notices: [] });
  }
  for (const [model, id] of [
    ["vae", "dead-or-diluted"],
    ["cvae", "told-or-not"],
    ["mhvae", "two-levels"],
  ] as const) {
    expect(presetOf(defaultConfigOf(model))?.id).toBe(id);
  }
});

/** Whether theory speaks of the lane itself, not only of the linear model in its place. */
function covered(settings: Settings): boolean {
  return (
    needsSampling({ ...settings, klSchedule: NEUTRAL.klSchedule }) === null
  );
}

test("every lane's count is expected, except where theory leaves it open", () => {
  const open = PRESETS.flatMap(({ id, config, expected, guide = [] }) =>
    allLanes(config).flatMap((lane, index) =>
      (lane.model === "mhvae" ? [1, 2] : [1])
        .filter((level) => {
          const [of, other] = covered(lane)
            ? [expected, guide]
            : [guide, expected];
          const said = (counts: typeof expected): number =>
            counts.filter((one) => one.lane === index && one.level === level)
              .length;
          return said(of) !== 1 || said(other) !== 0;
        })
        .map((level) => `${id} ${String(index)} ${String(level)}`),
    ),
  );
  expect(open).toEqual([
    "both-learnable 1 2",
    "both-learnable 2 1",
    "both-learnable 2 2",
  ]);
});

/**
 * Surviving modes by the thresholds of the statements (learnable; fixed, smallest std for the
 * strongest mode) on the spectrum of y or of its residual given x.
 */
function alive(settings: Settings): number | null {
  const { model, data, latents, beta, etaDec, etaEnc } = settings;
  const { encoderVariance, correlation } = settings;
  if (data.kind !== "spectrum") return null;
  const theta = data.theta
    .map((value, i) => {
      const rho = correlation[i % correlation.length];
      return model === "cvae" ? Math.sqrt(1 - rho * rho) * value : value;
    })
    .sort((a, b) => b - a)
    .slice(0, latents);
  const std =
    encoderVariance.kind !== "fixed"
      ? [etaEnc]
      : encoderVariance.std.toSorted((a, b) => a - b);
  return theta.filter(
    (value, i) =>
      value > (Math.sqrt(beta) * etaDec * std[i % std.length]) / etaEnc,
  ).length;
}

/** Both levels' surviving modes where sigma1 is fixed and sigma2 learnable (Theorem 3). */
function aliveTwice(settings: Settings): [number, number] | null {
  const { data, beta, beta2, etaDec, encoderVariance } = settings;
  if (
    data.kind !== "spectrum" ||
    encoderVariance.kind !== "fixed" ||
    settings.encoderVariance2.kind !== "learnable"
  )
    return null;
  const theta = data.theta.slice(0, settings.latents);
  const [sigma] = encoderVariance.std;
  const variance = etaDec * etaDec;
  const first = Math.min(Math.sqrt(beta) * sigma, Math.sqrt(beta2) * etaDec);
  // A first level noisier than k keeps the second busy with its noise, whatever theta is.
  const busy = sigma * sigma > (beta2 / beta) * variance;
  const second = ((beta2 / Math.sqrt(beta)) * variance) / sigma;
  return [
    theta.filter((value) => value > first).length,
    theta.filter((value) => busy || value > second).length,
  ];
}

test("the numbers of the answers are those of the theorems", () => {
  let checked = 0;
  for (const { id, config, expected } of PRESETS) {
    for (const { lane, level, activeUnits } of expected) {
      const settings = allLanes(config)[lane];
      const count =
        settings.model === "mhvae"
          ? aliveTwice(settings)?.[level - 1]
          : alive(settings);
      if (count === undefined || count === null) continue;
      expect(`${id} ${String(count)}`).toBe(`${id} ${String(activeUnits)}`);
      checked++;
    }
  }
  expect(checked).toBeGreaterThan(60);
});

test("the numbers of the published answers stay", () => {
  const counts = Object.fromEntries(
    PRESETS.map(({ id, expected }) => [
      id,
      expected.map(({ activeUnits }) => activeUnits).join(" "),
    ]),
  );
  expect(counts).toMatchObject({
    "dead-or-diluted": "5 5",
    "less-noise": "5 7",
    "too-many-latents": "5 5",
    "total-collapse": "0 0",
    "on-the-edge": "2 2",
    "exact-and-quiet": "5 5",
    "turn-the-screw": "6 4 3 2",
    "fixed-width": "6 6 4 2",
    "hidden-rank": "2 2 2",
    "x-says-it-all": "4 4 4 4 0 0",
    "top-dies-first": "6 6 6 6 6 6 4 3 2 0",
    "first-noise": "6 6 6 6 6 0 1 3 5 6",
    "rescue-below": "6 5 4 3 3 0 2 3 3 6",
    "both-fixed": "6 6 6 6 6 4 2 0",
    "blind-to-the-data": "3 3 4 0",
  });
});
