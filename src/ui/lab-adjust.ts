/** The phone's bottom sheet of settings; the pictures stay visible above it. */
import { css, html, type TemplateResult } from "lit";
import { changeSettings } from "../experiment/schema.ts";
import { newSeed } from "./actions.ts";
import { DialogElement } from "./dialog-element.ts";
import { setting, whole } from "./format.ts";
import { icon } from "./icons.ts";
import "./lab-controls.ts";
import "./lab-engine.ts";
import "./lab-preset.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";

const PACES = [15, 50, 150, 500, 0];

export class LabAdjust extends DialogElement {
  static override styles = [
    ...DialogElement.styles,
    css`
      dialog {
        max-height: 62dvh;
      }
      dialog::backdrop {
        background: transparent;
      }
      .run {
        flex-wrap: wrap;
        padding-bottom: 8px;
        border-bottom: 1px solid var(--rule);
      }
      lab-preset {
        padding-bottom: 8px;
      }
      lab-engine {
        padding-top: 12px;
      }
    `,
  ];

  protected override readonly heading = text.controls.setupDialog;
  readonly #state = new StoreController(this, (state) => state.config);

  protected override body(): TemplateResult {
    const { base } = this.#state.value;
    const { store } = this.#state;
    const paces = PACES.includes(base.pace) ? PACES : [base.pace, ...PACES];
    return html`<lab-preset></lab-preset>
      <div class="row run">
        <button
          type="button"
          class="button square bare"
          aria-label=${text.transport.restart}
          @click=${() => void store.restart()}
        >
          ${icon("restart")}
        </button>
        <select
          class="select"
          aria-label=${text.transport.pace}
          @change=${(event: Event) => {
            store.change(
              changeSettings(
                store.state.config,
                "pace",
                Number((event.target as HTMLSelectElement).value),
              ),
            );
          }}
        >
          ${paces.map((p) => html`<option value=${p} ?selected=${p === base.pace}>${p === 0 ? text.transport.free : text.transport.perSecond(Number(setting(p)))}</option>`)}
        </select>
        <span class="push"
          ><span class="mute">${text.transport.seed}</span>
          ${whole(base.seed)}</span
        >
        <button
          type="button"
          class="button square bare"
          aria-label=${text.transport.newSeed}
          @click=${() => {
            newSeed(store);
          }}
        >
          ${icon("dice")}
        </button>
      </div>
      <lab-controls></lab-controls>
      <lab-engine></lab-engine>`;
  }
}

customElements.define("lab-adjust", LabAdjust);

declare global {
  interface HTMLElementTagNameMap {
    "lab-adjust": LabAdjust;
  }
}
