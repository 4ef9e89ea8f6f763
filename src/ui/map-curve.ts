/** A map of one axis: a quantity as measured, dots and a line, theory dashed, its thresholds upright. */
import { svg, type SVGTemplateResult } from "lit";
import type { MapView } from "../session/map-link.ts";
import type { MapState } from "../session/store-map.ts";
import { niceTicks, setting } from "./format.ts";
import { pixelOf, type MapBox } from "./map-draw.ts";
import { numberOf, type MapQuantity } from "./map-view.ts";

/** Marks inside `box`. */
export function mapCurve(
  state: MapState,
  quantity: MapQuantity,
  view: MapView,
  box: MapBox,
): SVGTemplateResult {
  const cells = Array.from({ length: state.steps.length }, (_, i) => i);
  const series = (which: MapView): number[] =>
    cells.map((cell) => numberOf(state, cell, quantity.key, which));
  const shown =
    view === "difference" ? series("difference") : series("measured");
  const theory = view === "difference" ? [] : series("theory");
  const finite = [...shown, ...theory].filter(Number.isFinite);
  const counts = quantity.level !== null && view !== "difference";
  const most = counts
    ? (state.theory?.units.at(quantity.level) ?? 1)
    : Math.max(...finite, 0);
  const ticks = niceTicks(
    Math.min(0, ...finite),
    most || 1,
    Math.max(2, Math.floor(box.height / 45)),
  );
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const y = (value: number) =>
    box.top + box.height * (1 - (value - low) / (high - low || 1));
  const x = (cell: number) => pixelOf(box, cell, 0)[0];
  const path = (values: readonly number[]): string => {
    let start = true;
    return values
      .map((value, cell) => {
        if (!Number.isFinite(value)) {
          start = true;
          return "";
        }
        const part = `${start ? "M" : "L"}${x(cell).toFixed(1)} ${y(value).toFixed(1)}`;
        start = false;
        return part;
      })
      .join("");
  };
  const line = state.lines?.levels.at(quantity.level ?? 0);
  const thresholds = Array.from(
    { length: (line?.length ?? 0) / 4 },
    (_, i) => pixelOf(box, line ? line[4 * i] : 0, 0)[0],
  );
  return svg`${ticks.map((tick) => svg`<line class="grid-line" x1=${box.left} x2=${box.left + box.width} y1=${y(tick)} y2=${y(tick)} /><text class="end" x=${box.left - 5} y=${y(tick) + 4}>${setting(tick).replace("-", "−")}</text>`)}
    ${thresholds.map((at) => svg`<line class="threshold" x1=${at} x2=${at} y1=${box.top} y2=${box.top + box.height} />`)}
    <path class="theory-curve" d=${path(theory)} />
    ${view === "theory" ? svg`` : svg`<path class="measured-curve" d=${path(shown)} />`}
    ${view === "theory" ? svg`` : shown.map((value, cell) => (Number.isFinite(value) ? svg`<circle class="point" cx=${x(cell)} cy=${y(value)} r="2.5" />` : svg``))}`;
}
