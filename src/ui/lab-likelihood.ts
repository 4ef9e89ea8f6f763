/** Log-likelihood by importance sampling: asked for, cancelled, and shown with its error beside the exact value. */
import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";
import type { LikelihoodReadout } from "../session/protocol.ts";
import type { LaneState } from "../session/store.ts";
import { canTrain } from "./actions.ts";
import { quantity } from "./format.ts";
import { laneClass } from "./lane-text.ts";
import { pictures } from "./picture-styles.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, controls, lanes, tables } from "./styles.ts";

const SAMPLES = [16, 64, 256, 1024] as const;
const DEFAULT_SAMPLES: number = SAMPLES[1];
const PLOT = 64;

interface Estimated {
  readonly lane: LaneState;
  readonly index: number;
  readonly readout: LikelihoodReadout;
}

/** Digits that the error leaves worth reading, two of the error itself. */
function withError(mean: number, error: number): readonly [string, string] {
  if (!(error > 0) || !Number.isFinite(error)) return [quantity(mean), "–"];
  const digits = Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(error))));
  return [mean.toFixed(digits).replace("-", "−"), error.toFixed(digits)];
}

export class LabLikelihood extends LitElement {
  static override styles = [
    base,
    controls,
    lanes,
    pictures,
    tables,
    css`
      section {
        height: 100%;
        overflow: auto;
        scrollbar-width: thin;
        padding: 8px var(--gutter);
      }
      .ask {
        flex-wrap: wrap;
        gap: 6px 8px;
        margin-top: 4px;
      }
      .select {
        padding-right: 22px;
      }
      .said {
        margin-top: 4px;
        text-wrap: pretty;
      }
      progress {
        appearance: none;
        height: 3px;
        width: 100%;
        border: 0;
        background: var(--rule);
        display: block;
        margin-top: 6px;
      }
      progress::-webkit-progress-bar {
        background: var(--rule);
      }
      progress::-webkit-progress-value {
        background: var(--ink);
      }
      progress::-moz-progress-bar {
        background: var(--ink);
      }
      table {
        margin-top: 4px;
      }
      th,
      td {
        padding-left: 8px;
      }
      thead th {
        color: var(--ink-3);
      }
      .bar {
        stroke: var(--lane);
        stroke-width: 1.5;
      }
      .dot {
        fill: var(--lane);
      }
      @media (max-width: 899px) {
        section {
          padding: 8px 0;
        }
      }
    `,
  ];

