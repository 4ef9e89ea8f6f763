/** What is done with whole lanes: trading places, taking another's settings, giving up a difference. */
import { allLanes, type ExperimentConfig } from "./config.ts";
import { changeSettings, ConfigError, configOf } from "./schema.ts";
import type { SettingKey } from "./text.ts";

function lanesOf(config: ExperimentConfig) {
  const lanes = allLanes(config);
  if (lanes.length < 2)
    throw new ConfigError("lanes", "one lane has none to be compared with");
  return lanes;
}

/**
 * The experiment with lanes A and B in each other's place; further lanes stay.
 *
 * @throws ConfigError if there is one lane alone.
 */
export function swapLanes(config: ExperimentConfig): ExperimentConfig {
  const [a, b, ...others] = lanesOf(config);
  return configOf([b, a, ...others]);
}

/**
 * The experiment with lane A's settings in lane B; further lanes stay.
 *
 * @throws ConfigError if there is one lane alone.
 */
export function equalLanes(config: ExperimentConfig): ExperimentConfig {
  const [a, , ...others] = lanesOf(config);
  return configOf([a, a, ...others]);
}

/**
 * The experiment with lane A's value of a setting in every lane. What must agree with it follows,
 * as after any change.
 *
 * @throws ConfigError if there is one lane alone.
 */
export function withoutDifference(
  config: ExperimentConfig,
  key: SettingKey,
): ExperimentConfig {
  const [a, ...others] = lanesOf(config);
  return others.reduce(
    (changed, _, i) => changeSettings(changed, key, a[key], i + 1),
    config,
  );
}
