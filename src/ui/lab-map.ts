/** The regime map: up to thousands of models over two numbers, trained while one watches, beside theory. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { allLanes, type Settings } from "../experiment/config.ts";
import { parseLink, writeLink } from "../experiment/link.ts";
import { laneName } from "../experiment/names.ts";
import { configOf } from "../experiment/schema.ts";
import { classroomView } from "../experiment/view.ts";
import { readMap, writeMap, type MapView } from "../session/map-link.ts";
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
import { isAsking, isTheoryHidden } from "../session/store-view.ts";
import type { LabState, Store } from "../session/store.ts";
import { canTrain, openInstead } from "./actions.ts";
import "./lab-map-form.ts";
import type { MapDraft, MapDraftEvent } from "./lab-map-form.ts";
import "./lab-map-picture.ts";
import type { CellEvent, MapDot } from "./lab-map-picture.ts";
import { laneClass } from "./lane-text.ts";
import { mapFile, save, type MapFile } from "./map-export.ts";
import {
  areUsable,
  specKey,
  trainsItself,
  usualAxes,
  usualCells,
} from "./map-fields.ts";
import { mapHead } from "./map-head.ts";
import { mapLayout } from "./map-styles.ts";
import { mapTable } from "./map-table.ts";
import {
  cellText,
  mapQuantities,
  progressText,
  verdictText,
  type MapQuantity,
} from "./map-view.ts";
import { repaintInterval, StoreController } from "./store-controller.ts";
import { mapText as text } from "./strings-map.ts";
import { base, controls, lanes, tables } from "./styles.ts";

export class LabMap extends LitElement {
  static override styles = [base, controls, lanes, tables, mapLayout];

  readonly #lab = new StoreController(
    this,
    (state) =>
      [
        state.config,
        state.status,
        state.given,
        state.engine,
        isAsking(state),
        isTheoryHidden(state),
      ] as const,
  );
  #draft: MapDraft | null = null;
  #quantity: MapNumber | null = null;
  /** The view asked for; while theory is hidden it waits. */
  #wanted: MapView = "measured";
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

  get #view(): MapView {
    return this.#maps.theoryHidden ? "measured" : this.#wanted;
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
      const { quantity, view, unread, ...draft } = asked;
      this.#draft = draft;
      this.#quantity = quantity;
      this.#wanted = view;
      for (const given of unread)
        this.#lab.store.tell({
          code: "invalid",
          field: "map",
          given,
          message: text.unread(given, given.startsWith("q:")),
        });
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
    const { key } = this.#shownOf(spec, false);
    store.setView("map", writeMap(spec, key, this.#wanted));
    if (whyNoMap(spec) !== null) return;
    const fresh = !this.#isShown(spec);
    const { progress } = this.#maps;
    const busy =
      progress?.status === "running" || progress?.status === "paused";
    // What is measured answers a question that is still open: training waits for the guess.
    const asking = isAsking(store.state);
    const train = this.#train && !asking;
    this.#train &&= asking;
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
  #shownOf(spec: MapSpec, hidden?: boolean): MapQuantity {
    const all = mapQuantities(spec, hidden ?? this.#maps.theoryHidden);
    return all.find(({ key }) => key === this.#quantity) ?? all[0];
  }

  get #link(): string {
    const spec = this.#maps.spec ?? this.#spec;
    const map = writeMap(spec, this.#shownOf(spec, false).key, this.#wanted);
    const view = classroomView(this.#lab.store.state.view);
    const url = new URL(
      writeLink(spec.config, { ...view, map }),
      location.href,
    );
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
    void openInstead(this.#lab.store, config);
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
    const state = this.#maps;
    const update = (): void => {
      this.requestUpdate();
    };
    return mapHead({
      state,
      quantities: mapQuantities(state.spec ?? this.#spec, state.theoryHidden),
      quantity: this.#shown.key,
      view: this.#view,
      table: this.#table,
      linkWord: this.#linkWord,
      color: (quantity) => {
        this.#quantity = quantity;
        update();
      },
      show: (view) => {
        this.#wanted = view;
        update();
      },
      save: (kind) => void this.#save(kind),
      copy: () => void this.#copy(),
      toggleTable: () => {
        this.#table = !this.#table;
        update();
      },
    });
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
