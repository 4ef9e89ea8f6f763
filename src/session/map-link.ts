/**
 * A map in a link: `map=b:0.1..10:32:log,ed:0.2..2:32:log`, axes by the link keys of their
 * settings; `t:9000` says the steps where they are not the usual, `e:sampled` that they are of minibatches, `q:kl`
 * what is coloured, `v:theory` that theory (or the difference) is shown and not the measurement. Pure.
 */
import { fieldOf } from "../experiment/fields.ts";
import { numberIn } from "../experiment/numbers.ts";
import type { SettingKey } from "../experiment/text.ts";
import type { MapAxis, MapNumber, MapSpec } from "./map-protocol.ts";
import { MAP_NUMBERS, MAP_STEPS, MOST_CELLS } from "./map-plan.ts";
import type { SweepField } from "./sweep-protocol.ts";

/** What can be shown of a quantity, the first at first. */
export const MAP_VIEWS = ["measured", "theory", "difference"] as const;
export type MapView = (typeof MAP_VIEWS)[number];

/** What the link says of a map, besides the experiment. */
export interface MapLink {
  readonly axes: readonly MapAxis[];
  readonly steps: number;
  readonly quantity: MapNumber;
  readonly view: MapView;
  readonly estimator?: "sampled";
  /** Parts whose values nobody knows, as written: what is usual stands for them. */
  readonly unread: readonly string[];
}

const SETTINGS: Readonly<Record<SweepField, SettingKey>> = {
  beta: "beta",
  beta2: "beta2",
  etaDec: "etaDec",
  etaEnc: "etaEnc",
  latents: "latents",
  latents2: "latents2",
  std: "encoderVariance",
  std2: "encoderVariance2",
  correlation: "correlation",
  freeBits: "freeBits",
  learningRate: "optimizer",
};

function keyOf(field: SweepField): string {
  return fieldOf(SETTINGS[field]).link;
}

function number(value: number): string {
  return String(Number(value.toPrecision(6)));
}

export function writeMap(
  {
    axes,
    steps = MAP_STEPS,
    estimator,
  }: Pick<MapSpec, "axes" | "steps" | "estimator">,
  quantity: MapNumber = "active",
  view: MapView = "measured",
): string {
  return [
    ...axes.map(
      ({ field, from, to, count, scale }) =>
        `${keyOf(field)}:${number(from)}..${number(to)}:${count}:${scale}`,
    ),
    ...(steps === MAP_STEPS ? [] : [`t:${steps}`]),
    ...(estimator ? [`e:${estimator}`] : []),
    ...(quantity === "active" ? [] : [`q:${quantity}`]),
    ...(view === "measured" ? [] : [`v:${view}`]),
  ].join(",");
}

/** Null unless models can be read from it; how they are shown may be unread. */
export function readMap(text: string): MapLink | null {
  const axes: MapAxis[] = [];
  let steps = MAP_STEPS;
  let quantity: MapNumber = "active";
  let view: MapView = "measured";
  const unread: string[] = [];
  let sampled = false;
  for (const part of text.split(",")) {
    const [key, range, count = "", scale = ""] = part.split(":");
    if (key === "t") {
      steps = numberIn(range) ?? Number.NaN;
      if (!(Number.isSafeInteger(steps) && steps > 0)) return null;
      continue;
    }
    if (key === "q") {
      const found = MAP_NUMBERS.find((name) => name === range);
      if (found) quantity = found;
      else unread.push(part);
      continue;
    }
    if (key === "v") {
      const found = MAP_VIEWS.find((name) => name === range);
      if (found) view = found;
      else unread.push(part);
      continue;
    }
    if (key === "e") {
      if (range !== "sampled") return null;
      sampled = true;
      continue;
    }
    const axis = readAxis(key, range, count, scale);
    if (!axis) return null;
    axes.push(axis);
  }
  return axes.length === 1 || axes.length === 2
    ? {
        axes,
        steps,
        quantity,
        view,
        ...(sampled && { estimator: "sampled" }),
        unread,
      }
    : null;
}

function readAxis(
  key: string,
  range: string | undefined,
  count: string,
  scale: string,
): MapAxis | null {
  const field = (Object.keys(SETTINGS) as SweepField[]).find(
    (name) => keyOf(name) === key,
  );
  const [from, to] = (range ?? "").split("..").map(numberIn);
  const cells = numberIn(count);
  if (!field || cells === null || ![from, to].every(Number.isFinite))
    return null;
  if (scale !== "log" && scale !== "linear") return null;
  if (!(Number.isSafeInteger(cells) && cells >= 2 && cells <= MOST_CELLS))
    return null;
  return { field, from: Number(from), to: Number(to), count: cells, scale };
}
