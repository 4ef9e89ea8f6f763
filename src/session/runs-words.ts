/** What differs between experiments, in words, and what a run is called. Pure. */
import {
  allLanes,
  laneSettings,
  type ExperimentConfig,
  type Settings,
} from "../experiment/config.ts";
import {
  describeValue,
  fieldApplies,
  FIELDS,
  modelLabel,
  symbolOf,
  type Field,
} from "../experiment/fields.ts";
import { laneName } from "../experiment/names.ts";
import { writeSetting } from "../experiment/text.ts";

/** How fast the page lets it train has no part in a result. */
const SILENT = new Set<keyof Settings>(["pace"]);

/** The settings of a model that say something of a result. */
function telling(settings: Settings): Field[] {
  return FIELDS.filter(
    (field) => fieldApplies(field, settings.model) && !SILENT.has(field.key),
  );
}

/** Its symbol, if a number; its label as in the middle of a sentence. */
function title(field: Field, { model }: Settings): string {
  const symbol = field.type === "number" ? symbolOf(field, model) : "";
  const { label } = field;
  if (symbol) return symbol;
  return /^[A-Z][a-z]/.test(label)
    ? label.charAt(0).toLowerCase() + label.slice(1)
    : label;
}

/** "β 1 → 4", "data: digits 8 × 8", "encoder variance: fixed, σ = 1". */
function change(field: Field, before: Settings, after: Settings): string {
  const now = describeValue(field.key, after);
  return field.type === "number"
    ? `${title(field, after)} ${describeValue(field.key, before)} → ${now}`
    : `${title(field, after)}: ${now}`;
}

/**
 * What an experiment has that the one before had not, in the order of the table of settings; what
 * changed in some lanes alone begins with their name. Empty if nothing did.
 */
export function changesBetween(
  before: ExperimentConfig,
  after: ExperimentConfig,
): string[] {
  const [left, right] = [allLanes(before), allLanes(after)];
  const [was, is] = [modelLabel(left[0]), modelLabel(right[0])];
  const words: string[] = [];
  if (was !== is) words.push(`${is} instead of ${was}`);
  if (left.length !== right.length)
    words.push(
      `${right.length} ${right.length === 1 ? "lane" : "lanes"} instead of ${left.length}`,
    );
  // Settings that only one of two models has say no more than its name.
  const fields = telling(right[0]).filter(
    ({ key, models, optional }) =>
      key !== "model" &&
      (was === is || (models === undefined && optional !== true)),
  );
  for (const field of fields) {
    const said = right.map((lane, index) => {
      const other = laneSettings(before, Math.min(index, left.length - 1));
      const [a, b] = [other, lane].map((of) =>
        writeSetting(field.key, of[field.key]),
      );
      return a === b ? null : change(field, other, lane);
    });
    if (said.every((one) => one !== null && one === said[0]))
      words.push(said[0] ?? "");
    else
      said.forEach((one, index) => {
        if (one !== null) words.push(`${laneName(index)} ${one}`);
      });
  }
  return words;
}

/** Words of a name that are still read at a glance. */
const NAMED = 2;

/**
 * A run's name before anyone gives it one: its preset's, else what changed, else that of the run
 * before; numbered where it is taken.
 */
export function defaultName(
  preset: string | null,
  changed: readonly string[] | null,
  before: string | null,
  taken: readonly string[],
): string {
  const short =
    changed && changed.length > 0 && changed.length <= NAMED
      ? changed.map((words) => words.replace(/ \S+ → /, " = ")).join(", ")
      : null;
  const plain = (before ?? "Run").replace(/ \(\d+\)$/, "");
  const name = preset ?? short ?? plain;
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name} (${number})`)) number++;
  return `${name} (${number})`;
}
