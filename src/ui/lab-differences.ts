/** How the lanes are set apart: a further difference, each other's place, or none at all. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { ExperimentConfig } from "../experiment/config.ts";
import { FIELDS } from "../experiment/fields.ts";
import { equalLanes, swapLanes } from "../experiment/lanes.ts";
import {
  changeSettings,
  differences,
  isLiveChange,
} from "../experiment/schema.ts";
import { alternative, ALTERNATIVES } from "./alternatives.ts";
import { StoreController } from "./store-controller.ts";
import { linkedText } from "./strings-linked.ts";
import { text } from "./strings.ts";
import { base, controls } from "./styles.ts";

/** What lane B may be set apart in. */
const DIFFERENCES = FIELDS.filter(
  ({ type, key, perLane }) =>
    perLane &&
    (type === "number" ? key !== "rows" : ALTERNATIVES.includes(key)),
);

export class LabDifferences extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      .row {
        flex-wrap: wrap;
        gap: 0 16px;
        margin-top: 4px;
      }
      .select {
        border-color: transparent;
        padding-left: 0;
        font-size: 12px;
        color: var(--ink-2);
        text-decoration: underline;
        text-decoration-color: var(--edge);
        text-underline-offset: 3px;
      }
    `,
  ];

  readonly #state = new StoreController(this, (state) => state.config);

  /** A setting that lane B has of its own from now on, to be edited beside lane A's. */
  readonly #add = (event: Event): void => {
    const select = event.target as HTMLSelectElement;
    const field = DIFFERENCES.find(({ key }) => key === select.value);
    select.value = "";
    if (!field) return;
    const { store } = this.#state;
    const { config } = store.state;
    store.change(
      changeSettings(config, field.key, alternative(field, config.base), 1),
    );
  };

  /** Restarts even where settings could follow live: the curves so far are of the other lane. */
  #become(next: ExperimentConfig): void {
    const { store } = this.#state;
    const live = isLiveChange(store.state.config, next);
    store.change(next);
    if (live && store.state.config === next) void store.restart();
  }

  #more(config: ExperimentConfig): TemplateResult | typeof nothing {
    const free = DIFFERENCES.filter(
      ({ key, when }) =>
        !differences(config).includes(key) && (when?.(config.base) ?? true),
    );
    if (free.length === 0) return nothing;
    return html`<select
      class="select"
      aria-label=${text.controls.addDifference}
      title=${text.controls.addDifferenceTitle}
      @change=${this.#add}
    >
      <option value="" selected>${text.controls.addDifference}</option>
      ${free.map((field) => html`<option value=${field.key}>${field.label}</option>`)}
    </select>`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const config = this.#state.value;
    if (config.lanes.length < 2) return nothing;
    const alike = differences(config).length === 0;
    const action = (word: string, title: string, change: typeof swapLanes) =>
      html`<button
        type="button"
        class="link small"
        title=${title}
        @click=${() => {
          this.#become(change(this.#state.store.state.config));
        }}
      >
        ${word}
      </button>`;
    return html`<div class="row">
        ${this.#more(config)}
        ${
          alike
            ? nothing
            : html`${action(linkedText.swap, linkedText.swapTitle, swapLanes)}${action(linkedText.equal, linkedText.equalTitle, equalLanes)}`
        }
      </div>
      ${alike ? html`<p class="small mute">${text.controls.same}</p>` : nothing}`;
  }
}

customElements.define("lab-differences", LabDifferences);

declare global {
  interface HTMLElementTagNameMap {
    "lab-differences": LabDifferences;
  }
}
