/** Encoder variance of one level in each lane: learnable, or fixed at one std or a list. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import {
  allLanes,
  type EncoderVariance,
  type ExperimentConfig,
  type Settings,
} from "../experiment/config.ts";
import { FIELDS, fieldOf, parseValue, symbolOf } from "../experiment/fields.ts";
import { laneName } from "../experiment/names.ts";
import { changeSettings, differences } from "../experiment/schema.ts";
import { alternative, ALTERNATIVES } from "./alternatives.ts";
import { VARIANCE_KINDS } from "../experiment/ranges.ts";
import { fieldStyles } from "./field-styles.ts";
import { setting } from "./format.ts";
import { laneClass } from "./lane-text.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { symbol } from "./symbol.ts";
import { base, controls, lanes } from "./styles.ts";

type Key = "encoderVariance" | "encoderVariance2";

/** What lane B may be set apart in. */
const DIFFERENCES = FIELDS.filter(
  ({ type, key, perLane }) =>
    perLane &&
    (type === "number" ? key !== "rows" : ALTERNATIVES.includes(key)),
);

const has = (settings: Settings, key: Key) =>
  key === "encoderVariance" || settings.model === "mhvae";

const list = (variance: EncoderVariance) =>
  variance.kind !== "fixed"
    ? setting(variance.std)
    : variance.std.map((std) => setting(std)).join(", ");

export class LabVariance extends LitElement {
  static override properties = {
    key: { type: String },
    last: { type: Boolean },
  };
  static override styles = [
    base,
    controls,
    lanes,
    fieldStyles,
    css`
      .lane {
        display: grid;
        grid-template-columns: 9px 1fr auto auto;
        gap: 6px;
        align-items: center;
        margin-top: 4px;
        font-size: 12px;
      }
      .number {
        width: 52px;
      }
      .select {
        padding-left: 7px;
        padding-right: 20px;
        background-position: right 6px center;
      }
      .select.add {
        border-color: transparent;
        padding-left: 0;
        margin-top: 4px;
        font-size: 12px;
        color: var(--ink-2);
        text-decoration: underline;
        text-decoration-color: var(--edge);
        text-underline-offset: 3px;
      }
      @media (max-width: 899px) {
        .number {
          width: 84px;
        }
      }
    `,
  ];

  declare key: Key;
  /** Ends with the menu of further differences. */
  declare last: boolean;
  readonly #state = new StoreController(this, (state) => state.config);
  #refused = "";

  constructor() {
    super();
    this.key = "encoderVariance";
    this.last = false;
  }

  #set(variance: EncoderVariance, lane: number): void {
    const { store } = this.#state;
    this.#refused = "";
    store.change(changeSettings(store.state.config, this.key, variance, lane));
  }

  #enter(event: Event, lane: number, settings: Settings): void {
    const field = fieldOf(this.key) as ReturnType<typeof fieldOf> & {
      readonly key: Key;
    };
    const { kind } = settings[this.key];
    const word = VARIANCE_KINDS.find(({ value }) => value === kind)?.text ?? "";
    const given = (event.target as HTMLInputElement).value
      .trim()
      .split(/[\s,;]+/)
      .join(",");
    const parsed = parseValue(field, `${word}:${given}`);
    if ("value" in parsed) this.#set(parsed.value, lane);
    else this.#refused = parsed.message;
    this.requestUpdate();
  }

  #lane(settings: Settings, lane: number): TemplateResult {
    const variance = settings[this.key];
    const label = text.controls.inLane(fieldOf(this.key).label, laneName(lane));
    const fixed = variance.kind === "fixed";
    return html`<div class="lane">
      <span class="lane-mark ${laneClass(lane)}"></span
      ><span>${laneName(lane)}</span>
      <select
        class="select"
        aria-label=${label}
        @change=${(event: Event) => {
          const kind = (event.target as HTMLSelectElement).value;
          const std =
            variance.kind === "fixed" ? variance.std[0] : variance.std;
          this.#set(
            kind === "fixed"
              ? { kind, std: [std] }
              : {
                  kind: kind === "predicted" ? "predicted" : "learnable",
                  std,
                },
            lane,
          );
        }}
      >
        ${VARIANCE_KINDS.map(({ value }) => html`<option value=${value} title=${value === "predicted" ? text.model.predictedTitle : nothing} ?selected=${value === variance.kind}>${text.model.variances[value]}</option>`)}
      </select>
      <input
        class="number"
        aria-label="${label}, ${fixed ? text.controls.std : text.controls.initialStd}"
        title=${fixed ? text.controls.stdHint : text.controls.initialStd}
        .value=${live(list(variance))}
        @change=${(event: Event) => {
          this.#enter(event, lane, settings);
        }}
      />
    </div>`;
  }

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

  #more(config: ExperimentConfig): TemplateResult | typeof nothing {
    const free = DIFFERENCES.filter(
      ({ key, when }) =>
        !differences(config).includes(key) && (when?.(config.base) ?? true),
    );
    if (config.lanes.length < 2 || free.length === 0) return nothing;
    return html`<select
      class="select add"
      aria-label=${text.controls.addDifference}
      title=${text.controls.addDifferenceTitle}
      @change=${this.#add}
    >
      <option value="" selected>${text.controls.addDifference}</option>
      ${free.map((field) => html`<option value=${field.key}>${field.label}</option>`)}
    </select>`;
  }

  protected override render(): TemplateResult {
    const config = this.#state.value;
    const field = fieldOf(this.key);
    const alike = config.lanes.length > 1 && differences(config).length === 0;
    return html`<div class="row title">
        <span
          >${field.label} ${symbol(symbolOf(field, config.base.model))}</span
        >
      </div>
      ${allLanes(config).map((settings, i) => (has(settings, this.key) ? this.#lane(settings, i) : nothing))}
      ${this.#refused ? html`<p class="help small refused" role="alert">${this.#refused}</p>` : nothing}
      ${this.last ? this.#more(config) : nothing}
      ${this.last && alike ? html`<p class="help small mute">${text.controls.same}</p>` : nothing}`;
  }
}

customElements.define("lab-variance", LabVariance);

declare global {
  interface HTMLElementTagNameMap {
    "lab-variance": LabVariance;
  }
}
