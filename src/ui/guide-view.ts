/**
 * Marks of a guide: the linear model's prediction beside a lane that no theorem covers. Dashed and
 * grey, so that it is never taken for theory of the lane itself.
 */
import { svg, type SVGTemplateResult } from "lit";
import type { LevelView } from "./levels.ts";

/** Dashes of a column narrower than this run together. */
const NARROW = 5;

const half = (x: number) => Math.round(x) + 0.5;

/** A dashed tick centered at (x, y), in the place of a theory tick. */
export function guideTick(
  x: number,
  y: number,
  width: number,
): SVGTemplateResult {
  return svg`<rect class="guide-mark" x=${half(x - width / 2)} y=${half(y) - 2} width=${Math.round(width)} height="4" />`;
}

interface Bar {
  readonly x: number;
  readonly width: number;
  readonly tickWidth: number;
  /** Drawn beside another lane's: outlined unless it is A's. */
  readonly over: boolean;
}

/** A dead unit's stub, in pixels. */
const STUB = 12;

/**
 * Unit number `rank` by KL as a bar from `bottom` up, in front of the linear model's KL of the
 * mode of the same rank as a dashed column.
 */
export function unitColumn(
  view: LevelView,
  rank: number,
  { x, width, tickWidth, over }: Bar,
  bottom: number,
  row: (value: number) => number,
): SVGTemplateResult {
  const value = view.bars.measured?.at(rank);
  const guide = view.bars.predicted?.at(rank) ?? NaN;
  const measured = view.measured;
  const dead =
    measured !== null &&
    rank >= measured.dead.length - measured.dead.filter(Boolean).length;
  const top = value === undefined ? bottom : Math.min(bottom, row(value));
  const height = Math.max(0, bottom - top);
  const bar = dead
    ? svg`<rect class="data-column" x=${x + 0.5} y=${half(bottom - STUB)} width=${Math.max(0.5, width - 1)} height=${STUB} fill="url(#hatch)" />`
    : !over || view.lane.name === "A"
      ? svg`<rect class="lane-fill" x=${x} y=${top} width=${width} height=${height} />`
      : svg`<rect class="lane-outline" x=${x + 0.75} y=${top} width=${width - 1.5} height=${height} />`;
  const wide = tickWidth >= NARROW;
  const left = x + width / 2 - tickWidth / 2;
  const ghost =
    guide > 0
      ? wide
        ? svg`<path class="guide-column" d=${`M${String(half(left))} ${String(bottom)}V${String(half(row(guide)))}H${String(half(left + tickWidth) - 1)}V${String(bottom)}`} />`
        : svg`<line class="guide-column" x1=${left} x2=${left + tickWidth} y1=${half(row(guide))} y2=${half(row(guide))} />`
      : null;
  return svg`${bar}${ghost}`;
}
