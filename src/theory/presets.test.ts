import { expect, test } from "@playwright/test";
import { allLanes, type Settings } from "../experiment/config.ts";
import { PRESETS } from "../experiment/presets.ts";
import type { Spectrum } from "./modes.ts";
import { predict } from "./predict.ts";

/** The spectrum that a lane trains on, where its settings say it: of y, or of its residual given x. */
function spectrumOf({ model, data, correlation }: Settings): Spectrum | null {
  if (data.kind !== "spectrum") return null;
  const theta = data.theta
    .map((value, i) => {
      const rho = model === "cvae" ? correlation[i % correlation.length] : 0;
      return Math.sqrt(1 - rho * rho) * value;
    })
    .sort((a, b) => b - a);
  const energy = theta.reduce((sum, value) => sum + value * value, 0);
  return { theta, energy, columns: theta.length };
}

for (const { id, config, expected } of PRESETS) {
  if (config.base.data.kind !== "spectrum") continue;
  test(`the counts in the answer of "${id}" are the predicted ones`, () => {
    const predictions = allLanes(config).map((lane) => {
      const spectrum = spectrumOf(lane);
      return spectrum && predict(lane, spectrum);
    });
    expect(expected.length).toBeGreaterThan(0);
    for (const { lane, level, activeUnits } of expected) {
      const levels = predictions[lane]?.levels ?? [];
      expect(levels[level - 1]?.activeUnits, `lane ${lane}, ${level}`).toBe(
        activeUnits,
      );
    }
  });
}

test("two learnable levels: a minimum, a continuum at the VAE's loss, and none", () => {
  const preset = PRESETS.find(({ id }) => id === "both-learnable");
  const kinds = allLanes(preset?.config ?? PRESETS[0].config).map((lane) => {
    const spectrum = spectrumOf(lane);
    const prediction = spectrum && predict(lane, spectrum);
    return [prediction?.kind, prediction?.loss.toFixed(3)];
  });
  expect(kinds).toEqual([
    ["optimum", "11.007"],
    ["continuum", "11.007"],
    ["unbounded", "-Infinity"],
  ]);
});
