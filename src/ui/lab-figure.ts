/**
 * An experiment as a figure: its story, one picture, play, the waterline.
 *
 *     <lab-figure link="#v=1&m=lin&…" lens="units"></lab-figure>
 *
 * Theory is drawn at once; the worker that trains starts when the figure is first played, or, with
 * `autostart="view"`, comes into view (never with reduced motion). It has a store of its own, and
 * pauses while it is out of view. `fill` makes it as tall as the window (embed=1).
 */
import {
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import { parseLink, writeLink } from "../experiment/link.ts";
import { createFigure, type Figure } from "../session/store-figure.ts";
import type { LabState, LaneState, Store } from "../session/store.ts";
import { toggleRun } from "./actions.ts";
import { figureStyles } from "./figure-styles.ts";
import { modesFigure, unitsFigure } from "./figure-view.ts";
import { setting, whole } from "./format.ts";
import { icon } from "./icons.ts";
import { laneStyles } from "./lane-styles.ts";
import { aliveAt, deadAt, laneClass, laneShort } from "./lane-text.ts";
import { LevelController } from "./level-controller.ts";
import { levelTabs } from "./level-tabs.ts";
import { levelView, type LevelView, mostLevels } from "./levels.ts";
import { isNetwork } from "./networks.ts";
import { pictures } from "./picture-styles.ts";
import { rich } from "./rich.ts";
import { SizeController } from "./size-controller.ts";
import { repaintInterval } from "./store-controller.ts";
import { plainText, story } from "./story.ts";
import { figureText as words } from "./strings-share.ts";
import { text } from "./strings.ts";
import { base, controls, lanes } from "./styles.ts";
import { WaterlineHandle } from "./waterline-handle.ts";

const LENSES = ["modes", "units"] as const;
export type Lens = (typeof LENSES)[number];

/** Share of the figure in view that counts as being looked at. */
const IN_VIEW = 0.6;

export class LabFigure extends LitElement {
  static override properties = {
    link: { type: String },
    lens: { type: String },
    autostart: { type: String },
    fill: { type: Boolean },
    figure: { attribute: false },
  };
  static override styles = [
    base,
    controls,
    lanes,
    pictures,
    laneStyles,
    figureStyles,
  ];

  /** The experiment, as in an address; the default experiment without one. */
  declare link: string;
  declare lens: Lens;
  /** When training starts by itself: never ("press"), or when the figure comes into view. */
  declare autostart: "press" | "view";
  declare fill: boolean;
  /** The store to show; made from `link` where none is given. */
  declare figure: Figure | null;
  #own: Figure | null = null;
  #undo: (() => void)[] = [];
  #timer = 0;
  #lane: number | null = null;
  /** Order of each drawn lane's units, kept from picture to picture. */
  readonly #order: (readonly number[] | null)[] = [];
  /** It was playing when it went out of view. */
  #resume = false;
  /** Some of it is in view. */
  #seen = true;
  readonly #levels = new LevelController(this);
  readonly #box = new SizeController(this, ".box");
  readonly #handle = new WaterlineHandle(
    this,
    () => this.#store,
    () => this.#lane ?? 0,
  );

  constructor() {
    super();
    this.link = "";
    this.lens = "modes";
    this.autostart = "press";
    this.fill = false;
    this.figure = null;
  }

  get #shown(): Figure {
    if (this.figure) return this.figure;
    this.#own ??= createFigure(this.link);
    return this.#own;
  }

  get #store(): Store {
    return this.#shown.store;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const seen = new IntersectionObserver(
      (entries) => {
        this.#look(entries[entries.length - 1].intersectionRatio);
      },
      { threshold: [0, IN_VIEW] },
    );
    seen.observe(this);
    this.#listen();
    this.#undo.push(() => {
      seen.disconnect();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const undo of this.#undo) undo();
    this.#undo = [];
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#own?.stop();
    this.#own = null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const another = changed.get("link") !== undefined && !this.figure;
    if (!another || !this.#own) return;
    this.#own.stop();
    this.#own = null;
    this.#order.length = 0;
    this.#listen();
  }

  #unsubscribe: (() => void) | null = null;

  #listen(): void {
    this.#unsubscribe?.();
    const store = this.#store;
    this.#unsubscribe = store.subscribe(({ status }) => {
      if (status === "running" && !this.#seen) this.#rest();
      this.#timer ||= window.setTimeout(() => {
        this.#timer = 0;
        this.requestUpdate();
      }, repaintInterval());
    });
    this.#undo.push(this.#unsubscribe);
    this.requestUpdate();
  }

  /** Pauses until it is in view. */
  #rest(): void {
    if (!this.#resume) void this.#store.pause();
    this.#resume = true;
  }

  #look(ratio: number): void {
    const { status } = this.#store.state;
    this.#seen = ratio > 0;
    if (ratio === 0 && status === "running") this.#rest();
    else if (ratio > 0 && this.#resume) {
      this.#resume = false;
      void this.#store.play();
    } else if (
      ratio >= IN_VIEW &&
      this.autostart === "view" &&
      !this.#shown.started() &&
      !matchMedia("(prefers-reduced-motion: reduce)").matches
    )
      void this.#store.play();
  }

  /** Lanes drawn in one picture: two whose bars mean the same, or one of them. */
  #drawn(all: readonly LaneState[]): readonly LaneState[] {
    const networks = all.filter(({ settings }) => isNetwork(settings)).length;
    const alike = networks === 0 || networks === all.length;
    if (this.#lane === null && all.length === 2 && alike) return all;
    return all.slice(this.#lane ?? 0).slice(0, 1);
  }

  #picture(views: readonly LevelView[]): TemplateResult | typeof nothing {
    const { width, height } = this.#box;
    if (!width) return nothing;
    return this.lens === "modes"
      ? modesFigure(views, width, height, this.#handle)
      : unitsFigure(views, width, height, this.#order);
  }

  readonly #arrow = (event: KeyboardEvent): void => {
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    this.lens = this.lens === "modes" ? "units" : "modes";
    void this.updateComplete.then(() =>
      this.renderRoot
        .querySelector<HTMLElement>(".lens [aria-checked=true]")
        ?.focus(),
    );
  };

  #head(state: LabState, views: readonly LevelView[]): TemplateResult {
    const count = (view: LevelView) =>
      this.lens === "modes"
        ? `${String(aliveAt(view) ?? "–")} ${text.lane.of(view.latents)} ${text.lane.alive}`
        : `${String(deadAt(view))} ${text.lane.dead}`;
    return html`<div class="legend-row">
      <div
        class="lens"
        role="radiogroup"
        aria-label=${words.lens}
        @keydown=${this.#arrow}
      >
        ${LENSES.map(
          (lens) =>
            html`<button
              type="button"
              role="radio"
              aria-checked=${lens === this.lens}
              tabindex=${lens === this.lens ? 0 : -1}
              @click=${() => {
                this.lens = lens;
              }}
            >
              ${words[lens]}
            </button>`,
        )}
      </div>
      ${
        mostLevels(state.lanes) > 1
          ? levelTabs(
              views.map(({ lane }) => lane),
              this.#levels,
            )
          : nothing
      }
      ${views.map((view) => {
        const i = state.lanes.indexOf(view.lane);
        return html`<span class="who"
          ><span
            class="lane-mark ${laneClass(i)} ${views.length > 1 && i ? "outline" : ""}"
          ></span
          ><span class="lane-text ${laneClass(i)}"
            >${view.lane.name}
            ${laneShort(view.lane.settings, state.config)}</span
          >
          <span class="mute">${count(view)}</span></span
        >`;
      })}
      ${views.some(({ predicted }) => predicted) ? html`<span class="who legend wide"><i class="theory"></i>${text.lane.theory}</span>` : nothing}
      ${state.lanes.length > views.length ? this.#choose(state.lanes) : nothing}
    </div>`;
  }

  #choose(all: readonly LaneState[]): TemplateResult {
    return html`<select
      class="select push"
      aria-label=${text.lane.both}
      @change=${(event: Event) => {
        this.#lane = Number((event.target as HTMLSelectElement).value);
        this.requestUpdate();
      }}
    >
      ${all.map((lane, i) => html`<option value=${i} ?selected=${i === (this.#lane ?? 0)}>${lane.name}</option>`)}
    </select>`;
  }

  #foot(state: LabState): TemplateResult {
    const store = this.#store;
    const { status, step, config } = state;
    const running = status === "running";
    const started = this.#shown.started();
    const waiting = started && status === "loading";
    const label =
      status === "done"
        ? text.transport.again
        : running
          ? text.transport.pause
          : text.transport.play;
    const word = label.replace(/ \(.*\)$/, "");
    const said =
      status === "failed"
        ? words.failed
        : waiting
          ? (state.progress?.label ?? words.loading)
          : started
            ? words.step(whole(step), whole(config.base.steps))
            : words.notStarted(whole(config.base.steps));
    return html`<div class="foot row">
      <button
        type="button"
        class="button solid square"
        aria-label=${word}
        title=${word}
        ?disabled=${waiting || status === "failed"}
        @click=${() => void toggleRun(store)}
      >
        ${icon(running ? "pause" : "play")}
      </button>
      <button
        type="button"
        class="button square bare"
        aria-label=${text.transport.restart.replace(/ \(.*\)$/, "")}
        ?disabled=${!started || waiting}
        @click=${() => void store.restart()}
      >
        ${icon("restart")}
      </button>
      <span class="count" data-step=${step}>${said}</span>
      <span class="mute wide"
        ><span class="math">β</span> ${setting(config.base.beta, 2)}</span
      >
      <a
        class="push"
        href=${fullLink(state)}
        target="_blank"
        rel="noopener"
        title=${words.fullTitle}
        >${words.full}</a
      >
    </div>`;
  }

  protected override render(): TemplateResult {
    const { state } = this.#store;
    const { first, second, trouble } = story(state.lanes);
    const views = this.#drawn(state.lanes).map((lane) =>
      levelView(lane, this.#levels.level),
    );
    const empty = views.every(({ theta }) => theta.length === 0);
    return html`<section
      aria-label=${words.label}
      data-status=${state.status}
      data-lens=${this.lens}
    >
      <p class="story" aria-live="polite">
        ${rich(first)} ${rich(second)}
        ${plainText(trouble) ? html`<span class="soft">${rich(trouble)}</span>` : nothing}
      </p>
      ${this.#head(state, views)}
      <div class="box">
        ${empty ? html`<p class="empty mute">${words.noTheory}</p>` : this.#picture(views)}
      </div>
      ${this.#foot(state)}
    </section>`;
  }
}

/** The experiment as it is now in the whole lab. */
function fullLink({ config, given }: LabState): string {
  const { embed: _, lens: __, ...view } = parseLink(given).view;
  const url = new URL(location.href);
  url.hash = writeLink(config, view);
  return url.href;
}

customElements.define("lab-figure", LabFigure);

declare global {
  interface HTMLElementTagNameMap {
    "lab-figure": LabFigure;
  }
}
