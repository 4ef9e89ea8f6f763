/** Brand, models, preset, share, theme, help. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { RequestEvent } from "./actions.ts";
import { brandMark, icon } from "./icons.ts";
import "./lab-preset.ts";
import { LayoutController } from "./layout-controller.ts";
import { text } from "./strings.ts";
import { base, columns, controls } from "./styles.ts";
import { toggleTheme } from "./theme.ts";

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
        color: var(--ink-3);
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

  #models(): TemplateResult {
    return html`<nav class="models" aria-label=${text.header.models}>
      <ul>
        <li>
          <button type="button" aria-current="page">
            ${text.header.linear}
          </button>
        </li>
        ${text.header.later.map(
          ({ name, why }) =>
            html`<li>
              <button type="button" disabled title=${why}>${name}</button>
            </li>`,
        )}
      </ul>
    </nav>`;
  }

  protected override render(): TemplateResult {
    const phone = this.#layout.layout === "phone";
    const ask = (what: "share" | "help") => () =>
      this.dispatchEvent(new RequestEvent(what));
    return html`<header class="columns top">
        <h1>${brandMark}${text.brand}</h1>
        ${phone ? null : [this.#models(), html`<lab-preset class="preset"></lab-preset>`]}
        <div class="actions row">
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
