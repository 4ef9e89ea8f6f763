/** What the models make of examples: a gallery, walks along units, and a scatter; one at a time. */
import { css, html, LitElement, type TemplateResult } from "lit";
import "./lab-gallery.ts";
import "./lab-scatter.ts";
import "./lab-traversals.ts";
import { text } from "./strings.ts";
import { base, controls } from "./styles.ts";

type View = keyof typeof text.pictures.views;
const VIEWS = Object.keys(text.pictures.views) as View[];

export class LabPictures extends LitElement {
  static override styles = [
    base,
    controls,
    css`
      section {
        height: 100%;
        display: grid;
        grid-template-columns: 104px minmax(0, 1fr);
        min-height: 0;
      }
      .views {
        display: flex;
        flex-direction: column;
        padding: 8px 0 0 var(--gutter);
        border-right: 1px solid var(--rule);
        font-size: 12px;
      }
      .views button {
        text-align: left;
        min-height: var(--target);
        color: var(--ink-3);
        border-right: 2px solid transparent;
      }
      .views [aria-checked="true"] {
        color: var(--ink);
        font-weight: 600;
        border-color: var(--ink);
      }
      .view {
        min-width: 0;
        min-height: 0;
        height: 100%;
        overflow: hidden;
      }
      @media (max-width: 899px) {
        section {
          display: block;
        }
        .views {
          flex-direction: row;
          gap: 20px;
          padding: 0;
          border: 0;
          font-size: 13px;
        }
        .views button {
          border-right: 0;
          border-bottom: 2px solid transparent;
        }
        .view {
          height: auto;
          overflow: visible;
        }
      }
    `,
  ];

  #view: View = "examples";

  #choose(view: View): void {
    this.#view = view;
    this.requestUpdate();
  }

  readonly #arrow = (event: KeyboardEvent): void => {
    const by =
      event.key === "ArrowDown" || event.key === "ArrowRight"
        ? 1
        : event.key === "ArrowUp" || event.key === "ArrowLeft"
          ? -1
          : 0;
    if (by === 0) return;
    event.preventDefault();
    const next =
      VIEWS[(VIEWS.indexOf(this.#view) + by + VIEWS.length) % VIEWS.length];
    this.#choose(next);
    void this.updateComplete.then(() =>
      this.renderRoot
        .querySelector<HTMLElement>(`[data-view="${next}"]`)
        ?.focus(),
    );
  };

  #shown(): TemplateResult {
    if (this.#view === "traversals")
      return html`<lab-traversals></lab-traversals>`;
    if (this.#view === "scatter") return html`<lab-scatter></lab-scatter>`;
    return html`<lab-gallery></lab-gallery>`;
  }

  protected override render(): TemplateResult {
    return html`<section aria-label=${text.pictures.title}>
      <div
        class="views"
        role="radiogroup"
        aria-label=${text.pictures.view}
        @keydown=${this.#arrow}
      >
        ${VIEWS.map(
          (view) =>
            html`<button
              type="button"
              role="radio"
              data-view=${view}
              aria-checked=${view === this.#view}
              tabindex=${view === this.#view ? 0 : -1}
              @click=${() => {
                this.#choose(view);
              }}
            >
              ${text.pictures.views[view]}
            </button>`,
        )}
      </div>
      <div class="view">${this.#shown()}</div>
    </section>`;
  }
}

customElements.define("lab-pictures", LabPictures);

declare global {
  interface HTMLElementTagNameMap {
    "lab-pictures": LabPictures;
  }
}
