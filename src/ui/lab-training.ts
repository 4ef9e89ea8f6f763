/** The settings under the disclosure: choices, switches, optimizer, and the rest of the numbers. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Settings } from "../experiment/config.ts";
import { type ChoiceField, type Field, FIELDS } from "../experiment/fields.ts";
import { parseNumber } from "../experiment/numbers.ts";
import { OPTIMIZERS, PARTS } from "../experiment/ranges.ts";
import { changeSettings } from "../experiment/schema.ts";
import { fieldStyles } from "./field-styles.ts";
import { setting } from "./format.ts";
import "./lab-field.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls } from "./styles.ts";

export class LabTraining extends LitElement {
  static override styles = [
    base,
    controls,
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

  readonly #state = new StoreController(this, (state) => state.config);
  #refused = "";

  #set<K extends keyof Settings>(key: K, value: Settings[K]): void {
    const { store } = this.#state;
    this.#refused = "";
    store.change(changeSettings(store.state.config, key, value));
  }

  #choice(field: ChoiceField): TemplateResult {
    const value = this.#state.value.base[field.key];
    return html`<label class="row title" for=${field.key}>${field.label}</label>
      <select
        class="select"
        id=${field.key}
        aria-describedby="${field.key}-help"
        @change=${(event: Event) => {
          this.#set(
            field.key,
            (event.target as HTMLSelectElement).value as never,
          );
        }}
      >
        ${field.options.map((option) => html`<option value=${option.value} ?selected=${option.value === value}>${option.label}</option>`)}
      </select>
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
    const { optimizer } = this.#state.value.base;
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
        <input
          class="number push"
          inputmode="decimal"
          aria-label=${text.controls.learningRate}
          aria-invalid=${this.#refused ? "true" : "false"}
          .value=${live(setting(optimizer.learningRate))}
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
        />
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
    return field.type === "optimizer" ? this.#optimizer(field) : nothing;
  }

  protected override render(): TemplateResult {
    const { base: settings } = this.#state.value;
    const shown = FIELDS.filter(
      (field) => field.group === "training" && (field.when?.(settings) ?? true),
    );
    return html`${shown.map((field) => html`<div class="field">${this.#field(field)}</div>`)}`;
  }
}

customElements.define("lab-training", LabTraining);

declare global {
  interface HTMLElementTagNameMap {
    "lab-training": LabTraining;
  }
}
