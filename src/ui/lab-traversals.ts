/**
 * What a lane draws as one unit at a time goes from low to high, a row per unit. Rows along which
 * no pixel changes are hatched: the decoder does not listen to that unit.
 */
import {
  css,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import type { TraversalReadout } from "../session/protocol.ts";
import { quantity, setting } from "./format.ts";
import { drawRow } from "./gray-images.ts";
import { icon } from "./icons.ts";
import { LevelController } from "./level-controller.ts";
import { levelCount, levelView } from "./levels.ts";
import { unitOrder } from "./order.ts";
import { pictureChoice, pictureStyles } from "./picture-choice.ts";
import { PicturesController } from "./pictures-controller.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls, lanes } from "./styles.ts";

/** A row whose pixels change by less than this share of black to white does not visibly change. */
const NOTHING = 0.02;
/** Examples of which one is chosen, at most. */
const MOST_EXAMPLES = 8;

export class LabTraversals extends LitElement {
  static override styles = [
    base,
    controls,
    lanes,
    pictureStyles,
    css`
      .units {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(340px, 1fr));
        gap: 4px var(--gutter);
        list-style: none;
        padding: 0;
      }
      .units li {
        display: grid;
        grid-template-columns: 46px minmax(0, 1fr) 82px;
        gap: 8px;
        align-items: center;
        font-size: 12px;
        line-height: 14px;
      }
      canvas {
        display: block;
        width: 100%;
        max-width: 232px;
        height: auto;
        image-rendering: pixelated;
      }
      .dead .row-picture {
        position: relative;
        max-width: 232px;
      }
      .dead .row-picture::after {
        content: "";
        position: absolute;
        inset: 0;
        outline: 1px solid var(--data);
        background: repeating-linear-gradient(
          135deg,
          var(--hatch) 0 1px,
          transparent 1px 7px
        );
      }
      .stops {
        margin-bottom: 4px;
      }
      @media (max-width: 899px) {
        .units {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  #lane = 0;
  #example = 0;
  #order: readonly number[] | null = null;
  readonly #levels = new LevelController(this);
  readonly #state = new StoreController(
    this,
    (state) =>
      [state.traversals, state.images, state.config, state.pictures] as const,
  );

  constructor() {
    super();
    new PicturesController(
      this,
      () => this.#state.store,
      () => ({
        traversals: {
          lane: this.#index,
          example: this.#example,
          level: this.#level,
        },
      }),
    );
  }

  /** The lane shown: lanes may have gone since it was chosen. */
  get #index(): number {
    return Math.min(this.#lane, this.#state.store.state.lanes.length - 1);
  }

  get #level(): 1 | 2 {
    const { settings } = this.#state.store.state.lanes[this.#index];
    return levelCount(settings) > 1 && this.#levels.level > 0 ? 2 : 1;
  }

  /** What has come of the choice on screen; an answer to the choice before it is none. */
  get #shown(): TraversalReadout | null {
    const { traversals } = this.#state.store.state;
    return traversals?.lane === this.#index && traversals.level === this.#level
      ? traversals
      : null;
  }

  get #examples(): number {
    const { images } = this.#state.store.state;
    if (!images) return MOST_EXAMPLES;
    const all = images.inputs.length / (images.width * images.height);
    return Math.min(MOST_EXAMPLES, all);
  }

  #choose(change: () => void): void {
    change();
    this.#order = null;
    this.requestUpdate();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const shown = this.#shown;
    if (!shown) return;
    const { images, width, height, stops } = shown;
    this.renderRoot.querySelectorAll("canvas").forEach((canvas) => {
      const unit = Number(canvas.dataset.unit);
      const count = stops.length;
      drawRow(canvas, images, width, height, count, undefined, unit * count);
    });
  }

  #bar(): TemplateResult {
    const words = text.pictures;
    const step = (by: number) => () => {
      this.#choose(() => {
        const n = this.#examples;
        this.#example = (this.#example + by + n) % n;
      });
    };
    return html`<div class="row small options">
      ${pictureChoice(this.#state.store.state.lanes, this.#index, (lane) => {
        this.#choose(() => {
          this.#lane = lane;
        });
      })}
      ${
        levelCount(this.#state.store.state.lanes[this.#index].settings) > 1
          ? html`<select
              class="select"
              aria-label=${words.level}
              @change=${(event: Event) => {
                this.#levels.level = Number(
                  (event.target as HTMLSelectElement).value,
                );
                this.#order = null;
              }}
            >
              ${[0, 1].map((level) => html`<option value=${level} ?selected=${level === this.#level - 1}>z${"₁₂"[level]}</option>`)}
            </select>`
          : nothing
      }
      <span class="row stepper" role="group" aria-label=${words.example}>
        <button
          type="button"
          class="button square bare"
          aria-label=${words.previous}
          @click=${step(-1)}
        >
          ${icon("back")}</button
        ><span aria-live="polite">${words.exampleOf(this.#example + 1)}</span
        ><button
          type="button"
          class="button square bare"
          aria-label=${words.next}
          @click=${step(1)}
        >
          ${icon("chevron")}
        </button>
      </span>
    </div>`;
  }

  #unit(shown: TraversalReadout, unit: number): TemplateResult {
    const words = text.pictures;
    const change = shown.change[unit];
    const dead = change < NOTHING;
    const { measured } = levelView(
      this.#state.store.state.lanes[this.#index],
      this.#level - 1,
    );
    // A posterior may have become the prior while the decoder still draws something from it.
    const silent = measured?.dead.at(unit) === true;
    const said = dead
      ? words.dead
      : (silent ? words.silent : words.changes)(quantity(change));
    return html`<li class=${dead ? "dead" : ""} data-dead=${dead}>
      <span class="soft">${words.unit(unit + 1)}</span>
      <span
        class="row-picture"
        role="img"
        aria-label=${words.traversal(words.unit(unit + 1), said)}
        ><canvas data-unit=${unit}></canvas></span
      ><span class=${dead ? "soft" : "mute"} title=${words.changeTitle}
        >${said}</span
      >
    </li>`;
  }

  protected override render(): TemplateResult {
    const words = text.pictures;
    const shown = this.#shown;
    const { lanes: all } = this.#state.store.state;
    if (!shown) {
      const { data } = all[this.#index];
      return html`${this.#bar()}
        <p class="small mute">
          ${data && !data.image ? words.noImages : words.waiting}
        </p>`;
    }
    this.#order = unitOrder(
      shown.change,
      { kind: "learnable", std: 1 },
      this.#order,
    );
    const [low, high] = [shown.stops[0], shown.stops[shown.stops.length - 1]];
    return html`${this.#bar()}
      <div
        class="scroll"
        tabindex="0"
        role="region"
        aria-label=${words.traversals(all[this.#index].name)}
      >
        <p class="small mute stops">
          ${words.stops(setting(low).replace("-", "−"), setting(high))},
          ${words.step(shown.step)}
        </p>
        <ul class="units">
          ${this.#order.map((unit) => this.#unit(shown, unit))}
        </ul>
      </div>`;
  }
}

customElements.define("lab-traversals", LabTraversals);

declare global {
  interface HTMLElementTagNameMap {
    "lab-traversals": LabTraversals;
  }
}
