/** Words of maps. */
import { measured } from "./strings-measured.ts";

export const mapText = {
  title: measured.strip.map,
  form: "What the map varies",
  across: "Across",
  up: "Up",
  upNone: "nothing (a curve)",
  cells: "Cells",
  from: "from",
  to: "to",
  fromOf: (label: string) => `${label} from`,
  toOf: (label: string) => `${label} to`,
  scale: "Scale",
  scaleOf: (label: string) => `Scale of ${label}`,
  log: "log",
  linear: "linear",
  steps: "Steps",
  colour: "Colour",
  quantities: {
    active: "Modes in use",
    loss: "Loss",
    kl: "KL",
    kl2: "KL of z₂",
    distance: "Distance to theory",
    information: "I(x; z)",
  },
  level: (level: number) => `Modes in use, z${"₁₂"[level]}`,
  kl1: "KL of z₁",
  information2: "I(x; z₂)",
  nats: "nats",
  view: "Shown",
  views: { measured: "Measured", theory: "Theory", difference: "Difference" },
  train: (models: number) => `Train ${thousands(models)} models`,
  pause: "Pause",
  resume: "Resume",
  cancel: "Cancel",
  update: "Update the map",
  misread:
    "The link's map could not be read, or varies what this model does not have; these are the usual axes.",
  /** @param given a part of the link's map @param color of what is coloured, or else shown */
  unread: (given: string, color: boolean) =>
    `The link’s map says “${given}”, which is not a ${color ? "number of a map: modes in use are shown" : "view of a map: what was measured is shown"}.`,
  /** @param axes what is varied @param cells "32 × 32" */
  contents: (axes: string, cells: string, quantity: string, view: string) =>
    `${cells} models, ${axes}; ${quantity}, ${view}`,
  stale: "The experiment has changed since this map.",
  before:
    "Linear models by the exact loss, all in one run; lines are theory's thresholds.",
  sampled:
    "Sampled models, trained side by side; lines are theory's thresholds.",
  loss: "Trained on",
  losses: { exact: "the exact loss", sampled: "minibatches" },
  hidden: "This link hides theory for now.",
  theory: "Theory under way",
  ready: (models: number) => `Theory of ${thousands(models)} models`,
  readyLinear: (models: number) =>
    `Theory of ${thousands(models)} linear models with the cells' data and settings`,
  /** @param left seconds */
  running: (done: number, total: number, left: number | null, speed: number) =>
    [
      `${thousands(done)} of ${thousands(total)} trained`,
      ...(left === null ? [] : [`${duration(left)} left`]),
      ...(speed > 0 ? [`${thousands(Math.round(speed))} steps/s`] : []),
    ].join(", "),
  paused: (done: number, total: number) =>
    `Paused at ${thousands(done)} of ${thousands(total)}`,
  cancelled: (done: number, total: number) =>
    `Cancelled after ${thousands(done)} of ${thousands(total)}`,
  verdict: (...counts: Counts) => verdict("agree with theory", "", counts),
  /** Of models that theory has no word on, beside linear ones. */
  verdictLinear: (...counts: Counts) =>
    verdict(
      "use as many units as the linear model has modes",
      "Lines are of the linear model with each cell's data and settings. ",
      counts,
    ),
  linearTheory: "Linear theory",
  linearTheoryIs: (value: string) => `linear theory ${value}`,
  picture: (quantity: string, view: string, axes: string) =>
    `${quantity}, ${view.toLowerCase()}, by ${axes}. Arrow keys move from cell to cell; Enter opens one.`,
  role: "map of models",
  by: (x: string, y: string | null) => (y === null ? x : `${x} and ${y}`),
  cell: (place: string, words: string) => `${place}: ${words}`,
  ofUnits: (active: string, units: number) =>
    `${active} of ${String(units)} active`,
  theoryIs: (value: string) => `theory ${value}`,
  unmeasured: "not trained yet",
  diverged: "diverged",
  atStep: (step: number) => `at step ${thousands(step)}`,
  openWords: "Enter or a click opens it",
  hint: "Point at a cell, or move with the arrow keys.",
  table: "Table",
  chart: "Picture",
  tableTitle: (quantity: string, view: string) =>
    `${quantity}, ${view.toLowerCase()}`,
  link: "Copy link",
  copied: "Copied",
  notCopied: "Copying failed",
  saveAs: (kind: string) => `Save the map as ${kind}`,
  lanesAt: (names: string) => `lane ${names} is here`,
} as const;

/** @param counts off: they neither agree nor are near a line */
type Counts = [
  agree: number,
  judged: number,
  near: number,
  off: number,
  free: number,
];

function verdict(
  agrees: string,
  before: string,
  [agree, judged, near, off, free]: Counts,
): string {
  if (judged === 0) return "Theory leaves the counts of this map free.";
  const clauses = [
    `${thousands(agree)} of ${thousands(judged)} cells ${agrees}`,
    ...(near > 0
      ? [`${thousands(near)} ${isAre(near)} within 2 % of a boundary`]
      : []),
    ...(off > 0
      ? [`${thousands(off)} ${off === 1 ? "disagrees" : "disagree"}`]
      : []),
    ...(free > 0 ? [`of ${thousands(free)} theory says no count`] : []),
  ];
  return `${before}${clauses.join("; ")}.`;
}

function isAre(count: number): string {
  return count === 1 ? "is" : "are";
}

/** 1,024 */
export function thousands(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 90
    ? `${String(whole)} s`
    : `${String(Math.ceil(whole / 60))} min`;
}
