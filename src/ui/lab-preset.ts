/** The menu of named experiments. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { openAndPlay, RequestEvent } from "./actions.ts";
import { PRESETS } from "../experiment/presets.ts";
import { StoreController } from "./store-controller.ts";
import { presetText } from "./strings-presets.ts";
import { text } from "./strings.ts";
import { base, controls } from "./styles.ts";

export class LabPreset extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      @media (max-width: 1199px) and (min-width: 900px) {
        label {
          display: none;
        }
        .select {
          min-width: 0;
        }
      }
      @media (max-width: 899px) {
        .select {
          flex: 1;
        }
      }
    `,
  ];

  readonly #state = new StoreController(
    this,
    (state) => [state.preset, state.view.lock] as const,
  );

  readonly #choose = (event: Event): void => {
    const title = (event.target as HTMLSelectElement).value;
    const preset = PRESETS.find((entry) => entry.title === title);
    if (!preset) return;
    void openAndPlay(this.#state.store, preset.config);
  };

  protected override render(): TemplateResult {
    const [title, lock] = this.#state.value;
    return html`<div class="row">
      <label class="mute" for="preset">${text.header.preset}</label>
      <select
        class="select"
        id="preset"
        aria-label=${text.header.preset}
        ?disabled=${lock !== undefined}
        @change=${this.#choose}
      >
        ${title === null ? html`<option value="" selected>${text.header.custom}</option>` : null}
        ${PRESETS.map((preset) => html`<option value=${preset.title} .selected=${preset.title === title}>${preset.title}</option>`)}
      </select>
      <button
        type="button"
        class="link"
        title=${presetText.browseTitle}
        @click=${() => this.dispatchEvent(new RequestEvent("presets"))}
      >
        ${presetText.browse}
      </button>
    </div>`;
  }
}

customElements.define("lab-preset", LabPreset);

declare global {
  interface HTMLElementTagNameMap {
    "lab-preset": LabPreset;
  }
}
