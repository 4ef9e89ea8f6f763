/** What can be picked in the two pictures: a frame around each column, named with its exact numbers. */
import { nothing, svg, type SVGTemplateResult } from "lit";
import type { LevelView } from "./levels.ts";
import { barsAround, modesBottom, type ModesLayout } from "./modes-view.ts";
import { modePick, type PickController, unitPick } from "./pick-controller.ts";
import { linkedText } from "./strings-linked.ts";
import { text } from "./strings.ts";
import type { UnitBars, UnitsLayout } from "./units-view.ts";

interface Column {
  readonly pick: string;
  readonly name: string;
  readonly x: number;
  readonly width: number;
  /** Belongs to what is picked elsewhere. */
  readonly linked: boolean;
}

function frames(
  picks: PickController,
  label: string,
  [top, bottom]: readonly [number, number],
  columns: readonly Column[],
): SVGTemplateResult {
  const first = columns.findIndex(({ pick }) => pick === picks.picked);
  return svg`<g role="group" aria-label=${label} @click=${picks.click} @keydown=${picks.keydown}>${columns.map(
    ({ pick, name, x, width, linked }, i) =>
      svg`<rect class="pick" data-pick=${pick} role="button" tabindex=${i === Math.max(0, first) ? 0 : -1}
        aria-pressed=${pick === picks.picked} aria-current=${linked ? "true" : nothing}
        x=${x} y=${top} width=${Math.max(1, width)} height=${Math.max(0, bottom - top)} rx="3"><title>${name}</title></rect>`,
  )}</g>`;
}

function modeName(views: readonly LevelView[], mode: number): string {
  const [first] = views;
  const parts = views.map(({ lane, bars, guide }) => {
    const said = linkedText.bar(
      bars.symbol,
      bars.measured?.at(mode),
      bars.predicted?.at(mode),
      guide ? text.guide.short : text.lane.theory,
    );
    return views.length > 1 ? `${lane.name} ${said}` : said;
  });
  if (first.network) return `${linkedText.rank(mode + 1)}: ${parts.join("; ")}`;
  const theta = first.theta.at(mode) ?? 0;
  return `${linkedText.mode(mode + 1)}: ${[linkedText.theta(theta), ...parts].join("; ")}`;
}

/** A frame for each mode of a modes picture; one lane, or two drawn side by side. */
export function modePicks(
  layout: ModesLayout,
  views: readonly LevelView[],
  picks: PickController,
): SVGTemplateResult {
  const { left, end, theta } = layout;
  const pitch = (end - left) / theta.length;
  const columns = theta.map((_, mode) => ({
    pick: modePick(mode),
    name: modeName(views, mode),
    x: left + pitch * mode + 1,
    width: pitch - 2,
    linked: false,
  }));
  return frames(picks, linkedText.modes, [2, modesBottom(layout) + 4], columns);
}

/**
 * The mode that each bar of a units picture stands for, from 0: where theory gives every unit a
 * mode of its own they meet in order, an axis is a mode, and a network's modes are ranks of its
 * units. Null where what a unit carries is not known.
 */
export function modesOf({
  view,
  kl,
  ticks,
}: Pick<UnitBars, "view" | "kl" | "ticks">): readonly number[] | null {
  if (view.network) {
    if (!kl) return null;
    const ranked = kl.map((_, i) => i).sort((a, b) => kl[b] - kl[a]);
    return kl.map((_, i) => ranked.indexOf(i));
  }
  return ticks && Array.from(ticks.keys());
}

/** A frame for each bar of a units picture. */
export function unitPicks(
  layout: UnitsLayout,
  all: readonly UnitBars[],
  picks: PickController,
): SVGTemplateResult[] {
  const { left, width, height } = layout;
  const pitch = (width - left) / all[0].labels.length;
  return all.map((bars, lane) => {
    const { view, labels, kl, dead, deadWord, ticks } = bars;
    const axes = deadWord === text.lane.empty;
    const modes = modesOf(bars);
    const columns = labels.map((n, i) => {
      const mode = modes?.[i] ?? null;
      const alone = all.length === 1;
      const places = barsAround(left + pitch * (i + 0.5), pitch, all.length);
      return {
        pick: axes ? modePick(i) : unitPick(view.lane.name, view.level, n),
        name: linkedText.unit(
          axes,
          n,
          axes || mode === null ? null : mode + 1,
          kl?.at(i) ?? null,
          dead[i] ? deadWord : "",
          ticks?.[i],
          text.lane.theory,
        ),
        x: alone ? left + pitch * i + 1 : places.x[lane] - 2,
        width: alone ? pitch - 2 : places.width + 4,
        linked: mode !== null && mode === picks.mode && !axes,
      };
    });
    return frames(
      picks,
      linkedText.units(view.lane.name),
      [1, height],
      columns,
    );
  });
}
