/** The phone's lanes: A, B, or both in one picture (A filled, B outlined, hollow theory ticks). */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { LaneState } from "../session/store.ts";
import { count, fixed2 } from "./format.ts";
import { laneStyles } from "./lane-styles.ts";
import {
  aliveCount,
  deadCount,
  laneClass,
  varianceShort,
} from "./lane-text.ts";
import { MOST_NUMBERED } from "./lab-lane.ts";
import { modesMarks, modesMax, type ModesLayout } from "./modes-view.ts";
import { unitOrder } from "./order.ts";
import { SizeController } from "./size-controller.ts";
import { StoreController } from "./store-controller.ts";
import { overlayStyles } from "./overlay-styles.ts";
import { text } from "./strings.ts";
import { pictures } from "./picture-styles.ts";
import { base, lanes } from "./styles.ts";
import { unitBars, unitsMarks, unitsMax, unitsSentence } from "./units-view.ts";
import { WaterlineHandle } from "./waterline-handle.ts";

/** Width of the waterline's handle. */
const HANDLE = 66;
const AXIS = 30;

export class LabOverlay extends LitElement {
  static override styles = [base, lanes, pictures, laneStyles, overlayStyles];

  /** Lane shown alone, or null for both. */
  #one: number | null = null;
  readonly #orders: (readonly number[] | null)[] = [];
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

  #tabs(all: readonly LaneState[]): TemplateResult {
    const tab = (one: number | null, label: unknown) =>
      html`<button
        type="button"
        role="tab"
        aria-selected=${this.#one === one}
        tabindex=${this.#one === one ? 0 : -1}
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
            >${all.length > 3 ? lane.name : `${lane.name} ${varianceShort(lane.settings)}`}`,
        ),
      )}
      ${all.length === 2 ? tab(null, "A + B") : nothing}
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
    all: readonly LaneState[],
    theta: readonly number[],
  ): TemplateResult | typeof nothing {
    const { width, height } = this.#modesBox;
    if (!width || theta.length === 0) return nothing;
    const max = this.#handle.axisMax(modesMax(all, theta));
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
      <g aria-hidden="true">${modesMarks(layout, all)}</g>
      ${this.#handle.render(layout, all[0], HANDLE)}
    </svg>`;
  }

  #units(all: readonly LaneState[]): TemplateResult | typeof nothing {
    const { width, height } = this.#unitsBox;
    if (!width) return nothing;
    const bars = this.#bars(all);
    const layout = {
      width,
      height,
      left: AXIS,
      max: unitsMax(all),
      dense: all[0].settings.latents > MOST_NUMBERED,
    };
    return html`<svg
      class="picture"
      width=${width}
      height=${height}
      role="img"
      aria-label=${bars.map((b) => `${b.lane.name}: ${unitsSentence(b)}`).join(" ")}
    >
      ${unitsMarks(layout, bars)}
    </svg>`;
  }

  #bars(all: readonly LaneState[]) {
    return all.map((lane, i) => {
      const kl = lane.readout?.klPerUnit;
      this.#orders[i] = kl
        ? unitOrder(kl, lane.settings.encoderVariance, this.#orders[i] ?? null)
        : null;
      return unitBars(lane, this.#orders[i] ?? [], false);
    });
  }

  #table(
    rows: readonly (readonly [LaneState, string, readonly string[]])[],
    dense: boolean,
    caption: string,
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
                  ${lane.name} <span class="math">${symbol}</span>
                </th>
                ${cells.map((cell) => html`<td class=${cell === text.lane.dead ? "word" : ""}>${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #both(all: readonly LaneState[]): TemplateResult {
    const lane = all[0];
    const theta = (lane.prediction?.theta ?? []).slice(
      0,
      lane.settings.latents,
    );
    const dense = theta.length > MOST_NUMBERED;
    const alive = all.map(aliveCount);
    const same = alive.every((n) => n === alive[0]);
    const aliveText = same
      ? `${String(alive[0])} ${text.lane.of(lane.settings.latents)} ${text.lane.alive} in both`
      : all.map((l, i) => `${l.name} ${String(alive[i])}`).join(", ") +
        ` ${text.lane.alive}`;
    const modes = all.map(
      (l) =>
        [
          l,
          "ω",
          theta.map((_, i) => (l.readout ? fixed2(l.readout.omega[i]) : "–")),
        ] as const,
    );
    const units = this.#bars(all).map(
      (b) =>
        [
          b.lane,
          "",
          b.labels.map((_, i) =>
            b.kl ? (b.dead[i] ? b.deadWord : fixed2(b.kl[i])) : "–",
          ),
        ] as const,
    );
    return html`<div class="part">
        <h2>${text.lane.modes}</h2>
        <span class="mute legend"
          ><span
            ><i class="data"></i>${text.lane.data}
            <span class="math">θ</span></span
          ><span><i class="theory"></i>${text.lane.theory}</span></span
        >
        <span class="push">${aliveText}</span>
      </div>
      <div class="box modes">${this.#modes(all, theta)}</div>
      ${this.#table(modes, dense, text.lane.modesLabel(text.lane.overlay))}
      <div class="part">
        <h2>${text.lane.units}</h2>
        <span class="mute">KL, nats</span>
        <span class="push"
          >${all.map((l, i) => html`${i ? ", " : ""}<span class="lane-text ${laneClass(i)}">${l.name}</span> ${deadCount(l) ? `${String(deadCount(l))} ${text.lane.dead}` : count(0)}`)}</span
        >
      </div>
      <div class="box units">${this.#units(all)}</div>
      ${this.#table(units, dense, text.lane.units)}`;
  }

  protected override render(): TemplateResult {
    const [all] = this.#state.value;
    const one =
      all.length === 1 ? 0 : all.length > 2 ? (this.#one ?? 0) : this.#one;
    return html`<section aria-label=${text.lane.both}>
      ${all.length > 1 ? this.#tabs(all) : nothing}
      ${one === null ? this.#both(all) : html`<lab-lane .index=${Math.min(one, all.length - 1)}></lab-lane>`}
    </section>`;
  }
}

customElements.define("lab-overlay", LabOverlay);

declare global {
  interface HTMLElementTagNameMap {
    "lab-overlay": LabOverlay;
  }
}
