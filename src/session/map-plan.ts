/** A map's grid: what its axes hold, which settings each cell has, whether it can be had. Pure. */
import { agree } from "../experiment/agree.ts";
import { laneSettings, type Settings } from "../experiment/config.ts";
import { atTheEnd } from "../experiment/linear-model.ts";
import { isHidden } from "../experiment/network-text.ts";
import { predictsVariance } from "../experiment/sampling.ts";
import type { MapAxis, MapNumber, MapSpec } from "./map-protocol.ts";
import type { SweepField } from "./sweep-protocol.ts";
import { whyNoSweep, withField } from "./sweep-plan.ts";

/** Most cells along an axis. */
export const MOST_CELLS = 64;
/** Steps of a model if nothing is said. */
export const MAP_STEPS = 6000;
/** Share of a cell's numbers within which a boundary is near. */
export const NEAR = 0.02;

/**
 * Numbers of a cell, in this order: modes in use at each level (level 2: NaN where there is none),
 * loss, KL terms in nats per example, largest distance of a singular value from theory (NaN in a
 * prediction), I(x; z) of the last level in nats.
 */
export const MAP_NUMBERS: readonly MapNumber[] = [
  "active",
  "active2",
  "loss",
  "kl",
  "kl2",
  "distance",
  "information",
];

const WHOLE: ReadonlySet<SweepField> = new Set(["latents", "latents2"]);

/** The axis's number at a place between cells: 0 is the first cell, `count - 1` the last. */
export function valueAt(axis: MapAxis, at: number): number {
  const { field, from, to, count, scale } = axis;
  const t = at / (count - 1);
  const value =
    scale === "log" ? from * Math.pow(to / from, t) : from + t * (to - from);
  if (WHOLE.has(field)) return Math.max(1, Math.round(value));
  if (field === "correlation") return Math.max(-1, Math.min(1, value));
  // Half a cell before the first may be below zero, which nothing else is.
  return Math.max(value, Math.min(from, to) / 100);
}

/** Where a number stands on the axis, in cells. */
export function placeOf(axis: MapAxis, value: number): number {
  const { from, to, count, scale } = axis;
  const t =
    scale === "log"
      ? Math.log(value / from) / Math.log(to / from)
      : (value - from) / (to - from);
  return t * (count - 1);
}

/** All numbers of an axis, with as many digits as tell them apart. */
export function axisValues(axis: MapAxis): number[] {
  return Array.from({ length: axis.count }, (_, i) =>
    Number(valueAt(axis, i).toPrecision(6)),
  );
}

export function cellCount({ axes }: MapSpec): number {
  return axes.reduce((product, { count }) => product * count, 1);
}

/** The numbers of a cell, one for each axis. */
export function cellValues(
  axes: readonly (readonly number[])[],
  cell: number,
): number[] {
  const [across] = axes;
  const values = [across[cell % across.length]];
  return axes.length === 1
    ? values
    : [...values, axes[1][Math.floor(cell / across.length)]];
}

/** Lane A as a map trains it. */
export function mapBase({ config, estimator }: MapSpec): Settings {
  const lane = laneSettings(config, 0);
  const { settings } = agree({
    ...(estimator === "sampled" ? lane : atTheEnd(lane)),
    estimator: estimator ?? "exact",
  });
  // What has no exact loss is sampled, and then as the lane says.
  return settings.estimator === "sampled"
    ? { ...lane, estimator: "sampled" }
    : settings;
}

/** Whether the exact loss can train the map, so that there is a choice. */
export function canBeExact({ config }: Pick<MapSpec, "config">): boolean {
  return mapBase({ config, axes: [] }).estimator === "exact";
}

/** Whether the weights of a map's cells tell all of them: singular values, distance, information. */
export function toldByWeights(spec: MapSpec): boolean {
  const base = mapBase(spec);
  return (
    !isHidden(base.network) &&
    !predictsVariance(base) &&
    base.likelihood === "gaussian"
  );
}

/** Settings with the axes' numbers at `values`. */
export function settingsAt(
  base: Settings,
  axes: readonly MapAxis[],
  values: readonly number[],
): Settings {
  return axes.reduce(
    (settings, { field }, axis) => withField(settings, field, values[axis]),
    base,
  );
}

/** One sentence for people on why a map cannot be had, or null. */
export function whyNoMap(spec: MapSpec): string | null {
  const base = mapBase(spec);
  if (spec.axes.length < 1 || spec.axes.length > 2)
    return `A map has one or two axes, and this one has ${spec.axes.length}.`;
  for (const { field, from, to, count, scale } of spec.axes) {
    if (!(Number.isSafeInteger(count) && count >= 2 && count <= MOST_CELLS))
      return `An axis has 2 to ${MOST_CELLS} cells, and that of ${field} has ${count}.`;
    if (!(from < to))
      return `An axis goes from a smaller number to a larger one, and that of ${field} from ${from} to ${to}.`;
    if (scale === "log" && !(from > 0))
      return `A logarithmic axis starts above 0, and that of ${field} at ${from}.`;
  }
  return whyNoSweep({
    config: { base, lanes: [{}] },
    axes: spec.axes.map((axis) => ({
      field: axis.field,
      values: WHOLE.has(axis.field)
        ? [valueAt(axis, 0), valueAt(axis, axis.count - 1)]
        : [axis.from, axis.to],
    })),
    seeds: [base.seed],
    likelihoodSamples: 0,
    ...(spec.steps !== undefined && { steps: spec.steps }),
  });
}

/** What a lane has of a field that an axis varies; NaN where it has not one number of it. */
export function valueOf(settings: Settings, field: SweepField): number {
  const of = (values: readonly number[]): number =>
    values.length > 0 && values.every((value) => value === values[0])
      ? values[0]
      : Number.NaN;
  const std = (variance: Settings["encoderVariance"]): number =>
    variance.kind === "fixed" ? of(variance.std) : Number.NaN;
  switch (field) {
    case "std":
      return std(settings.encoderVariance);
    case "std2":
      return std(settings.encoderVariance2);
    case "correlation":
      return of(settings.correlation);
    case "learningRate":
      return settings.optimizer.learningRate;
    default:
      return settings[field];
  }
}
