/** Correlation of x and y in each lane: one number with a slider, or one for each spectrum entry. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { laneSettings } from "../experiment/config.ts";
import { fieldOf, parseValue } from "../experiment/fields.ts";
import { laneName } from "../experiment/names.ts";
import {
  changeSettings,
  defaultOf,
  differences,
} from "../experiment/schema.ts";
import { entry } from "./entry.ts";
import { fieldStyles } from "./field-styles.ts";
import { setting } from "./format.ts";
import { laneClass } from "./lane-text.ts";
import { resetDot, retype } from "./reset-dot.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { symbol } from "./symbol.ts";
import { base, controls, lanes } from "./styles.ts";

const STOPS = 100;

export class LabCorrelation extends LitElement {
  static override styles = [
    base,
    controls,
    lanes,
    fieldStyles,
    css`
      .number {
        width: 88px;
      }
    `,
  ];

  readonly #state = new StoreController(this, (state) => state.config);
  #refused: ReadonlyMap<number, string> = new Map();

  get #lanes(): number[] {
    const config = this.#state.value;
    const all = config.lanes.map((_, i) => i);
    return differences(config).includes("correlation") ? all : [0];
  }

  #set(value: readonly number[], lane: number): void {
    const { store } = this.#state;
    this.#refused = new Map();
    store.change(
      changeSettings(
        store.state.config,
        "correlation",
        value,
        this.#lanes.length > 1 ? lane : undefined,
      ),
    );
  }

  #enter(event: Event, lane: number): void {
    const field = fieldOf("correlation") as ReturnType<typeof fieldOf> & {
      readonly key: "correlation";
    };
    const words = (event.target as HTMLInputElement).value
      .trim()
      .split(/[\s,;]+/)
      .join(",");
    const parsed = parseValue(field, words);
    if ("value" in parsed) this.#set(parsed.value, lane);
    else this.#refused = new Map([[lane, parsed.message]]);
    this.requestUpdate();
  }

  #lane(lane: number): TemplateResult {
    const many = this.#lanes.length > 1;
    const value = laneSettings(this.#state.value, lane).correlation;
    const { label } = fieldOf("correlation");
    const usual = defaultOf("correlation", lane, "cvae");
    const custom = value.join() !== usual.join();
    const named = many ? text.controls.inLane(label, laneName(lane)) : label;
    return html`<div class="row lane small">
        ${many ? html`<span class="lane-mark ${laneClass(lane)}"></span>${laneName(lane)}` : nothing}
        <span class="push row boxes"
          >${resetDot(named, custom, () => {
            this.#set(usual, lane);
          })}<input
            class="number"
            title=${text.controls.resetHint(usual.join(", "))}
            aria-label=${named}
            aria-describedby="help"
            aria-invalid=${this.#refused.has(lane) ? "true" : "false"}
            .value=${entry(value.map((rho) => setting(rho)).join(", "))}
            @dblclick=${(event: Event) => {
              retype(event, usual.join(", "));
            }}
            @change=${(event: Event) => {
              this.#enter(event, lane);
            }}
        /></span>
      </div>
      ${
        value.length === 1
          ? html`<input
              class="range"
              type="range"
              min="0"
              max=${STOPS}
              data-fill=${Math.abs(value[0])}
              aria-label=${text.controls.slider(named)}
              aria-valuetext=${setting(value[0])}
              .value=${live(String(Math.round(Math.abs(value[0]) * STOPS)))}
              @input=${(event: Event) => {
                this.#set(
                  [Number((event.target as HTMLInputElement).value) / STOPS],
                  lane,
                );
              }}
            />`
          : nothing
      }`;
  }

  protected override updated(): void {
    for (const range of this.renderRoot.querySelectorAll<HTMLInputElement>(
      ".range",
    )) {
      range.style.setProperty(
        "--fill",
        `${String(100 * Number(range.dataset.fill))}%`,
      );
    }
  }

  protected override render(): TemplateResult {
    const field = fieldOf("correlation");
    const refused = [...this.#refused.values()].at(0);
    return html`<div class="row title">
        <span>${field.label} ${symbol(field.symbol)}</span>
      </div>
      ${this.#lanes.map((lane) => this.#lane(lane))}
      <p
        id="help"
        class="help small ${refused === undefined ? "mute" : "refused"}"
        role=${refused === undefined ? nothing : "alert"}
      >
        ${refused ?? field.help}
      </p>`;
  }
}

customElements.define("lab-correlation", LabCorrelation);

declare global {
  interface HTMLElementTagNameMap {
    "lab-correlation": LabCorrelation;
  }
}
