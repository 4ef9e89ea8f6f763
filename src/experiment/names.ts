/** What lanes are called. */
import { allLanes, type ExperimentConfig, type Settings } from "./config.ts";
import { describeValue, FIELDS } from "./fields.ts";
import { type SettingKey, writeSetting } from "./text.ts";

/** "A", "B", ... */
export function laneName(index: number): string {
  return String.fromCharCode(65 + index);
}

function varianceTitle({ encoderVariance: variance }: Settings): string {
  if (variance.kind === "learnable") return "Learnable variance";
  const [first, ...rest] = variance.std;
  const all = rest.every((std) => std === first)
    ? String(first)
    : variance.std.join(", ");
  return `Fixed variance, σ = ${all}`;
}

function title(key: SettingKey, settings: Settings): string {
  if (key === "encoderVariance") return varianceTitle(settings);
  const field = FIELDS.find((row) => row.key === key);
  const value = describeValue(key, settings);
  if (field?.type !== "number")
    return field?.type === "switch" ? `Biases ${value}` : upper(value);
  return `${field.symbol || field.label} = ${value}`;
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * Short title of a lane: its encoder variance, or what tells it from the others, e.g.
 * "Learnable variance", "Fixed variance, σ = 1", "β = 4", "β = 4; Adam 0.1".
 */
export function describeLane(
  settings: Settings,
  config: ExperimentConfig,
): string {
  const lanes = allLanes(config);
  const differing = FIELDS.map((field) => field.key).filter((key) =>
    lanes.some(
      (lane) =>
        writeSetting(key, lane[key]) !== writeSetting(key, lanes[0][key]),
    ),
  );
  if (differing.length === 0) return varianceTitle(settings);
  // The variance is the lab's subject, so it leads.
  const order = differing.toSorted(
    (a, b) => Number(b === "encoderVariance") - Number(a === "encoderVariance"),
  );
  return order.map((key) => title(key, settings)).join("; ");
}
