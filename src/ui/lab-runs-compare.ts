/** Pinned runs compared: one series of one lane of each in a chart, and what differs in a table. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { Runs, RunRecord, RunSummary } from "../session/runs-protocol.ts";
import { icon } from "./icons.ts";
import { laneClass } from "./lane-text.ts";
import "./lab-runs-chart.ts";
import { runColors, runMark } from "./run-marks.ts";
import { outcomeRows, settingRows, type Row } from "./runs-view.ts";
import { runsText as words } from "./strings-runs.ts";
import type { SeriesKey } from "./series-table.ts";
import { text } from "./strings.ts";
import { base, controls, lanes } from "./styles.ts";

const KEYS: readonly SeriesKey[] = [
  "distance",
  "loss",
  "reconstruction",
  "kl",
  "kl2",
];

export class LabRunsCompare extends LitElement {
  static override properties = {
    runs: { attribute: false },
    pinned: { attribute: false },
  };
  static override styles = [
    base,
    controls,
    lanes,
    runColors,
    css`
      :host {
        height: 100%;
      }
      .both {
        display: grid;
        grid-template-columns: minmax(300px, 5fr) minmax(0, 6fr);
        height: 100%;
      }
      .chart {
        display: flex;
        flex-direction: column;
        padding: 10px var(--gutter);
        border-right: 1px solid var(--rule);
        min-height: 0;
      }
      lab-runs-chart {
        flex: 1 1 0;
        min-height: 160px;
      }
      .choices {
        flex-wrap: wrap;
        padding-bottom: 6px;
        font-size: 12px;
      }
      .choices label {
        display: inline-flex;
        gap: 8px;
        align-items: center;
      }
      .table {
        overflow: auto;
        scrollbar-width: thin;
        padding: 4px var(--gutter) 12px;
      }
      table {
        border-collapse: collapse;
        font-size: 12px;
        line-height: 18px;
        width: 100%;
      }
      th,
      td {
        text-align: left;
        vertical-align: top;
        padding: 5px 16px 5px 0;
        border-bottom: 1px solid var(--rule);
      }
      tbody th {
        font-weight: 400;
        color: var(--ink-3);
        white-space: nowrap;
      }
      thead th {
        min-width: 92px;
      }
      thead .row {
        gap: 6px;
      }
      td span {
        display: block;
      }
      td b {
        display: inline-block;
        min-width: 14px;
      }
      .part th {
        padding-top: 12px;
        font-weight: 600;
        color: var(--ink);
      }
      .unpin {
        width: 24px;
        height: 24px;
      }
      .unpin .icon {
        width: 12px;
        height: 12px;
      }
      .none {
        padding: 24px var(--gutter);
      }
      @media (max-width: 899px) {
        :host,
        .both {
          display: block;
          height: auto;
        }
        .chart {
          border: 0;
          padding: 12px 16px;
        }
        lab-runs-chart {
          flex: none;
          height: 260px;
        }
        .choices {
          font-size: 15px;
        }
        .table {
          padding: 4px 16px 24px;
        }
        .unpin {
          width: 44px;
          height: 44px;
        }
      }
    `,
  ];

  declare runs: Runs;
  /** By pin. */
  declare pinned: readonly RunSummary[];
  #records: readonly RunRecord[] = [];
  #loaded = "";
  #key: SeriesKey | null = null;
  #lane = 0;

  protected override willUpdate(): void {
    // Of a run under way the record grows.
    const asked = this.pinned.map(({ id, step }) => `${id} ${step}`).join();
    if (asked === this.#loaded) return;
    this.#loaded = asked;
    void Promise.all(this.pinned.map(({ id }) => this.runs.load(id))).then(
      (records) => {
        if (asked !== this.#loaded) return;
        this.#records = records.filter((record) => record !== null);
        this.requestUpdate();
      },
    );
  }

  get #ordered(): RunSummary[] {
    return this.pinned.toSorted((a, b) => (a.pin ?? 0) - (b.pin ?? 0));
  }

  #choices(key: SeriesKey, laneCount: number): TemplateResult {
    const two = this.#records.some(({ lanes: all }) =>
      all.some(({ levels }) => levels.length > 1),
    );
    const keys = KEYS.filter((one) => two || one !== "kl2");
    const chosen = (event: Event): string =>
      (event.target as HTMLSelectElement).value;
    return html`<div class="row choices">
      <label
        >${words.chart.series}
        <select
          class="select"
          @change=${(event: Event) => {
            this.#key = chosen(event) as SeriesKey;
            this.requestUpdate();
          }}
        >
          ${keys.map((one) => html`<option value=${one} ?selected=${one === key}>${text.series[one]}</option>`)}
        </select></label
      >
      <label
        >${words.chart.lane}
        <select
          class="select"
          @change=${(event: Event) => {
            this.#lane = Number(chosen(event));
            this.requestUpdate();
          }}
        >
          ${Array.from({ length: laneCount }, (_, i) => html`<option value=${i} ?selected=${i === this.#lane}>${"ABCDEF"[i]}</option>`)}
        </select></label
      >
    </div>`;
  }

  #rows(title: string, rows: readonly Row[], runs: number): TemplateResult {
    return html`<tbody>
      <tr class="part">
        <th scope="rowgroup" colspan=${runs + 1}>${title}</th>
      </tr>
      ${rows.map(
        ({ title: row, cells }) =>
          html`<tr>
            <th scope="row">${row}</th>
            ${cells.map(
              (cell) =>
                html`<td>
                  ${cell.map(
                    ({ lane, words: said }) =>
                      html`<span
                        >${lane === null ? nothing : html`<b class="lane-text ${laneClass(lane)}">${"ABCDEF"[lane]}</b>`}${said}</span
                      >`,
                  )}
                </td>`,
            )}
          </tr>`,
      )}
    </tbody>`;
  }

  #table(runs: readonly RunSummary[]): TemplateResult {
    const settings = settingRows(runs);
    const { chart } = words;
    return html`<table>
      <caption class="hidden-text">
        ${chart.differ}
      </caption>
      <thead>
        <tr>
          <th><span class="hidden-text">${chart.setting}</span></th>
          ${runs.map(
            ({ id, name, pin }) =>
              html`<th scope="col">
                <div class="row">
                  ${runMark(pin ?? 1)}<button
                    type="button"
                    class="button bare square unpin push"
                    aria-label=${chart.unpin(name)}
                    title=${chart.unpin(name)}
                    @click=${() => void this.runs.pin(id, false)}
                  >
                    ${icon("close")}
                  </button>
                </div>
                ${name}
              </th>`,
          )}
        </tr>
      </thead>
      ${this.#rows(settings.length > 0 ? chart.differ : chart.same, settings, runs.length)}
      ${this.#rows(chart.outcome, outcomeRows(runs), runs.length)}
    </table>`;
  }

  protected override render(): TemplateResult {
    const runs = this.#ordered;
    if (runs.length === 0)
      return html`<p class="none soft">${words.unpinned}</p>`;
    const measured = this.#records.some(({ series }) =>
      series.some(
        ({ distance }) => distance.length > 0 && !distance.every(Number.isNaN),
      ),
    );
    const key = this.#key ?? (measured ? "distance" : "loss");
    const laneCount = Math.max(...runs.map(({ lanes: all }) => all.length));
    const lane = Math.min(this.#lane, laneCount - 1);
    const records = runs.flatMap(({ id, name, pin }) =>
      this.#records
        .filter((record) => record.id === id)
        .map((record) => ({ ...record, name, pin })),
    );
    return html`<div class="both">
      <div class="chart">
        ${this.#choices(key, laneCount)}
        ${runs.length < 2 ? html`<p class="small mute">${words.unpinned}</p>` : nothing}
        <lab-runs-chart
          .records=${records}
          .series=${key}
          .lane=${lane}
        ></lab-runs-chart>
      </div>
      <div
        class="table"
        tabindex="0"
        role="region"
        aria-label=${words.chart.differ}
      >
        ${this.#table(runs)}
      </div>
    </div>`;
  }
}

customElements.define("lab-runs-compare", LabRunsCompare);

declare global {
  interface HTMLElementTagNameMap {
    "lab-runs-compare": LabRunsCompare;
  }
}
