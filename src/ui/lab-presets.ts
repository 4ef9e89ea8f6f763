/** All presets with their questions, to be searched; and the answer of the one that is open. */
import { css, html, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { PRESETS, type Preset } from "../experiment/presets.ts";
import { openAndPlay } from "./actions.ts";
import { DialogElement } from "./dialog-element.ts";
import { findPresets } from "./preset-search.ts";
import { StoreController } from "./store-controller.ts";
import { presetText as words } from "./strings-presets.ts";

export class LabPresets extends DialogElement {
  static override styles = [
    ...DialogElement.styles,
    css`
      :host {
        --dialog-width: 640px;
      }
      .open {
        border: 1px solid var(--rule);
        border-radius: var(--control-radius);
        padding: 12px 16px;
        margin-bottom: 16px;
      }
      .open p {
        margin-top: 6px;
        text-wrap: pretty;
      }
      .search {
        display: block;
        width: 100%;
        text-align: left;
      }
      [role="status"] {
        margin-top: 8px;
      }
      ul {
        list-style: none;
        padding: 0;
        margin-top: 8px;
        height: min(48vh, 420px);
        overflow: auto;
      }
      li + li {
        border-top: 1px solid var(--rule);
      }
      li button {
        display: block;
        width: 100%;
        text-align: left;
        padding: 8px 4px;
      }
      li button:hover {
        background: var(--sub);
      }
    `,
  ];

  protected override readonly heading = words.title;
  readonly #state = new StoreController(
    this,
    (state) => [state.preset, state.status] as const,
  );
  #query = "";
  /** Whose answer is shown before its run has ended. */
  #revealed: string | null = null;

  override show(): void {
    this.#query = "";
    super.show();
  }

  #choose(preset: Preset): void {
    this.close();
    void openAndPlay(this.#state.store, preset.config);
  }

  #answer({ id, question, answer, source }: Preset): TemplateResult {
    const ended = this.#state.value[1] === "done" || this.#revealed === id;
    return html`<section class="open" aria-label=${words.here}>
      <h3>${question}</h3>
      ${
        ended
          ? html`<p>${answer}</p>
              <p class="small mute">${source}</p>`
          : html`<p class="small mute">
              ${words.waiting}
              <button
                type="button"
                class="link"
                @click=${() => {
                  this.#revealed = id;
                  this.requestUpdate();
                }}
              >
                ${words.reveal}
              </button>
            </p>`
      }
    </section>`;
  }

  protected override body(): TemplateResult {
    const [title] = this.#state.value;
    const open = PRESETS.find((preset) => preset.title === title);
    const found = findPresets(PRESETS, this.#query);
    return html`${open ? this.#answer(open) : null}
      <input
        class="number search"
        type="search"
        autofocus
        aria-label=${words.search}
        placeholder=${words.search}
        .value=${this.#query}
        @input=${(event: Event) => {
          this.#query = (event.target as HTMLInputElement).value;
          this.requestUpdate();
        }}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === "Enter" && found.length > 0) this.#choose(found[0]);
        }}
      />
      <p class="small mute" role="status">
        ${found.length > 0 ? words.found(found.length, PRESETS.length) : words.none}
      </p>
      <ul>
        ${repeat(
          found,
          ({ id }) => id,
          (preset) =>
            html`<li>
              <button
                type="button"
                aria-current=${preset === open ? "true" : "false"}
                @click=${() => {
                  this.#choose(preset);
                }}
              >
                <b>${preset.title}</b
                >${preset === open ? html` <span class="small mute">${words.here}</span>` : null}<br />
                <span class="small soft">${preset.question}</span>
              </button>
            </li>`,
        )}
      </ul>`;
  }
}

customElements.define("lab-presets", LabPresets);

declare global {
  interface HTMLElementTagNameMap {
    "lab-presets": LabPresets;
  }
}
