/** The units picture: KL of each latent unit, dead ones hatched and named, theory ticks where units are aligned. */
import { svg, type SVGTemplateResult } from "lit";
import type { LaneState } from "../session/store.ts";
import { fixed2, niceTicks } from "./format.ts";
import { laneClassOf } from "./lane-text.ts";
import {
  barsAround,
  hatchPattern,
  sparseNumbers,
  theoryTick,
  valueAxis,
} from "./modes-view.ts";
import { text } from "./strings.ts";

/** What one lane shows: its units in drawing order, or its principal axes. */
export interface UnitBars {
  readonly lane: LaneState;
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
  readonly max: number;
  readonly dense: boolean;
}

/** The bars of a lane: units in `order`, or its principal axes if `rotated`. */
export function unitBars(
  lane: LaneState,
  order: readonly number[],
  rotated: boolean,
): UnitBars {
  const { readout, prediction } = lane;
  const labels = Array.from({ length: lane.settings.latents }, (_, i) => i + 1);
  const predicted = prediction?.klPerUnit ?? null;
  if (rotated) {
    const dead = labels.map(
      (_, i) => readout !== null && i >= readout.activeModes,
    );
    const kl = readout?.klPerAxis ?? null;
    return {
      lane,
      kl,
      dead,
      labels,
      ticks: predicted,
      deadWord: text.lane.empty,
    };
  }
  return {
    lane,
    kl: readout ? order.map((i) => readout.klPerUnit[i]) : null,
    dead: readout ? order.map((i) => readout.dead[i]) : labels.map(() => false),
    labels: readout ? order.map((i) => i + 1) : labels,
    ticks: prediction?.unitsAligned ? predicted : null,
    deadWord: text.lane.dead,
  };
}

/** A calm axis end that covers what is measured and predicted in all lanes. */
export function unitsMax(lanes: readonly LaneState[], rotated = false): number {
  let max = 0;
  for (const { readout, prediction } of lanes) {
    if (readout)
      max = Math.max(max, ...readout.klPerUnit.filter(Number.isFinite));
    if (prediction && (rotated || prediction.unitsAligned)) {
      max = Math.max(max, ...prediction.klPerUnit);
    }
    if (readout && rotated)
      max = Math.max(max, ...readout.klPerAxis.filter(Number.isFinite));
    if (!readout && prediction) max = Math.max(max, ...prediction.klPerUnit);
  }
  if (!(max > 0)) return 1;
  const ticks = niceTicks(0, max, 2);
  const grain = (ticks[1] - ticks[0]) / 5;
  return Math.ceil(max / grain - 1e-6) * grain;
}

const half = (x: number) => Math.round(x) + 0.5;

export function unitsMarks(
  layout: UnitsLayout,
  all: readonly UnitBars[],
): SVGTemplateResult {
  const { width, height, left, max, dense } = layout;
  const over = all.length > 1;
  const bottom = height - (over ? 2 : 20);
  const top = over ? 8 : 18;
  const row = (kl: number) => bottom - (kl / max) * (bottom - top);
  const count = all[0].labels.length;
  const pitch = (width - left) / count;
  const stub = over ? 12 : 16;
  const marks = all[0].labels.map((_, i) => {
    const center = left + pitch * (i + 0.5);
    const places = barsAround(center, pitch, all.length);
    const size = places.width;
    return all.map((bars, j) => {
      const x = places.x[j];
      const kl = bars.kl ? Math.max(0, bars.kl[i]) : null;
      const tick =
        bars.ticks && bars.ticks[i] > 0
          ? theoryTick(x + size / 2, row(bars.ticks[i]), places.tickWidth)
          : null;
      const numbers = !over && !dense;
      const name = laneClassOf(bars.lane);
      if (kl === null) return svg`<g class=${name}>${tick}</g>`;
      if (bars.dead[i]) {
        return svg`<rect class="data-column" x=${x + 0.5} y=${half(bottom - stub)} width=${Math.max(0.5, size - 1)} height=${stub} fill="url(#hatch)" />
          ${tick}${numbers ? svg`<text class="middle soft halo" x=${center} y=${bottom - stub - 6}>${bars.deadWord}</text>` : null}`;
      }
      const y = row(Math.min(kl, max * 1.05));
      return svg`<g class=${name}>${
        over && bars.lane.name !== "A"
          ? svg`<rect class="lane-outline" x=${x + 0.75} y=${y} width=${size - 1.5} height=${Math.max(0, bottom - y)} />`
          : svg`<rect class="lane-fill" x=${x} y=${y} width=${size} height=${Math.max(0, bottom - y)} />`
      }${tick}${numbers ? svg`<text class="middle ink halo" x=${center} y=${Math.min(y, bars.ticks ? row(bars.ticks[i]) : y) - 7}>${fixed2(kl)}</text>` : null}</g>`;
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
  const free = !over && !all[0].ticks && all[0].lane.prediction;
  return svg`${hatchPattern("hatch")}${valueAxis(left, width, max, row, 2)}${marks}${foot}${
    free
      ? svg`<text class="end halo" x=${width} y=${crowded ? top - 6 : half(row(highest)) + 4}>${text.lane.sumNotSplit}</text>`
      : null
  }`;
}

/** One sentence with every number of the picture, for those who do not see it. */
export function unitsSentence(bars: UnitBars): string {
  if (!bars.kl) return text.lane.unitsBefore;
  const kl = bars.kl;
  return `${text.lane.unitsLabel} ${bars.labels.map((label, i) => `${String(label)}: ${bars.dead[i] ? bars.deadWord : fixed2(kl[i])}`).join(", ")}`;
}
