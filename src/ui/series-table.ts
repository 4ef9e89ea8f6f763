/** The time series: title, unit, and where their latest and predicted values are. */
import type { LaneSeries, LaneState } from "../session/store.ts";
import { text } from "./strings.ts";

export type SeriesKey = "loss" | "reconstruction" | "kl" | "distance";

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

export const SERIES: Readonly<Record<SeriesKey, SeriesEntry>> = {
  loss: {
    title: text.series.loss,
    unit: text.series.lossUnit,
    latest: (lane) => lane.readout?.loss ?? null,
    theory: (lane) => lane.prediction?.loss ?? null,
    lowest: (series) => lowestOf(series.loss, series.length),
  },
  reconstruction: {
    title: text.series.reconstruction,
    unit: text.series.nats,
    latest: (lane) => lane.readout?.reconstruction ?? null,
    theory: (lane) => lane.prediction?.reconstruction ?? null,
    lowest: (series) => lowestOf(series.reconstruction, series.length),
  },
  kl: {
    title: text.series.kl,
    unit: text.series.nats,
    latest: (lane) => lane.readout?.kl ?? null,
    theory: (lane) => lane.prediction?.kl ?? null,
    lowest: (series) => lowestOf(series.kl, series.length),
  },
  distance: {
    title: text.series.distance,
    unit: "",
    latest: (lane) => lane.readout?.distance ?? null,
    theory: () => null,
    lowest: (series) => lowestOf(series.distance, series.distanceLength),
  },
};

export const SERIES_KEYS = Object.keys(SERIES) as SeriesKey[];
