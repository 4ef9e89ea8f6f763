/**
 * The units picture: KL of each latent unit, dead ones hatched and named, theory ticks where units
 * are aligned. KL of a first level of two may be negative: bars then hang below the zero line.
 */
import { svg, type SVGTemplateResult } from "lit";
import { fixed2, niceTicks, setting } from "./format.ts";
import { laneClassOf } from "./lane-text.ts";
import type { LevelView } from "./levels.ts";
import { MOST_NUMBERED } from "./modes-table.ts";
import {
  barsAround,
  hatchPattern,
  sparseNumbers,
  theoryTick,
  valueAxis,
} from "./modes-view.ts";
import { unitOrder } from "./order.ts";
import { text } from "./strings.ts";

/** What one lane shows: its units in drawing order, or its principal axes. */
export interface UnitBars {
  readonly view: LevelView;
  /** Nats, in drawing order; null before the first measurement. */
  readonly kl: readonly number[] | null;
  readonly dead: readonly boolean[];
  /** Numbers below the bars. */
  readonly labels: readonly number[];
  /** Predicted nats in drawing order, where theory fixes them. */
  readonly ticks: readonly number[] | null;
  /** "dead", or "empty" for an axis. */
  readonly deadWord: string;
}

export interface UnitsLayout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  /** Ends of the axis, nats: the lower one is 0 or below. */
  readonly min: number;
  readonly max: number;
  readonly dense: boolean;
}

/** The bars of a level: units in `order`, or its principal axes if `rotated`. */
export function unitBars(
  view: LevelView,
  order: readonly number[],
  rotated: boolean,
): UnitBars {
  const { measured, predicted } = view;
  const labels = Array.from({ length: view.latents }, (_, i) => i + 1);
  if (rotated) {
    return {
      view,
      kl: measured?.klPerAxis ?? null,
      dead: labels.map(
        (_, i) => measured !== null && i >= measured.activeModes,
      ),
      labels,
      ticks: predicted?.klPerUnit ?? null,
      deadWord: text.lane.empty,
    };
  }
  return {
    view,
    kl: measured ? order.map((i) => measured.klPerUnit[i]) : null,
    dead: measured
      ? order.map((i) => measured.dead[i])
      : labels.map(() => false),
    labels: measured ? order.map((i) => i + 1) : labels,
    ticks: predicted?.unitsAligned ? byUnit(view, predicted.klPerUnit) : null,
    deadWord: text.lane.dead,
  };
}

/** Predicted KL in the order units are drawn in, largest first, unless fixed stds give units their places. */
function byUnit(view: LevelView, kl: readonly number[]): readonly number[] {
  const { variance } = view;
  if (variance.kind === "fixed" && variance.std.length > 1) return kl;
  return kl.toSorted((a, b) => b - a);
}

/** A calm axis that covers what is measured and predicted in all lanes; 0 is always on it. */
function unitsRange(
  views: readonly LevelView[],
  rotated = false,
): readonly [min: number, max: number] {
  const values = views.flatMap(({ measured, predicted }) => [
    ...(measured?.klPerUnit ?? []),
    ...(measured && rotated ? measured.klPerAxis : []),
    ...(predicted && (rotated || !measured || predicted.unitsAligned)
      ? predicted.klPerUnit
      : []),
  ]);
  const shown = values.filter(Number.isFinite);
  const low = Math.min(0, ...shown);
  const high = Math.max(0, ...shown);
  if (!(high - low > 1e-6)) return [0, 1];
  const ticks = niceTicks(low, high, 2);
  const grain = (ticks[1] - ticks[0]) / 5;
  const out = (end: number) => Math.ceil(end / grain - 1e-6) * grain;
  return [low < -1e-3 ? -out(-low) : 0, out(high)];
}

/**
 * Where one picture's bars go: `view`'s, on the axis that `all` share.
 *
 * @param rotated the axis covers principal axes, too
 */
export function unitsLayout(
  view: LevelView,
  all: readonly LevelView[],
  box: Pick<UnitsLayout, "width" | "height" | "left">,
  rotated = false,
): UnitsLayout {
  const [min, max] = unitsRange(all, rotated);
  return { ...box, min, max, dense: view.latents > MOST_NUMBERED };
}

/**
 * The order to draw a level's units in, as little changed from `before` as may be; null before the
 * first measurement. A network's stay as they are: its modes are its units by rank of KL.
 */
export function drawingOrder(
  { measured, network, variance }: LevelView,
  before: readonly number[] | null,
): readonly number[] | null {
  if (!measured) return null;
  const kl = measured.klPerUnit;
  if (network) return Array.from(kl.keys());
  return unitOrder(kl, variance, before);
}

const half = (x: number) => Math.round(x) + 0.5;

