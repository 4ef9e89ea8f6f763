/** The drawer of runs: a table of all that are kept, and the pinned ones compared. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { Runs } from "../session/runs-protocol.ts";
import { icon } from "./icons.ts";
import "./lab-runs-compare.ts";
import "./lab-runs-table.ts";
import type { RunEvent } from "./lab-runs-table.ts";
import { LayoutController } from "./layout-controller.ts";
import { drawerStyles } from "./runs-styles.ts";
import { StoreController } from "./store-controller.ts";
import { runsText as words } from "./strings-runs.ts";
import { base, controls, tabRow } from "./styles.ts";

/** How long a deletion can be undone. */
const UNDO_MS = 10_000;

type View = "table" | "compare";
const VIEWS: readonly View[] = ["table", "compare"];

export class LabRuns extends LitElement {
  static override styles = [base, controls, tabRow, drawerStyles];

  readonly #layout = new LayoutController(this);
  readonly #state = new StoreController(this, (state) => state.runs);
  #runs: Runs | null = null;
  #undo: (() => void) | undefined;
  #view: View = "table";
  /** What is told of the last thing done. */
  #said = "";
  #timer = 0;

  /** Opens it, or closes it if it is open: it hides nothing that it needs. */
  show(): void {
    void this.updateComplete.then(() => {
      const dialog = this.#dialog;
      if (!dialog) return;
      if (dialog.open) dialog.close();
      else if (this.#layout.layout === "phone") dialog.showModal();
      else dialog.show();
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#state.store.runs()?.then((runs) => {
      this.#runs = runs;
      this.#undo = runs.subscribe(() => {
        this.requestUpdate();
      });
      this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#undo?.();
    this.#undo = undefined;
    clearTimeout(this.#timer);
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector("dialog");
  }

  get #pinned(): number {
    return this.#runs?.state.runs.filter(({ pin }) => pin !== null).length ?? 0;
  }

  #say(said: string): void {
    this.#said = said;
    this.requestUpdate();
  }

  #choose(view: View): void {
    this.#view = view;
    this.requestUpdate();
  }

  readonly #run = (event: RunEvent): void => {
    const runs = this.#runs;
    if (!runs) return;
    const { id, what, name } = event;
    this.#say("");
    const pinned = runs.state.runs.find((run) => run.id === id)?.pin ?? null;
    if (what === "rename") void runs.rename(id, name);
    else if (what === "delete") void this.#delete([id]);
    else if (what === "pin")
      void runs.pin(id, pinned === null).then((done) => {
        if (!done) this.#say(words.six);
      });
    else {
      if (this.#layout.layout === "phone") this.#dialog?.close();
      if (what === "open") void runs.open(id);
      else
        void runs.resume(id).then((goesOn) => {
          if (!goesOn) this.#say(words.restarted);
        });
    }
  };

  async #delete(ids: readonly string[]): Promise<void> {
    await this.#runs?.remove(ids);
    this.#forgetLater();
    this.requestUpdate();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(".undo")?.focus();
  }

  /** Not while someone is about to undo. */
  #forgetLater(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      const undo = this.renderRoot.querySelector(".undo");
      if (undo?.matches(":hover, :focus")) this.#forgetLater();
      else this.#runs?.forget();
    }, UNDO_MS);
  }

  readonly #undoDelete = (): void => {
    clearTimeout(this.#timer);
    void this.#runs?.undo();
    this.#dialog?.focus();
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    this.#dialog?.close();
  };

  readonly #arrow = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const next = this.#view === "table" ? "compare" : "table";
    this.#choose(next);
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>(`#tab-${next}`)?.focus(),
    );
  };

  #bar(): TemplateResult {
    const runs = this.#runs?.state.runs ?? [];
    return html`<div class="bar">
      <h2 id="title">${words.title}</h2>
      <div
        class="tabs"
        role="tablist"
        aria-label=${words.views}
        @keydown=${this.#arrow}
      >
        ${VIEWS.map(
          (view) =>
            html`<button
              type="button"
              role="tab"
              id="tab-${view}"
              aria-controls="panel"
              aria-selected=${this.#view === view}
              tabindex=${this.#view === view ? 0 : -1}
              @click=${() => {
                this.#choose(view);
              }}
            >
              ${view === "table" ? words.table : words.compare(this.#pinned)}
            </button>`,
        )}
      </div>
      <span class="small mute push where">${words.kept}</span>
      <button
        type="button"
        class="link all"
        ?hidden=${runs.length === 0}
        @click=${() => void this.#delete(runs.map(({ id }) => id))}
      >
        ${words.deleteAll}
      </button>
      <button
        type="button"
        class="button square bare close"
        aria-label=${words.close}
        title=${words.close}
        @click=${() => this.#dialog?.close()}
      >
        ${icon("close")}
      </button>
    </div>`;
  }

  #news(): TemplateResult {
    const { trouble = null, deleted = [] } = this.#runs?.state ?? {};
    const gone = deleted.map(({ name }) => name);
    return html`<div role="status">
      ${
        trouble
          ? html`<div class="said">
              ${icon("away")}
              <p>${trouble.message}</p>
            </div>`
          : nothing
      }
      ${
        this.#said
          ? html`<div class="said">
              ${icon("info")}
              <p>${this.#said}</p>
            </div>`
          : nothing
      }
      ${
        gone.length > 0
          ? html`<div class="said">
              <p>${words.deleted(gone)}</p>
              <button
                type="button"
                class="link undo"
                @click=${this.#undoDelete}
              >
                ${words.undo}
              </button>
            </div>`
          : nothing
      }
    </div>`;
  }

  #panel(): TemplateResult {
    const runs = this.#runs;
    if (!runs) return html`<p class="empty soft">${words.loading}</p>`;
    const { state } = runs;
    if (this.#view === "compare")
      return html`<lab-runs-compare
        .runs=${runs}
        .pinned=${state.runs.filter(({ pin }) => pin !== null)}
      ></lab-runs-compare>`;
    if (state.runs.length === 0)
      return html`<p class="empty soft">${words.empty}</p>`;
    return html`<lab-runs-table
      .state=${state}
      @lab-run=${this.#run}
    ></lab-runs-table>`;
  }

  protected override render(): TemplateResult {
    return html`<dialog
      tabindex="-1"
      class=${this.#view === "compare" && this.#pinned > 0 ? "tall" : ""}
      aria-labelledby="title"
      @keydown=${this.#key}
      @close=${() => {
        this.#say("");
      }}
    >
      ${this.#bar()}${this.#news()}
      <div
        class="panel"
        id="panel"
        role="tabpanel"
        tabindex="0"
        aria-labelledby="tab-${this.#view}"
      >
        ${this.#panel()}
      </div>
    </dialog>`;
  }
}

customElements.define("lab-runs", LabRuns);

declare global {
  interface HTMLElementTagNameMap {
    "lab-runs": LabRuns;
  }
}
