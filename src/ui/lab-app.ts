/** The frame: rail, lanes, why and series on one column grid; tabs of the rail, or one column, as width falls. */
import { ContextProvider } from "@lit/context";
import {
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import { isClassroom } from "../experiment/view.ts";
import type { Store } from "../session/store.ts";
import { appStyles } from "./app-styles.ts";
import { RequestEvent } from "./actions.ts";
import { storeContext } from "./context.ts";
import { icon } from "./icons.ts";
import { listenForKeys } from "./keys.ts";
import "./lab-adjust.ts";
import "./lab-controls.ts";
import "./lab-header.ts";
import "./lab-images.ts";
import "./lab-lane.ts";
import "./lab-notices.ts";
import "./lab-overlay.ts";
import "./lab-series.ts";
import "./lab-story.ts";
import "./lab-strip.ts";
import "./lab-transport.ts";
import { LabWhy } from "./lab-why.ts";
import { LayoutController } from "./layout-controller.ts";
import { loadPanel, type PanelName } from "./panels.ts";
import { type SeriesKey, seriesOf } from "./series-table.ts";
import { text } from "./strings.ts";
import { base, columns, controls, tabRow } from "./styles.ts";

/** The phone's first series, where there is theory and where there is none; the others are folded. */
const PHONE_FIRST = (theory: boolean): readonly SeriesKey[] => [
  theory ? "distance" : "loss",
];
const PHONE_MORE: readonly SeriesKey[] = [
  "loss",
  "reconstruction",
  "kl",
  "kl2",
];

export class LabApp extends LitElement {
  static override properties = { store: { attribute: false } };
  static override styles = [base, controls, columns, tabRow, appStyles];

  declare store: Store;
  readonly #layout = new LayoutController(this);
  readonly #provider = new ContextProvider(this, { context: storeContext });
  #tab: "setup" | "why" = "setup";
  #taught = false;
  #dropping = 0;
  #undo: (() => void)[] = [];

  override connectedCallback(): void {
    this.#provider.setValue(this.store);
    super.connectedCallback();
    const { store } = this;
    const watched = () =>
      [
        this.#count,
        this.#images,
        this.#map,
        LabWhy.title(store.state.lanes),
        store.state.view,
      ] as const;
    let shown = watched();
    this.#undo = [
      listenForKeys(store, {
        share: () => void this.#open("lab-share"),
        help: () => void this.#open("lab-help"),
        presets: () => void this.#open("lab-presets"),
        runs: () => void this.#open("lab-runs"),
      }),
      store.subscribe(() => {
        const next = watched();
        if (next.some((part, i) => part !== shown[i])) this.requestUpdate();
        shown = next;
      }),
    ];
    document.addEventListener("dragenter", this.#drag);
    document.addEventListener("dragover", this.#drag);
    document.addEventListener("dragleave", this.#leave);
    document.addEventListener("drop", this.#drop);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const undo of this.#undo) undo();
    document.removeEventListener("dragenter", this.#drag);
    document.removeEventListener("dragover", this.#drag);
    document.removeEventListener("dragleave", this.#leave);
    document.removeEventListener("drop", this.#drop);
  }

  get #count(): number {
    return this.store.state.lanes.length;
  }

  get #locked(): boolean {
    return this.store.state.view.lock !== undefined;
  }

  get #images(): boolean {
    return this.store.state.images !== null;
  }

  /** Whether the link has a map. */
  get #map(): boolean {
    return this.store.state.view.map !== undefined;
  }

  async #open(
    name:
      | "lab-share"
      | "lab-export"
      | "lab-help"
      | "lab-presets"
      | "lab-profile"
      | "lab-runs"
      | "lab-adjust",
  ): Promise<void> {
    if (name !== "lab-adjust") await loadPanel(name);
    this.renderRoot.querySelector(name)?.show();
  }

  /** Data, or the file of a run. */
  async #import(files: readonly File[]): Promise<void> {
    const run = files.find(({ name }) => /\.collapse\.json$/i.test(name));
    if (run) {
      const { openCollapse } = await import("./open-collapse.ts");
      const message = await openCollapse(this.store, run);
      if (message !== null) this.store.tell({ code: "file", message });
      return;
    }
    await loadPanel("lab-import");
    await this.renderRoot.querySelector("lab-import")?.read([...files]);
  }

  readonly #request = (event: RequestEvent): void => {
    if (event.what === "file")
      this.renderRoot.querySelector<HTMLInputElement>("#file")?.click();
    else void this.#open(`lab-${event.what}`);
  };

  readonly #chosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    this.renderRoot.querySelector("lab-adjust")?.close();
    void this.#import(files);
  };

  readonly #drag = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    if (event.type === "dragenter") this.#setDropping(this.#dropping + 1);
  };

  readonly #leave = (): void => {
    this.#setDropping(Math.max(0, this.#dropping - 1));
  };

  readonly #drop = (event: DragEvent): void => {
    const files = [...(event.dataTransfer?.files ?? [])];
    this.#setDropping(0);
    if (files.length === 0) return;
    event.preventDefault();
    void this.#import(files);
  };

  #setDropping(depth: number): void {
    const changed = depth > 0 !== this.#dropping > 0;
    this.#dropping = depth;
    if (changed) this.requestUpdate();
  }

  #rail(medium: boolean): TemplateResult {
    const tab = (name: "setup" | "why", label: string) =>
      html`<button
        type="button"
        role="tab"
        id="tab-${name}"
        aria-controls="panel"
        aria-selected=${this.#tab === name}
        tabindex=${this.#tab === name ? 0 : -1}
        @click=${() => {
          this.#tab = name;
          this.requestUpdate();
        }}
        @keydown=${this.#arrow}
      >
        ${label}
      </button>`;
    if (!medium)
      return html`<aside
        class="rail"
        aria-label=${text.app.experiment}
        ?inert=${this.#locked}
      >
        <h2>${text.controls.title}</h2>
        <lab-controls></lab-controls>
      </aside>`;
    return html`<aside class="rail" aria-label=${text.app.experiment}>
      <div class="tabs" role="tablist" aria-label=${text.controls.panel}>
        ${tab("setup", text.controls.setup)}${tab("why", text.why.why)}
      </div>
      <div id="panel" role="tabpanel" aria-labelledby="tab-${this.#tab}">
        ${
          this.#tab === "setup"
            ? html`<lab-controls ?inert=${this.#locked}></lab-controls>`
            : html`<div class="tab-why"><lab-why></lab-why></div>
                ${this.#images ? html`<lab-images></lab-images>` : nothing}`
        }
      </div>
    </aside>`;
  }

  readonly #arrow = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    this.#tab = this.#tab === "setup" ? "why" : "setup";
    this.requestUpdate();
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>(`#tab-${this.#tab}`)?.focus(),
    );
  };

  /** What a link has to say stays until the page is left, with whatever came of it. */
  #classroom(): TemplateResult | typeof nothing {
    const { view } = this.store.state;
    this.#taught ||= isClassroom(view) || view.r !== undefined;
    if (!this.#taught) return nothing;
    void loadPanel("lab-classroom");
    return html`<lab-classroom></lab-classroom>`;
  }

  #desk(medium: boolean): TemplateResult {
    const lanes = Array.from({ length: this.#count }, (_, i) => i);
    return html`<div class="tool">
      <lab-header></lab-header>
      <lab-notices></lab-notices>
      ${this.#classroom()}
      <lab-story></lab-story>
      <lab-transport></lab-transport>
      <main class="columns main" id="lanes" tabindex="-1">
        ${this.#rail(medium)}
        <div class="lanes">
          <lab-things></lab-things>
          ${lanes.map((i) => html`<lab-lane .index=${i}></lab-lane>`)}
        </div>
        ${
          medium
            ? nothing
            : html`<aside class="side" aria-label=${text.why.why}>
                <div class="why"><lab-why></lab-why></div>
                ${this.#images ? html`<div class="images"><lab-images></lab-images></div>` : nothing}
              </aside>`
        }
        <lab-strip class="series"></lab-strip>
      </main>
    </div>`;
  }

  /** The map is open while the link has one; its element writes what it shows. */
  #toggleMap(event: Event): void {
    const { open } = event.target as HTMLDetailsElement;
    if (open !== this.#map) this.store.setView("map", open ? "" : null);
  }

  #phone(): TemplateResult {
    const { lanes } = this.store.state;
    const theory = seriesOf(lanes).includes("distance");
    const first = PHONE_FIRST(theory);
    const rest = PHONE_MORE.filter((key) => !first.includes(key));
    const more = (
      title: string,
      body: TemplateResult,
      panel?: PanelName,
      open = false,
    ) =>
      html`<details
        ?open=${open}
        @toggle=${(event: Event) => {
          if (panel) void loadPanel(panel);
          if (panel === "lab-map") this.#toggleMap(event);
        }}
      >
        <summary>${title}${icon("chevron")}</summary>
        <div class="more-body">${body}</div>
      </details>`;
    return html`<lab-header></lab-header>
      <lab-notices></lab-notices>
      ${this.#classroom()}
      <lab-story></lab-story>
      <main id="lanes" tabindex="-1">
        <lab-things></lab-things>
        <lab-overlay></lab-overlay>
        ${this.#images ? html`<lab-images></lab-images>` : nothing}
        <lab-series .keys=${first}></lab-series>
        <div class="more">
          ${more(LabWhy.title(this.store.state.lanes), html`<lab-why></lab-why>`)}
          ${more(theory ? `${text.series.loss}, ${text.series.reconstruction.toLowerCase()}, ${text.series.kl}` : `${text.series.reconstruction}, ${text.series.kl}`, html`<lab-series class="flush" .keys=${rest}></lab-series>`)}
          ${more(text.strip.landscape, html`<lab-landscape></lab-landscape>`, "lab-landscape")}
          ${more(text.strip.weights, html`<lab-weights></lab-weights>`, "lab-weights")}
          ${more(text.strip.metrics, html`<lab-metrics></lab-metrics>`, "lab-metrics")}
          ${more(text.strip.pictures, html`<lab-pictures></lab-pictures>`, "lab-pictures")}
          ${more(text.strip.sweep, html`<lab-sweep></lab-sweep>`, "lab-sweep")}
          ${more(text.strip.map, html`${this.#map ? html`<lab-map></lab-map>` : nothing}`, "lab-map", this.#map)}
          <button type="button" @click=${() => void this.#open("lab-runs")}>
            ${text.header.runs}${icon("chevron")}
          </button>
        </div>
      </main>
      <lab-transport></lab-transport>
      <lab-adjust></lab-adjust>`;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const lanes = this.renderRoot.querySelector<HTMLElement>(".lanes");
    lanes?.style.setProperty("--lanes", String(Math.max(1, this.#count)));
  }

  protected override render(): TemplateResult {
    const { layout } = this.#layout;
    return html`<div @lab-request=${this.#request}>
      ${layout === "phone" ? this.#phone() : this.#desk(layout === "medium")}
      <lab-runs></lab-runs>
      <lab-share></lab-share>
      <lab-export></lab-export>
      <lab-help></lab-help>
      <lab-presets></lab-presets>
      <lab-profile></lab-profile>
      <lab-import></lab-import>
      <input
        type="file"
        id="file"
        hidden
        aria-label=${text.data.upload}
        multiple
        accept=".csv,.tsv,.txt,.npy,.gz,.idx,.ubyte,.idx3-ubyte,.idx1-ubyte,*/*"
        @change=${this.#chosen}
      />
      ${this.#dropping > 0 ? html`<div class="drop"><p>${text.import.drop}</p></div>` : nothing}
    </div>`;
  }
}

customElements.define("lab-app", LabApp);

declare global {
  interface HTMLElementTagNameMap {
    "lab-app": LabApp;
  }
}
