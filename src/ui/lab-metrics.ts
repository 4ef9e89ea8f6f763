/** Metrics of the whole data set, measured when asked: a table by lane and level, and the collapse curve. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { LaneMetrics, LevelMetrics } from "../session/protocol.ts";
import { canTrain } from "./actions.ts";
import { type Curve, curveMarks, curveSentence } from "./collapse-curve.ts";
import { fixed2, quantity, setting, whole } from "./format.ts";
import "./lab-likelihood.ts";
import { laneClass } from "./lane-text.ts";
import { pictures } from "./picture-styles.ts";
import { SizeController } from "./size-controller.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls, lanes, tables } from "./styles.ts";

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** More units than this are not listed one by one. */
const MOST_LISTED = 12;

interface Column {
  readonly lane: number;
  readonly name: string;
  readonly level: number;
  readonly levels: number;
  readonly metrics: LevelMetrics;
  readonly of: LaneMetrics;
}

export class LabMetrics extends LitElement {
  static override styles = [
    base,
    controls,
    lanes,
    pictures,
    tables,
    css`
      section {
        height: 100%;
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(270px, 30%);
        gap: 0;
      }
      section.measured {
        grid-template-columns:
          minmax(0, 1.1fr) minmax(284px, 32%)
          minmax(150px, 0.8fr);
      }
      lab-likelihood {
        border-left: 1px solid var(--rule);
        min-width: 0;
        min-height: 0;
      }
      .left {
        min-width: 0;
        overflow: auto;
        padding: 8px var(--gutter);
        scrollbar-width: thin;
      }
      .ask {
        gap: 12px;
        min-height: var(--target);
        flex-wrap: wrap;
      }
      table {
        margin-top: 4px;
      }
      th,
      td {
        padding-block: 1px;
      }
      .list {
        color: var(--ink-2);
        white-space: normal;
      }
      .right {
        border-left: 1px solid var(--rule);
        padding: 8px var(--gutter) 8px;
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
      }
      .right .row {
        white-space: nowrap;
        min-width: 0;
      }
      .right .row > .mute {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .curves {
        flex: 1 1 0;
        min-height: 60px;
        position: relative;
        margin-top: 4px;
      }
      .curves svg {
        position: absolute;
        inset: 0;
      }
      .curve {
        fill: none;
        stroke: var(--lane);
        stroke-width: 1.5;
      }
      .curve.second {
        stroke-dasharray: 4 2;
      }
      @media (max-width: 899px) {
        section {
          display: block;
        }
        .left,
        .right {
          padding: 8px 0;
          border: 0;
        }
        lab-likelihood {
          border: 0;
        }
        th:first-child {
          white-space: normal;
        }
        .curves {
          flex: none;
          height: 140px;
        }
      }
    `,
  ];

