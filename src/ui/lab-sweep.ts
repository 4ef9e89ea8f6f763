/** Lane A trained anew over one or two numbers: small multiples beside linear theory, or the same as a table. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { isTheoryHidden } from "../session/store-view.ts";
import type { Store } from "../session/store.ts";
import type {
  SweepProgress,
  SweepRow,
  SweepSpec,
} from "../session/sweep-protocol.ts";
import { canTrain } from "./actions.ts";
import "./lab-sweep-form.ts";
import type { SweepEvent } from "./lab-sweep-form.ts";
import { pictures } from "./picture-styles.ts";
import { SizeController } from "./size-controller.ts";
import { StoreController } from "./store-controller.ts";
import { sweepText as text } from "./strings-sweep.ts";
import { base, controls, lanes, tables } from "./styles.ts";
import { curveOf, curveWords } from "./sweep-curves.ts";
import { axisLabel } from "./sweep-fields.ts";
import { gridOf, gridWords } from "./sweep-grid.ts";
import { sweepTable } from "./sweep-table.ts";
import { quantitiesOf, sweepCsv } from "./sweep-view.ts";
import { onTheme, themeNow } from "./theme.ts";

/** Height of a picture's title. */
const HEAD = 20;
/** Narrowest picture that can be read. */
const NARROWEST = 136;
/** A grid's labels, and the narrowest cell whose numbers can be read. */
const GRID_SIDE = 40;
const GRID_CELL = 30;
/** Height of a picture where the page scrolls. */
const PHONE_HEIGHT = 190;
/** Lowest picture that can be read. */
const LOWEST = 110;

