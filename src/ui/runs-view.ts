/** What a table of runs says, in words and numbers. Pure. */
import { allLanes, type Settings } from "../experiment/config.ts";
import { describeValue, fieldApplies, FIELDS } from "../experiment/fields.ts";
import { parseLink } from "../experiment/link.ts";
import { laneName } from "../experiment/names.ts";
import type {
  RunLane,
  RunSeries,
  RunSummary,
} from "../session/runs-protocol.ts";
import { quantity, whole } from "./format.ts";
import { runsText } from "./strings-runs.ts";
import type { SeriesKey } from "./series-table.ts";
import { text } from "./strings.ts";

/** A count of each level and theory's, e.g. "5" and "5", "4, 2" and "4, 2"; "–" where nothing says. */
export function counts(
  lane: RunLane,
  what: "modes" | "dead",
): { readonly measured: string; readonly theory: string | null } {
  const of = (values: (number | null)[]): string =>
    values.map((value) => (value === null ? "–" : String(value))).join(", ");
  const { levels } = lane;
  if (levels.length === 0) return { measured: "–", theory: null };
  const modes = what === "modes";
  const theory = levels.map(({ predictedModes, predictedDead }) =>
    modes ? predictedModes : predictedDead,
  );
  return {
    measured: of(
      levels.map(({ activeModes, deadUnits }) =>
        modes ? activeModes : deadUnits,
      ),
    ),
    theory: theory.every((value) => value === null) ? null : of(theory),
  };
}

export function distanceText({ distance }: RunLane): string {
  return distance === null ? "–" : quantity(distance);
}

export function verdictText({ verdict, diverged }: RunLane): string {
  return diverged === null
    ? text.verdict[verdict]
    : `${text.verdict.diverged}, ${text.verdict.atStep(diverged)}`;
}

/** "14:05" today, "3 Nov, 14:05" before; 24 hours. */
export function beganText(began: number, now: number): string {
  const clock = { hour: "2-digit", minute: "2-digit", hour12: false } as const;
  const day = (time: number): string => new Date(time).toDateString();
  const date =
    day(began) === day(now)
      ? {}
      : ({ day: "numeric", month: "short" } as const);
  return new Intl.DateTimeFormat("en-GB", { ...date, ...clock }).format(began);
}

/** "9 s", "1.5 s", "3 min". */
export function tookText(seconds: number): string {
  if (seconds >= 100) return `${whole(seconds / 60)} min`;
  return runsText.took(seconds >= 10 ? whole(seconds) : seconds.toFixed(1));
}

export interface Row {
  readonly title: string;
  /** One cell a run; lines of a cell are of its lanes, all lanes' value if there is one. */
  readonly cells: readonly (readonly {
    readonly lane: number | null;
    readonly words: string;
  }[])[];
}

/** The settings in which runs differ, a cell for each run. */
export function settingRows(runs: readonly Pick<RunSummary, "link">[]): Row[] {
  const all = runs.map(({ link }) => allLanes(parseLink(link).config));
  const rows: Row[] = [];
  const row = (title: string, say: (lane: Settings) => string): void => {
    const cells = all.map((lanes) => {
      const words = lanes.map(say);
      return words.every((one) => one === words[0])
        ? [{ lane: null, words: words[0] }]
        : words.map((one, lane) => ({ lane, words: one }));
    });
    const first = JSON.stringify(cells[0]);
    if (cells.some((cell) => JSON.stringify(cell) !== first))
      rows.push({ title, cells });
  };
  if (all.some((lanes) => lanes.length !== all[0].length))
    rows.push({
      title: runsText.columns.lane,
      cells: all.map((lanes) => [
        { lane: null, words: lanes.map((_, i) => laneName(i)).join(", ") },
      ]),
    });
  for (const field of FIELDS) {
    if (field.key === "pace") continue;
    row(field.label, (lane) =>
      fieldApplies(field, lane.model) ? describeValue(field.key, lane) : "–",
    );
  }
  return rows;
}

/** What came of each run. */
export function outcomeRows(runs: readonly RunSummary[]): Row[] {
  const row = (title: string, say: (lane: RunLane) => string): Row => ({
    title,
    cells: runs.map(({ lanes }) =>
      lanes.map((lane, index) => ({ lane: index, words: say(lane) })),
    ),
  });
  const plain = (title: string, say: (run: RunSummary) => string): Row => ({
    title,
    cells: runs.map((run) => [{ lane: null, words: say(run) }]),
  });
  const counted = (what: "modes" | "dead") => (lane: RunLane) => {
    const { measured, theory } = counts(lane, what);
    return theory === null ? measured : `${measured} (${theory})`;
  };
  const { columns } = runsText;
  return [
    row(`${columns.modes} ${columns.theory}`, counted("modes")),
    row(`${columns.dead} ${columns.theory}`, counted("dead")),
    row(columns.distance, distanceText),
    row(columns.verdict, verdictText),
    row(text.series.loss, ({ loss }) => (loss === null ? "–" : quantity(loss))),
    plain(columns.steps, ({ step }) => String(step)),
  ];
}

/** Steps and values of one series of a lane. */
export function columnsOf(
  series: RunSeries,
  key: SeriesKey,
): { readonly step: Float64Array; readonly value: Float32Array } {
  return key === "distance"
    ? { step: series.distanceStep, value: series.distance }
    : { step: series.step, value: series[key] };
}
