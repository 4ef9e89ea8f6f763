/**
 * The picture of a map: cells on a canvas, theory's lines, axes, lanes and a cursor over it. Says
 * which cell is looked at and which is opened; knows no store.
 */
import {
  html,
  LitElement,
  nothing,
  svg,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import type { MapView } from "../session/map-link.ts";
import { placeOf } from "../session/map-plan.ts";
import type { MapState } from "../session/store-map.ts";
import {
  axisTicks,
  cellAt,
  linePath,
  paintCells,
  pixelOf,
  type MapBox,
} from "./map-draw.ts";
import { mapCurve } from "./map-curve.ts";
import {
  numberText,
  scaleOf,
  viewTitle,
  type MapQuantity,
} from "./map-view.ts";
import { mapPicture } from "./map-styles.ts";
import { pictures } from "./picture-styles.ts";
import { SizeController } from "./size-controller.ts";
import { mapText as text } from "./strings-map.ts";
import { base, lanes } from "./styles.ts";
import { axisLabel } from "./sweep-fields.ts";
import { onTheme, themeNow } from "./theme.ts";

/** Room of labels. */
const LEFT = 44;
const BOTTOM = 34;
const TOP = 6;
const LEGEND = 62;
/** Not wider than this for its height. */
const WIDEST = 2.6;

/** A lane on the map. */
export interface MapDot {
  readonly name: string;
  /** Of the lane's color. */
  readonly lane: string;
  readonly values: readonly number[];
}

/** Which cell is looked at (null: none), by keyboard or pointer; or which is opened. */
export class CellEvent extends Event {
  readonly cell: number | null;
  readonly keyboard: boolean;

  constructor(
    type: "lab-map-look" | "lab-map-open",
    cell: number | null,
    keyboard: boolean,
  ) {
    super(type, { bubbles: true, composed: true });
    this.cell = cell;
    this.keyboard = keyboard;
  }
}

export class LabMapPicture extends LitElement {
  static override properties = {
    state: { attribute: false },
    quantity: { attribute: false },
    view: { attribute: false },
    dots: { attribute: false },
    cell: { attribute: false },
    version: { attribute: false },
  };
  static override styles = [base, lanes, pictures, mapPicture];

  declare state: MapState;
  declare quantity: MapQuantity;
  declare view: MapView;
  declare dots: readonly MapDot[];
  /** The cell looked at. */
  declare cell: number | null;
  /** Another number whenever the state's numbers changed in place. */
  declare version: number;
  readonly #size = new SizeController(this, ".box");
  #undo: (() => void) | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#undo = onTheme(() => {
      this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#undo?.();
  }

  get #box(): MapBox {
    const { values } = this.state;
    const { width, height } = this.#size;
    const high = Math.max(40, height - BOTTOM - TOP);
    const wide = Math.max(40, width - LEFT - LEGEND);
    return {
      left: LEFT,
      top: TOP,
      width: values.length > 1 ? Math.min(wide, high * WIDEST) : wide,
      height: high,
      columns: values[0]?.length ?? 1,
      rows: values.at(1)?.length ?? 1,
    };
  }

  #at(event: MouseEvent): number | null {
    const target = event.currentTarget as HTMLElement;
    const { left, top } = target.getBoundingClientRect();
    return cellAt(this.#box, event.clientX - left, event.clientY - top);
  }

  #say(type: CellEvent["type"], cell: number | null, keyboard: boolean): void {
    this.dispatchEvent(
      new CellEvent(type as "lab-map-look" | "lab-map-open", cell, keyboard),
    );
  }

  readonly #key = (event: KeyboardEvent): void => {
    const { columns, rows } = this.#box;
    const from = this.cell;
    if ((event.key === "Enter" || event.key === " ") && from !== null) {
      event.preventDefault();
      this.#say("lab-map-open", from, true);
      return;
    }
    const by = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, 1],
      ArrowDown: [0, -1],
      Home: [-columns, 0],
      End: [columns, 0],
      PageUp: [0, 8],
      PageDown: [0, -8],
    }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    const clamp = (n: number, count: number) =>
      Math.min(count - 1, Math.max(0, n));
    const cell =
      from === null
        ? Math.floor(rows / 2) * columns + Math.floor(columns / 2)
        : clamp(Math.floor(from / columns) + by[1], rows) * columns +
          clamp((from % columns) + by[0], columns);
    this.#say("lab-map-look", cell, true);
  };

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const canvas = this.renderRoot.querySelector("canvas");
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return;
    const { width, height } = this.#size;
    const ratio = devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${String(width)}px`;
    canvas.style.height = `${String(height)}px`;
    context.scale(ratio, ratio);
    if (this.state.values.length < 2) return;
    paintCells(
      this.state,
      this.quantity,
      this.view,
      themeNow(),
      this.#box,
      ratio,
      (color, x, y, w, h) => {
        context.fillStyle = color;
        context.fillRect(x, y, w, h);
      },
    );
  }

  #axes(box: MapBox): TemplateResult[] {
    const { spec } = this.state;
    if (!spec) return [];
    const { left, top, width, height } = box;
    const bottom = top + height;
    const [across, up] = spec.axes;
    const ticks = axisTicks(across, width / 45).map(({ at, label }) => {
      const [x] = pixelOf(box, at, 0);
      return svg`<line class="axis-line" x1=${x} x2=${x} y1=${bottom} y2=${bottom + 3} /><text class="middle" x=${x} y=${bottom + 14}>${label}</text>`;
    });
    const title = svg`<text class="middle ink" x=${left + width / 2} y=${bottom + 29}>${axisLabel(spec, across.field)}</text>`;
    const rows =
      spec.axes.length < 2
        ? []
        : [
            ...axisTicks(up, height / 26).map(({ at, label }) => {
              const [, y] = pixelOf(box, 0, at);
              return svg`<line class="axis-line" x1=${left - 3} x2=${left} y1=${y} y2=${y} /><text class="end" x=${left - 5} y=${y + 4}>${label}</text>`;
            }),
            svg`<text class="middle ink" transform="rotate(-90)" x=${-(top + height / 2)} y="11">${axisLabel(spec, up.field)}</text>`,
          ];
    return [...ticks, title, ...rows];
  }

  #legend(box: MapBox): TemplateResult {
    const scale = scaleOf(this.state, this.quantity, this.view, themeNow());
    const x = box.left + box.width + 12;
    const steps = 32;
    const high = box.height / steps;
    // A label is 11 px high.
    const every = Math.ceil((12 * scale.ticks.length) / box.height);
    const y = (value: number) =>
      box.top +
      box.height * (1 - (value - scale.low) / (scale.high - scale.low || 1));
    return svg`<g aria-hidden="true">
      ${Array.from({ length: steps }, (_, i) => {
        const value =
          scale.low + ((i + 0.5) / steps) * (scale.high - scale.low);
        return svg`<rect x=${x} y=${box.top + box.height - (i + 1) * high} width="10" height=${high + 0.5} fill=${scale.color(value)} />`;
      })}
      <rect class="frame" x=${x} y=${box.top} width="10" height=${box.height} />
      ${scale.ticks.filter((_, i) => i % every === 0).map((tick) => svg`<text x=${x + 14} y=${Math.min(box.top + box.height, Math.max(box.top + 8, y(tick) + 4))}>${numberText(this.quantity, tick)}</text>`)}
    </g>`;
  }

  #lines(box: MapBox): unknown {
    const { lines } = this.state;
    if (!lines) return nothing;
    const level = this.quantity.level;
    const main = linePath(lines, level, box);
    return svg`<path class="under" d=${main} /><path class="over" d=${main} />`;
  }

  #marks(box: MapBox): unknown {
    const { spec } = this.state;
    if (!spec) return nothing;
    const dots = this.dots.flatMap(({ name, lane, values }) => {
      const at = spec.axes.map((axis, i) => placeOf(axis, values[i]));
      const inside = at.every(
        (place, i) => place >= -0.5 && place <= spec.axes[i].count - 0.5,
      );
      if (!inside) return [];
      const [x, y] = pixelOf(box, at[0], at.at(1) ?? 0);
      return [
        svg`<circle class="lane-dot ${lane}" cx=${x} cy=${spec.axes.length > 1 ? y : box.top + box.height} r="5"><title>${text.lanesAt(name)}</title></circle>`,
      ];
    });
    if (this.cell === null) return dots;
    const column = this.cell % box.columns;
    const row = Math.floor(this.cell / box.columns);
    const [x0, y1] = pixelOf(box, column - 0.5, row - 0.5);
    const [x1, y0] = pixelOf(box, column + 0.5, row + 0.5);
    return [
      dots,
      svg`<rect class="cursor-under" x=${x0} y=${y0} width=${x1 - x0} height=${y1 - y0} /><rect class="cursor" x=${x0} y=${y0} width=${x1 - x0} height=${y1 - y0} />`,
    ];
  }

  protected override render(): TemplateResult {
    const { spec } = this.state;
    const box = this.#box;
    const [x, y] = spec
      ? spec.axes.map(({ field }) => axisLabel(spec, field))
      : ["", ""];
    const curve = spec?.axes.length === 1;
    return html`<div
      class="box"
      tabindex="0"
      role="application"
      aria-roledescription=${text.role}
      aria-label=${text.picture(this.quantity.title, viewTitle(this.state, this.view), text.by(x, curve ? null : y))}
      @keydown=${this.#key}
      @pointermove=${(event: PointerEvent) => {
        this.#say("lab-map-look", this.#at(event), false);
      }}
      @pointerleave=${() => {
        this.#say("lab-map-look", null, false);
      }}
      @click=${(event: MouseEvent) => {
        const cell = this.#at(event);
        if (cell !== null) this.#say("lab-map-open", cell, false);
      }}
    >
      <canvas aria-hidden="true"></canvas>
      ${
        this.#size.width > 0 && spec
          ? html`<svg
              class="picture lane-a"
              width=${this.#size.width}
              height=${this.#size.height}
            >
              ${curve ? mapCurve(this.state, this.quantity, this.view, box) : nothing}
              ${this.#axes(box)}${curve ? nothing : this.#legend(box)}
              <rect
                class="frame"
                x=${box.left}
                y=${box.top}
                width=${box.width}
                height=${box.height}
              />
              ${curve ? nothing : this.#lines(box)}${this.#marks(box)}
            </svg>`
          : nothing
      }
    </div>`;
  }
}

customElements.define("lab-map-picture", LabMapPicture);

declare global {
  interface HTMLElementTagNameMap {
    "lab-map-picture": LabMapPicture;
  }
  interface HTMLElementEventMap {
    "lab-map-look": CellEvent;
    "lab-map-open": CellEvent;
  }
}
