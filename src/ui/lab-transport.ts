/** Play, one step, restart, pace, the scrub line, step count and seed; a sticky bar on the phone. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import { changeSettings } from "../experiment/schema.ts";
import { canTrain, newSeed, RequestEvent, toggleRun } from "./actions.ts";
import { setting, whole } from "./format.ts";
import { icon } from "./icons.ts";
import { LayoutController } from "./layout-controller.ts";
import { ScrubHandle } from "./scrub-handle.ts";
import { lasting, scrubMarks } from "./scrub-view.ts";
import { SizeController } from "./size-controller.ts";
import { StoreController } from "./store-controller.ts";
import { scrubText } from "./strings-scrub.ts";
import { text } from "./strings.ts";
import { pictures } from "./picture-styles.ts";
import { base, columns, controls, lanes } from "./styles.ts";
import { transportStyles } from "./transport-styles.ts";

const PACES = [15, 50, 150, 500, 0];

export class LabTransport extends LitElement {
  static override styles = [
    base,
    controls,
    columns,
    lanes,
    pictures,
    transportStyles,
  ];

  readonly #layout = new LayoutController(this);
  readonly #box = new SizeController(this, ".scrub");
  readonly #handle = new ScrubHandle(() => this.#state.store);
  readonly #state = new StoreController(
    this,
    (state) =>
      [
        state.status,
        state.step,
        state.config,
        state.milestones,
        Math.round(state.stepsPerSecond),
        state.kept,
        state.look,
      ] as const,
  );

  #buttons(): TemplateResult {
    const { store } = this.#state;
    const [status] = this.#state.value;
    const running = status === "running";
    const play =
      status === "done"
        ? text.transport.again
        : running
          ? text.transport.pause
          : text.transport.play;
    const idle = !canTrain(store);
    return html`<button
        type="button"
        class="button solid square"
        aria-label=${play}
        title=${play}
        ?disabled=${idle}
        @click=${() => void toggleRun(store)}
      >
        ${icon(running ? "pause" : "play")}
      </button>
      <button
        type="button"
        class="button square bare"
        aria-label=${text.transport.step}
        title=${text.transport.step}
        ?disabled=${idle || running}
        @click=${() => void store.step(1)}
      >
        ${icon("step")}
      </button>`;
  }

  #restart(): TemplateResult {
    const { store } = this.#state;
    return html`<button
      type="button"
      class="button square bare"
      aria-label=${text.transport.restart}
      title=${text.transport.restart}
      ?disabled=${!canTrain(store)}
      @click=${() => void store.restart()}
    >
      ${icon("restart")}
    </button>`;
  }

  #pace(): TemplateResult {
    const [, , config] = this.#state.value;
    const { pace } = config.base;
    const all = PACES.includes(pace)
      ? PACES
      : [pace, ...PACES].sort((a, b) => (a || Infinity) - (b || Infinity));
    return html`<select
      class="select pace push"
      aria-label=${text.transport.pace}
      @change=${this.#setPace}
    >
      ${all.map((p) => html`<option value=${p} ?selected=${p === pace}>${p === 0 ? text.transport.free : text.transport.perSecond(p)}</option>`)}
    </select>`;
  }

  readonly #setPace = (event: Event): void => {
    const { store } = this.#state;
    const pace = Number((event.target as HTMLSelectElement).value);
    store.change(changeSettings(store.state.config, "pace", pace));
  };

  #scrub(): TemplateResult {
    const [, step, config, milestones, , kept, look] = this.#state.value;
    const { steps } = config.base;
    const { store } = this.#state;
    const shown = look ?? step;
    const back = kept.some((one) => one < step);
    return html`<div
      class="scrub"
      role=${back ? "slider" : "progressbar"}
      tabindex=${back ? 0 : nothing}
      title=${back ? scrubText.help : nothing}
      aria-label=${back ? scrubText.label : text.transport.progress}
      aria-valuemin="0"
      aria-valuemax=${back ? step : steps}
      aria-valuenow=${shown}
      aria-valuetext=${scrubText.value(shown, step, steps)}
      @keydown=${back ? this.#handle.keydown : nothing}
      @pointerdown=${back ? this.#handle.pointerdown : nothing}
      @pointermove=${this.#handle.pointermove}
      @pointerup=${this.#handle.pointerup}
      @pointercancel=${this.#handle.pointerup}
    >
      ${
        this.#box.width
          ? html`<svg
              class="picture"
              width=${this.#box.width}
              height="40"
              aria-hidden="true"
            >
              ${scrubMarks(
                this.#box.width,
                step,
                steps,
                lasting(
                  milestones,
                  store.state.lanes.map(({ readout }) => readout),
                ),
                (lane) => store.state.lanes[lane].name,
                look,
              )}
            </svg>`
          : nothing
      }
    </div>`;
  }

  #count(shown?: number): TemplateResult {
    const [, step, config] = this.#state.value;
    return html`<span class="count"
      ><b data-step=${step}>${whole(shown ?? step)}</b>
      <span class="mute">/ ${whole(config.base.steps)}</span></span
    >`;
  }

  /** The line to look back on has a row of its own while the run rests; buttons stay where they are. */
  #phone(): TemplateResult {
    const [status, step, config, , , kept, look] = this.#state.value;
    const { store } = this.#state;
    const back = status !== "running" && kept.some((one) => one < step);
    return html`<section class="bar" aria-label=${text.transport.label}>
      ${
        back
          ? this.#scrub()
          : html`<progress
              aria-label=${text.transport.progress}
              max=${config.base.steps}
              .value=${step}
            ></progress>`
      }
      <div class="in">
        ${this.#buttons()} ${this.#count(look ?? step)}
        ${
          look === null
            ? html`<span class="push soft"
                  ><span class="math">β</span>
                  ${setting(config.base.beta, 2)}</span
                >
                <button
                  type="button"
                  class="button"
                  @click=${() => this.dispatchEvent(new RequestEvent("adjust"))}
                >
                  ${text.transport.adjust}
                </button>`
            : html`<button
                type="button"
                class="button push"
                title=${scrubText.branchTitle}
                @click=${() => void store.branch()}
              >
                ${scrubText.branch}
              </button>`
        }
      </div>
    </section>`;
  }

  protected override render(): TemplateResult {
    if (this.#layout.layout === "phone") return this.#phone();
    const { store } = this.#state;
    const [status, , config, , speed] = this.#state.value;
    return html`<section
      class="columns transport"
      aria-label=${text.transport.label}
    >
      <div class="play row">
        ${this.#buttons()}${this.#restart()}${this.#pace()}
      </div>
      <div class="track">${this.#scrub()}</div>
      <div
        class="stat row"
        title=${status === "running" ? text.transport.measuredSpeed(whole(speed)) : ""}
      >
        ${this.#count()}
        <span class="push row seed"
          ><span class="mute">${text.transport.seed}</span>
          ${whole(config.base.seed)}
          <button
            type="button"
            class="button square bare"
            aria-label=${text.transport.newSeed}
            title=${text.transport.newSeed}
            @click=${() => {
              newSeed(store);
            }}
          >
            ${icon("dice")}
          </button></span
        >
      </div>
    </section>`;
  }
}

customElements.define("lab-transport", LabTransport);

declare global {
  interface HTMLElementTagNameMap {
    "lab-transport": LabTransport;
  }
}