export function unitsMarks(
  layout: UnitsLayout,
  all: readonly UnitBars[],
): SVGTemplateResult {
  const { width, height, left, min, max, dense } = layout;
  const over = all.length > 1;
  const bottom = height - (over ? 2 : 20);
  const top = over ? 8 : 18;
  const hang = min < 0 ? (over ? 4 : 14) : 0;
  const row = (kl: number) =>
    bottom - hang - ((kl - min) / (max - min)) * (bottom - hang - top);
  const zero = row(0);
  const count = all[0].labels.length;
  const pitch = (width - left) / count;
  const stub = over ? 12 : 16;
  const marks = all[0].labels.map((_, i) => {
    const center = left + pitch * (i + 0.5);
    const places = barsAround(center, pitch, all.length);
    const size = places.width;
    return all.map((bars, j) => {
      const x = places.x[j];
      const kl = bars.kl?.at(i) ?? null;
      const tick =
        bars.ticks && Math.abs(bars.ticks[i]) > 0
          ? theoryTick(x + size / 2, row(bars.ticks[i]), places.tickWidth)
          : null;
      const numbers = !over && !dense;
      const name = laneClassOf(bars.view.lane);
      if (kl === null) return svg`<g class=${name}>${tick}</g>`;
      if (bars.dead[i]) {
        return svg`<rect class="data-column" x=${x + 0.5} y=${half(zero - stub)} width=${Math.max(0.5, size - 1)} height=${stub} fill="url(#hatch)" />
          ${tick}${numbers ? svg`<text class="middle soft halo" x=${center} y=${zero - stub - 6}>${bars.deadWord}</text>` : null}`;
      }
      const end = row(Math.max(min * 1.05, Math.min(kl, max * 1.05)));
      const y = Math.min(end, zero);
      const length = Math.abs(end - zero);
      return svg`<g class=${name}>${
        over && bars.view.lane.name !== "A"
          ? svg`<rect class="lane-outline" x=${x + 0.75} y=${y} width=${size - 1.5} height=${length} />`
          : svg`<rect class="lane-fill" x=${x} y=${y} width=${size} height=${length} />`
      }${tick}${numbers ? unitNumber(center, kl, end, bars.ticks ? row(bars.ticks[i]) : end) : null}</g>`;
    });
  });
  const foot = over
    ? null
    : dense
      ? sparseNumbers(left, pitch, count, bottom + 15)
      : svg`<text x="0" y=${bottom + 15}>${all[0].deadWord === text.lane.empty ? text.lane.axis : text.lane.unit}</text>${all[0].labels.map(
          (label, i) =>
            svg`<text class="middle" x=${left + pitch * (i + 0.5)} y=${bottom + 15}>${label}</text>`,
        )}`;
  const highest =
    niceTicks(0, max, 2)
      .filter((tick) => tick <= max * 1.001)
      .at(-1) ?? max;
  const crowded = Math.max(...(all[0].kl ?? [0])) > 0.7 * highest;
  const free =
    !over &&
    !all[0].ticks &&
    all[0].view.predicted?.klPerUnit.every(Number.isFinite);
  return svg`${hatchPattern("hatch")}${klAxis(layout, row)}${marks}${foot}${
    free
      ? svg`<text class="end halo" x=${width} y=${min < 0 ? top - 8 : crowded ? top - 6 : half(row(highest)) + 4}>${text.lane.sumNotSplit}</text>`
      : null
  }`;
}

/** The number of a bar: beyond its end and its tick, on the side it grows to. */
function unitNumber(
  x: number,
  kl: number,
  end: number,
  tick: number,
): SVGTemplateResult {
  const y =
    kl < 0
      ? Math.max(end, Number.isFinite(tick) ? tick : end) + 13
      : Math.min(end, Number.isFinite(tick) ? tick : end) - 7;
  return svg`<text class="middle ink halo" x=${x} y=${y}>${fixed2(kl)}</text>`;
}

function klAxis(
  { left, width, min, max }: UnitsLayout,
  row: (kl: number) => number,
): SVGTemplateResult[] {
  if (min >= 0) return valueAxis(left, width, max, row, 2);
  return niceTicks(min, max, 2)
    .filter((tick) => tick >= min * 1.001 && tick <= max * 1.001)
    .map(
      (tick) => svg`
      <line class=${tick ? "grid-line" : "axis-line"} x1=${left} x2=${width} y1=${half(row(tick))} y2=${half(row(tick))} />
      <text class="end" x=${left - 8} y=${row(tick) + 4}>${tick < 0 ? "−" : ""}${setting(Math.abs(tick))}</text>`,
    );
}

/** One sentence with every number of the picture, for those who do not see it. */
export function unitsSentence(bars: UnitBars): string {
  if (!bars.kl) return text.lane.unitsBefore;
  const kl = bars.kl;
  return `${text.lane.unitsLabel} ${bars.labels.map((label, i) => `${String(label)}: ${bars.dead[i] ? bars.deadWord : fixed2(kl[i])}`).join(", ")}`;
}
