/** What a map shows: its quantities, their numbers and colors, and the same in words. Pure. */
import type { MapView } from "../session/map-link.ts";
import type { MapNumber, MapSpec } from "../session/map-protocol.ts";
import {
  MAP_NUMBERS,
  cellValues,
  mapBase,
  toldByWeights,
} from "../session/map-plan.ts";
import type { MapState } from "../session/store-map.ts";
import { quantity as written, setting, whole } from "./format.ts";
import type { Scheme } from "./heat-colors.ts";
import { diverging, sequential } from "./map-colors.ts";
import { mapText as text } from "./strings-map.ts";
import { axisLabel } from "./sweep-fields.ts";

export interface MapQuantity {
  readonly key: MapNumber;
  readonly title: string;
  readonly unit: string;
  /** A count, of this level. */
  readonly level: number | null;
}

/** What can be shown of a model's map, the first at first; what compares with theory not while that is hidden. */
export function mapQuantities(
  spec: MapSpec,
  theoryHidden = false,
): MapQuantity[] {
  const two = spec.config.base.model === "mhvae";
  const { quantities, nats } = text;
  const count = (key: MapNumber, title: string, level: number) => ({
    key,
    title,
    unit: "",
    level,
  });
  const other = (key: MapNumber, title: string, unit: string = nats) => ({
    key,
    title,
    unit,
    level: null,
  });
  return [
    ...(two
      ? [count("active2", text.level(1), 1), count("active", text.level(0), 0)]
      : [count("active", quantities.active, 0)]),
    other("kl", two ? text.kl1 : quantities.kl),
    ...(two ? [other("kl2", quantities.kl2)] : []),
    other("loss", quantities.loss),
    ...(toldByWeights(spec)
      ? [
          ...(theoryHidden ? [] : [other("distance", quantities.distance, "")]),
          other(
            "information",
            two ? text.information2 : quantities.information,
          ),
        ]
      : []),
  ];
}

/** A cell's number in a view; NaN where there is none. */
export function numberOf(
  state: MapState,
  cell: number,
  key: MapNumber,
  view: MapView,
): number {
  const at = cell * MAP_NUMBERS.length + MAP_NUMBERS.indexOf(key);
  const theory =
    key === "distance" ? 0 : (state.theory?.values[at] ?? Number.NaN);
  const measured = state.measured[at];
  if (view === "theory") return theory;
  return view === "measured" ? measured : measured - theory;
}

/** The scale of a quantity: ends, and the color of a number. */
export interface MapScale {
  readonly low: number;
  readonly high: number;
  readonly color: (value: number) => string;
  /** Numbers a legend names. */
  readonly ticks: readonly number[];
}

const TICKS = 5;

/** Shared by theory and measurement, so that switching shows what differs and not another scale. */
export function scaleOf(
  state: MapState,
  quantity: MapQuantity,
  view: MapView,
  scheme: Scheme,
): MapScale {
  const cells = state.steps.length;
  const all = (which: MapView): number[] =>
    Array.from({ length: cells }, (_, cell) =>
      numberOf(state, cell, quantity.key, which),
    ).filter(Number.isFinite);
  if (view === "difference") {
    const most = all("difference").reduce(
      (size, value) => Math.max(size, Math.abs(value)),
      quantity.level === null ? 0 : 1,
    );
    const end = most || 1;
    return {
      low: -end,
      high: end,
      color: (value) => diverging(scheme, value / end),
      ticks: [-end, 0, end],
    };
  }
  const values = [...all("theory"), ...all("measured")];
  const counts = quantity.level !== null;
  const units = state.theory?.units[quantity.level ?? 0] ?? 1;
  const low = counts ? 0 : Math.min(0, ...values);
  const high = counts ? units : Math.max(...values, low) || 1;
  const every = Math.max(1, Math.ceil((high - low) / 8));
  return {
    low,
    high,
    color: (value) => sequential((value - low) / (high - low || 1)),
    ticks: counts
      ? Array.from(
          { length: Math.floor(high / every) + 1 },
          (_, i) => i * every,
        )
      : Array.from(
          { length: TICKS },
          (_, i) => low + (i / (TICKS - 1)) * (high - low),
        ),
  };
}

/** A number of a quantity in text. */
export function numberText({ level }: MapQuantity, value: number): string {
  return level !== null && Number.isFinite(value)
    ? whole(value).replace("-", "−")
    : written(value);
}

/** "β 1.2, η 0.8" */
export function placeText(state: MapState, cell: number): string {
  const { spec, values } = state;
  if (!spec) return "";
  return cellValues(values, cell)
    .map(
      (value, i) =>
        `${axisLabel(spec, spec.axes[i].field)} ${setting(Number(value.toPrecision(3)))}`,
    )
    .join(", ");
}

