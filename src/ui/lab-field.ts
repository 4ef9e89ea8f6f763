/**
 * One number of the experiment: label, symbol, box, slider, reset where it is not the default,
 * and a line of help. Where lanes differ in it, a box each.
 */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { laneSettings, type ModelKind } from "../experiment/config.ts";
import {
  type NumberField,
  parseValue,
  sliderPosition,
  sliderValue,
  symbolOf,
} from "../experiment/fields.ts";
import { laneName } from "../experiment/names.ts";
import {
  changeSettings,
  defaultOf,
  differences,
} from "../experiment/schema.ts";
import { entry } from "./entry.ts";
import { setting } from "./format.ts";
import { laneClass } from "./lane-text.ts";
import { fieldStyles } from "./field-styles.ts";
import { resetDot, retype } from "./reset-dot.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { symbol } from "./symbol.ts";
import { base, controls, lanes } from "./styles.ts";

const STOPS = 200;

export class LabField extends LitElement {
  static override properties = {
    field: { attribute: false },
    compact: { type: Boolean },
  };
  static override styles = [base, controls, lanes, fieldStyles];

  declare field: NumberField;
  /** No slider. */
  declare compact: boolean;
  readonly #state = new StoreController(this, (state) => state.config);
  /** Why the last entry was not taken, by lane. */
  #refused: ReadonlyMap<number, string> = new Map();

  constructor() {
    super();
    this.compact = false;
  }

  /** Lanes with a box of their own: all if they differ here, else just the first. */
  get #lanes(): number[] {
    const config = this.#state.value;
    return differences(config).includes(this.field.key)
      ? config.lanes.map((_, i) => i)
      : [0];
  }

  get #model(): ModelKind {
    return this.#state.value.base.model;
  }

  #set(value: number, lane: number): void {
    const { store } = this.#state;
    const one = this.#lanes.length > 1 ? lane : undefined;
    this.#refused = new Map();
    store.change(
      changeSettings(store.state.config, this.field.key, value, one),
    );
  }

  #enter(event: Event, lane: number): void {
    const parsed = parseValue(
      this.field,
      (event.target as HTMLInputElement).value,
    );
    if ("value" in parsed) this.#set(parsed.value, lane);
    else this.#refused = new Map([[lane, parsed.message]]);
    this.requestUpdate();
  }

  #box(lane: number): TemplateResult {
    const { field } = this;
    const many = this.#lanes.length > 1;
    const value = laneSettings(this.#state.value, lane)[field.key];
    const fine = !field.range.integer && value < 10 ? 2 : 0;
    const label = many
      ? text.controls.inLane(field.label, laneName(lane))
      : field.label;
    const usual = defaultOf(field.key, lane, this.#model);
    return html`${resetDot(label, value !== usual, () => {
        this.#set(usual, lane);
      })}
      <input
        class="number"
        id=${lane === this.#lanes[0] ? "box" : nothing}
        aria-label=${label}
        inputmode=${field.range.integer ? "numeric" : "decimal"}
        aria-invalid=${this.#refused.has(lane) ? "true" : "false"}
        aria-describedby="help"
        title=${text.controls.resetHint(setting(usual))}
        .value=${entry(setting(value, fine))}
        @dblclick=${(event: Event) => {
          retype(event, String(usual));
        }}
        @change=${(event: Event) => {
          this.#enter(event, lane);
        }}
      />`;
  }

  #laneRow(lane: number): TemplateResult {
    return html`<div class="row lane small">
      <span class="lane-mark ${laneClass(lane)}"></span>${laneName(lane)}
      <span class="push row boxes">${this.#box(lane)}</span>
    </div>`;
  }

  #slider(lane: number): TemplateResult {
    const { field } = this;
    const value = laneSettings(this.#state.value, lane)[field.key];
    const at = sliderPosition(field, value);
    const label = text.controls.slider(
      this.#lanes.length > 1
        ? text.controls.inLane(field.label, laneName(lane))
        : field.label,
    );
    return html`<input
      class="range"
      type="range"
      min="0"
      max=${STOPS}
      data-fill=${at}
      aria-label=${label}
      aria-valuetext=${setting(value)}
      .value=${live(String(Math.round(at * STOPS)))}
      @input=${(event: Event) => {
        this.#set(
          sliderValue(
            field,
            Number((event.target as HTMLInputElement).value) / STOPS,
          ),
          lane,
        );
      }}
    />`;
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
    const { field } = this;
    const all = this.#lanes;
    const refused = [...this.#refused.values()].at(0);
    return html`<div class="row title">
        <label for="box"
          >${field.label}
          ${field.symbol ? symbol(symbolOf(field, this.#model)) : nothing}</label
        >
        ${all.length === 1 ? html`<span class="push row boxes">${this.#box(0)}</span>` : nothing}
      </div>
      ${all.map(
        (lane) =>
          html`${all.length > 1 ? this.#laneRow(lane) : nothing}${this.compact ? nothing : this.#slider(lane)}`,
      )}
      <p
        id="help"
        class="help small ${refused === undefined ? "mute" : "refused"}"
        role=${refused === undefined ? nothing : "alert"}
      >
        ${refused ?? field.help}
      </p>`;
  }
}

customElements.define("lab-field", LabField);

declare global {
  interface HTMLElementTagNameMap {
    "lab-field": LabField;
  }
}
