/** The two pictures of a figure, all of its lanes in one: modes with the waterline, KL of units. */
import {
  html,
  nothing,
  svg,
  type SVGTemplateResult,
  type TemplateResult,
} from "lit";
import type { LevelView } from "./levels.ts";
import { modesMarks, modesMax, type ModesLayout } from "./modes-view.ts";
import { modesTable, MOST_NUMBERED } from "./modes-table.ts";
import { text } from "./strings.ts";
import {
  drawingOrder,
  unitBars,
  unitsLayout,
  unitsMarks,
  unitsSentence,
} from "./units-view.ts";
import type { WaterlineHandle } from "./waterline-handle.ts";

/** Width of the waterline's handle. */
const HANDLE = 66;
const AXIS = 32;

/** Modes of one lane or of several beside each other, with their numbers as tables for who listens. */
export function modesFigure(
  views: readonly LevelView[],
  width: number,
  height: number,
  handle: WaterlineHandle,
): TemplateResult | typeof nothing {
  const theta = views
    .map((view) => view.theta)
    .reduce((a, b) => (b.length > a.length ? b : a));
  if (theta.length === 0) return nothing;
  const dense = theta.length > MOST_NUMBERED;
  const layout: ModesLayout = {
    width,
    height: height - (dense ? 0 : 16),
    left: AXIS,
    theta,
    max: handle.axisMax(modesMax(views)),
    dense,
    end: dense ? width - HANDLE - 4 : width,
  };
  const pitch = (layout.end - AXIS) / theta.length;
  return html`<svg
      class="picture"
      width=${width}
      height=${height}
      role="group"
      aria-label=${text.lane.modesLabel(views.map(({ lane }) => lane.name).join(", "))}
    >
      <g aria-hidden="true">
        ${modesMarks(layout, views)}
        ${dense ? nothing : modeNumbers(pitch, theta.length, height - 3)}
      </g>
      ${handle.render(layout, views[0], HANDLE)}
    </svg>
    <div class="hidden-text">
      ${views.map((view) => modesTable(view, theta))}
    </div>`;
}

/** @param orders order of each lane's units in the picture before; updated */
export function unitsFigure(
  views: readonly LevelView[],
  width: number,
  height: number,
  orders: (readonly number[] | null)[],
): TemplateResult {
  const bars = views.map((view, i) => {
    orders[i] = drawingOrder(view, orders.at(i) ?? null);
    return unitBars(view, orders[i] ?? [], false);
  });
  const box = { width, height: height - (bars.length > 1 ? 8 : 0), left: AXIS };
  const layout = unitsLayout(views[0], views, box);
  return html`<svg
    class="picture"
    width=${width}
    height=${height}
    role="img"
    aria-label=${bars.map((b) => `${b.view.lane.name}: ${unitsSentence(b)}`).join(" ")}
  >
    ${unitsMarks(layout, bars)}
  </svg>`;
}

/** 1, 2, 3, ... below the columns. */
function modeNumbers(pitch: number, n: number, y: number): SVGTemplateResult[] {
  return Array.from(
    { length: n },
    (_, i) =>
      svg`<text class="middle" x=${AXIS + pitch * (i + 0.5)} y=${y}>${i + 1}</text>`,
  );
}