export class LabSweep extends LitElement {
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
        grid-template-columns: minmax(220px, 28%) minmax(0, 1fr);
      }
      .left {
        padding: 8px 12px 8px var(--gutter);
        border-right: 1px solid var(--rule);
        overflow: auto;
        scrollbar-width: thin;
      }
      .left p {
        margin-top: 6px;
      }
      .right {
        padding: 8px var(--gutter);
        min-width: 0;
        min-height: 0;
        display: flex;
        flex-direction: column;
      }
      .head {
        min-height: 24px;
        gap: 12px;
        flex-wrap: wrap;
      }
      .box {
        flex: 1 1 0;
        min-height: 0;
        min-width: 0;
        overflow: auto;
        scrollbar-width: thin;
      }
      .pictures {
        display: flex;
        flex-wrap: wrap;
        column-gap: 16px;
      }
      .pictures h3 {
        height: 20px;
        white-space: nowrap;
      }
      h3 .mute {
        font-weight: 400;
      }
      .key i {
        display: inline-block;
        width: 18px;
        border-top: 1.5px dashed var(--ink);
        vertical-align: middle;
        margin-right: 4px;
      }
      .linear {
        fill: none;
        stroke: var(--ink);
        stroke-width: 1.25;
        stroke-dasharray: 4 3;
      }
      .measured {
        fill: none;
        stroke: var(--lane);
        stroke-width: 1.5;
      }
      .dot {
        fill: var(--lane);
      }
      .cell {
        stroke: var(--rule);
      }
      .picture .paper {
        fill: var(--bg);
      }
      @media (max-width: 1199px) {
        section {
          grid-template-columns: minmax(264px, 34%) minmax(0, 1fr);
        }
      }
      @media (max-width: 899px) {
        section {
          display: block;
          height: auto;
        }
        .left,
        .right {
          display: block;
          padding: 8px 0;
          border: 0;
        }
        .box {
          overflow-x: auto;
          overflow-y: visible;
        }
        .pictures > * {
          margin-top: 8px;
        }
      }
    `,
  ];

  #table = false;
  readonly #box = new SizeController(this, ".box");
  readonly #state = new StoreController(
    this,
    (state) => [state.config, state.status, isTheoryHidden(state)] as const,
  );
  #heard: Store["sweeps"] | null = null;
  #undo: (() => void)[] = [];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#undo.push(
      onTheme(() => {
        this.requestUpdate();
      }),
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const undo of this.#undo) undo();
    this.#undo = [];
    this.#heard = null;
  }

  protected override willUpdate(): void {
    const { sweeps } = this.#state.store;
    if (this.#heard === sweeps) return;
    this.#heard = sweeps;
    this.#undo.push(
      sweeps.subscribe(() => {
        this.requestUpdate();
      }),
    );
  }

  readonly #run = (event: SweepEvent): void => {
    void this.#state.store.sweeps.run(event.spec);
  };

  readonly #cancel = (): void => {
    void this.#state.store.sweeps.cancel();
  };

  #save(kind: "csv" | "json"): void {
    const { spec, rows } = this.#state.store.sweeps.state;
    if (!spec) return;
    const content =
      kind === "csv"
        ? sweepCsv(spec, rows)
        : `${JSON.stringify({ spec, rows }, null, 2)}\n`;
    const type = kind === "csv" ? "text/csv" : "application/json";
    const url = URL.createObjectURL(new Blob([content], { type }));
    const link = document.createElement("a");
    link.href = url;
    link.download = `sweep.${kind}`;
    link.click();
    URL.revokeObjectURL(url);
  }

  #said(progress: SweepProgress | null): string {
    const hidden = this.#state.store.sweeps.state.theoryHidden;
    if (!progress) return hidden ? text.beforeHidden : text.before;
    const { status, done, total, secondsLeft, label } = progress;
    if (status === "running") return text.running(done, total, secondsLeft);
    if (status === "cancelled") return text.cancelled(done, total);
    return status === "failed" ? label : text.done(total);
  }

  #pictures(spec: SweepSpec): TemplateResult {
    const { rows } = this.#state.store.sweeps.state;
    const quantities = quantitiesOf(rows);
    const grid = spec.axes.length === 2;
    const narrowest = grid
      ? Math.max(NARROWEST, GRID_SIDE + GRID_CELL * spec.axes[0].values.length)
      : NARROWEST;
    const room = this.#box.width - 2;
    const across = Math.max(
      1,
      Math.min(quantities.length, Math.floor((room + 16) / (narrowest + 16))),
    );
    const down = Math.ceil(quantities.length / across);
    const width = Math.floor((room - 16 * (across - 1)) / across);
    // Where the page scrolls the box is as high as what is in it.
    const height = matchMedia("(max-width: 899px)").matches
      ? PHONE_HEIGHT
      : Math.max(LOWEST, this.#box.height / down - HEAD - 2);
    return html`<div class="pictures lane-a">
      ${quantities.map(
        (quantity) =>
          html`<div>
            <h3>
              ${quantity.title}
              <span class="mute"
                >${grid && quantity.linear && quantity.whole ? text.gridKey : quantity.unit}</span
              >
            </h3>
            <svg
              class="picture"
              width=${width}
              height=${height}
              role="img"
              aria-label=${(grid ? gridWords : curveWords)(quantity, spec, rows)}
            >
              ${
                grid
                  ? gridOf(quantity, spec, rows, width, height, themeNow())
                  : curveOf(quantity, spec, rows, width, height)
              }
            </svg>
          </div>`,
      )}
    </div>`;
  }

  #head(spec: SweepSpec, rows: readonly SweepRow[]): TemplateResult {
    const some = rows.length > 0;
    const told = rows.some(({ linear }) => linear);
    const [first, second] = spec.axes.map(({ field }) =>
      axisLabel(spec, field),
    );
    const download = (kind: "csv" | "json"): TemplateResult =>
      html`<button
        type="button"
        class="link"
        title=${text.download(text[kind])}
        aria-label=${text.download(text[kind])}
        ?disabled=${!some}
        @click=${() => {
          this.#save(kind);
        }}
      >
        ${text[kind]}
      </button>`;
    return html`<div class="row small head">
      <span class="mute"
        >${second ? `→ ${first}, ↑ ${second}` : `→ ${first}`}</span
      >
      ${second || !told ? nothing : html`<span class="soft key"><i></i>${text.linear}</span>`}
      <span class="row push">
        ${download("csv")}${download("json")}
        <button
          type="button"
          class="link"
          aria-pressed=${this.#table}
          @click=${() => {
            this.#table = !this.#table;
            this.requestUpdate();
          }}
        >
          ${this.#table ? text.charts : text.table}
        </button>
      </span>
    </div>`;
  }

  protected override render(): TemplateResult {
    const { store } = this.#state;
    const { spec, rows, progress } = store.sweeps.state;
    const running = progress?.status === "running";
    return html`<section aria-label=${text.title}>
      <div class="left">
        <lab-sweep-form @lab-sweep-run=${this.#run}>
          ${
            running
              ? html`<button
                  type="button"
                  class="button"
                  @click=${this.#cancel}
                >
                  ${text.cancel}
                </button>`
              : nothing
          }
        </lab-sweep-form>
        <p class="small mute" role="status">
          ${canTrain(store) || progress ? this.#said(progress) : nothing}
        </p>
      </div>
      <div class="right">
        ${spec ? this.#head(spec, rows) : nothing}
        <div
          class="box"
          tabindex=${spec ? 0 : nothing}
          role=${spec ? "region" : nothing}
          aria-label=${spec ? text.tableTitle : nothing}
        >
          ${
            spec && this.#table
              ? sweepTable(spec, rows)
              : spec && this.#box.width > 0
                ? this.#pictures(spec)
                : nothing
          }
        </div>
      </div>
    </section>`;
  }
}

customElements.define("lab-sweep", LabSweep);

declare global {
  interface HTMLElementTagNameMap {
    "lab-sweep": LabSweep;
  }
}
