/** Encoder variance of one level in each lane: learnable, or fixed at one std or a list. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import {
  allLanes,
  type EncoderVariance,
  type Settings,
} from "../experiment/config.ts";
import { fieldOf, parseValue, symbolOf } from "../experiment/fields.ts";
import { laneName } from "../experiment/names.ts";
import { changeSettings, defaultOf } from "../experiment/schema.ts";
import { VARIANCE_KINDS } from "../experiment/ranges.ts";
import { fieldStyles } from "./field-styles.ts";
import { setting } from "./format.ts";
import { laneClass } from "./lane-text.ts";
import { resetDot, retype } from "./reset-dot.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { symbol } from "./symbol.ts";
import { base, controls, lanes } from "./styles.ts";

type Key = "encoderVariance" | "encoderVariance2";

const has = (settings: Settings, key: Key) =>
  key === "encoderVariance" || settings.model === "mhvae";

const list = (variance: EncoderVariance) =>
  variance.kind !== "fixed"
    ? setting(variance.std)
    : variance.std.map((std) => setting(std)).join(", ");

export class LabVariance extends LitElement {
  static override properties = { key: { type: String } };
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
      .name {
        gap: 0;
        /* The dot takes no width from the numbers. */
        margin-right: -6px;
      }
      .select {
        padding-left: 7px;
        padding-right: 20px;
        background-position: right 6px center;
      }
      @media (max-width: 899px) {
        .number {
          width: 84px;
        }
      }
    `,
  ];

  declare key: Key;
  readonly #state = new StoreController(this, (state) => state.config);
  #refused = "";

  constructor() {
    super();
    this.key = "encoderVariance";
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
    const usual = defaultOf(this.key, lane, settings.model);
    const custom =
      usual.kind !== variance.kind || list(usual) !== list(variance);
    return html`<div class="lane">
      <span class="lane-mark ${laneClass(lane)}"></span
      ><span class="row name"
        >${laneName(lane)}${resetDot(label, custom, () => {
          this.#set(usual, lane);
        })}</span
      >
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
        title="${fixed ? text.controls.stdHint : `${text.controls.initialStd}.`} ${text.controls.resetHint(list(usual))}"
        .value=${live(list(variance))}
        @dblclick=${(event: Event) => {
          retype(event, list(usual));
        }}
        @change=${(event: Event) => {
          this.#enter(event, lane, settings);
        }}
      />
    </div>`;
  }

  protected override render(): TemplateResult {
    const config = this.#state.value;
    const field = fieldOf(this.key);
    return html`<div class="row title">
        <span
          >${field.label} ${symbol(symbolOf(field, config.base.model))}</span
        >
      </div>
      ${allLanes(config).map((settings, i) => (has(settings, this.key) ? this.#lane(settings, i) : nothing))}
      ${this.#refused ? html`<p class="help small refused" role="alert">${this.#refused}</p>` : nothing}`;
  }
}

customElements.define("lab-variance", LabVariance);

declare global {
  interface HTMLElementTagNameMap {
    "lab-variance": LabVariance;
  }
}
