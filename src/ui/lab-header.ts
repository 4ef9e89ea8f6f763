/** Brand, models, preset, share, theme, help. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { ModelKind } from "../experiment/config.ts";
import { defaultConfigOf } from "../experiment/schema.ts";
import { openAndPlay, RequestEvent } from "./actions.ts";
import { brandMark, icon } from "./icons.ts";
import "./lab-preset.ts";
import { LayoutController } from "./layout-controller.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, columns, controls } from "./styles.ts";
import { toggleTheme } from "./theme.ts";

const KINDS = Object.keys(text.header.kinds) as ModelKind[];

export class LabHeader extends LitElement {
  static override styles = [
    base,
    controls,
    columns,
    css`
      .top {
        height: 48px;
        align-items: center;
        border-bottom: 1px solid var(--rule);
      }
      h1 {
        font-size: 15px;
        line-height: 20px;
        letter-spacing: -0.005em;
        display: flex;
        gap: 9px;
        align-items: center;
      }
      .brand-mark {
        width: 19px;
        height: 18px;
      }
      .models {
        grid-column: 2;
        grid-row: 1;
      }
      .models ul {
        display: flex;
        gap: 20px;
        height: 48px;
        list-style: none;
        padding: 0;
      }
      .models button {
        position: relative;
        height: 100%;
        color: var(--ink-2);
      }
      .models [aria-current] {
        color: var(--ink);
        font-weight: 600;
      }
      .models [aria-current]::after {
        content: "";
        position: absolute;
        inset: auto 0 -1px;
        height: 2px;
        background: var(--ink);
      }
      .preset {
        grid-column: 3;
        grid-row: 1;
        justify-self: start;
        z-index: 1;
      }
      .actions {
        grid-column: 3 / 5;
        grid-row: 1;
        justify-self: end;
        gap: 4px;
      }
      @media (max-width: 1199px) {
        .models ul {
          gap: 14px;
        }
        .actions {
          grid-column: 3;
        }
        .preset {
          grid-column: 2 / 4;
          justify-self: end;
          margin-right: 264px;
          max-width: calc(100% - 476px);
        }
      }
      @media (max-width: 899px) {
        .top {
          display: flex;
          height: 52px;
          justify-content: space-between;
          border: 0;
        }
        .actions {
          margin-left: auto;
          padding: 0 2px 0 0;
          gap: 0;
        }
        .actions .button {
          border-color: transparent;
          background: none;
          color: inherit;
          font-size: 15px;
        }
        .models {
          border-bottom: 1px solid var(--rule);
          padding: 0 var(--gutter);
        }
        .models ul {
          height: 45px;
          gap: 0;
          justify-content: space-between;
        }
        .models button {
          font-size: 15px;
          padding: 0 2px;
        }
      }
    `,
  ];

  readonly #layout = new LayoutController(this);
  readonly #state = new StoreController(
    this,
    (state) => [state.config.base.model, state.view.lock] as const,
  );
  readonly #runs = new StoreController(this, (state) => state.runs);

  readonly #open = (model: ModelKind): void => {
    if (model === this.#state.value[0]) return;
    void openAndPlay(this.#state.store, defaultConfigOf(model));
  };

  #models(): TemplateResult {
    return html`<nav class="models" aria-label=${text.header.models}>
      <ul>
        ${KINDS.map(
          (model) =>
            html`<li>
              <button
                type="button"
                aria-current=${model === this.#state.value[0] ? "page" : nothing}
                ?disabled=${this.#state.value[1] !== undefined}
                title=${text.header.kindTitles[model]}
                @click=${() => {
                  this.#open(model);
                }}
              >
                ${text.header.kinds[model]}
              </button>
            </li>`,
        )}
      </ul>
    </nav>`;
  }

  protected override render(): TemplateResult {
    const phone = this.#layout.layout === "phone";
    const ask = (what: "runs" | "share" | "export" | "help") => () =>
      this.dispatchEvent(new RequestEvent(what));
    return html`<header class="columns top">
        <h1>${brandMark}${text.brand}</h1>
        ${phone ? null : [this.#models(), html`<lab-preset class="preset"></lab-preset>`]}
        <div class="actions row">
          ${
            phone
              ? null
              : html`<button
                    type="button"
                    class="button bare"
                    @click=${ask("runs")}
                  >
                    ${text.header.runs}
                    <span class="mute">${this.#runs.value}</span>
                  </button>
                  <button
                    type="button"
                    class="button bare"
                    @click=${ask("export")}
                  >
                    ${text.header.export}
                  </button>`
          }
          <button type="button" class="button solid" @click=${ask("share")}>
            ${text.header.share}
          </button>
          <button
            type="button"
            class="button square bare"
            aria-label=${text.header.theme}
            title=${text.header.theme}
            @click=${toggleTheme}
          >
            ${icon("half")}
          </button>
          <button
            type="button"
            class="button square bare"
            aria-label=${text.header.help}
            title=${text.header.help}
            @click=${ask("help")}
          >
            ${icon("help")}
          </button>
        </div>
      </header>
      ${phone ? this.#models() : null}`;
  }
}

customElements.define("lab-header", LabHeader);

declare global {
  interface HTMLElementTagNameMap {
    "lab-header": LabHeader;
  }
}
