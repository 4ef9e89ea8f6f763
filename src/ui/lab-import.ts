/** What reading a dropped or chosen file found, and what to do with it. The running experiment goes on. */
import { css, html, nothing, type TemplateResult } from "lit";
import {
  allLanes,
  type Condition,
  type Settings,
} from "../experiment/config.ts";
import { writeColumns } from "../experiment/condition-text.ts";
import { CHOICES, CONDITION_KINDS } from "../experiment/ranges.ts";
import { changeSettings } from "../experiment/schema.ts";
import type { ImportResult } from "../session/protocol.ts";
import { DialogElement } from "./dialog-element.ts";
import { columnsTask } from "./edit.ts";
import { bytes, whole } from "./format.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";

type Report = NonNullable<ImportResult["report"]>;

export class LabImport extends DialogElement {
  static override styles = [
    ...DialogElement.styles,
    css`
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        font-size: 12px;
        line-height: 16px;
      }
      dl > div {
        display: contents;
      }
      dt,
      dd {
        padding: 4px 0;
        border-top: 1px solid var(--rule);
        overflow-wrap: anywhere;
      }
      dt {
        color: var(--ink-3);
        padding-right: 32px;
      }
      .acts {
        margin-top: 16px;
        flex-wrap: wrap;
      }
      .scaling {
        margin-top: 12px;
      }
      .list {
        width: 160px;
        text-align: left;
      }
    `,
  ];

  #file = "";
  #result: ImportResult | null = null;
  #scaling: Settings["scaling"] = "none";
  #condition: Condition = { kind: "quarter" };
  #columns = "";
  #refused = false;
  readonly #state = new StoreController(this, (state) => state.config);

  protected override get heading(): string {
    if (!this.#result) return text.import.reading(this.#file);
    return this.#result.ok
      ? text.import.title(this.#file)
      : text.import.failed(this.#file);
  }

  /** Reads the files (images and labels of an IDX set may come together) and shows the report. */
  async read(files: readonly File[]): Promise<void> {
    const labels =
      files.length > 1
        ? files.find((file) => /labels/i.test(file.name))
        : undefined;
    const data = files.find((file) => file !== labels);
    if (!data) return;
    this.#file = data.name;
    this.#result = null;
    this.#scaling = this.#state.value.base.scaling;
    this.show();
    const result = await this.#state.store.importFile(data, labels);
    this.#result = result;
    if (result.report) this.#prepare(result.report);
    this.requestUpdate();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".button.solid")?.focus();
  }

  /** What is given, to begin with: what the experiment has, or the first half of the columns. */
  #prepare(report: Report): void {
    const now = this.#state.value.base.condition;
    const fits =
      now.kind === "quarter" ||
      now.kind === "half" ||
      (now.kind === "columns" && now.columns.every((c) => c < report.columns));
    const half = Math.max(1, Math.floor(report.columns / 2));
    this.#refused = false;
    this.#columns =
      fits && now.kind === "columns"
        ? writeColumns(now.columns)
        : `1${half > 1 ? `-${String(half)}` : ""}`;
    this.#condition = fits ? now : { kind: "quarter" };
  }

  get #conditional(): boolean {
    return allLanes(this.#state.value).some((lane) => lane.model === "cvae");
  }

  /** The chosen task, or null if the list of columns is none. */
  #task(report: Report): Condition | null {
    if (report.image) {
      return this.#condition.kind === "half"
        ? { kind: "half" }
        : { kind: "quarter" };
    }
    return columnsTask(this.#columns, report.columns);
  }

  #use(data: Settings["data"], condition: Condition | null = null): void {
    const { store } = this.#state;
    const spectrum = data.kind === "spectrum";
    const scaled = changeSettings(
      store.state.config,
      "scaling",
      spectrum ? "none" : this.#scaling,
    );
    this.close();
    const read = changeSettings(scaled, "data", data);
    store.change(
      condition ? changeSettings(read, "condition", condition) : read,
    );
    void store.play();
  }