  #samples = DEFAULT_SAMPLES;
  #busy = false;
  #said = "";
  readonly #state = new StoreController(
    this,
    (state) => [state.lanes, state.status] as const,
  );

  readonly #estimate = async (): Promise<void> => {
    this.#busy = true;
    this.#said = "";
    this.requestUpdate();
    try {
      await this.#state.store.estimateLikelihood(this.#samples);
    } catch {
      this.#said = text.likelihood.failed;
    }
    this.#busy = false;
    this.requestUpdate();
  };

  readonly #cancel = async (): Promise<void> => {
    this.#said = text.likelihood.cancelled;
    await this.#state.store.cancelLikelihood();
    this.#busy = false;
    this.requestUpdate();
  };

  #estimates(): Estimated[] {
    return this.#state.value[0].flatMap((lane, index) =>
      lane.likelihood ? [{ lane, index, readout: lane.likelihood }] : [],
    );
  }

  /** What is said of the estimates: of what, how many, and when; or what they would be of. */
  #about(all: readonly Estimated[]): string {
    const words = text.likelihood;
    if (this.#said) return this.#said;
    const first = all.at(0);
    if (!first) {
      const held = this.#state.value[0].some(
        ({ settings }) => settings.testShare > 0,
      );
      return words.before(held ? "test" : "training");
    }
    const { examples, samples, on, step } = first.readout;
    return words.said(examples, samples, words.on[on], step);
  }

  /** One standard error around each mean, the exact value as a hollow mark, on an axis for all lanes. */
  #plot(
    { readout, index }: Estimated,
    [low, high]: readonly [number, number],
  ): TemplateResult {
    const { mean, error, exact } = readout;
    if (!Number.isFinite(mean)) return html`${nothing}`;
    const x = (value: number) =>
      6 + ((value - low) / (high - low)) * (PLOT - 12);
    const spread = Number.isFinite(error) ? error : 0;
    return html`<svg
      class="picture ${laneClass(index)}"
      width=${PLOT}
      height="16"
      aria-hidden="true"
    >
      <line class="grid-line" x1="0" x2=${PLOT} y1="8" y2="8" />
      <line
        class="bar"
        x1=${x(mean - spread)}
        x2=${x(mean + spread)}
        y1="8"
        y2="8"
      />
      ${[-spread, spread].map((by) => svg`<line class="bar" x1=${x(mean + by)} x2=${x(mean + by)} y1="4" y2="12" />`)}
      <circle class="dot" cx=${x(mean)} cy="8" r="3" />
      ${exact === undefined ? nothing : svg`<rect class="theory-tick" x=${x(exact) - 2} y="2" width="4" height="12" />`}
    </svg>`;
  }

  #table(all: readonly Estimated[]): TemplateResult {
    const words = text.likelihood;
    const ends = all.flatMap(({ readout: { mean, error, exact } }) =>
      [mean - error, mean + error, mean, exact ?? mean].filter(Number.isFinite),
    );
    const low = Math.min(...ends);
    const high = Math.max(...ends);
    const range = [low, high > low ? high : low + 1] as const;
    const exact = all.some(({ readout }) => readout.exact !== undefined);
    return html`<table class="named">
      <caption class="hidden-text">
        ${words.table}
      </caption>
      <thead>
        <tr>
          <th scope="col"><span class="hidden-text">${words.lane}</span></th>
          <th scope="col"><span class="hidden-text">${words.picture}</span></th>
          <th scope="col">${words.estimate}</th>
          ${exact ? html`<th scope="col" title=${words.exactTitle}>${words.exact}</th>` : nothing}
        </tr>
      </thead>
      <tbody>
        ${all.map((one) => {
          const { mean, error, monteCarloError } = one.readout;
          const [value, plus] = withError(mean, error);
          const part = Number.isFinite(monteCarloError)
            ? words.monteCarlo(quantity(monteCarloError))
            : "";
          return html`<tr data-likelihood=${one.lane.name}>
            <th scope="row">
              <b class="lane-text ${laneClass(one.index)}">${one.lane.name}</b>
            </th>
            <td>${this.#plot(one, range)}</td>
            <td title=${part}>${value} <span class="mute">± ${plus}</span></td>
            ${exact ? html`<td>${one.readout.exact === undefined ? "–" : withError(one.readout.exact, error)[0]}</td>` : nothing}
          </tr>`;
        })}
      </tbody>
    </table>`;
  }

  protected override render(): TemplateResult {
    const words = text.likelihood;
    const all = this.#estimates();
    const done =
      all.reduce((sum, { readout }) => sum + readout.progress, 0) /
      Math.max(1, this.#state.value[0].length);
    return html`<section
      aria-label=${words.title}
      tabindex=${all.length > 0 ? 0 : nothing}
    >
      <div class="row small">
        <h3>${words.title}</h3>
        <select
          class="select push"
          aria-label=${words.samples}
          ?disabled=${this.#busy}
          @change=${(event: Event) => {
            this.#samples = Number((event.target as HTMLSelectElement).value);
          }}
        >
          ${SAMPLES.map((n) => html`<option value=${n} ?selected=${n === this.#samples}>${words.samplesOf(n)}</option>`)}
        </select>
      </div>
      <div class="row ask small">
        ${
          this.#busy
            ? html`<button
                type="button"
                class="button"
                @click=${() => void this.#cancel()}
              >
                ${words.cancel}
              </button>`
            : html`<button
                type="button"
                class="button"
                ?disabled=${!canTrain(this.#state.store)}
                @click=${() => void this.#estimate()}
              >
                ${words.button}
              </button>`
        }
      </div>
      ${
        this.#busy
          ? html`<progress
              max="1"
              .value=${done}
              aria-label=${words.progress(Math.round(100 * done))}
            ></progress>`
          : nothing
      }
      <p class="small mute said" role="status">
        ${this.#busy ? words.progress(Math.floor(10 * done) * 10) : this.#about(all)}
      </p>
      ${all.length > 0 ? this.#table(all) : nothing}
    </section>`;
  }
}

customElements.define("lab-likelihood", LabLikelihood);

declare global {
  interface HTMLElementTagNameMap {
    "lab-likelihood": LabLikelihood;
  }
}
