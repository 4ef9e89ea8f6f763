/** Words of sweeps. */
import { measured } from "./strings-measured.ts";

export const sweepText = {
  title: measured.strip.sweep,
  form: "What is varied",
  along: "Vary",
  and: "and",
  also: "Also vary",
  none: "nothing else",
  values: "Values",
  valuesOf: (label: string) => `Values of ${label}`,
  seeds: "Seeds",
  samples: "Samples",
  samplesTitle:
    "Importance samples for each test example; 0 estimates no log-likelihood",
  steps: "Steps",
  run: "Run",
  cancel: "Cancel",
  csv: "CSV",
  json: "JSON",
  download: (kind: string) => `Download the rows as ${kind}`,
  table: "Table",
  charts: "Charts",
  tableTitle: "Sweep, one row a training",
  before:
    "Trains lane A anew for each value, beside what theory says of the linear model. The run pauses.",
  beforeHidden:
    "Trains lane A anew for each value. The run pauses. This link hides theory for now.",
  /** @param left seconds */
  running: (done: number, total: number, left: number | null) =>
    total === 0
      ? "Starting"
      : `${String(done)} of ${String(total)} trained${left === null ? "" : `, ${duration(left)} left`}`,
  done: (total: number) =>
    total === 1 ? "One training" : `${String(total)} trainings`,
  cancelled: (done: number, total: number) =>
    `Cancelled after ${String(done)} of ${String(total)}`,
  needNumbers: "Numbers, separated by commas or spaces",
  active: "Units in use",
  activeLevel: (level: number) => `Units in use, z${"₁₂"[level]}`,
  kl: "KL",
  kl1: "KL₁",
  kl2: "KL₂",
  loss: "Loss",
  logLikelihood: "Log-likelihood",
  linear: "linear theory",
  measured: "measured",
  ofTheory: (measured: string, linear: string) => `${measured} / ${linear}`,
  gridKey: "measured / linear theory",
  collapsed: "collapsed at ε = 0.01",
  seed: "seed",
  diverged: (step: number) => `diverged at step ${String(step)}`,
  chart: (title: string, axis: string, points: string) =>
    `${title} by ${axis}: ${points}`,
} as const;

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 90
    ? `${String(whole)} s`
    : `${String(Math.ceil(whole / 60))} min`;
}
