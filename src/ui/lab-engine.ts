/** The chip that names the engine and, if it is not the first choice, why. */
import { css, html, LitElement, type TemplateResult } from "lit";
import type { EngineInfo } from "../session/protocol.ts";
import { RequestEvent } from "./actions.ts";
import { icon } from "./icons.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls } from "./styles.ts";

function title(engine: EngineInfo): string {
  return engine.kind === "cpu"
    ? text.engine.cpu
    : `${text.engine.webgpu} · ${engine.adapter}`;
}

export class LabEngine extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      :host {
        font-size: 12px;
        line-height: 16px;
        color: var(--ink-2);
      }
      .icon {
        width: 14px;
        height: 14px;
      }
      .row {
        gap: 6px;
        align-items: flex-start;
      }
      .row .icon {
        margin-top: 1px;
      }
      p {
        padding-left: 20px;
      }
      .name {
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        overflow: hidden;
      }
      details > summary {
        list-style: none;
        cursor: pointer;
        padding-left: 20px;
      }
      summary span {
        text-decoration: underline;
        text-underline-offset: 3px;
        text-decoration-color: var(--edge);
      }
    `,
  ];

  readonly #state = new StoreController(this, (state) => state.engine);

  #profile(): TemplateResult {
    return html`<button
      type="button"
      class="link"
      @click=${() => this.dispatchEvent(new RequestEvent("profile"))}
    >
      ${text.engine.profile}
    </button>`;
  }

  protected override render(): TemplateResult {
    const engine = this.#state.value;
    if (!engine)
      return html`<div class="row">
        ${icon("chip")}<span class="mute">${text.engine.loading}</span>
      </div>`;
    const check = text.engine[engine.selfCheck];
    const second =
      engine.kind === "webgpu" && engine.tier === "software"
        ? `${text.engine.software}, ${check}`
        : check;
    return html`<div class="row" data-engine=${engine.kind}>
        ${icon("chip")}<span class="name" title=${engine.adapter}
          >${title(engine)}</span
        >
      </div>
      ${
        engine.reason === undefined
          ? html`<p class="mute">${second}. ${this.#profile()}</p>`
          : html`<details>
                <summary class="mute">
                  ${engine.kind === "cpu" ? engine.adapter : second}.
                  <span>${text.engine.why}</span>
                </summary>
                <p>${engine.reason}</p>
              </details>
              <p>${this.#profile()}</p>`
      }`;
  }
}

customElements.define("lab-engine", LabEngine);

declare global {
  interface HTMLElementTagNameMap {
    "lab-engine": LabEngine;
  }
}
