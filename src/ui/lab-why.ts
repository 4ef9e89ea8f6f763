/** Why these modes survive: the theorem's inequality with the numbers in it, level by level. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { LaneState } from "../session/store.ts";
import { count } from "./format.ts";
import "./lab-seeds.ts";
import { latexOf } from "./latex.ts";
import { deadAt, laneClass } from "./lane-text.ts";
import { LevelController } from "./level-controller.ts";
import { levelTabs } from "./level-tabs.ts";
import { levelCount, levelView, mostLevels } from "./levels.ts";
import { guided, guideOf, theoryOf } from "./networks.ts";
import { PickController } from "./pick-controller.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls, lanes } from "./styles.ts";
import { sameLines, waterline } from "./waterline.ts";
import { criteriaOf } from "./why-criteria.ts";
import { linesOf } from "./why-lines.ts";
import { whyStyles } from "./why-styles.ts";

export class LabWhy extends LitElement {
  static override styles = [base, controls, lanes, whyStyles];

  #copied = false;
  readonly #levels = new LevelController(this);
  readonly #picks = new PickController(this);
  readonly #state = new StoreController(
    this,
    (state) => [state.lanes] as const,
  );

  /** Title after the counts: "Why five survive". */
  static title(all: readonly LaneState[]): string {
    if (guided(all)) return text.guide.whyTitle;
    const counts = all.map((lane) => lane.prediction?.activeUnits ?? NaN);
    if (counts.length === 0 || counts.some(Number.isNaN) || mostLevels(all) > 1)
      return text.why.why;
    const unique = [...new Set(counts)];
    return text.why.survive(
      unique.map(count).join(" and "),
      unique.length > 1 || unique[0] !== 1,
    );
  }

  /** Counts at the optimum, of each level where there are two. */
  #pair(all: readonly LaneState[]): TemplateResult {
    const levels = Array.from({ length: mostLevels(all) }, (_, i) => i);
    const name = (label: string, level: number) =>
      levels.length > 1 ? `${label}, z${"₁₂"[level]}` : label;
    const row = (
      label: string,
      level: number,
      value: (lane: LaneState) => number | null,
      strong: boolean,
    ) =>
      html`<tr>
        <th scope="row">${name(label, level)}</th>
        ${all.map((lane) => {
          const n = level < levelCount(lane.settings) ? value(lane) : null;
          const said = n === null || Number.isNaN(n) ? "–" : String(n);
          return html`<td>${strong ? html`<b>${said}</b>` : said}</td>`;
        })}
      </tr>`;
    return html`<table class="pair">
      <thead>
        <tr>
          <th scope="col">
            <span class="hidden-text">${text.why.count}</span>
          </th>
          ${all.map((lane, i) => html`<th scope="col"><b class="lane-text ${laneClass(i)}">${lane.name}</b></th>`)}
        </tr>
      </thead>
      <tbody>
        ${levels.map((level) =>
          guided(all)
            ? [
                row(
                  text.guide.activeUnits,
                  level,
                  (lane) =>
                    levelView(lane, level).measured?.activeUnits ?? null,
                  true,
                ),
                row(
                  text.guide.linearKeeps,
                  level,
                  (lane) => {
                    const { predicted, guide } = levelView(lane, level);
                    return (predicted ?? guide)?.activeUnits ?? null;
                  },
                  false,
                ),
              ]
            : [
                row(
                  text.why.emptyDirections,
                  level,
                  (lane) => {
                    const view = levelView(lane, level);
                    const alive =
                      view.measured?.activeModes ?? view.predicted?.activeUnits;
                    return alive === undefined ? null : view.latents - alive;
                  },
                  false,
                ),
                row(
                  text.why.deadUnits,
                  level,
                  (lane) => deadAt(levelView(lane, level)),
                  true,
                ),
              ],
        )}
      </tbody>
    </table>`;
  }

  #remark(all: readonly LaneState[]): TemplateResult | typeof nothing {
    if (all.length !== 2 || mostLevels(all) > 1) return nothing;
    const [a, b] = all.map((lane) => lane.prediction);
    const alike = a !== null && a.activeUnits === b?.activeUnits;
    if (!alike || a.collapsedUnits === 0 || a.activeUnits === 0) return nothing;
    const spread = all.filter(
      (lane) => lane.prediction?.unitsAligned === false,
    );
    if (spread.length !== 1) return nothing;
    return html`<p class="small soft remark">
      ${text.why.equalLoss(count(a.collapsedUnits), count(all[0].settings.latents), spread[0].name)}
    </p>`;
  }

  /** What theory leaves open, and why it is silent: said before and while training. */
  #open(all: readonly LaneState[]): (TemplateResult | null)[] {
    return all.map((lane, i) => {
      const said = lane.noTheory ?? lane.prediction?.note;
      if (said === undefined) return null;
      const first = all.findIndex(
        (other) => (other.noTheory ?? other.prediction?.note) === said,
      );
      if (first < i) return null;
      const names = all
        .map((other, j) => [other, j] as const)
        .filter(
          ([other]) => (other.noTheory ?? other.prediction?.note) === said,
        );
      return html`<p class="small open">
        ${names.map(([other, j]) => html`<b class="lane-text ${laneClass(j)}">${other.name}</b> `)}${said}
      </p>`;
    });
  }

  /** Whose theory this is, before any of its numbers. */
  #guide(all: readonly LaneState[]): TemplateResult | typeof nothing {
    const of = all.filter((lane) => guideOf(lane) !== null);
    if (of.length === 0) return nothing;
    const [one] = of;
    const measured = one.readout?.activeUnits;
    const keeps = guideOf(one)?.activeUnits ?? NaN;
    const said =
      of.length === 1 && levelCount(one.settings) === 1 && !Number.isNaN(keeps)
        ? `${measured === undefined ? text.guide.unmeasured : text.guide.measured(measured, one.settings.latents)}; ${text.guide.keep(String(keeps))}.`
        : "";
    const scope =
      of.length === all.length
        ? text.guide.scope
        : text.guide.scopePart(of.map(({ name }) => name).join(", "));
    return html`<p class="small guide"><b>${scope}</b> ${said}</p>`;
  }

  readonly #copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(latexOf(this.#state.store.state.lanes));
    this.#copied = true;
    this.requestUpdate();
  };

  #inequalities(all: readonly LaneState[]): TemplateResult | typeof nothing {
    const known = all.filter((lane) => theoryOf(lane));
    if (known.length === 0) return nothing;
    const lines = all.map((lane) =>
      waterline(lane.settings, lane.prediction?.theta.length ?? 0),
    );
    const simple =
      !guided(all) &&
      mostLevels(all) === 1 &&
      known.length === all.length &&
      lines.every((line) => line !== null);
    if (simple) {
      const same = all.every((_, i) => sameLines(lines[0], lines[i]));
      return linesOf(all, lines, same, this.#picks);
    }
    return html`${mostLevels(all) > 1 ? levelTabs([], this.#levels) : nothing}${criteriaOf(all, this.#levels.level, this.#picks)}`;
  }

  protected override render(): TemplateResult {
    const [all] = this.#state.value;
    const waiting = all.every(
      (lane) => !theoryOf(lane) && lane.noTheory === undefined,
    );
    if (all.length === 0 || waiting) {
      return html`<h2>${text.why.why}</h2>
        <p class="small mute">
          ${all.some((lane) => lane.theoryHidden) ? text.why.hidden : text.why.waiting}
        </p>`;
    }
    const sources = [
      ...new Set(all.flatMap((lane) => theoryOf(lane)?.source ?? [])),
    ];
    const residual = all.some((lane) => lane.settings.model === "cvae");
    return html`<h2>${LabWhy.title(all)}</h2>
      ${this.#guide(all)} ${guided(all) ? this.#pair(all) : nothing}
      ${this.#open(all)} ${this.#inequalities(all)}
      ${residual ? html`<p class="small mute remark">${text.why.residual}</p>` : nothing}
      ${guided(all) ? nothing : this.#pair(all)} ${this.#remark(all)}
      <lab-poke></lab-poke><lab-seeds></lab-seeds> ${
        sources.length === 0
          ? nothing
          : html`<div class="row links">
              <button
                type="button"
                class="link small"
                @click=${() => void this.#copy()}
              >
                ${this.#copied ? text.why.copied : text.why.latex}
              </button>
              <a
                class="link small"
                href=${text.why.paper}
                target="_blank"
                rel="noopener"
                title="${sources.join("; ")}. ${text.why.scope}"
                >${sources[0].split(/[,;(:]/)[0]}</a
              >
            </div>`
      }`;
  }
}

customElements.define("lab-why", LabWhy);

declare global {
  interface HTMLElementTagNameMap {
    "lab-why": LabWhy;
  }
}
