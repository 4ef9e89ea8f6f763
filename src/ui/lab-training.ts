/** The settings under a disclosure: choices, switches, optimizer, and the rest of the numbers. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { allLanes, laneSettings, type Settings } from "../experiment/config.ts";
import { type ChoiceField, type Field, FIELDS } from "../experiment/fields.ts";
import { laneName } from "../experiment/names.ts";
import { parseNumber } from "../experiment/numbers.ts";
import { OPTIMIZERS, PARTS } from "../experiment/ranges.ts";
import { changeSettings, defaultOf } from "../experiment/schema.ts";
import { changeIn, lanesWith } from "./edit.ts";
import { fieldStyles } from "./field-styles.ts";
import { setting } from "./format.ts";
import "./lab-field.ts";
import "./lab-network.ts";
import "./lab-schedule.ts";
import { laneClass } from "./lane-text.ts";
import { resetDot, retype } from "./reset-dot.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls, lanes } from "./styles.ts";

/** What the model is made of; the other settings of the group are how it is trained. */
const OF_THE_MODEL: readonly Field["key"][] = [
  "network",
  "activation",
  "maps",
  "likelihood",
  "biases",
];

/** The fields under one of the two disclosures, as far as a lane has them. */
export function fieldsUnder(
  part: "model" | "training",
  all: readonly Settings[],
): Field[] {
  return FIELDS.filter(
    ({ key, group, when }) =>
      (part === "model"
        ? OF_THE_MODEL.includes(key)
        : group === "training" && !OF_THE_MODEL.includes(key)) &&
      all.some((settings) => when?.(settings) ?? true),
  );
}

export class LabTraining extends LitElement {
  static override properties = { topic: { type: String } };
  static override styles = [
    base,
    controls,
    lanes,
    fieldStyles,
    css`
      .field {
        padding: 7px 0;
      }
      .select {
        width: 100%;
      }
      .short {
        width: auto;
      }
      input[type="checkbox"] {
        width: 16px;
        height: 16px;
        accent-color: var(--ink);
      }
      .switch {
        cursor: pointer;
        min-height: var(--target);
      }
    `,
  ];

  declare topic: "model" | "training";
  readonly #state = new StoreController(this, (state) => state.config);
  #refused = "";

  constructor() {
    super();
    this.topic = "training";
  }

  #set<K extends keyof Settings>(key: K, value: Settings[K]): void {
    const { store } = this.#state;
    this.#refused = "";
    store.change(changeSettings(store.state.config, key, value));
  }

  #select(field: ChoiceField, lane: number, many: boolean): TemplateResult {
    const config = this.#state.value;
    const value = laneSettings(config, lane)[field.key];
    const label = many
      ? text.controls.inLane(field.label, laneName(lane))
      : field.label;
    const usual = defaultOf(field.key, lane, config.base.model);
    return html`<select
        class="select"
        id=${`${field.key}-${String(lane)}`}
        aria-label=${label}
        aria-describedby="${field.key}-help"
        @change=${(event: Event) => {
          const { store } = this.#state;
          const chosen = (event.target as HTMLSelectElement).value as never;
          store.change(changeIn(store.state.config, field.key, chosen, lane));
        }}
      >
        ${field.options.map((option) => html`<option value=${option.value} ?selected=${option.value === value}>${option.label}</option>`)}
      </select>
      ${resetDot(label, value !== usual, () => {
        const { store } = this.#state;
        const back = changeIn(store.state.config, field.key, usual, lane);
        store.change(back);
      })}`;
  }

  #choice(field: ChoiceField): TemplateResult {
    const all = lanesWith(this.#state.value, field.key);
    const many = all.length > 1;
    return html`<label class="row title" for=${`${field.key}-${String(all[0])}`}
        >${field.label}</label
      >
      ${all.map((lane) =>
        many
          ? html`<div class="row lane small">
              <span class="lane-mark ${laneClass(lane)}"></span
              >${laneName(lane)} ${this.#select(field, lane, many)}
            </div>`
          : html`<div class="row">${this.#select(field, lane, many)}</div>`,
      )}
      <p class="help small mute" id="${field.key}-help">${field.help}</p>`;
  }

  #biases(field: Field): TemplateResult {
    return html`<label class="row switch">
        <input
          type="checkbox"
          aria-describedby="biases-help"
          .checked=${live(this.#state.value.base.biases)}
          @change=${(event: Event) => {
            this.#set("biases", (event.target as HTMLInputElement).checked);
          }}
        />${field.label}</label
      >
      <p class="help small mute" id="biases-help">${field.help}</p>`;
  }

  #optimizer(field: Field): TemplateResult {
    const { optimizer, model } = this.#state.value.base;
    const usual = defaultOf("optimizer", 0, model);
    const custom =
      usual.kind !== optimizer.kind ||
      usual.learningRate !== optimizer.learningRate;
    return html`<div class="row title"><span>${field.label}</span></div>
      <div class="row">
        <select
          class="select short"
          aria-label=${text.controls.optimizerKind}
          @change=${(event: Event) => {
            const { value } = event.target as HTMLSelectElement;
            this.#set("optimizer", {
              ...optimizer,
              kind: value === "sgd" ? "sgd" : "adam",
            });
          }}
        >
          ${OPTIMIZERS.map((option) => html`<option value=${option.value} ?selected=${option.value === optimizer.kind}>${option.label}</option>`)}
        </select>
        <span class="push row boxes"
          >${resetDot(field.label, custom, () => {
            this.#set("optimizer", usual);
          })}<input
            class="number"
            inputmode="decimal"
            title=${text.controls.resetHint(setting(usual.learningRate))}
            aria-label=${text.controls.learningRate}
            aria-invalid=${this.#refused ? "true" : "false"}
            .value=${live(setting(optimizer.learningRate))}
            @dblclick=${(event: Event) => {
              retype(event, setting(usual.learningRate));
            }}
            @change=${(event: Event) => {
              const parsed = parseNumber(
                PARTS.learningRate,
                (event.target as HTMLInputElement).value,
              );
              if ("value" in parsed)
                this.#set("optimizer", {
                  ...optimizer,
                  learningRate: parsed.value,
                });
              else this.#refused = parsed.message;
              this.requestUpdate();
            }}
        /></span>
      </div>
      <p class="help small ${this.#refused ? "refused" : "mute"}">
        ${this.#refused || field.help}
      </p>`;
  }

  #field(field: Field): TemplateResult | typeof nothing {
    if (field.key === "pace") return nothing; // in the transport
    if (field.type === "number")
      return html`<lab-field .field=${field} compact></lab-field>`;
    if (field.type === "choice") return this.#choice(field);
    if (field.type === "switch") return this.#biases(field);
    if (field.type === "network") return html`<lab-network></lab-network>`;
    if (field.type === "schedule") return html`<lab-schedule></lab-schedule>`;
    return field.type === "optimizer" ? this.#optimizer(field) : nothing;
  }

  protected override render(): TemplateResult {
    const shown = fieldsUnder(this.topic, allLanes(this.#state.value));
    return html`${repeat(
      shown,
      ({ key }) => key,
      (field) => html`<div class="field">${this.#field(field)}</div>`,
    )}`;
  }
}

customElements.define("lab-training", LabTraining);

declare global {
  interface HTMLElementTagNameMap {
    "lab-training": LabTraining;
  }
}