  #busy = false;
  #failed = false;
  readonly #box = new SizeController(this, ".curves");
  readonly #state = new StoreController(
    this,
    (state) => [state.metrics, state.lanes.length, state.status] as const,
  );

  readonly #measure = async (): Promise<void> => {
    this.#busy = true;
    this.#failed = false;
    this.requestUpdate();
    try {
      await this.#state.store.measure();
    } catch {
      this.#failed = true;
    }
    this.#busy = false;
    this.requestUpdate();
  };

  #columns(): Column[] {
    const { state } = this.#state.store;
    return state.metrics.flatMap((of, lane) =>
      of.levels.map((metrics, level) => ({
        lane,
        name: state.lanes[lane].name,
        level,
        levels: of.levels.length,
        metrics,
        of,
      })),
    );
  }

  #table(columns: readonly Column[]): TemplateResult {
    const row = (
      title: string,
      cell: (column: Column) => string,
      explained = "",
      name = "",
    ) =>
      html`<tr title=${explained || nothing}>
        <th scope="row" class="soft">${title}</th>
        ${columns.map((column) => html`<td class=${name}>${cell(column)}</td>`)}
      </tr>`;
    const units = ({ metrics }: Column) => metrics.klPerUnit.length;
    const listed = columns.every((column) => units(column) <= MOST_LISTED);
    return html`<table class="named">
      <caption class="hidden-text">
        ${text.metrics.title}
      </caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="hidden-text">${text.metrics.quantity}</span>
          </th>
          ${columns.map(
            ({ lane, name, level, levels }) =>
              html`<th scope="col">
                <b class="lane-text ${laneClass(lane)}">${name}</b
                >${levels > 1 ? html` z<sub>${level + 1}</sub>` : nothing}
              </th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${row(text.metrics.kl, ({ metrics }) => fixed2(sum(metrics.klPerUnit)))}
        ${row(text.metrics.information, ({ metrics }) => fixed2(metrics.informationBound), text.metrics.informationTitle)}
        ${row(text.metrics.burda, (column) => `${String(column.metrics.activeUnitsBurda)} ${text.lane.of(units(column))}`, text.metrics.burdaTitle)}
        ${row(text.metrics.pairs, ({ metrics }) => `${whole(100 * metrics.activePairs)}%`, text.metrics.pairsTitle)}
        ${row(text.metrics.logLikelihood, ({ of, level }) => (level === 0 ? quantity(of.logLikelihood) : ""), text.metrics.logLikelihoodTitle)}
        ${listed ? row(text.metrics.perUnit, ({ metrics }) => metrics.klPerUnit.map(fixed2).join(" "), "", "list") : nothing}
      </tbody>
    </table>`;
  }

  #curves(columns: readonly Column[]): TemplateResult {
    const curves: Curve[] = columns.map(
      ({ lane, name, level, levels, metrics }) => ({
        lane,
        level,
        name: levels > 1 ? `${name} z${"₁₂"[level]}` : name,
        metrics,
      }),
    );
    const { width, height } = this.#box;
    return html`<div class="right">
      <div class="row small">
        <h3>${text.metrics.collapse}</h3>
        <span class="mute"
          >${text.metrics.collapseTitle(setting(columns[0].metrics.delta))}</span
        >
      </div>
      <div class="row small mute">
        ${curves.map(({ lane, level, name }) => html`<span class="lane-text ${laneClass(lane)}">${name}${level ? " - -" : ""}</span>`)}
        <span class="push">${text.metrics.epsilon}</span>
      </div>
      <div class="curves">
        ${
          width
            ? html`<svg
                class="picture"
                width=${width}
                height=${height}
                role="img"
                aria-label=${curves.map(curveSentence).join(" ")}
              >
                ${curveMarks(curves, width, height)}
              </svg>`
            : nothing
        }
      </div>
    </div>`;
  }

  protected override render(): TemplateResult {
    const columns = this.#columns();
    const first = this.#state.value[0].at(0);
    const said = this.#failed
      ? text.metrics.failed
      : first
        ? text.metrics.at(first.step, text.metrics.where[first.computedOn])
        : text.metrics.before;
    return html`<section
      class=${columns.length > 0 ? "measured" : ""}
      aria-label=${text.metrics.title}
    >
      <div
        class="left"
        tabindex=${columns.length > 0 ? 0 : nothing}
        role=${columns.length > 0 ? "region" : nothing}
        aria-label=${columns.length > 0 ? text.metrics.table : nothing}
      >
        <div class="row ask">
          <button
            type="button"
            class="button"
            ?disabled=${this.#busy || !canTrain(this.#state.store)}
            @click=${() => void this.#measure()}
          >
            ${first ? text.metrics.again : text.metrics.measure}
          </button>
          <span class="small mute" role="status">${said}</span>
        </div>
        ${columns.length > 0 ? this.#table(columns) : nothing}
      </div>
      <lab-likelihood></lab-likelihood>
      ${columns.length > 0 ? this.#curves(columns) : nothing}
    </section>`;
  }
}

customElements.define("lab-metrics", LabMetrics);

declare global {
  interface HTMLElementTagNameMap {
    "lab-metrics": LabMetrics;
  }
}
