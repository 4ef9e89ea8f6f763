/** Every series of a run as CSV and JSON, and a run's final numbers. Pure. */
import Papa from "papaparse";
import type { LabState, LaneSeries, LaneState } from "../session/store.ts";
import { laneSettings } from "../experiment/config.ts";
import { describeLane } from "../experiment/names.ts";

const TERMS = ["loss", "reconstruction", "kl", "kl2"] as const;
type Term = (typeof TERMS)[number];

/** What is exported of a run: its state, its series, its link. */
export interface RunExport {
  readonly state: LabState;
  readonly series: readonly LaneSeries[];
  /** Absolute. */
  readonly link: string;
}

/** The terms a lane has: kl2 of two levels only. */
function termsOf({ settings }: LaneState): readonly Term[] {
  return settings.model === "mhvae" ? TERMS : TERMS.slice(0, 3);
}

const cell = (value: number | undefined): string =>
  value === undefined ? "" : Number.isFinite(value) ? String(value) : "NaN";

/** A float32 as few digits as say it exactly, not the sixteen of its float64 neighbor. */
function short(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return Number(value.toPrecision(9));
}

/**
 * A row per step, columns by lane: minibatch terms as trained, distance where it was measured. The
 * link and theory's values stand before them as comments (`#`).
 */
export function seriesCsv({ state, series, link }: RunExport): string {
  const { lanes } = state;
  const columns = lanes.flatMap((lane, i) => {
    const one = series[i];
    const at = new Map<number, number>();
    for (let j = 0; j < one.length; j++) at.set(one.step[j], j);
    const near = new Map<number, number>();
    for (let j = 0; j < one.distanceLength; j++)
      near.set(one.distanceStep[j], j);
    const terms = termsOf(lane).map((term) => ({
      name: `${lane.name} ${term}`,
      steps: at,
      value: (j: number) => short(one[term][j]),
    }));
    const distance = {
      name: `${lane.name} distance`,
      steps: near,
      value: (j: number) => short(one.distance[j]),
    };
    return one.distanceLength > 0 ? [...terms, distance] : terms;
  });
  const steps = [
    ...new Set(columns.flatMap(({ steps: own }) => [...own.keys()])),
  ].sort((a, b) => a - b);
  const rows = steps.map((step) => [
    String(step),
    ...columns.map(({ steps: own, value }) => {
      const j = own.get(step);
      return cell(j === undefined ? undefined : value(j));
    }),
  ]);
  const fields = ["step", ...columns.map(({ name }) => name)];
  const notes = [
    `# ${link}`,
    ...lanes.map(
      (lane, i) =>
        `# ${lane.name}: ${describeLane(laneSettings(state.config, i), state.config)}${lane.prediction ? `; theory: loss ${cell(lane.prediction.loss)}, reconstruction ${cell(lane.prediction.reconstruction)}, kl ${cell(lane.prediction.kl)}` : ""}`,
    ),
    "# loss, reconstruction and kl in nats per example, as trained (of the minibatch where the estimator samples)",
  ];
  return `${notes.join("\r\n")}\r\n${Papa.unparse({ fields, data: rows })}\r\n`;
}

/** JSON knows neither NaN nor infinity. */
const plain = (value: number): number | null =>
  Number.isFinite(value) ? value : null;

export interface SeriesJson {
  readonly name: string;
  readonly step: readonly number[];
  readonly terms: Readonly<Partial<Record<Term, readonly (number | null)[]>>>;
  readonly distance: {
    readonly step: readonly number[];
    readonly value: readonly (number | null)[];
  };
}

export function seriesObject({
  state: { lanes },
  series,
}: Pick<RunExport, "state" | "series">): SeriesJson[] {
  const list = (from: Float32Array | Float64Array, length: number) =>
    Array.from(from.subarray(0, length), (value) =>
      plain(from instanceof Float32Array ? short(value) : value),
    );
  return lanes.map((lane, i) => {
    const one = series[i];
    return {
      name: lane.name,
      step: Array.from(one.step.subarray(0, one.length)),
      terms: Object.fromEntries(
        termsOf(lane).map((term) => [term, list(one[term], one.length)]),
      ),
      distance: {
        step: Array.from(one.distanceStep.subarray(0, one.distanceLength)),
        value: list(one.distance, one.distanceLength),
      },
    };
  });
}

/** What was measured last, and what theory says, lane by lane. */
export function finalNumbers({ lanes }: Pick<LabState, "lanes">): unknown {
  return lanes.map(({ name, readout, prediction, diverged }) => ({
    name,
    measured: readout && {
      step: readout.step,
      loss: plain(readout.loss),
      reconstruction: plain(readout.reconstruction),
      kl: plain(readout.kl),
      kl2: plain(readout.kl2),
      klPerUnit: readout.klPerUnit.map(plain),
      std: readout.std.map(plain),
      omega: readout.omega.map(plain),
      lambda: readout.lambda.map(plain),
      activeModes: readout.activeModes,
      activeUnits: readout.activeUnits,
      dead: readout.dead,
      distance: plain(readout.distance),
      verdict: readout.verdict,
    },
    theory: prediction && {
      loss: plain(prediction.loss),
      theta: prediction.theta.map(plain),
      omega: prediction.omega.map(plain),
      klPerUnit: prediction.klPerUnit.map(plain),
      activeUnits: plain(prediction.activeUnits),
    },
    diverged,
  }));
}

export function seriesJson(run: RunExport): string {
  const { state, link } = run;
  const file = {
    format: "collapse-lab series",
    version: 1,
    link,
    units: "nats per example; step is the number of updates before",
    step: state.step,
    lanes: seriesObject(run),
    final: finalNumbers(state),
  };
  return `${JSON.stringify(file)}\n`;
}
