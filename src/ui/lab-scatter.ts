/** Posterior means of two chosen units over some examples, a plot per lane, each point its label's number. */
import {
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import type { ScatterReadout } from "../session/protocol.ts";
import type { LaneState } from "../session/store.ts";
import { fixed2, setting } from "./format.ts";
import { laneClass } from "./lane-text.ts";
import { LevelController } from "./level-controller.ts";
import { levelCount, levelView, mostLevels } from "./levels.ts";
import { pictureStyles } from "./picture-choice.ts";
import { PicturesController } from "./pictures-controller.ts";
import { COLORS, scatterStyles } from "./scatter-styles.ts";
import {
  drawScatter,
  labelRows,
  labelsIn,
  reachOf,
  type ScatterColors,
} from "./scatter-view.ts";
import { SizeController } from "./size-controller.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls, lanes } from "./styles.ts";
import { onTheme } from "./theme.ts";

const AXES = [0, 1] as const;
export class LabScatter extends LitElement {
  static override styles = [
    base,
    controls,
    lanes,
    pictureStyles,
    scatterStyles,
  ];

  /** Units chosen, or null: those that say most in the first lane. */
  #units: readonly [number, number] | null = null;
  #only: number | null = null;
  #table = false;
  readonly #levels = new LevelController(this);
  readonly #box = new SizeController(this, ".plot");
  readonly #state = new StoreController(
    this,
    (state) =>
      [
        state.scatter,
        state.config,
        state.pictures,
        state.lanes.at(0)?.readout === null,
      ] as const,
  );
  #undo: (() => void) | null = null;

  constructor() {
    super();
    new PicturesController(
      this,
      () => this.#state.store,
      () => ({ scatter: { level: this.#level, units: this.#pair } }),
    );
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#undo = onTheme(() => {
      this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#undo?.();
  }

  get #lanes(): readonly LaneState[] {
    return this.#state.store.state.lanes;
  }

  get #level(): 1 | 2 {
    return mostLevels(this.#lanes) > 1 && this.#levels.level > 0 ? 2 : 1;
  }

  get #count(): number {
    return Math.max(
      1,
      ...this.#lanes
        .filter(({ settings }) => levelCount(settings) >= this.#level)
        .map(({ settings }) =>
          this.#level === 2 ? settings.latents2 : settings.latents,
        ),
    );
  }

  /** The units asked for: chosen, or fixed at the first look from what is measured then. */
  get #pair(): readonly [number, number] {
    const last = this.#count - 1;
    if (this.#units)
      return [Math.min(last, this.#units[0]), Math.min(last, this.#units[1])];
    const view = levelView(this.#lanes[0], this.#level - 1);
    const kl = view.measured?.klPerUnit;
    if (!kl || kl.length < 2 || this.#state.store.state.step === 0)
      return [0, Math.min(1, last)];
    const order = kl.map((_, i) => i).sort((a, b) => kl[b] - kl[a]);
    this.#units = [order[0], order[1]];
    return this.#units;
  }

  get #shown(): ScatterReadout | null {
    const { scatter } = this.#state.store.state;
    const [a, b] = this.#pair;
    return scatter?.level === this.#level &&
      scatter.units[0] === a &&
      scatter.units[1] === b
      ? scatter
      : null;
  }

  #colors(): ScatterColors {
    const style = getComputedStyle(this);
    const probe = document.createElement("span");
    this.renderRoot.append(probe);
    // A token is resolved by letting an element wear it.
    const color = (token: string) => {
      probe.style.color = `var(${token})`;
      return getComputedStyle(probe).color;
    };
    const colors = {
      background: color("--bg"),
      ink: color("--ink"),
      mute: color("--edge"),
      rule: color("--rule"),
      lane: "",
      labels: Array.from({ length: COLORS }, (_, i) =>
        color(`--label-${String(i)}`),
      ),
      font: style.getPropertyValue("--sans").trim(),
    };
    probe.remove();
    return colors;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const shown = this.#shown;
    if (!shown || this.#table) return;
    const colors = this.#colors();
    const size = Math.floor(Math.min(this.#box.width, this.#box.height));
    if (size < 20) return;
    this.renderRoot.querySelectorAll("canvas").forEach((canvas) => {
      const lane = Number(canvas.dataset.lane);
      const { etaEnc } = this.#lanes[lane].settings;
      canvas.style.width = `${String(size)}px`;
      canvas.style.height = `${String(size)}px`;
      drawScatter(
        canvas,
        size,
        {
          points: shown.points[lane],
          labels: shown.labels,
          reach: reachOf(shown, this.#priorStd),
          priorStd: etaEnc,
          only: this.#only,
        },
        { ...colors, lane: getComputedStyle(canvas).color },
      );
    });
  }

  get #priorStd(): number {
    return Math.max(...this.#lanes.map(({ settings }) => settings.etaEnc));
  }

  #unitSelect(axis: 0 | 1): TemplateResult {
    const words = text.pictures;
    const pair = this.#pair;
    return html`<label class="row"
      ><span class="mute">${axis === 0 ? words.axisX : words.axisY}</span>
      <select
        class="select"
        @change=${(event: Event) => {
          const unit = Number((event.target as HTMLSelectElement).value);
          this.#units = axis === 0 ? [unit, pair[1]] : [pair[0], unit];
          this.requestUpdate();
        }}
      >
        ${Array.from({ length: this.#count }, (_, i) => html`<option value=${i} ?selected=${i === pair[axis]}>${i + 1}</option>`)}
      </select></label
    >`;
  }

  #legend(labels: readonly number[]): TemplateResult | typeof nothing {
    if (labels.length === 0) return nothing;
    return html`<span
      class="legend"
      role="group"
      aria-label=${text.pictures.legend}
    >
      ${labels.map((label) => {
        const on = this.#only === label;
        return html`<button
          type="button"
          class=${`label-${String(label % COLORS)}`}
          aria-pressed=${on}
          title=${text.pictures.onlyLabel(label)}
          @click=${() => {
            this.#only = on ? null : label;
            this.requestUpdate();
          }}
        >
          ${label}
        </button>`;
      })}
    </span>`;
  }

  #bar(shown: ScatterReadout | null): TemplateResult {
    return html`<div class="row small options">
      ${this.#unitSelect(0)}${this.#unitSelect(1)}
      ${
        mostLevels(this.#lanes) > 1
          ? html`<select
              class="select"
              aria-label=${text.pictures.level}
              @change=${(event: Event) => {
                this.#units = null;
                this.#levels.level = Number(
                  (event.target as HTMLSelectElement).value,
                );
              }}
            >
              ${[0, 1].map((level) => html`<option value=${level} ?selected=${level === this.#level - 1}>z${"₁₂"[level]}</option>`)}
            </select>`
          : nothing
      }
      ${
        shown
          ? html`${this.#legend(labelsIn(shown.labels))}
            ${this.#table ? nothing : html`<span class="mute rings">${text.pictures.rings(setting(reachOf(shown, this.#priorStd)))}</span>`}`
          : nothing
      }
      <button
        type="button"
        class="link push"
        aria-pressed=${this.#table}
        @click=${() => {
          this.#table = !this.#table;
          this.requestUpdate();
        }}
      >
        ${this.#table ? text.pictures.plot : text.pictures.table}
      </button>
    </div>`;
  }

  #rows(shown: ScatterReadout): TemplateResult {
    const words = text.pictures;
    const names = this.#pair.map((unit) => String(unit + 1));
    return html`<div
      class="scroll"
      tabindex="0"
      role="region"
      aria-label=${words.views.scatter}
    >
      ${this.#lanes.map(
        ({ name }, lane) =>
          html`<table>
            <caption>
              ${words.tableTitle(name)}
            </caption>
            <thead>
              <tr>
                <th scope="col">${words.label}</th>
                <th scope="col">${words.examples}</th>
                ${AXES.map((axis) => [words.meanOf(names[axis]), words.stdOf(names[axis])].map((head) => html`<th scope="col">${head}</th>`))}
              </tr>
            </thead>
            <tbody>
              ${labelRows(shown.points[lane], shown.labels).map(
                ({ label, count, mean, std }) =>
                  html`<tr>
                    <th scope="row">${label ?? words.all}</th>
                    <td>${count}</td>
                    ${AXES.map((axis) => [mean[axis], std[axis]].map((x) => html`<td>${fixed2(x)}</td>`))}
                  </tr>`,
              )}
            </tbody>
          </table>`,
      )}
    </div>`;
  }

  protected override render(): TemplateResult {
    const words = text.pictures;
    const shown = this.#shown;
    if (!shown)
      return html`${this.#bar(null)}
        <p class="small mute">${words.waiting}</p>`;
    if (this.#table) return html`${this.#bar(shown)}${this.#rows(shown)}`;
    const [a, b] = this.#pair.map((unit) => String(unit + 1));
    return html`${this.#bar(shown)}
      <div class="plots">
        ${this.#lanes.map(
          ({ name }, lane) =>
            html`<figure class=${laneClass(lane)}>
              <figcaption><b class="lane-text">${name}</b></figcaption>
              <div class="plot">
                ${
                  shown.points[lane].length === 0
                    ? html`<p class="small mute">${words.noUnits}</p>`
                    : html`<canvas
                        class="lane-text"
                        data-lane=${lane}
                        role="img"
                        aria-label=${words.scatterOf(name, a, b)}
                      ></canvas>`
                }
              </div>
            </figure>`,
        )}
      </div>`;
  }
}

customElements.define("lab-scatter", LabScatter);

declare global {
  interface HTMLElementTagNameMap {
    "lab-scatter": LabScatter;
  }
}
