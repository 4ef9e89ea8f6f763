/** The experiment's settings: those that matter at once, the rest under one disclosure. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { allLanes } from "../experiment/config.ts";
import { describeValue, type Field, FIELDS } from "../experiment/fields.ts";
import { whole } from "./format.ts";
import { icon } from "./icons.ts";
import "./lab-condition.ts";
import "./lab-correlation.ts";
import "./lab-data.ts";
import "./lab-field.ts";
import "./lab-variance.ts";
import { madeOf } from "./lane-text.ts";
import { loadPanel } from "./panels.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls } from "./styles.ts";

/** Where fields stand that do not stand where links have them. */
const ORDER: readonly Field["key"][] = [
  "beta",
  "beta2",
  "correlation",
  "condition",
  "etaDec",
  "latents",
  "latents2",
  "data",
  "encoderVariance",
  "encoderVariance2",
];
const MAIN = FIELDS.filter(({ key }) => ORDER.includes(key)).sort(
  (a, b) => ORDER.indexOf(a.key) - ORDER.indexOf(b.key),
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
      .said {
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      details[open] summary .icon {
        transform: rotate(90deg);
      }
      lab-differences {
        /* It is there late. */
        min-height: 56px;
      }
      @media (max-height: 840px) and (min-width: 900px) {
        .field {
          padding: 7px 0;
        }
      }
    `,
  ];

  readonly #state = new StoreController(this, (state) => state.config);

  /** `terse`: there are too many for a line of help each. */
  #field(field: Field, terse: boolean): TemplateResult {
    switch (field.key) {
      case "data":
        return html`<lab-data></lab-data>`;
      case "condition":
        return html`<lab-condition ?terse=${terse}></lab-condition>`;
      case "correlation":
        return html`<lab-correlation ?terse=${terse}></lab-correlation>`;
      case "encoderVariance":
      case "encoderVariance2":
        return html`<lab-variance key=${field.key}></lab-variance>`;
      default:
        return html`<lab-field
          .field=${field}
          ?terse=${terse}
          ?compact=${field.key === "latents" || field.key === "latents2"}
        ></lab-field>`;
    }
  }

  #more(
    part: "model" | "training",
    title: string,
    said: string,
  ): TemplateResult {
    return html`<details
      class="field"
      @toggle=${() => void loadPanel("lab-training")}
    >
      <summary>
        ${icon("chevron")}${title}<span class="push small mute said"
          >${said}</span
        >
      </summary>
      <lab-training topic=${part}></lab-training>
    </details>`;
  }

  protected override render(): TemplateResult {
    const config = this.#state.value;
    const { base: settings } = config;
    const all = allLanes(config);
    const shown = MAIN.filter(({ when }) =>
      all.some((lane) => when?.(lane) ?? true),
    );
    const batch =
      settings.estimator === "exact"
        ? "exact"
        : `batch ${whole(settings.batchSize)}`;
    return html`${repeat(
      shown,
      ({ key }) => key,
      (field, i) =>
        html`<div class="field">
          ${this.#field(field, shown.length > 5)}
          ${i === shown.length - 1 ? html`<lab-differences></lab-differences>` : nothing}
        </div>`,
    )}
    ${this.#more("model", text.model.title, [...new Set(all.map(madeOf))].join(" | "))}
    ${this.#more(
      "training",
      text.controls.training,
      `${describeValue("optimizer", settings).split(" ")[0]}, ${batch}`,
    )}`;
  }
}

customElements.define("lab-controls", LabControls);

declare global {
  interface HTMLElementTagNameMap {
    "lab-controls": LabControls;
  }
}
