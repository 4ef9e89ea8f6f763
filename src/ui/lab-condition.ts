/** What a conditional model is given: a part of the image, or chosen columns of a table. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Condition } from "../experiment/config.ts";
import { writeColumns } from "../experiment/condition-text.ts";
import { fieldOf } from "../experiment/fields.ts";
import { CONDITION_KINDS, MAX_COLUMNS } from "../experiment/ranges.ts";
import { changeSettings } from "../experiment/schema.ts";
import { entry } from "./entry.ts";
import { columnsTask } from "./edit.ts";
import { fieldStyles } from "./field-styles.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { symbol } from "./symbol.ts";
import { base, controls } from "./styles.ts";

export class LabCondition extends LitElement {
  static override styles = [
    base,
    controls,
    fieldStyles,
    css`
      .select,
      .number {
        width: 100%;
        text-align: left;
      }
    `,
  ];

  readonly #state = new StoreController(
    this,
    (state) => [state.config, state.lanes[0].data] as const,
  );
  #refused = false;

  #set(condition: Condition): void {
    const { store } = this.#state;
    this.#refused = false;
    store.change(changeSettings(store.state.config, "condition", condition));
  }

  /** Columns of the whole rows, x and y together. */
  get #columns(): number {
    const { data, settings } = this.#state.store.state.lanes[0];
    if (data) return data.columns + (data.outputs ?? 0);
    const { condition } = settings;
    return condition.kind === "columns"
      ? Math.max(...condition.columns) + 2
      : MAX_COLUMNS;
  }

  #list(condition: Condition): TemplateResult {
    const help = (this.#refused ? text.condition.refused : text.condition.help)(
      this.#columns,
    );
    return html`<input
        class="number"
        aria-label=${text.condition.list}
        aria-describedby="help"
        aria-invalid=${this.#refused ? "true" : "false"}
        .value=${entry(condition.kind === "columns" ? writeColumns(condition.columns) : "")}
        @change=${(event: Event) => {
          const task = columnsTask(
            (event.target as HTMLInputElement).value,
            this.#columns,
          );
          if (task) this.#set(task);
          else this.#refused = true;
          this.requestUpdate();
        }}
      />
      <p
        id="help"
        class="help small ${this.#refused ? "refused" : "mute"}"
        role=${this.#refused ? "alert" : nothing}
      >
        ${help}
      </p>`;
  }

  #parts(condition: Condition): TemplateResult {
    return html`<select
      class="select"
      aria-label=${fieldOf("condition").label}
      .value=${live(condition.kind)}
      @change=${(event: Event) => {
        const { value } = event.target as HTMLSelectElement;
        this.#set({ kind: value === "half" ? "half" : "quarter" });
      }}
    >
      ${CONDITION_KINDS.filter(({ value }) => value === "quarter" || value === "half").map((option) => html`<option value=${option.value} ?selected=${option.value === condition.kind}>${option.label}</option>`)}
    </select>`;
  }

  protected override render(): TemplateResult {
    const field = fieldOf("condition");
    const { condition } = this.#state.value[0].base;
    return html`<div class="row title">
        <span>${field.label} ${symbol(field.symbol)}</span>
      </div>
      ${
        condition.kind === "columns"
          ? this.#list(condition)
          : html`${this.#parts(condition)}
              <p class="help small mute">${field.help}</p>`
      }`;
  }
}

customElements.define("lab-condition", LabCondition);

declare global {
  interface HTMLElementTagNameMap {
    "lab-condition": LabCondition;
  }
}
