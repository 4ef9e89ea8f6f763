/** The phone's lanes: A, B, or both in one picture (A filled, B outlined, hollow theory ticks). */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { LaneState } from "../session/store.ts";
import { count, fixed2 } from "./format.ts";
import { laneStyles } from "./lane-styles.ts";
import { aliveAt, deadAt, laneClass, laneShort } from "./lane-text.ts";
import "./lab-lane.ts";
import { LevelController } from "./level-controller.ts";
import { levelTabs } from "./level-tabs.ts";
import { levelView, type LevelView, mostLevels } from "./levels.ts";
import { modesMarks, modesMax, type ModesLayout } from "./modes-view.ts";
import { MOST_NUMBERED } from "./modes-table.ts";
import { PickController } from "./pick-controller.ts";
import { isNetwork } from "./networks.ts";
import { SizeController } from "./size-controller.ts";
import { StoreController } from "./store-controller.ts";
import { overlayStyles } from "./overlay-styles.ts";
import { text } from "./strings.ts";
import { pictures } from "./picture-styles.ts";
import { base, lanes } from "./styles.ts";
import {
  drawingOrder,
  type UnitBars,
  unitBars,
  unitsLayout,
  unitsMarks,
  unitsSentence,
} from "./units-view.ts";
import { WaterlineHandle } from "./waterline-handle.ts";

/** Whether two lanes' bars mean the same, so that they can share a picture: a network's are nats. */
function alike(all: readonly LaneState[]): boolean {
  return new Set(all.map(({ settings }) => isNetwork(settings))).size <= 1;
}

/** Width of the waterline's handle. */
const HANDLE = 72;
const AXIS = 30;

export class LabOverlay extends LitElement {
  static override styles = [base, lanes, pictures, laneStyles, overlayStyles];

