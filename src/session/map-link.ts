/**
 * A map in a link: `map=b:0.1..10:32:log,ed:0.2..2:32:log`, axes by the link keys of their
 * settings; `t:9000` says the steps where they are not the usual, `e:sampled` that they are of minibatches, `q:kl` what is shown. Pure.
 */
import { fieldOf } from "../experiment/fields.ts";
import { numberIn } from "../experiment/numbers.ts";
import type { SettingKey } from "../experiment/text.ts";
import type { MapAxis, MapNumber, MapSpec } from "./map-protocol.ts";
import { MAP_NUMBERS, MAP_STEPS, MOST_CELLS } from "./map-plan.ts";
import type { SweepField } from "./sweep-protocol.ts";

/** What the link says of a map, besides the experiment. */
export interface MapView {
  readonly axes: readonly MapAxis[];
  readonly steps: number;
  readonly quantity: MapNumber;
  readonly estimator?: "sampled";
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
): string {
  return [
    ...axes.map(
      ({ field, from, to, count, scale }) =>
        `${keyOf(field)}:${number(from)}..${number(to)}:${count}:${scale}`,
    ),
    ...(steps === MAP_STEPS ? [] : [`t:${steps}`]),
    ...(estimator ? [`e:${estimator}`] : []),
    ...(quantity === "active" ? [] : [`q:${quantity}`]),
  ].join(",");
}

/** Null unless all of it can be read. */
export function readMap(text: string): MapView | null {
  const axes: MapAxis[] = [];
  let steps = MAP_STEPS;
  let quantity: MapNumber = "active";
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
      if (!found) return null;
      quantity = found;
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
    ? { axes, steps, quantity, ...(sampled && { estimator: "sampled" }) }
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
