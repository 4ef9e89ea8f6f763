/** Named experiments, each with a question and what its run shows. */
import type { ExperimentConfig } from "./config.ts";
import type { Preset } from "./preset.ts";
import { CVAE_PRESETS } from "./presets-cvae.ts";
import { MHVAE_PRESETS } from "./presets-mhvae.ts";
import { NETWORK_PRESETS } from "./presets-networks.ts";
import { PAPER_PRESETS } from "./presets-paper.ts";
import { VAE_PRESETS } from "./presets-vae.ts";
import { sameConfig } from "./schema.ts";

export type { ExpectedUnits, Preset } from "./preset.ts";

/** In the order of the menu, model by model, then networks; the first is the default experiment. */
export const PRESETS: readonly Preset[] = [
  ...VAE_PRESETS,
  ...CVAE_PRESETS,
  ...MHVAE_PRESETS,
  ...NETWORK_PRESETS,
  ...PAPER_PRESETS,
];

/** The preset that a config equals, if any. */
export function presetOf(config: ExperimentConfig): Preset | undefined {
  return PRESETS.find((preset) => sameConfig(preset.config, config));
}
