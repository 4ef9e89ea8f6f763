/** Many seeds of a lane: a button for each, how far they are, and how many reach the theorem. */
import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import type { LaneState } from "../session/store.ts";
import { canTrain } from "./actions.ts";
import { laneClass } from "./lane-text.ts";
import { StoreController } from "./store-controller.ts";
import { seedsText } from "./strings-seeds.ts";
import { base, controls, lanes } from "./styles.ts";

const COUNTS = [8, 16, 32, 64] as const;
/** So many unless told: of the sampled estimator fewer where a processor trains them. */
const DEFAULT = { many: 32, few: 8 } as const;

export class LabSeeds extends LitElement {
  static override styles = [
    base,
    controls,
    lanes,
    css`
      section {
        margin-block: 12px;
      }
      p {
        margin-top: 4px;
      }
      .lane {
        margin-top: 6px;
        gap: 8px;
      }
      progress {
        width: 100%;
        height: 4px;
        accent-color: var(--ink);
      }
      .head {
        align-items: center;
        justify-content: space-between;
      }
    `,
  ];

  readonly #state = new StoreController(
    this,
    (state) => [state.status, state.engine, ...state.lanes] as const,
  );
  /** What was chosen. */
  #count: number | null = null;

  get #shown(): number {
    const { engine, lanes: all } = this.#state.store.state;
    const sampled = all.some(
      ({ settings }) => settings.estimator === "sampled",
    );
    return (
      this.#count ??
      (sampled && engine?.tier !== "hardware" ? DEFAULT.few : DEFAULT.many)
    );
  }

  /** Seconds that so many seeds should take, from the speed of the run; null if it is not known. */
  #estimate({ settings }: LaneState, count: number): number | null {
    const { stepsPerSecond, lanes: all } = this.#state.store.state;
    const paced = settings.pace > 0 && stepsPerSecond <= 1.2 * settings.pace;
    if (stepsPerSecond <= 0 || paced || settings.estimator === "exact")
      return null;
    return (settings.steps * count) / (stepsPerSecond * all.length);
  }

  #lane(lane: LaneState, index: number, count: number): TemplateResult {
    const { store } = this.#state;
    const { seeds } = lane;
    const running = seeds?.status === "running";
    const estimate = this.#estimate(lane, count);
    return html`<div class="small" data-lane=${lane.name}>
      <div class="row lane">
        <b class="lane-text ${laneClass(index)}">${lane.name}</b>
        ${
          running
            ? html`<progress
                  aria-label=${seedsText.progress(lane.name)}
                  max=${seeds.total}
                  .value=${seeds.step}
                ></progress
                ><button
                  type="button"
                  class="link small"
                  @click=${() => void store.cancelSeeds()}
                >
                  ${seedsText.cancel}
                </button>`
            : html`<button
                  type="button"
                  class="button small"
                  title=${seedsText.help}
                  ?disabled=${!canTrain(store)}
                  @click=${() => void store.seeds(index, count)}
                >
                  ${seedsText.button(count)}
                </button>
                ${estimate === null ? nothing : html`<span class="mute">${seedsText.estimate(estimate)}</span>`}`
        }
      </div>
      ${seeds ? this.#said(lane) : nothing}
    </div>`;
  }

  #said({ seeds }: LaneState): TemplateResult | typeof nothing {
    if (!seeds) return nothing;
    const { status, label, step } = seeds;
    const state =
      status === "running"
        ? seedsText.running(seeds)
        : status === "failed"
          ? seedsText.failed(label)
          : status === "cancelled"
            ? seedsText.cancelled(step)
            : "";
    // What changes many times a second is not announced.
    return html`${state === "" ? nothing : html`<p class="mute">${state}</p>`}
      <p role="status">
        ${status === "running" ? nothing : seedsText.said(seeds)}
      </p>`;
  }

  protected override render(): TemplateResult {
    const { lanes: all } = this.#state.store.state;
    const count = this.#shown;
    return html`<section aria-label=${seedsText.title}>
      <div class="row head">
        <h3>${seedsText.title}</h3>
        <label class="small"
          >${seedsText.count}
          <select
            class="select"
            @change=${({ target }: Event & { target: HTMLSelectElement }) => {
              this.#count = Number(target.value);
              this.requestUpdate();
            }}
          >
            ${COUNTS.map(
              (n) =>
                html`<option value=${n} ?selected=${n === count}>${n}</option>`,
            )}
          </select>
        </label>
      </div>
      ${all.map((lane, index) => this.#lane(lane, index, count))}
    </section>`;
  }
}

customElements.define("lab-seeds", LabSeeds);

declare global {
  interface HTMLElementTagNameMap {
    "lab-seeds": LabSeeds;
  }
}
