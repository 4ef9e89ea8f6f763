/** The strip of four time series, or the same numbers as a table. */
import { css, html, LitElement, type TemplateResult } from "lit";
import { quantity } from "./format.ts";
import "./lab-chart.ts";
import { laneClass } from "./lane-text.ts";
import { SERIES, SERIES_KEYS, type SeriesKey } from "./series-table.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls, lanes } from "./styles.ts";

const shown = (value: number | null) =>
  value === null ? "–" : quantity(value);

export class LabSeries extends LitElement {
  static override properties = { keys: { attribute: false } };
  static override styles = [
    base,
    controls,
    lanes,
    css`
      section {
        height: 100%;
        position: relative;
      }
      .strip {
        height: 100%;
        display: grid;
        grid-template-columns: repeat(4, minmax(0, 1fr));
      }
      lab-chart {
        padding: 12px var(--gutter) 8px;
        min-width: 0;
      }
      lab-chart + lab-chart {
        border-left: 1px solid var(--rule);
      }
      .toggle {
        position: absolute;
        right: var(--gutter);
        top: 10px;
        background: var(--bg);
        font-size: 12px;
        z-index: 1;
      }
      @media (hover: hover) {
        section:not(:hover, :focus-within) .toggle:not([aria-pressed="true"]) {
          opacity: 0;
          pointer-events: none;
        }
      }
      .table {
        height: 100%;
        overflow: auto;
        padding: 12px var(--gutter);
      }
      table {
        border-collapse: collapse;
        width: 100%;
        font-size: 12px;
        line-height: 16px;
      }
      caption {
        text-align: left;
        font-weight: 600;
        padding-bottom: 4px;
      }
      th,
      td {
        text-align: right;
        padding: 3px 8px;
        border-top: 1px solid var(--rule);
      }
      th {
        font-weight: 400;
        color: var(--ink-3);
      }
      th:first-child {
        text-align: left;
        padding-left: 0;
        color: var(--ink);
      }
      @media (max-width: 1199px) {
        lab-chart {
          padding-inline: 12px 10px;
        }
        lab-chart:nth-child(odd) {
          padding-left: 16px;
        }
        lab-chart:nth-child(even) {
          padding-right: 16px;
        }
      }
      @media (max-width: 899px) {
        .strip {
          display: block;
        }
        lab-chart {
          padding: 10px var(--gutter) 0;
          height: 142px;
        }
        lab-chart + lab-chart {
          border: 0;
        }
        .toggle {
          top: 0;
          opacity: 1 !important;
          pointer-events: auto !important;
        }
      }
    `,
  ];

  /** Which series, in order. */
  declare keys: readonly SeriesKey[];
  #table = false;
  readonly #state = new StoreController(this, (state) =>
    this.#table ? [...state.lanes] : [state.config],
  );

  constructor() {
    super();
    this.keys = SERIES_KEYS;
  }

  readonly #toggle = (): void => {
    this.#table = !this.#table;
    this.requestUpdate();
  };

  #rows(): TemplateResult {
    const { state, series } = this.#state.store;
    return html`<div
      class="table"
      tabindex="0"
      role="region"
      aria-label=${text.series.tableTitle}
    >
      <table>
        <caption>
          ${text.series.tableTitle}
        </caption>
        <thead>
          <tr>
            <th scope="col">${text.series.quantity}</th>
            ${state.lanes.map((lane, i) =>
              [
                text.series.latest,
                text.series.lowest,
                text.series.predicted,
              ].map(
                (head) =>
                  html`<th scope="col">
                    <span class="lane-text ${laneClass(i)}">${lane.name}</span>
                    ${head}
                  </th>`,
              ),
            )}
          </tr>
        </thead>
        <tbody>
          ${this.keys.map((key) => {
            const entry = SERIES[key];
            return html`<tr>
              <th scope="row">
                ${entry.title} <span class="mute">${entry.unit}</span>
              </th>
              ${state.lanes.map(
                (lane, i) =>
                  html`<td>${shown(entry.latest(lane))}</td>
                    <td>
                      ${i < series.length ? shown(entry.lowest(series[i])) : "–"}
                    </td>
                    <td>${shown(entry.theory(lane))}</td>`,
              )}
            </tr>`;
          })}
        </tbody>
      </table>
    </div>`;
  }

  protected override render(): TemplateResult {
    return html`<section aria-label=${text.series.label}>
      ${this.#table ? this.#rows() : html`<div class="strip">${this.keys.map((key) => html`<lab-chart .series=${key}></lab-chart>`)}</div>`}
      <button
        type="button"
        class="link toggle"
        aria-pressed=${this.#table}
        @click=${this.#toggle}
      >
        ${this.#table ? text.series.charts : text.series.table}
      </button>
    </section>`;
  }
}

customElements.define("lab-series", LabSeries);

declare global {
  interface HTMLElementTagNameMap {
    "lab-series": LabSeries;
  }
}
