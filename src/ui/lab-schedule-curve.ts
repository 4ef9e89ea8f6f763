/** A KL schedule of points on a small chart: each point is moved by pointer or keys, added and removed. */
import { css, html, LitElement, nothing, svg, type TemplateResult } from "lit";
import { setting } from "./format.ts";
import { curvePath, type Corner } from "./schedule-curve.ts";
import {
  movedPoint,
  pointByKey,
  withoutPoint,
  withPoint,
} from "./schedule-points.ts";
import { pictures } from "./picture-styles.ts";
import { SizeController } from "./size-controller.ts";
import { scheduleText } from "./strings-schedule.ts";
import { base, controls } from "./styles.ts";

const HEIGHT = 84;
/** Room for half a point at each end. */
const EDGE = 8;

/** The points as they are to be from now on. */
export class PointsEvent extends Event {
  readonly points: readonly Corner[];

  constructor(points: readonly Corner[]) {
    super("points");
    this.points = points;
  }
}

export class LabScheduleCurve extends LitElement {
  static override properties = {
    points: { attribute: false },
    steps: { type: Number },
    label: { type: String },
  };
  static override styles = [
    base,
    controls,
    pictures,
    css`
      .curve {
        height: ${HEIGHT}px;
        position: relative;
        touch-action: none;
      }
      .factor {
        fill: none;
        stroke: var(--ink);
        stroke-width: 1.5;
      }
      .grid {
        stroke: var(--rule);
      }
      .point {
        position: absolute;
        width: 24px;
        height: 24px;
        margin: -12px;
        cursor: grab;
        touch-action: none;
      }
      .point::after {
        content: "";
        position: absolute;
        inset: 6px;
        border-radius: 50%;
        background: var(--bg);
        border: 2px solid var(--ink);
      }
    `,
  ];

  declare points: readonly Corner[];
  /** The run's budget: what the chart is wide. */
  declare steps: number;
  declare label: string;
  readonly #box = new SizeController(this, ".curve");
  /** Point that is dragged, and the chart's top meanwhile: it must not move under the pointer. */
  #dragged: { readonly index: number; readonly top: number } | null = null;

  constructor() {
    super();
    this.points = [];
    this.steps = 1;
    this.label = "";
  }

  get #top(): number {
    return (
      this.#dragged?.top ??
      Math.max(1, ...this.points.map(([, factor]) => factor))
    );
  }

  #tell(points: readonly Corner[]): void {
    this.dispatchEvent(new PointsEvent(points));
  }

  #at(event: PointerEvent): Corner {
    const box = this.renderRoot
      .querySelector(".curve")
      ?.getBoundingClientRect();
    if (!box) return [0, 0];
    const across = (event.clientX - box.left - EDGE) / (box.width - 2 * EDGE);
    const up = (box.bottom - EDGE - event.clientY) / (HEIGHT - 2 * EDGE);
    return [across * this.steps, up * this.#top];
  }

  #down(event: PointerEvent, index: number): void {
    if (event.button !== 0) return;
    this.#dragged = { index, top: this.#top };
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
  }

  readonly #move = (event: PointerEvent): void => {
    if (!this.#dragged) return;
    const { index } = this.#dragged;
    this.#tell(movedPoint(this.points, index, this.#at(event), this.steps));
  };

  readonly #up = (): void => {
    this.#dragged = null;
    this.requestUpdate();
  };

  #key(event: KeyboardEvent, index: number): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key, shiftKey } = event;
    const points = pointByKey(this.points, index, key, shiftKey, this.steps);
    if (!points) return;
    event.preventDefault();
    this.#tell(points);
  }

  #handle([step, factor]: Corner, index: number): TemplateResult {
    const width = this.#box.width - 2 * EDGE;
    const x = EDGE + (Math.min(step, this.steps) / this.steps) * width;
    const y = HEIGHT - EDGE - (factor / this.#top) * (HEIGHT - 2 * EDGE);
    return html`<div
      class="point"
      role="slider"
      tabindex="0"
      .style=${`left:${String(x)}px;top:${String(y)}px`}
      aria-label=${scheduleText.point(index + 1, this.label)}
      aria-orientation="vertical"
      aria-valuemin="0"
      aria-valuemax=${this.#top}
      aria-valuenow=${factor}
      aria-valuetext=${scheduleText.value(setting(step), setting(factor))}
      title=${scheduleText.help}
      @keydown=${(event: KeyboardEvent) => {
        this.#key(event, index);
      }}
      @pointerdown=${(event: PointerEvent) => {
        this.#down(event, index);
      }}
      @pointermove=${this.#move}
      @pointerup=${this.#up}
      @pointercancel=${this.#up}
    ></div>`;
  }

  protected override render(): TemplateResult {
    const { width } = this.#box;
    const inner = width - 2 * EDGE;
    const points = this.points.map(([step, factor]): [number, number] => [
      Math.min(step, this.steps),
      factor,
    ]);
    return html`<div class="curve">
        ${
          width > 2 * EDGE
            ? html`<svg
                  class="picture"
                  width=${width}
                  height=${HEIGHT}
                  aria-hidden="true"
                >
                  ${[0, 0.5, 1].map((share) => {
                    const y = HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE);
                    return svg`<line class="grid" x1=${EDGE} x2=${width - EDGE} y1=${y} y2=${y} />`;
                  })}
                  <g transform="translate(${EDGE} ${EDGE - 3})">
                    <path
                      class="factor"
                      d=${curvePath({ kind: "points", points }, this.steps, inner, HEIGHT - 2 * EDGE + 6, this.#top)}
                    />
                  </g>
                </svg>
                ${this.points.map((point, index) => this.#handle(point, index))}`
            : nothing
        }
      </div>
      <div class="row">
        <button
          type="button"
          class="link small"
          @click=${() => {
            this.#tell(withPoint(this.points, this.steps));
          }}
        >
          ${scheduleText.add}
        </button>
        <button
          type="button"
          class="link small"
          ?hidden=${this.points.length < 2}
          @click=${() => {
            this.#tell(withoutPoint(this.points, this.points.length - 1));
          }}
        >
          ${scheduleText.remove}
        </button>
      </div>`;
  }
}

customElements.define("lab-schedule-curve", LabScheduleCurve);

declare global {
  interface HTMLElementTagNameMap {
    "lab-schedule-curve": LabScheduleCurve;
  }
}
