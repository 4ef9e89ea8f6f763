/** What is measured, below the lanes: time series, weights, metrics, pictures, and sweeps over settings. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import "./lab-series.ts";
import { loadPanel } from "./panels.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls, tabRow } from "./styles.ts";

const TABS = [
  "series",
  "landscape",
  "weights",
  "metrics",
  "pictures",
  "sweep",
  "map",
] as const;
type Tab = (typeof TABS)[number];

const TITLES: Readonly<Record<Tab, string>> = text.strip;

export class LabStrip extends LitElement {
  static override styles = [
    base,
    controls,
    tabRow,
    css`
      section {
        height: 100%;
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      .bar {
        display: flex;
        gap: 16px;
        padding: 0 var(--gutter);
        height: 30px;
        flex: none;
        font-size: 12px;
        border-bottom: 1px solid var(--rule);
      }
      .tabs {
        display: flex;
        gap: 16px;
      }
      .tabs button {
        color: var(--ink-3);
        height: 100%;
      }
      .bar .link {
        align-self: center;
      }
      .panel {
        flex: 1 1 0;
        min-height: 0;
      }
      .panel > * {
        height: 100%;
      }
    `,
  ];

  #tab: Tab = "series";
  /** Whether the link has a map. */
  readonly #map = new StoreController(
    this,
    ({ view }) => view.map !== undefined,
  );
  #table = false;

  #choose(tab: Tab): void {
    this.#tab = tab;
    // The frame gives pictures more height than numbers need.
    this.toggleAttribute("tall", ["pictures", "sweep", "map"].includes(tab));
    if (tab !== "series") void loadPanel(`lab-${tab}`);
    // Its element writes what it shows.
    if ((tab === "map") !== this.#map.value)
      this.#map.store.setView("map", tab === "map" ? "" : null);
    this.requestUpdate();
  }

  readonly #arrow = (event: KeyboardEvent): void => {
    const step =
      event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next =
      TABS[(TABS.indexOf(this.#tab) + step + TABS.length) % TABS.length];
    this.#choose(next);
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>(`#tab-${next}`)?.focus(),
    );
  };

  #panel(): TemplateResult {
    if (this.#tab === "landscape") return html`<lab-landscape></lab-landscape>`;
    if (this.#tab === "weights") return html`<lab-weights></lab-weights>`;
    if (this.#tab === "metrics") return html`<lab-metrics></lab-metrics>`;
    if (this.#tab === "sweep") return html`<lab-sweep></lab-sweep>`;
    if (this.#tab === "map") return html`<lab-map></lab-map>`;
    if (this.#tab === "pictures") return html`<lab-pictures></lab-pictures>`;
    return html`<lab-series bare ?table=${this.#table}></lab-series>`;
  }

  /** The map is open while the link has one. */
  protected override willUpdate(): void {
    const map = this.#map.value;
    if (map !== (this.#tab === "map")) this.#choose(map ? "map" : "series");
  }

  protected override render(): TemplateResult {
    return html`<section aria-label=${text.strip.label}>
      <div class="bar">
        <div
          class="tabs"
          role="tablist"
          aria-label=${text.strip.label}
          @keydown=${this.#arrow}
        >
          ${TABS.map(
            (tab) =>
              html`<button
                type="button"
                role="tab"
                id="tab-${tab}"
                aria-controls="panel"
                aria-selected=${this.#tab === tab}
                tabindex=${this.#tab === tab ? 0 : -1}
                @click=${() => {
                  this.#choose(tab);
                }}
              >
                ${TITLES[tab]}
              </button>`,
          )}
        </div>
        ${
          this.#tab === "series"
            ? html`<button
                type="button"
                class="link push"
                aria-pressed=${this.#table}
                @click=${() => {
                  this.#table = !this.#table;
                  this.requestUpdate();
                }}
              >
                ${this.#table ? text.series.charts : text.series.table}
              </button>`
            : nothing
        }
      </div>
      <div
        class="panel"
        id="panel"
        role="tabpanel"
        aria-labelledby="tab-${this.#tab}"
      >
        ${this.#panel()}
      </div>
    </section>`;
  }
}

customElements.define("lab-strip", LabStrip);

declare global {
  interface HTMLElementTagNameMap {
    "lab-strip": LabStrip;
  }
}
