import { expect, test } from "@playwright/test";
import { PRESETS } from "../experiment/presets.ts";
import { computeConditionMoments } from "./condition.ts";
import { loadDataset } from "./datasets.ts";
import { computeMoments } from "./moments.ts";

// Digits take seconds to draw and to decompose: the others are left to slower checks.
for (const id of ["quarter-8"]) {
  test(`the counts in the answer of "${id}" are those of the digits as drawn`, async () => {
    const preset = PRESETS.find((one) => one.id === id);
    if (!preset) throw new Error(`no preset ${id}`);
    const settings = preset.config.base;
    const data = loadDataset(settings, new Map());
    const { eigenvalues } = data.y
      ? (await computeConditionMoments(data, settings.biases)).moments
      : await computeMoments(data, settings.biases);
    const bar = settings.beta * settings.etaDec ** 2;
    const alive = eigenvalues.filter((value) => value > bar).length;
    expect(preset.expected).toEqual([
      { lane: 0, level: 1, activeUnits: alive },
      { lane: 1, level: 1, activeUnits: alive },
    ]);
    // No eigenvalue is so near the bar that a run could not tell.
    for (const value of eigenvalues)
      expect(Math.abs(value / bar - 1)).toBeGreaterThan(0.02);
  });
}
