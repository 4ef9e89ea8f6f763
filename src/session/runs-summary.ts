/** A run as it is kept, from the page's state and series. Pure. */
import { describeLane } from "../experiment/names.ts";
import type { LevelPrediction } from "../theory/prediction.ts";
import type { LevelReadout } from "./protocol.ts";
import type { RunCounts, RunLane, RunSeries } from "./runs-protocol.ts";
import type { LabState, LaneSeries, LaneState } from "./store.ts";

/** Points of a lane in a record. */
export const POINTS = 400;
/** Points of a lane that goes on after a reload: more than a chart has pixels. */
export const FINE_POINTS = 4096;
/** Points of the picture in a table. */
const THUMBNAIL = 36;

/**
 * Indices that stand for `length` entries: each of equal parts by its last entry, as charts draw
 * it, and the very first; all of them where there are no more than `most`.
 */
export function thinned(length: number, most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, index) => index);
  const rest = most - 1;
  return [
    0,
    ...Array.from({ length: rest }, (_, part) =>
      Math.floor(((part + 1) * (length - 1)) / rest),
    ),
  ];
}

/** A lane's columns as they are now, thinned to `most` points; copies. */
export function keepSeries(series: LaneSeries, most: number): RunSeries {
  const terms = thinned(series.length, most);
  const distances = thinned(series.distanceLength, most);
  const of = (column: Float32Array): Float32Array =>
    Float32Array.from(terms, (index) => column[index]);
  return {
    step: Float64Array.from(terms, (index) => series.step[index]),
    loss: of(series.loss),
    reconstruction: of(series.reconstruction),
    kl: of(series.kl),
    kl2: of(series.kl2),
    distanceStep: Float64Array.from(
      distances,
      (index) => series.distanceStep[index],
    ),
    distance: Float32Array.from(distances, (index) => series.distance[index]),
  };
}

/** Columns of a lane whose theory is not to be seen yet. */
export function withoutTheory(series: RunSeries): RunSeries {
  const [distanceStep, distance] = [new Float64Array(), new Float32Array()];
  return { ...series, distanceStep, distance };
}

/**
 * How a lane came along, 0 to 1: its distance to theory on a log scale, or its loss up to where nine
 * tenths of it lie below (a first fall would leave nothing else to see), averaged over equal parts.
 */
export function thumbnail({
  loss,
  distance,
}: Pick<RunSeries, "loss" | "distance">): Float32Array {
  const logs = distance.filter((value) => value > 0).map(Math.log);
  const values = averaged(
    logs.length > 1 ? logs : loss.filter(Number.isFinite),
    THUMBNAIL,
  );
  const sorted = values.toSorted();
  const low = sorted.at(0) ?? 0;
  const top = logs.length > 1 ? 1 : 0.9;
  const span = (sorted.at(Math.floor(top * (sorted.length - 1))) ?? low) - low;
  return values.map((value) =>
    span > 0 ? Math.min(1, (value - low) / span) : 0,
  );
}

/** Means of `parts` equal parts; all values where there are no more. */
function averaged(values: Float32Array, parts: number): Float32Array {
  if (values.length <= parts) return values;
  return Float32Array.from({ length: parts }, (_, part) => {
    const from = Math.floor((part * values.length) / parts);
    const to = Math.floor(((part + 1) * values.length) / parts);
    return (
      values.subarray(from, to).reduce((sum, v) => sum + v, 0) / (to - from)
    );
  });
}

function counted(
  { dead, activeModes }: LevelReadout,
  theory: LevelPrediction | undefined,
): RunCounts {
  const known = (value: number | undefined): number | null =>
    value === undefined || Number.isNaN(value) ? null : value;
  // Only where modes end on units of their own, or all are empty, does theory say which units die.
  const split = theory?.unitsAligned === true || theory?.activeUnits === 0;
  return {
    units: dead.length,
    activeModes,
    deadUnits: dead.filter(Boolean).length,
    predictedModes: known(theory?.activeUnits),
    predictedDead: theory ? (split ? known(theory.collapsedUnits) : 0) : null,
  };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

function keepLane(
  { settings, name, readout, prediction, diverged }: LaneState,
  config: LabState["config"],
  series: RunSeries,
): RunLane {
  return {
    name,
    title: describeLane(settings, config),
    levels: (readout?.levels ?? []).map((level, index) =>
      counted(level, prediction?.levels[index]),
    ),
    loss: finite(readout?.loss),
    reconstruction: finite(readout?.reconstruction),
    kl: finite(readout?.kl),
    kl2: finite(readout?.kl2),
    distance: finite(readout?.recentDistance),
    verdict: readout?.verdict ?? "waiting",
    diverged: diverged?.step ?? null,
    thumbnail: thumbnail(series),
  };
}

/** Lanes as a table shows them. */
export function keepLanes(
  { lanes, config }: LabState,
  series: readonly RunSeries[],
): RunLane[] {
  return lanes.map((lane, index) => keepLane(lane, config, series[index]));
}
