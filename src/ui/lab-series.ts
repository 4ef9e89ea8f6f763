/** The strip of four time series, or the same numbers as a table. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { quantity } from "./format.ts";
import "./lab-chart.ts";
import { laneClass } from "./lane-text.ts";
import { SERIES, type SeriesKey, seriesOf, titleOf } from "./series-table.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls, lanes } from "./styles.ts";

const shown = (value: number | null) =>
  value === null ? "–" : quantity(value);

export class LabSeries extends LitElement {
  static override properties = {
    keys: { attribute: false },
    table: { type: Boolean },
    bare: { type: Boolean },
  };
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
        grid-auto-flow: column;
        grid-auto-columns: minmax(0, 1fr);
      }
      lab-chart {
        padding: 12px var(--gutter) 8px;
        min-width: 0;
      }
      lab-chart + lab-chart {
        border-left: 1px solid var(--rule);
      }
      .strip.many lab-chart {
        padding-inline: 14px 12px;
      }
      .strip.many lab-chart:first-child {
        padding-left: var(--gutter);
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

  /** Which series, in order; all that the lanes have if null. */
  declare keys: readonly SeriesKey[] | null;
  /** The numbers instead of the charts. */
  declare table: boolean;
  /** No button of its own for the table. */
  declare bare: boolean;
  readonly #state = new StoreController(this, (state) =>
    this.table ? [...state.lanes] : [state.config, state.classroom],
  );

  constructor() {
    super();
    this.keys = null;
    this.table = false;
    this.bare = false;
  }

  readonly #toggle = (): void => {
    this.table = !this.table;
  };

  get #keys(): readonly SeriesKey[] {
    const own = seriesOf(this.#state.store.state.lanes);
    return this.keys ? this.keys.filter((key) => own.includes(key)) : own;
  }

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
          ${this.#keys.map((key) => {
            const entry = SERIES[key];
            return html`<tr>
              <th scope="row">
                ${titleOf(key, state.lanes)}
                <span class="mute">${entry.unit}</span>
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
    const keys = this.#keys;
    return html`<section
      aria-label=${this.keys ? keys.map((key) => titleOf(key, this.#state.store.state.lanes)).join(", ") : text.series.label}
    >
      ${this.table ? this.#rows() : html`<div class="strip ${keys.length > 4 ? "many" : ""}">${keys.map((key) => html`<lab-chart .series=${key}></lab-chart>`)}</div>`}
      ${
        this.bare
          ? nothing
          : html`<button
              type="button"
              class="link toggle"
              aria-pressed=${this.table}
              @click=${this.#toggle}
            >
              ${this.table ? text.series.charts : text.series.table}
            </button>`
      }
    </section>`;
  }
}

customElements.define("lab-series", LabSeries);

declare global {
  interface HTMLElementTagNameMap {
    "lab-series": LabSeries;
  }
}
