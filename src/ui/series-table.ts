/** The time series: title, unit, and where their latest and predicted values are. */
import type { LaneSeries, LaneState } from "../session/store.ts";
import { mostLevels } from "./levels.ts";
import { isNetwork } from "./networks.ts";
import { text } from "./strings.ts";

export type SeriesKey = "loss" | "reconstruction" | "kl" | "kl2" | "distance";

export interface SeriesEntry {
  readonly title: string;
  readonly unit: string;
  /** Latest measurement over the whole data set, or null. */
  readonly latest: (lane: LaneState) => number | null;
  readonly theory: (lane: LaneState) => number | null;
  /** Lowest value so far, or null. */
  readonly lowest: (series: LaneSeries) => number | null;
}

function lowestOf(values: Float32Array, length: number): number | null {
  let lowest = Infinity;
  for (let i = 0; i < length; i += 1)
    if (values[i] < lowest) lowest = values[i];
  return lowest === Infinity ? null : lowest;
}

/** A predicted level to draw; a loss without a minimum and what theory leaves free have none. */
function level(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

export const SERIES: Readonly<Record<SeriesKey, SeriesEntry>> = {
  loss: {
    title: text.series.loss,
    unit: text.series.lossUnit,
    latest: (lane) => lane.readout?.loss ?? null,
    theory: (lane) => level(lane.prediction?.loss),
    lowest: (series) => lowestOf(series.loss, series.length),
  },
  reconstruction: {
    title: text.series.reconstruction,
    unit: text.series.nats,
    latest: (lane) => lane.readout?.reconstruction ?? null,
    theory: (lane) => level(lane.prediction?.reconstruction),
    lowest: (series) => lowestOf(series.reconstruction, series.length),
  },
  kl: {
    title: text.series.kl,
    unit: text.series.nats,
    latest: (lane) => lane.readout?.kl ?? null,
    theory: (lane) => level(lane.prediction?.kl),
    lowest: (series) => lowestOf(series.kl, series.length),
  },
  kl2: {
    title: text.series.kl2,
    unit: text.series.nats,
    latest: (lane) => lane.readout?.kl2 ?? null,
    theory: (lane) => level(lane.prediction?.kl2),
    lowest: (series) => lowestOf(series.kl2, series.length),
  },
  distance: {
    title: text.series.distance,
    unit: "",
    latest: (lane) => lane.readout?.distance ?? null,
    theory: () => null,
    lowest: (series) => lowestOf(series.distance, series.distanceLength),
  },
};

const SERIES_KEYS = Object.keys(SERIES) as SeriesKey[];

/** The series that these lanes have. */
export function seriesOf(lanes: readonly LaneState[]): SeriesKey[] {
  const two = mostLevels(lanes) > 1;
  // A network has no theory to be at a distance from.
  const measurable = lanes.some(
    ({ settings, theoryHidden }) => !isNetwork(settings) && !theoryHidden,
  );
  return SERIES_KEYS.filter(
    (key) => (two || key !== "kl2") && (measurable || key !== "distance"),
  );
}

/** Title of a series: the KL is that of the first level where there are two. */
export function titleOf(key: SeriesKey, lanes: readonly LaneState[]): string {
  return key === "kl" && mostLevels(lanes) > 1
    ? text.series.kl1
    : SERIES[key].title;
}
