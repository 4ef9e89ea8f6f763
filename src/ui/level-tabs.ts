/** The switch between the two levels of latents, with how many of each live. */
import { html, nothing, type TemplateResult } from "lit";
import type { LevelController } from "./level-controller.ts";
import { aliveAt, laneClassOf } from "./lane-text.ts";
import { levelView } from "./levels.ts";
import type { LaneState } from "../session/store.ts";
import { text } from "./strings.ts";
import { symbol } from "./symbol.ts";

/** One choice for the page, written as the counts of these lanes: one, or all of them on a phone. */
export function levelTabs(
  all: readonly LaneState[],
  levels: LevelController,
): TemplateResult {
  const choose = (event: KeyboardEvent) => {
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    levels.level = 1 - levels.level;
    (event.currentTarget as HTMLElement)
      .querySelectorAll("button")
      [levels.level].focus();
  };
  const counts = (level: number) =>
    all.map((lane) => {
      const view = levelView(lane, level);
      const alive = aliveAt(view);
      const said =
        alive === null
          ? text.level.unknown
          : html`<b>${alive}</b> ${text.lane.of(view.latents)}`;
      return all.length > 1
        ? html`<span class="lane-text ${laneClassOf(lane)}">${lane.name}</span>
            ${said} `
        : said;
    });
  return html`<div
    class="levels"
    role="radiogroup"
    aria-label=${text.level.label(all.map((lane) => lane.name).join(", "))}
    @keydown=${choose}
  >
    ${[0, 1].map((level) => {
      const on = levels.level === level;
      return html`<button
        type="button"
        role="radio"
        aria-checked=${on}
        tabindex=${on ? 0 : -1}
        title=${text.level.title[level]}
        @click=${() => {
          levels.level = level;
        }}
      >
        ${symbol(`z${"₁₂"[level]}`)} ${counts(level)}<span class="hidden-text"
          >${all.length > 0 ? text.lane.alive : nothing}</span
        >
      </button>`;
    })}
  </div>`;
}