  #rows(report: Report): TemplateResult {
    const row = (name: string, value: string) =>
      html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`;
    return html`<dl>
      ${row(text.import.size, `${report.format.toUpperCase()}, ${bytes(report.bytes)}`)}
      ${row(text.import.rows, whole(report.rows))}
      ${row(text.import.columns, whole(report.columns))}
      ${report.image ? row(text.import.image, `${whole(report.image.width)} × ${whole(report.image.height)}`) : nothing}
      ${report.labels ? row(text.import.labels, text.import.yes) : nothing}
      ${row(text.import.droppedRows, text.import.droppedRowsValue(report.droppedRows, report.nonNumericCells))}
      ${report.droppedColumns.length > 0 ? row(text.import.droppedColumns, report.droppedColumns.join(", ")) : nothing}
      ${row(text.import.constant, report.constantColumns ? whole(report.constantColumns) : text.import.none)}
    </dl>`;
  }

  #success(report: Report, mismatch: string | undefined): TemplateResult {
    return html`${mismatch === undefined ? nothing : html`<p role="alert">${mismatch}</p>`}
      ${this.#rows(report)}
      <label class="row scaling"
        >${text.import.scaling}
        <select
          class="select"
          @change=${(event: Event) => {
            this.#scaling = (event.target as HTMLSelectElement)
              .value as Settings["scaling"];
          }}
        >
          ${CHOICES.scaling.map((option) => html`<option value=${option.value} ?selected=${option.value === this.#scaling}>${option.label}</option>`)}
        </select></label
      >
      ${this.#conditional ? this.#picker(report) : nothing}
      <div class="row acts">
        <button
          type="button"
          class="button solid"
          autofocus
          @click=${() => {
            const task = this.#conditional ? this.#task(report) : null;
            this.#refused = this.#conditional && task === null;
            this.requestUpdate();
            if (this.#refused) return;
            const { name, bytes: size, hash } = report;
            this.#use({ kind: "file", name, bytes: size, hash }, task);
          }}
        >
          ${text.import.use}
        </button>
        <span class="small mute">${text.import.private}</span>
      </div>`;
  }

  /** Which part of a row is given and which predicted. */
  #picker(report: Report): TemplateResult {
    if (report.image) {
      return html`<label class="row scaling"
        >${text.condition.task}
        <select
          class="select"
          @change=${(event: Event) => {
            const { value } = event.target as HTMLSelectElement;
            this.#condition = { kind: value === "half" ? "half" : "quarter" };
          }}
        >
          ${CONDITION_KINDS.filter(({ value }) => value === "quarter" || value === "half").map((option) => html`<option value=${option.value} ?selected=${option.value === this.#condition.kind}>${option.label}</option>`)}
        </select></label
      >`;
    }
    return html`<label class="row scaling"
        >${text.condition.list}
        <input
          class="number list"
          .value=${this.#columns}
          aria-invalid=${this.#refused ? "true" : "false"}
          aria-describedby="columns-help"
          @input=${(event: Event) => {
            this.#columns = (event.target as HTMLInputElement).value;
            this.#refused = false;
          }}
      /></label>
      <p
        class="small ${this.#refused ? "" : "mute"}"
        id="columns-help"
        role=${this.#refused ? "alert" : nothing}
      >
        ${(this.#refused ? text.condition.refused : text.condition.help)(report.columns)}
      </p>`;
  }

  protected override body(): TemplateResult {
    const result = this.#result;
    if (!result) {
      const { progress } = this.#state.store.state;
      return html`<p role="status" class="soft">
        ${progress?.label ?? text.import.private}
      </p>`;
    }
    if (result.ok && result.report)
      return this.#success(result.report, result.mismatch);
    return html`<p role="alert">${result.message ?? ""}</p>
      <p class="small mute">${text.import.goesOn} ${text.import.private}</p>`;
  }
}

customElements.define("lab-import", LabImport);

declare global {
  interface HTMLElementTagNameMap {
    "lab-import": LabImport;
  }
}
