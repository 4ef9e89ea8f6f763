/** What lanes are called. */
import {
  allLanes,
  type EncoderVariance,
  type ExperimentConfig,
  type Settings,
} from "./config.ts";
import {
  describeValue,
  fieldApplies,
  fieldOf,
  FIELDS,
  symbolOf,
} from "./fields.ts";
import { isLinear } from "./network-text.ts";
import { type SettingKey, writeSetting } from "./text.ts";

/** "A", "B", ... */
export function laneName(index: number): string {
  return String.fromCharCode(65 + index);
}

/** Index of the level, where there are two. */
type Level = "" | "₁" | "₂";

function varianceTitle(variance: EncoderVariance, level: Level): string {
  const what = level === "" ? "variance" : `Σ${level}`;
  if (variance.kind !== "fixed") return `${upper(variance.kind)} ${what}`;
  const [first, ...rest] = variance.std;
  const all = rest.every((std) => std === first)
    ? String(first)
    : variance.std.join(", ");
  return `Fixed ${what}, σ${level} = ${all}`;
}

/** What a lane is called that nothing tells from others: its network, if it is one, and its variances. */
function plainTitle(settings: Settings): string {
  const { model, encoderVariance, encoderVariance2 } = settings;
  const titles =
    model === "mhvae"
      ? [
          varianceTitle(encoderVariance, "₁"),
          varianceTitle(encoderVariance2, "₂"),
        ]
      : [varianceTitle(encoderVariance, "")];
  if (!isLinear(settings)) titles.unshift(title("network", settings));
  return titles.join("; ");
}

function title(key: SettingKey, settings: Settings): string {
  const { model } = settings;
  if (key === "encoderVariance")
    return varianceTitle(settings[key], model === "mhvae" ? "₁" : "");
  if (key === "encoderVariance2") return varianceTitle(settings[key], "₂");
  const field = fieldOf(key);
  const value = describeValue(key, settings);
  if (field.type === "number" || field.type === "correlation")
    return `${symbolOf(field, model) || field.label} = ${value}`;
  return field.type === "switch" ? `Biases ${value}` : upper(value);
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const LEADING: readonly SettingKey[] = ["encoderVariance", "encoderVariance2"];

/**
 * Short title of a lane: its encoder variance, or what tells it from the others, e.g.
 * "Learnable variance", "Fixed Σ₂, σ₂ = 1", "β = 4", "ρ = 0.9", "β = 4; Adam 0.1".
 */
export function describeLane(
  settings: Settings,
  config: ExperimentConfig,
): string {
  const lanes = allLanes(config);
  const differing = FIELDS.filter((field) =>
    fieldApplies(field, settings.model),
  )
    .map((field) => field.key)
    .filter((key) =>
      lanes.some(
        (lane) =>
          writeSetting(key, lane[key]) !== writeSetting(key, lanes[0][key]),
      ),
    );
  if (differing.length === 0) return plainTitle(settings);
  // The variance is the lab's subject, so it leads.
  const order = differing.toSorted(
    (a, b) => Number(LEADING.includes(b)) - Number(LEADING.includes(a)),
  );
  return order.map((key) => title(key, settings)).join("; ");
}