/** "β 1.2, η 0.8: 5 of 8 active, theory 5" */
export function cellText(
  state: MapState,
  cell: number,
  quantity: MapQuantity,
): string {
  const measured = numberOf(state, cell, quantity.key, "measured");
  const theory = numberOf(state, cell, quantity.key, "theory");
  const steps = state.steps[cell];
  const units =
    quantity.level === null ? null : (state.theory?.units[quantity.level] ?? 0);
  const named = (value: number): string =>
    units === null
      ? `${quantity.title} ${written(value)}${quantity.unit ? ` ${quantity.unit}` : ""}`
      : text.ofUnits(numberText(quantity, value), units);
  const words =
    steps === 0
      ? [text.unmeasured]
      : Number.isNaN(numberOf(state, cell, "loss", "measured"))
        ? [text.diverged]
        : [
            named(measured),
            ...(state.ended[cell] === 1 ? [] : [text.atStep(steps)]),
          ];
  if (!Number.isNaN(theory) && quantity.key !== "distance")
    words.push(
      (state.theory?.linear ? text.linearTheoryIs : text.theoryIs)(
        numberText(quantity, theory),
      ),
    );
  return text.cell(placeText(state, cell), words.join(", "));
}

/** What a view is called: theory may be that of other models. */
export function viewTitle({ theory }: MapState, view: MapView): string {
  return view === "theory" && theory?.linear
    ? text.linearTheory
    : text.views[view];
}

/** How far the map is, in words; empty when all is done. */
export function progressText(
  { progress, theory, theoryHidden }: MapState,
  spec: MapSpec,
): string {
  const status = progress?.status ?? "ready";
  if (theoryHidden && (status === "ready" || status === "done"))
    return text.hidden;
  if (!progress)
    return mapBase(spec).estimator === "exact" ? text.before : text.sampled;
  const { done, total, secondsLeft, modelStepsPerSecond, label } = progress;
  switch (progress.status) {
    case "theory":
      return text.theory;
    case "ready":
      return theory?.linear ? text.readyLinear(total) : text.ready(total);
    case "running":
      return text.running(done, total, secondsLeft, modelStepsPerSecond);
    case "paused":
      return text.paused(done, total);
    case "cancelled":
      return text.cancelled(done, total);
    case "failed":
      return label;
    case "done":
      return "";
  }
}

export interface MapVerdict {
  /** Cells that have ended and whose counts theory tells. */
  readonly judged: number;
  readonly agree: number;
  /** Of those that do not agree: near a boundary, or not. */
  readonly near: number;
  readonly off: number;
  /** Cells of whose counts theory says nothing. */
  readonly free: number;
}

/** How the counts of all levels agree with theory's. */
export function verdictOf(state: MapState): MapVerdict {
  let [judged, agree, near, off, free] = [0, 0, 0, 0, 0];
  const levels = (["active", "active2"] as const).slice(
    0,
    state.theory?.units.length ?? 0,
  );
  for (let cell = 0; cell < state.steps.length; cell++) {
    if (state.ended[cell] === 0) continue;
    const pairs = levels
      .map((key) => [
        numberOf(state, cell, key, "theory"),
        numberOf(state, cell, key, "measured"),
      ])
      .filter(([theory]) => !Number.isNaN(theory));
    if (pairs.length === 0) {
      free++;
      continue;
    }
    judged++;
    if (pairs.every(([theory, measured]) => theory === measured)) agree++;
    else if (state.lines?.near[cell] === 1) near++;
    else off++;
  }
  return { judged, agree, near, off, free };
}

/** The verdict as a sentence; null until something has ended, and while theory is hidden. */
export function verdictText(state: MapState): string | null {
  if (state.theoryHidden) return null;
  const { judged, agree, near, off, free } = verdictOf(state);
  return judged + free === 0
    ? null
    : (state.theory?.linear ? text.verdictLinear : text.verdict)(
        agree,
        judged,
        near,
        off,
        free,
      );
}

/** Every cell as CSV; what theory says is left empty while it is hidden. */
export function mapCsv(state: MapState, link: string): string {
  const { spec, values, steps } = state;
  if (!spec) return "";
  const head = [
    ...spec.axes.map(({ field }) => field),
    "steps",
    ...MAP_NUMBERS,
    ...MAP_NUMBERS.filter((key) => key !== "distance").map(
      (key) => `theory_${key}`,
    ),
    "near_boundary",
  ];
  const lines = [...steps].map((count, cell) =>
    [
      ...cellValues(values, cell),
      count,
      ...MAP_NUMBERS.map((key) => numberOf(state, cell, key, "measured")),
      ...MAP_NUMBERS.filter((key) => key !== "distance").map((key) =>
        numberOf(state, cell, key, "theory"),
      ),
      state.theoryHidden ? Number.NaN : (state.lines?.near[cell] ?? 0),
    ]
      .map((value) => (Number.isFinite(value) ? String(value) : ""))
      .join(","),
  );
  return `# ${link}\n${[head.join(","), ...lines].join("\n")}\n`;
}

/** Every cell as plain JSON: null where there is no number. */
export function mapJson(state: MapState, link: string): string {
  const { spec, values, steps, lines } = state;
  const plain = (cell: number, view: MapView): Record<string, number | null> =>
    Object.fromEntries(
      MAP_NUMBERS.filter(
        (key) => view === "measured" || key !== "distance",
      ).map((key) => {
        const value = numberOf(state, cell, key, view);
        return [key, Number.isFinite(value) ? value : null];
      }),
    );
  const cells = [...steps].map((count, cell) => ({
    values: cellValues(values, cell),
    steps: count,
    measured: count > 0 ? plain(cell, "measured") : null,
    theory: plain(cell, "theory"),
    near: state.theoryHidden ? null : lines?.near[cell] === 1,
  }));
  return `${JSON.stringify({ link, spec, cells }, null, 1)}\n`;
}
