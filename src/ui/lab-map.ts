/** The regime map: up to thousands of models over two numbers, trained while one watches, beside theory. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { allLanes, type Settings } from "../experiment/config.ts";
import { parseLink, writeLink } from "../experiment/link.ts";
import { laneName } from "../experiment/names.ts";
import { configOf } from "../experiment/schema.ts";
import { readMap, writeMap } from "../session/map-link.ts";
import {
  MAP_STEPS,
  cellCount,
  cellValues,
  settingsAt,
  valueOf,
  whyNoMap,
} from "../session/map-plan.ts";
import type { MapNumber, MapSpec } from "../session/map-protocol.ts";
import { isTrained, isUnderWay, type MapState } from "../session/store-map.ts";
import type { LabState, Store } from "../session/store.ts";
import { canTrain } from "./actions.ts";
import "./lab-map-form.ts";
import type { MapDraft, MapDraftEvent } from "./lab-map-form.ts";
import "./lab-map-picture.ts";
import type { CellEvent, MapDot } from "./lab-map-picture.ts";
import { laneClass } from "./lane-text.ts";
import { MAP_FILES, mapFile, save, type MapFile } from "./map-export.ts";
import {
  areUsable,
  specKey,
  trainsItself,
  usualAxes,
  usualCells,
} from "./map-fields.ts";
import { mapLayout } from "./map-styles.ts";
import { mapTable } from "./map-table.ts";
import {
  cellText,
  MAP_VIEWS,
  mapQuantities,
  progressText,
  verdictText,
  viewTitle,
  type MapQuantity,
  type MapView,
} from "./map-view.ts";
import { repaintInterval, StoreController } from "./store-controller.ts";
import { mapText as text } from "./strings-map.ts";
import { base, controls, lanes, tables } from "./styles.ts";

export class LabMap extends LitElement {
  static override styles = [base, controls, lanes, tables, mapLayout];

  readonly #lab = new StoreController(
    this,
    (state) => [state.config, state.status, state.given, state.engine] as const,
  );
  #draft: MapDraft | null = null;
  #quantity: MapNumber | null = null;
  #view: MapView = "measured";
  #table = false;
  #cell: number | null = null;
  #said = "";
  #linkWord: string = text.link;
  #heard: Store["maps"] | null = null;
  #given: string | null = null;
  #misread = false;
  #train = false;
  #version = 0;
  #timer = 0;
  #undo: (() => void) | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#undo?.();
    this.#undo = null;
    this.#heard = null;
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  get #maps(): MapState {
    return this.#lab.store.maps.state;
  }

  protected override willUpdate(): void {
    const { store } = this.#lab;
    const { maps, state } = store;
    if (this.#heard !== maps) {
      this.#heard = maps;
      this.#undo?.();
      this.#undo = maps.subscribe(() => {
        this.#timer ||= window.setTimeout(() => {
          this.#timer = 0;
          this.#version++;
          this.requestUpdate();
        }, repaintInterval());
      });
    }
    if (this.#given !== state.given) {
      this.#given = state.given;
      this.#follow(state);
    }
    this.#keepUp();
  }

  /** Takes up what a link says of its map; one that was given, and not written here, trains. */
  #follow({ given, view: { map = "" } }: LabState): void {
    const asked = readMap(map);
    this.#misread = map !== "" && !asked;
    if (asked) {
      const { quantity, ...draft } = asked;
      this.#draft = draft;
      this.#quantity = quantity;
      this.#train = parseLink(given).view.map === map;
      this.#misread =
        this.#train && !areUsable(this.#lab.store.state.config, draft.axes);
    } else if (this.#maps.spec) {
      const { axes, steps = MAP_STEPS, estimator } = this.#maps.spec;
      this.#draft ??= { axes, steps, ...(estimator && { estimator }) };
    }
  }

  /** Theory of the map asked for, unless one that is trained or under way would be lost. */
  #keepUp(): void {
    const { store } = this.#lab;
    if (!canTrain(store)) return;
    const spec = this.#spec;
    store.setView("map", writeMap(spec, this.#shownOf(spec).key));
    if (whyNoMap(spec) !== null) return;
    const fresh = !this.#isShown(spec);
    const { progress } = this.#maps;
    const busy =
      progress?.status === "running" || progress?.status === "paused";
    const train = this.#train;
    this.#train = false;
    if (train && (fresh || !(isTrained(this.#maps) || busy)))
      void store.maps.run(spec, trainsItself(spec, store.state.engine));
    else if (fresh && !isTrained(this.#maps) && !busy)
      void store.maps.run(spec, false);
  }

  #isShown(spec: MapSpec): boolean {
    const shown = this.#maps.spec;
    return shown !== null && specKey(shown) === specKey(spec);
  }

  get #spec(): MapSpec {
    const { config, engine } = this.#lab.store.state;
    const usable = this.#draft && areUsable(config, this.#draft.axes);
    const draft = usable ? this.#draft : null;
    const axes = draft?.axes ?? usualAxes(config, usualCells(config, engine));
    const { steps = MAP_STEPS, estimator } = draft ?? {};
    return { config, axes, steps, ...(estimator && { estimator }) };
  }

  get #shown(): MapQuantity {
    return this.#shownOf(this.#maps.spec ?? this.#spec);
  }

  /** What is shown of such a map. */
  #shownOf(spec: MapSpec): MapQuantity {
    const all = mapQuantities(spec);
    return all.find(({ key }) => key === this.#quantity) ?? all[0];
  }

  get #link(): string {
    const spec = this.#maps.spec ?? this.#spec;
    const map = writeMap(spec, this.#shown.key);
    const url = new URL(writeLink(spec.config, { map }), location.href);
    url.search = "";
    return url.href;
  }

  readonly #change = ({ draft }: MapDraftEvent): void => {
    this.#draft = draft;
    this.#misread = false;
    const spec = this.#spec;
    this.#cell = null;
    if (whyNoMap(spec) === null) void this.#lab.store.maps.run(spec, false);
    this.requestUpdate();
  };

  readonly #look = ({ cell, keyboard }: CellEvent): void => {
    if (cell === this.#cell) return;
    this.#cell = cell;
    this.#said =
      keyboard && cell !== null ? cellText(this.#maps, cell, this.#shown) : "";
    this.requestUpdate();
  };

  /** A cell's numbers in every lane: what lanes differ in stays. */
  readonly #open = ({ cell }: CellEvent): void => {
    const { spec, values } = this.#maps;
    if (!spec || cell === null) return;
    const numbers = cellValues(values, cell).map((value) =>
      Number(value.toPrecision(4)),
    );
    const config = configOf(
      allLanes(this.#lab.store.state.config).map((lane) =>
        settingsAt(lane, spec.axes, numbers),
      ),
    );
    void this.#lab.store.open(writeLink(config));
  };

  get #dots(): MapDot[] {
    const { spec } = this.#maps;
    if (!spec) return [];
    return allLanes(this.#lab.store.state.config).flatMap(
      (settings: Settings, lane) => {
        const values = spec.axes.map(({ field }) => valueOf(settings, field));
        return settings.model === spec.config.base.model &&
          values.every(Number.isFinite)
          ? [{ name: laneName(lane), lane: laneClass(lane), values }]
          : [];
      },
    );
  }

  async #save(kind: MapFile): Promise<void> {
    const link = this.#link;
    const picture = {
      state: this.#maps,
      quantity: this.#shown,
      view: this.#view,
      link,
    };
    save(await mapFile(kind, picture), `map.${kind}`);
  }

  readonly #copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.#link);
      this.#linkWord = text.copied;
    } catch {
      this.#linkWord = text.notCopied;
    }
    this.requestUpdate();
  };

  #buttons(spec: MapSpec): TemplateResult {
    const { maps } = this.#lab.store;
    const { progress } = this.#maps;
    const button = (
      label: string,
      act: () => unknown,
      disabled = false,
      solid = false,
    ) =>
      html`<button
        type="button"
        class=${solid ? "button solid" : "button"}
        ?disabled=${disabled}
        @click=${act}
      >
        ${label}
      </button>`;
    const training =
      progress?.status === "running" || progress?.status === "paused";
    if (training && isUnderWay(progress)) {
      const paused = progress.status === "paused";
      return html`${button(paused ? text.resume : text.pause, () => void maps.pause(!paused))}
      ${button(text.cancel, () => void maps.cancel())}`;
    }
    const stale = isTrained(this.#maps) && !this.#isShown(spec);
    const refused = whyNoMap(spec) !== null || !canTrain(this.#lab.store);
    return html`${button(text.train(cellCount(spec)), () => void maps.run(spec, true), refused, true)}
    ${stale ? button(text.update, () => void maps.run(spec, false), refused) : nothing}`;
  }

  #head(): TemplateResult {
    const all = mapQuantities(this.#maps.spec ?? this.#spec);
    const some = this.#maps.spec === null;
    return html`<div class="row small head">
      <select
        class="select"
        aria-label=${text.colour}
        @change=${(event: Event) => {
          this.#quantity = (event.target as HTMLSelectElement)
            .value as MapNumber;
          this.requestUpdate();
        }}
      >
        ${all.map(({ key, title }) => html`<option value=${key} ?selected=${key === this.#shown.key}>${title}</option>`)}
      </select>
      <span class="row views" role="group" aria-label=${text.view}
        >${MAP_VIEWS.map(
          (view) =>
            html`<button
              type="button"
              class="link"
              aria-pressed=${view === this.#view}
              @click=${() => {
                this.#view = view;
                this.requestUpdate();
              }}
            >
              ${viewTitle(this.#maps, view)}
            </button>`,
        )}</span
      >
      <span class="row push">
        ${MAP_FILES.map(
          (kind) =>
            html`<button
              type="button"
              class="link"
              ?disabled=${some}
              aria-label=${text.saveAs(kind.toUpperCase())}
              @click=${() => void this.#save(kind)}
            >
              ${kind.toUpperCase()}
            </button>`,
        )}
        <button
          type="button"
          class="link"
          ?disabled=${some}
          @click=${() => void this.#copy()}
        >
          ${this.#linkWord}
        </button>
        <button
          type="button"
          class="link"
          aria-pressed=${this.#table}
          @click=${() => {
            this.#table = !this.#table;
            this.requestUpdate();
          }}
        >
          ${this.#table ? text.chart : text.table}
        </button>
      </span>
    </div>`;
  }

  protected override render(): TemplateResult {
    const state = this.#maps;
    const spec = this.#spec;
    const why = whyNoMap(spec);
    const stale = isTrained(state) && !this.#isShown(spec) && why === null;
    const verdict = verdictText(state);
    const fits = this.#cell !== null && this.#cell < state.steps.length;
    return html`<section aria-label=${text.title}>
      <div class="left">
        <div class="row buttons">${this.#buttons(spec)}</div>
        <lab-map-form
          .config=${spec.config}
          .draft=${{ ...spec, steps: spec.steps ?? MAP_STEPS }}
          @lab-map-draft=${this.#change}
        ></lab-map-form>
      </div>
      <div class="right">
        ${this.#head()}
        <div class="said">
          <p class="small mute" role="status">
            ${why ?? progressText(state, spec)}
          </p>
          ${this.#misread ? html`<p class="small">${text.misread}</p>` : nothing}
          ${stale ? html`<p class="small">${text.stale}</p>` : nothing}
          <p class="verdict small">${verdict ?? nothing}</p>
        </div>
        ${
          this.#table
            ? html`<div
                class="box"
                tabindex="0"
                role="region"
                aria-label=${text.table}
              >
                ${mapTable(state, this.#shown, this.#view)}
              </div>`
            : html`<lab-map-picture
                class="box"
                .state=${state}
                .version=${this.#version}
                .quantity=${this.#shown}
                .view=${this.#view}
                .dots=${this.#dots}
                .cell=${fits ? this.#cell : null}
                @lab-map-look=${this.#look}
                @lab-map-open=${this.#open}
              ></lab-map-picture>`
        }
        <p class="small reading">
          ${fits && this.#cell !== null ? `${cellText(state, this.#cell, this.#shown)}. ${text.openWords}.` : html`<span class="mute">${text.hint}</span>`}
        </p>
        <span class="hidden-text" aria-live="polite">${this.#said}</span>
      </div>
    </section>`;
  }
}

customElements.define("lab-map", LabMap);

declare global {
  interface HTMLElementTagNameMap {
    "lab-map": LabMap;
  }
}
