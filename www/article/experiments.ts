/** The experiments behind the figures: what the lab opens at "Run it", and what theory says of them. */
import { configOf } from "../../src/experiment/schema.ts";
import type {
  ExperimentConfig,
  Settings,
} from "../../src/experiment/config.ts";
import { allLanes } from "../../src/experiment/config.ts";
import {
  DEFAULT_BASE,
  lanesOver,
  spectrum,
} from "../../src/experiment/preset.ts";
import { PRESETS } from "../../src/experiment/presets.ts";
import type { Spectrum } from "../../src/theory/modes.ts";
import { predict } from "../../src/theory/predict.ts";
import type { Prediction } from "../../src/theory/prediction.ts";

/** One mode, theta = 2: below, at and above the beta where its minima meet. */
const MINIMA: ExperimentConfig = lanesOver(
  {
    ...DEFAULT_BASE,
    ...spectrum(2),
    latents: 1,
    estimator: "exact",
    steps: 3000,
    pace: 300,
  },
  "beta",
  [1, 2, 4, 8],
);

/** A preset's experiment by its id, or one of the figures' own. */
export function experiment(name: string): ExperimentConfig {
  if (name === "minima") return configOf(allLanes(MINIMA));
  const preset = PRESETS.find(({ id }) => id === name);
  if (!preset)
    throw new Error(
      `article: "${name}" is no preset and no figure's experiment`,
    );
  return preset.config;
}

/** The lane's settings, lane A being 0. */
export function laneOf(name: string, lane = 0): Settings {
  return allLanes(experiment(name))[lane];
}

/** Settings of a drawn spectrum, its theta given, as the theorems take them. */
export function thetaOf({ data }: Settings): readonly number[] {
  if (data.kind !== "spectrum")
    throw new Error("article: the figures are of drawn spectra");
  return data.theta;
}

/** What a lane's latents are for: of y where x tells a part of it, else all. Descending. */
function spectrumOf(settings: Settings): Spectrum {
  const { model, correlation } = settings;
  const theta = thetaOf(settings)
    .map((value, i) => {
      const rho = model === "cvae" ? correlation[i % correlation.length] : 0;
      return Math.sqrt(1 - rho * rho) * value;
    })
    .sort((a, b) => b - a);
  const energy = theta.reduce((sum, value) => sum + value * value, 0);
  return { theta, energy, columns: theta.length };
}

export function predicted(settings: Settings): Prediction {
  const prediction = predict(settings, spectrumOf(settings));
  if (!prediction) throw new Error("article: no theorem covers a figure");
  return prediction;
}
