/** A word of warning over the lanes where they differ in more than one setting; each can be given up. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { fieldOf } from "../experiment/fields.ts";
import { withoutDifference } from "../experiment/lanes.ts";
import { differences } from "../experiment/schema.ts";
import { icon } from "./icons.ts";
import { StoreController } from "./store-controller.ts";
import { linkedText } from "./strings-linked.ts";
import { base } from "./styles.ts";

export class LabThings extends LitElement {
  static override styles = [
    base,
    css`
      p {
        display: inline-flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 8px;
        margin-top: 10px;
        padding: 3px 4px 3px 8px;
        border: 1px solid var(--caution-edge);
        border-radius: var(--control-radius);
        background: var(--caution);
        font-size: 12px;
        line-height: 20px;
      }
      .thing {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        padding: 0 6px;
        min-height: 24px;
        border: 1px solid var(--caution-edge);
        border-radius: var(--control-radius);
      }
      .thing .icon {
        width: 12px;
        height: 12px;
      }
      button:hover {
        background: var(--bg);
      }
      @media (max-width: 899px) {
        .thing {
          min-height: 36px;
        }
      }
    `,
  ];

  readonly #state = new StoreController(
    this,
    ({ config, view }) => [config, view.lock] as const,
  );

  protected override render(): TemplateResult | typeof nothing {
    const [config, lock] = this.#state.value;
    const keys = differences(config);
    if (keys.length < 2) return nothing;
    const { store } = this.#state;
    return html`<p title=${linkedText.thingsNote}>
      ${icon("away")}<b>${linkedText.things(keys.length)}</b>
      ${keys.map((key, i) => {
        const { label } = fieldOf(key);
        const word =
          i === 0 ? label : label.charAt(0).toLowerCase() + label.slice(1);
        const remove = linkedText.remove(word);
        const comma =
          i < keys.length - 1
            ? html`<span class="hidden-text">, </span>`
            : nothing;
        return html`${
          lock === undefined
            ? html`<button
                type="button"
                class="thing"
                aria-label=${remove}
                title=${remove}
                @click=${() => {
                  store.change(withoutDifference(store.state.config, key));
                }}
              >
                ${word}${icon("close")}
              </button>`
            : html`<span class="thing">${word}</span>`
        }${comma}`;
      })}
    </p>`;
  }
}

customElements.define("lab-things", LabThings);

declare global {
  interface HTMLElementTagNameMap {
    "lab-things": LabThings;
  }
}
