/** One mode's loss over its decoder's singular value: where each lane stands, and where it must end. */
import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";
import type { Landscape } from "../session/landscape-protocol.ts";
import { niceTicks, setting } from "./format.ts";
import { laneClass } from "./lane-text.ts";
import {
  curve,
  type Frame,
  frameOf,
  landscapeWords,
} from "./landscape-view.ts";
import { PickController } from "./pick-controller.ts";
import { pictures } from "./picture-styles.ts";
import { SizeController } from "./size-controller.ts";
import { StoreController } from "./store-controller.ts";
import { landscapeText as words } from "./strings-landscape.ts";
import { base, controls, lanes } from "./styles.ts";

const INSET = { left: 44, right: 8, top: 8, bottom: 30 };
const TICK = { width: 18, height: 5 };

/** The lane, and where it is once it was measured. */
const nameOf = ({ name, measured }: Landscape): string =>
  measured === null ? name : words.measured(name, measured);

export class LabLandscape extends LitElement {
  static override styles = [
    base,
    controls,
    lanes,
    pictures,
    css`
      section {
        height: 100%;
        display: grid;
        grid-template-columns: minmax(220px, 30%) minmax(0, 1fr);
      }
      .words {
        padding: 8px var(--gutter);
        overflow: auto;
        font-size: 12px;
        line-height: 17px;
        scrollbar-width: thin;
      }
      .words p {
        margin: 6px 0 0;
      }
      label {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .plot {
        position: relative;
        min-height: 120px;
        border-left: 1px solid var(--rule);
      }
      .plot svg {
        position: absolute;
        inset: 0;
      }
      .curve {
        fill: none;
        stroke: var(--lane);
        stroke-width: 1.75;
      }
      .curve.lane-b {
        stroke-dasharray: 5 3;
      }
      .now {
        fill: var(--lane);
        stroke: var(--bg);
        stroke-width: 1.5;
      }
      @media (max-width: 899px) {
        section {
          grid-template-columns: none;
          grid-template-rows: auto minmax(200px, 1fr);
        }
        .plot {
          border-left: 0;
        }
      }
    `,
  ];

  readonly #state = new StoreController(this, (state) => state.lanes);
  readonly #picks = new PickController(this);
  readonly #box = new SizeController(this, ".plot");
  /** Chosen here; what is picked elsewhere goes first. */
  #mode: number | null = null;

  #marks(all: readonly Landscape[], frame: Frame): TemplateResult {
    const { width, height } = this.#box;
    const { left, right, top, bottom } = INSET;
    const [end, floor] = [width - right, height - bottom];
    const x = (u: number): number =>
      left + ((u + frame.across) / (2 * frame.across)) * (end - left);
    const y = (loss: number): number =>
      floor - ((loss - frame.low) / (frame.high - frame.low)) * (floor - top);
    const across = niceTicks(-frame.across, frame.across, 4).filter(
      (tick) => Math.abs(tick) <= frame.across,
    );
    const up = niceTicks(frame.low, frame.high, 3).filter(
      (tick) => tick >= frame.low && tick <= frame.high,
    );
    const label = all
      .map((one) => `${nameOf(one)}: ${landscapeWords(one)}`)
      .join(" ");
    return html`<svg
      class="picture"
      role="img"
      aria-label=${label}
      width=${width}
      height=${height}
    >
      <clipPath id="inside">
        <rect x=${left} y=${top} width=${end - left} height=${floor - top} />
      </clipPath>
      ${up.map(
        (tick) =>
          svg`<line class=${tick === 0 ? "axis-line" : "grid-line"} x1=${left} x2=${end} y1=${y(tick)} y2=${y(tick)} />
            <text class="end" x=${left - 6} y=${y(tick) + 4}>${setting(tick).replace("-", "−")}</text>`,
      )}
      ${across.map(
        (tick) =>
          svg`<text class="middle" x=${x(tick)} y=${floor + 13}>${setting(tick).replace("-", "−")}</text>`,
      )}
      <text class="middle" x=${(left + end) / 2} y=${height - 4}>
        ${words.x}
      </text>
      <text class="halo" x=${left + 4} y=${top + 10}>${words.y}</text>
      <g clip-path="url(#inside)">
        ${all.map(
          (one) =>
            svg`<path class="curve ${laneClass(one.lane)}" d=${curve(one, frame)
              .map(
                ([u, loss], i) =>
                  `${i === 0 ? "M" : "L"}${x(u).toFixed(1)} ${y(loss).toFixed(1)}`,
              )
              .join("")} />`,
        )}
      </g>
      ${all.map(({ omega, loss }) =>
        [...new Set([-omega, omega])].map(
          (u) =>
            svg`<rect class="theory-tick" x=${x(u) - TICK.width / 2} y=${y(loss(u)) - TICK.height / 2} width=${TICK.width} height=${TICK.height} />`,
        ),
      )}
      ${all.map(({ lane, measured, loss }) =>
        measured === null
          ? nothing
          : lane === 0
            ? svg`<circle class="now lane-a" cx=${x(measured)} cy=${y(loss(measured))} r="5.5" />`
            : svg`<rect class="now ${laneClass(lane)}" x=${x(measured) - 5} y=${y(loss(measured)) - 5} width="10" height="10" />`,
      )}
    </svg>`;
  }

  protected override render(): TemplateResult {
    const all = this.#state.store.landscapes(this.#picks.mode ?? this.#mode);
    if (all.length === 0) {
      const hidden = this.#state.value.some(({ theoryHidden }) => theoryHidden);
      return html`<p class="words mute">
        ${hidden ? words.hidden : words.none}
      </p>`;
    }
    const [{ mode, theta }] = all;
    return html`<section>
      <div class="words">
        <label
          >${words.mode}
          <select
            class="select"
            @change=${(event: Event) => {
              this.#mode = Number((event.target as HTMLSelectElement).value);
              this.#picks.clear();
              this.requestUpdate();
            }}
          >
            ${theta.map((value, i) => html`<option value=${i} ?selected=${i === mode}>${words.option(i + 1, value)}</option>`)}
          </select>
        </label>
        ${all.map(
          (one) =>
            html`<p>
              <b class="lane-text ${laneClass(one.lane)}">${nameOf(one)}:</b>
              ${landscapeWords(one)}
            </p>`,
        )}
        <p class="mute">${words.lead}</p>
      </div>
      <div class="plot">
        ${this.#box.width > 0 ? this.#marks(all, frameOf(all)) : nothing}
      </div>
    </section>`;
  }
}

customElements.define("lab-landscape", LabLandscape);

declare global {
  interface HTMLElementTagNameMap {
    "lab-landscape": LabLandscape;
  }
}
