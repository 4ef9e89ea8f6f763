/** The experiment's settings: six at once, the rest under one disclosure. */
import { css, html, LitElement, type TemplateResult } from "lit";
import {
  describeValue,
  fieldOf,
  type NumberField,
} from "../experiment/fields.ts";
import { whole } from "./format.ts";
import { icon } from "./icons.ts";
import "./lab-data.ts";
import "./lab-field.ts";
import "./lab-training.ts";
import "./lab-variance.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls } from "./styles.ts";

const MAIN = (["beta", "etaDec", "latents"] as const).map(
  (key) => fieldOf(key) as NumberField,
);

export class LabControls extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      .field {
        padding: 11px 0;
        border-bottom: 1px solid var(--rule);
      }
      .field:first-child {
        padding-top: 8px;
      }
      .field:last-child {
        border-bottom: 0;
      }
      summary {
        display: flex;
        align-items: center;
        min-height: var(--target);
        gap: 6px;
        cursor: pointer;
        list-style: none;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      summary .icon {
        width: 12px;
        height: 12px;
        transition: transform var(--state-time);
      }
      details[open] summary .icon {
        transform: rotate(90deg);
      }
      @media (max-height: 840px) and (min-width: 900px) {
        .field {
          padding: 7px 0;
        }
      }
    `,
  ];

  readonly #state = new StoreController(this, (state) => state.config);

  protected override render(): TemplateResult {
    const { base: settings } = this.#state.value;
    const batch =
      settings.estimator === "exact"
        ? "exact"
        : `batch ${whole(settings.batchSize)}`;
    return html`${MAIN.map((field) => html`<div class="field"><lab-field .field=${field} ?compact=${field.key === "latents"}></lab-field></div>`)}
      <div class="field"><lab-data></lab-data></div>
      <div class="field"><lab-variance></lab-variance></div>
      <details class="field">
        <summary>
          ${icon("chevron")}${text.controls.training}<span
            class="push small mute"
            >${describeValue("optimizer", settings).split(" ")[0]},
            ${batch}</span
          >
        </summary>
        <lab-training></lab-training>
      </details>`;
  }
}

customElements.define("lab-controls", LabControls);

declare global {
  interface HTMLElementTagNameMap {
    "lab-controls": LabControls;
  }
}
