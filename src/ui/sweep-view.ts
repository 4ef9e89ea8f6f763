/** A sweep's rows as what is drawn and listed: quantities by cell, medians over seeds. */
import type { SweepRow, SweepSpec } from "../session/sweep-protocol.ts";
import { sweepText } from "./strings-sweep.ts";

/** One picture. */
export interface Quantity {
  readonly title: string;
  readonly unit: string;
  readonly of: (row: SweepRow) => number;
  /** What theory says of the linear model; NaN where nothing. */
  readonly linear?: (row: SweepRow) => number;
  /** Standard error, if it has one. */
  readonly error?: (row: SweepRow) => number;
  /** Largest value there can be. */
  readonly most?: number;
  readonly whole: boolean;
}

/** In the order of the pictures; beside theory if any row has some. */
export function quantitiesOf(rows: readonly SweepRow[]): Quantity[] {
  const levels = Math.max(1, ...rows.map((row) => row.levels.length));
  const two = levels > 1;
  const told = rows.some(({ linear }) => linear);
  return [
    ...Array.from({ length: levels }, (_, level): Quantity => {
      const units = rows.map((row) => row.levels.at(level)?.units ?? 0);
      return {
        title: two ? sweepText.activeLevel(level) : sweepText.active,
        unit: "",
        of: (row) => row.levels.at(level)?.activeModes ?? Number.NaN,
        ...(told && {
          linear: (row: SweepRow) =>
            row.linear?.activeUnits.at(level) ?? Number.NaN,
        }),
        most: Math.max(1, ...units),
        whole: true,
      };
    }),
    {
      title: two ? sweepText.kl1 : sweepText.kl,
      unit: "nats",
      of: (row) => row.kl,
      whole: false,
    },
    ...(two
      ? [
          {
            title: sweepText.kl2,
            unit: "nats",
            of: (row: SweepRow) => row.kl2,
            whole: false,
          },
        ]
      : []),
    {
      title: sweepText.loss,
      unit: "nats",
      of: (row) => row.loss,
      ...(told && {
        linear: (row: SweepRow) => row.linear?.loss ?? Number.NaN,
      }),
      whole: false,
    },
    ...(rows.some(({ logLikelihood }) => logLikelihood)
      ? [
          {
            title: sweepText.logLikelihood,
            unit: "nats",
            of: (row: SweepRow) => row.logLikelihood?.mean ?? Number.NaN,
            error: (row: SweepRow) => row.logLikelihood?.error ?? Number.NaN,
            whole: false,
          },
        ]
      : []),
  ];
}

/** Rows of a cell, whatever their seed. */
export function rowsAt(
  rows: readonly SweepRow[],
  values: readonly number[],
): SweepRow[] {
  return rows.filter((row) => row.values.every((v, i) => v === values[i]));
}

/** Middle of the finite values; NaN if there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const half = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1
    ? sorted[half]
    : (sorted[half - 1] + sorted[half]) / 2;
}

/** Rows as CSV, a line a training; empty where there is no number. */
export function sweepCsv(
  { axes }: SweepSpec,
  rows: readonly SweepRow[],
): string {
  const levels = Math.max(0, ...rows.map((row) => row.levels.length));
  const suffixed = (names: readonly string[], level: number): string[] =>
    names.map((name) => (level === 0 ? name : `${name}${String(level + 1)}`));
  const head = [
    ...axes.map(({ field }) => field),
    ...["seed", "steps", "loss", "reconstruction", "kl", "kl2"],
    ...Array.from({ length: levels }, (_, level) =>
      suffixed(
        [
          "units",
          "activeUnits",
          "activeModes",
          "activeUnitsBurda",
          "collapsed",
          "linearActiveUnits",
        ],
        level,
      ),
    ).flat(),
    ...["linearLoss", "logLikelihood", "logLikelihoodError", "diverged"],
  ];
  const lines = rows.map((row) =>
    [
      ...row.values,
      ...[row.seed, row.steps, row.loss, row.reconstruction, row.kl, row.kl2],
      ...Array.from({ length: levels }, (_, at) => {
        const level = row.levels.at(at);
        return [
          level?.units,
          level?.activeUnits,
          level?.activeModes,
          level?.activeUnitsBurda,
          level?.collapsed,
          row.linear?.activeUnits.at(at),
        ];
      }).flat(),
      row.linear?.loss,
      row.logLikelihood?.mean,
      row.logLikelihood?.error,
      row.diverged,
    ]
      .map((cell) =>
        typeof cell === "number" && Number.isFinite(cell) ? String(cell) : "",
      )
      .join(","),
  );
  return `${[head.join(","), ...lines].join("\n")}\n`;
}