  /** Lane chosen to be shown alone, or null for both. */
  #one: number | null = null;
  readonly #orders: (readonly number[] | null)[] = [];
  #orderOf = 0;
  readonly #levels = new LevelController(this);
  readonly #picks = new PickController(this);
  readonly #modesBox = new SizeController(this, ".modes");
  readonly #unitsBox = new SizeController(this, ".units");
  readonly #state = new StoreController(
    this,
    (state) => [state.lanes] as const,
  );
  readonly #handle = new WaterlineHandle(
    this,
    () => this.#state.store,
    () => 0,
  );

  /** Lane shown alone, or null for both. */
  #shown(all: readonly LaneState[]): number | null {
    if (all.length === 2 && alike(all)) return this.#one;
    return Math.min(this.#one ?? 0, all.length - 1);
  }

  #tabs(all: readonly LaneState[]): TemplateResult {
    const shown = this.#shown(all);
    const tab = (one: number | null, label: unknown) =>
      html`<button
        type="button"
        role="tab"
        aria-selected=${shown === one}
        tabindex=${shown === one ? 0 : -1}
        @click=${() => {
          this.#one = one;
          this.requestUpdate();
        }}
      >
        ${label}
      </button>`;
    return html`<div
      class="choice"
      role="tablist"
      aria-label=${text.lane.both}
      @keydown=${this.#arrow}
    >
      ${all.map((lane, i) =>
        tab(
          i,
          html`<span
              class="lane-mark ${laneClass(i)} ${i ? "outline" : ""}"
            ></span
            >${all.length > 3 ? lane.name : `${lane.name} ${laneShort(lane.settings, this.#state.store.state.config)}`}`,
        ),
      )}
      ${all.length === 2 && alike(all) ? tab(null, "A + B") : nothing}
    </div>`;
  }

  readonly #arrow = (event: KeyboardEvent): void => {
    const step =
      event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    const tabs = [
      ...this.renderRoot.querySelectorAll<HTMLButtonElement>("[role=tab]"),
    ];
    const now = tabs.findIndex((tab) => tab.ariaSelected === "true");
    const next = tabs[(now + step + tabs.length) % tabs.length];
    next.click();
    next.focus();
  };

  #modes(
    views: readonly LevelView[],
    theta: readonly number[],
  ): TemplateResult | typeof nothing {
    const { width, height } = this.#modesBox;
    if (!width || theta.length === 0) return nothing;
    const max = this.#handle.axisMax(modesMax(views));
    const layout: ModesLayout = {
      width,
      height,
      left: AXIS,
      theta,
      max,
      dense: theta.length > MOST_NUMBERED,
      end: theta.length > MOST_NUMBERED ? width - HANDLE - 4 : width,
    };
    return html`<svg
      class="picture"
      width=${width}
      height=${height}
      role="group"
      aria-label=${text.lane.modesLabel(text.lane.overlay)}
    >
      <g aria-hidden="true">${modesMarks(layout, views)}</g>
      ${this.#picks.linked?.modePicks(layout, views, this.#picks)}
      ${this.#handle.render(layout, views[0], HANDLE)}
    </svg>`;
  }

  #units(
    views: readonly LevelView[],
    bars: readonly UnitBars[],
  ): TemplateResult | typeof nothing {
    const { width, height } = this.#unitsBox;
    if (!width) return nothing;
    const box = { width, height, left: AXIS };
    const layout = unitsLayout(views[0], views, box);
    return html`<svg
      class="picture"
      width=${width}
      height=${height}
      role="group"
      aria-label=${bars.map((b) => `${b.view.lane.name}: ${unitsSentence(b)}`).join(" ")}
    >
      <g aria-hidden="true">${unitsMarks(layout, bars)}</g>
      ${this.#picks.linked?.unitPicks(layout, bars, this.#picks)}
    </svg>`;
  }

  #bars(views: readonly LevelView[]): UnitBars[] {
    const { level } = this.#levels;
    if (this.#orderOf !== level) this.#orders.length = 0;
    this.#orderOf = level;
    return views.map((view, i) => {
      this.#orders[i] = drawingOrder(view, this.#orders[i] ?? null);
      return unitBars(view, this.#orders[i] ?? [], false);
    });
  }

  #table(
    rows: readonly (readonly [LaneState, string, readonly string[]])[],
    dense: boolean,
    caption: string,
    picked: number | null = null,
  ): TemplateResult {
    return html`<div class=${dense ? "hidden-text" : ""}>
      <table class="numbers">
        <caption class="hidden-text">
          ${caption}
        </caption>
        <colgroup>
          <col />
          ${(rows.at(0)?.[2] ?? []).map(() => html`<col />`)}
        </colgroup>
        <tbody>
          ${rows.map(
            ([lane, symbol, cells], i) =>
              html`<tr class="lane-text ${laneClass(i)}">
                <th scope="row">
                  ${lane.name}
                  ${symbol === "KL" ? "KL" : html`<span class="math">${symbol}</span>`}
                </th>
                ${cells.map((cell, j) => html`<td class="${cell === text.lane.dead ? "word" : ""} ${j === picked ? "picked" : ""}">${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #both(all: readonly LaneState[]): TemplateResult {
    const { level } = this.#levels;
    const views = all.map((lane) => levelView(lane, level));
    const theta = views
      .map((view) => view.theta)
      .reduce((a, b) => (b.length > a.length ? b : a));
    const dense = theta.length > MOST_NUMBERED;
    const alive = views.map(aliveAt);
    const same = views.every(
      (view, i) => alive[i] === alive[0] && view.latents === views[0].latents,
    );
    const word = (n: number | null) => (n === null ? "–" : String(n));
    const aliveText = same
      ? `${word(alive[0])} ${text.lane.of(views[0].latents)} ${text.lane.alive} in both`
      : all.map((l, i) => `${l.name} ${word(alive[i])}`).join(", ") +
        ` ${text.lane.alive}`;
    const modes = views.map(
      ({ lane, bars }) =>
        [
          lane,
          bars.symbol,
          theta.map((_, i) =>
            bars.measured && i < bars.measured.length
              ? fixed2(bars.measured[i])
              : "–",
          ),
        ] as const,
    );
    const bars = this.#bars(views);
    const units = bars.map(
      (b) =>
        [
          b.view.lane,
          "",
          b.labels.map((_, i) =>
            b.kl ? (b.dead[i] ? b.deadWord : fixed2(b.kl[i])) : "–",
          ),
        ] as const,
    );
    const two = mostLevels(all) > 1;
    return html`${two ? html`<div class="part tall">${levelTabs(all, this.#levels)}</div>` : nothing}
      <div class="part">
        <h2>${text.lane.modes}</h2>
        <span class="mute legend"
          >${
            views[0].lines
              ? html`<span
                  ><i class="data"></i
                  >${all[0].settings.model === "cvae" ? text.lane.residual : text.lane.data}
                  <span class="math">θ</span></span
                >`
              : nothing
          }${
            views.some(({ guide }) => guide !== null)
              ? html`<span><i class="guide"></i>${text.guide.label}</span>`
              : all.some(({ theoryHidden }) => theoryHidden)
                ? nothing
                : html`<span><i class="theory"></i>${text.lane.theory}</span>`
          }</span
        >
        <span class="push">${aliveText}</span>
      </div>
      <div class="box modes">${this.#modes(views, theta)}</div>
      ${this.#table(modes, dense, text.lane.modesLabel(text.lane.overlay), this.#picks.mode)}
      <div class="part">
        <h2>${text.lane.units}</h2>
        <span class="mute">${two ? `KL${"₁₂"[level]}` : "KL"}, nats</span>
        <span class="push"
          >${views.every((view) => deadAt(view) === 0) ? text.lane.noneDead : all.map((l, i) => html`${i ? ", " : ""}<span class="lane-text ${laneClass(i)}">${l.name}</span> ${deadAt(views[i]) ? `${String(deadAt(views[i]))} ${text.lane.dead}` : count(0)}`)}</span
        >
      </div>
      <div class="box units">${this.#units(views, bars)}</div>
      ${this.#table(units, dense, text.lane.units)}`;
  }

  protected override render(): TemplateResult {
    const [all] = this.#state.value;
    const one = this.#shown(all);
    return html`<section aria-label=${text.lane.both}>
      ${all.length > 1 ? this.#tabs(all) : nothing}
      ${one === null ? this.#both(all) : html`<lab-lane .index=${one}></lab-lane>`}
    </section>`;
  }
}

customElements.define("lab-overlay", LabOverlay);

declare global {
  interface HTMLElementTagNameMap {
    "lab-overlay": LabOverlay;
  }
}
