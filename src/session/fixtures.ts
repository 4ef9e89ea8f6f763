/** Lanes for the tests of this room: small data, weights with something in every entry, float64 passes. */
import { computeConditionMoments } from "../data/condition.ts";
import { loadSplit } from "../data/datasets.ts";
import { computeMoments } from "../data/moments.ts";
import type { Settings } from "../experiment/config.ts";
import { DEFAULT_CONFIG } from "../experiment/schema.ts";
import type { LaneInput } from "../engine/stepper.ts";
import { initialParams } from "../model/init.ts";
import { dataShape } from "../model/param.ts";
import { PassSource } from "./passes.ts";
import type { LaneView } from "./picture.ts";

/** Digits of 8 x 8 pixels, three latents. */
export function testSettings(change: Partial<Settings> = {}): Settings {
  return {
    ...DEFAULT_CONFIG.base,
    data: { kind: "digits8" },
    rows: 120,
    latents: 3,
    latents2: 2,
    etaDec: 0.6,
    etaEnc: 1.1,
    initScale: 0.3,
    biases: true,
    estimator: "sampled",
    batchSize: 16,
    seed: 7,
    steps: 40,
    encoderVariance: { kind: "learnable", std: 0.8 },
    encoderVariance2: { kind: "learnable", std: 0.7 },
    ...change,
  };
}

export async function testLane(
  change: Partial<Settings> = {},
): Promise<LaneInput> {
  const settings = testSettings(change);
  const { train, test } = loadSplit(settings, new Map());
  const moments = train.y
    ? await computeConditionMoments(train, settings.biases)
    : { moments: await computeMoments(train, settings.biases) };
  return {
    settings,
    data: train,
    ...(test && { test }),
    ...moments,
    initial: initialParams(settings, dataShape(train)),
  };
}

/** A lane at its start, with float64 passes. */
export async function testView(
  change: Partial<Settings> = {},
): Promise<LaneView> {
  const input = await testLane(change);
  const passes = await new PassSource(null).of(input);
  return { input, params: input.initial, passes };
}

export const MLP = {
  network: { kind: "dense", hidden: [10] },
} as const satisfies Partial<Settings>;

export const QUARTER = {
  model: "cvae",
  condition: { kind: "quarter" },
} as const satisfies Partial<Settings>;
