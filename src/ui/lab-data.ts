/** The data: a picture of their spectrum, the list to edit, digits, or a file. */
import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { DataSource } from "../experiment/config.ts";
import { changeSettings, DEFAULT_CONFIG } from "../experiment/schema.ts";
import type { LaneState } from "../session/store.ts";
import { RequestEvent } from "./actions.ts";
import { parseSpectrum, spectrumOf } from "./edit.ts";
import { fieldStyles } from "./field-styles.ts";
import { setting } from "./format.ts";
import { isNetwork } from "./networks.ts";
import { SizeController } from "./size-controller.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { pictures } from "./picture-styles.ts";
import { base, controls } from "./styles.ts";
import { waterline } from "./waterline.ts";

const HEIGHT = 44;
const MOST_BARS = 64;

export class LabData extends LitElement {
  static override styles = [
    base,
    controls,
    pictures,
    fieldStyles,
    css`
      .thumbnail {
        height: ${HEIGHT}px;
        margin-top: 4px;
      }
      .bar {
        fill: var(--ink-3);
      }
      .links {
        gap: 4px 16px;
        flex-wrap: wrap;
      }
      .select {
        max-width: 136px;
      }
      textarea {
        width: 100%;
        height: 76px;
        border: 1px solid var(--edge);
        border-radius: var(--control-radius);
        background: var(--bg);
        padding: 6px 8px;
        font-size: 12px;
        line-height: 16px;
        resize: vertical;
      }
    `,
  ];

  readonly #box = new SizeController(this, ".thumbnail");
  readonly #state = new StoreController(
    this,
    (state) =>
      [state.config, state.lanes[0].data, state.lanes[0].prediction] as const,
  );
  #editing = false;
  #refused = false;

  #set(data: DataSource): void {
    const { store } = this.#state;
    store.change(changeSettings(store.state.config, "data", data));
  }

  /** Spectrum as far as it is known: set, or measured. */
  #theta(lane: LaneState): readonly number[] {
    const { data } = lane.settings;
    return data.kind === "spectrum" ? data.theta : (lane.data?.theta ?? []);
  }

  #thumbnail(lane: LaneState): TemplateResult | typeof nothing {
    const theta = this.#theta(lane).slice(0, MOST_BARS);
    const { width } = this.#box;
    if (theta.length === 0 || !width) return nothing;
    const most = Math.max(...theta);
    const pitch = width / theta.length;
    const row = (t: number) => HEIGHT - 2 - (t / most) * 38;
    const line =
      isNetwork(lane.settings) || lane.theoryHidden
        ? Infinity
        : (waterline(lane.settings, 1)?.[0] ?? Infinity);
    return html`<svg
      class="picture"
      width=${width}
      height=${HEIGHT}
      role="img"
      aria-label=${text.data.thumbnail(theta.map((t) => setting(Number(t.toPrecision(2)))).join(", "))}
    >
      ${theta.map((t, i) => svg`<rect class="bar" x=${Math.round(i * pitch) + 0.5} y=${row(t)} width=${Math.max(1, pitch - Math.min(5, pitch * 0.4))} height=${HEIGHT - 2 - row(t)} />`)}
      ${line <= most ? svg`<line class="event-line" x1="0" x2=${width} y1=${Math.round(row(line)) + 0.5} y2=${Math.round(row(line)) + 0.5} />` : nothing}
      <line
        class="axis-line"
        x1="0"
        x2=${width}
        y1=${HEIGHT - 1.5}
        y2=${HEIGHT - 1.5}
      />
    </svg>`;
  }

  #kind(data: DataSource): TemplateResult {
    return html`<select
      class="select push"
      aria-label=${text.data.kind}
      .value=${live(data.kind)}
      @change=${(event: Event) => {
        const kind = (event.target as HTMLSelectElement).value;
        if (kind === "digits8" || kind === "digits28") this.#set({ kind });
        else if (kind === "spectrum") this.#set(DEFAULT_CONFIG.base.data);
      }}
    >
      <option value="spectrum" ?selected=${data.kind === "spectrum"}>
        ${text.data.spectrum}
      </option>
      <option value="digits8" ?selected=${data.kind === "digits8"}>
        ${text.data.digits8}
      </option>
      <option value="digits28" ?selected=${data.kind === "digits28"}>
        ${text.data.digits28}
      </option>
      ${data.kind === "file" ? html`<option value="file" selected>${data.name}</option>` : nothing}
    </select>`;
  }

  readonly #apply = (): void => {
    const area = this.renderRoot.querySelector("textarea");
    const theta = area ? parseSpectrum(area.value) : null;
    this.#refused = theta === null;
    if (theta) {
      this.#editing = false;
      this.#set({ kind: "spectrum", theta });
    }
    this.requestUpdate();
  };

  readonly #toggle = (): void => {
    this.#editing = !this.#editing;
    this.#refused = false;
    this.requestUpdate();
  };

  #editor(theta: readonly number[]): TemplateResult {
    return html`<textarea
        aria-label=${text.data.spectrum}
        aria-invalid=${this.#refused ? "true" : "false"}
        aria-describedby="spectrum-help"
        .value=${theta.map((t) => setting(t)).join(", ")}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            this.#apply();
          }
        }}
      ></textarea>
      <p
        id="spectrum-help"
        class="help small ${this.#refused ? "refused" : "mute"}"
        role=${this.#refused ? "alert" : nothing}
      >
        ${text.data.spectrumHelp}
      </p>
      <button type="button" class="button" @click=${this.#apply}>
        ${text.data.apply}
      </button>`;
  }

  protected override render(): TemplateResult {
    const lane = this.#state.store.state.lanes[0];
    const { data } = lane.settings;
    const theta = this.#theta(lane);
    // A conditional model's spectrum is that of what x leaves of y, not of data to draw.
    const measured =
      data.kind !== "spectrum" &&
      theta.length > 0 &&
      lane.settings.model !== "cvae";
    const shape = lane.data
      ? text.data.shape(lane.data.rows, lane.data.columns, lane.data.outputs)
      : text.data.columns(theta.length);
    return html`<div class="row title">
        <span>Data</span>${this.#kind(data)}
      </div>
      <p class="small mute">${theta.length > 0 ? shape : nothing}</p>
      <div class="thumbnail">${this.#thumbnail(lane)}</div>
      ${this.#editing ? this.#editor(theta) : nothing}
      <div class="row links">
        ${data.kind === "spectrum" ? html`<button type="button" class="link small" aria-expanded=${this.#editing} @click=${this.#toggle}>${this.#editing ? text.data.editing : text.data.edit}</button>` : nothing}
        ${
          measured
            ? html`<button
                type="button"
                class="link small"
                title=${text.data.asSpectrumTitle}
                @click=${() => {
                  const { store } = this.#state;
                  const plain = changeSettings(
                    store.state.config,
                    "scaling",
                    "none",
                  );
                  store.change(
                    changeSettings(plain, "data", spectrumOf(theta)),
                  );
                }}
              >
                ${text.data.asSpectrum}
              </button>`
            : nothing
        }
        <button
          type="button"
          class="link small"
          @click=${() => this.dispatchEvent(new RequestEvent("file"))}
        >
          ${text.data.upload}
        </button>
      </div>`;
  }
}

customElements.define("lab-data", LabData);

declare global {
  interface HTMLElementTagNameMap {
    "lab-data": LabData;
  }
}
