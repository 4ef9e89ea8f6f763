/**
 * One weight matrix as a picture: a pixel an entry, as many screen pixels as fit, the latents'
 * axis marked where a row or column is zero.
 */
import {
  css,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  svg,
  type TemplateResult,
} from "lit";
import type { TensorReadout } from "../session/protocol.ts";
import { quantity } from "./format.ts";
import { heatColor } from "./heat-colors.ts";
import { SizeController } from "./size-controller.ts";
import { text } from "./strings.ts";
import { base } from "./styles.ts";
import { onTheme, themeNow } from "./theme.ts";

/** Pixels of the marks of zero rows or columns. */
const MARK = 7;
/** Largest side of an entry, in pixels. */
const MOST = 26;

/** Largest magnitude among the entries. */
export function largest(values: Float32Array): number {
  let most = 0;
  for (const value of values)
    if (Math.abs(value) > most) most = Math.abs(value);
  return most;
}

export class LabHeatMap extends LitElement {
  static override properties = {
    tensor: { attribute: false },
    name: { type: String },
    lane: { type: String },
    most: { type: Number },
  };
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        min-width: 0;
      }
      .head {
        display: flex;
        gap: 6px;
        font-size: 12px;
        line-height: 16px;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .box {
        flex: 1 1 0;
        min-height: 24px;
        margin-top: 4px;
        position: relative;
      }
      canvas {
        display: block;
        image-rendering: pixelated;
        outline: 1px solid var(--edge);
        position: absolute;
      }
      .marks {
        position: absolute;
        inset: 0;
      }
      .hatch-line {
        stroke: var(--ink);
        stroke-width: 1.4;
      }
      .mark {
        fill: url("#zero");
        stroke: var(--edge);
      }
      .zero {
        font-size: var(--axis-size);
        line-height: 13px;
        color: var(--ink-2);
        margin-top: 3px;
      }
    `,
  ];

  declare tensor: TensorReadout | null;
  /** What the matrix is called on the page. */
  declare name: string;
  declare lane: string;
  /** End of the color scale; both lanes share one. */
  declare most: number;
  readonly #box = new SizeController(this, ".box");
  #undo: (() => void) | null = null;

  constructor() {
    super();
    this.tensor = null;
    this.name = "";
    this.lane = "";
    this.most = 1;
  }

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

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const canvas = this.renderRoot.querySelector("canvas");
    if (!this.tensor || !canvas) return;
    const { rows, columns, values } = this.tensor;
    const context = canvas.getContext("2d");
    if (!context) return;
    const pixels = context.createImageData(columns, rows);
    const scheme = themeNow();
    for (let i = 0; i < rows * columns; i += 1)
      heatColor(scheme, values[i] / (this.most || 1), pixels.data, 4 * i);
    context.putImageData(pixels, 0, 0);
    const { width, height, x, y } = this.#place(this.tensor);
    canvas.style.width = `${String(width)}px`;
    canvas.style.height = `${String(height)}px`;
    canvas.style.left = `${String(x)}px`;
    canvas.style.top = `${String(y)}px`;
  }

  /** Entries are square unless the matrix is much longer than the box; marks stand beside the latents' axis. */
  #place({ rows, columns, unitAxis }: TensorReadout) {
    const [left, top] = unitAxis === "rows" ? [MARK + 2, 1] : [1, MARK + 2];
    const room = [this.#box.width - left - 1, this.#box.height - top - 1];
    const side = Math.min(MOST, room[0] / columns, room[1] / rows);
    // A matrix of hundreds of columns is stretched along its latents, or they would be hairlines.
    const wide = Math.min(
      room[0],
      columns * Math.max(side, Math.min(6, room[0] / columns)),
    );
    const high = Math.min(
      room[1],
      rows * Math.max(side, Math.min(6, room[1] / rows)),
    );
    return {
      x: left,
      y: top,
      width: Math.max(
        1,
        side >= 1 ? Math.floor(wide / columns) * columns || wide : wide,
      ),
      height: Math.max(
        1,
        side >= 1 ? Math.floor(high / rows) * rows || high : high,
      ),
    };
  }

  #marks(tensor: TensorReadout): TemplateResult | typeof nothing {
    const { width, height, x, y } = this.#place(tensor);
    const { zeroUnits, unitAxis } = tensor;
    const byRow = unitAxis === "rows";
    const pitch = (byRow ? height : width) / zeroUnits.length;
    return html`<svg
      class="marks"
      width=${this.#box.width}
      height=${this.#box.height}
      aria-hidden="true"
    >
      <defs>
        <pattern
          id="zero"
          width="3"
          height="3"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <line class="hatch-line" x1=".5" y1="0" x2=".5" y2="3" />
        </pattern>
      </defs>
      ${zeroUnits.map((zero, i) => {
        if (!zero) return nothing;
        const at = (byRow ? y : x) + i * pitch;
        return byRow
          ? svg`<rect class="mark" x=".5" y=${at + 0.5} width=${MARK - 1} height=${Math.max(1, pitch - 1)} />`
          : svg`<rect class="mark" x=${at + 0.5} y=".5" width=${Math.max(1, pitch - 1)} height=${MARK - 1} />`;
      })}
    </svg>`;
  }

  #zero({ zeroUnits, unitAxis }: TensorReadout): string {
    const units = zeroUnits.flatMap((zero, i) => (zero ? [i + 1] : []));
    return units.length === 0
      ? text.weights.noZero(unitAxis)
      : text.weights.zero(units.join(", "), units.length === 1, unitAxis);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { tensor, name } = this;
    if (!tensor) return nothing;
    const shape = text.weights.shape(tensor.rows, tensor.columns);
    const zero = this.#zero(tensor);
    return html`<div class="head" aria-hidden="true">${name}</div>
      <div class="box">
        <canvas
          width=${tensor.columns}
          height=${tensor.rows}
          role="img"
          aria-label=${text.weights.picture(name, shape, quantity(this.most), zero, this.lane)}
        ></canvas>
        ${this.#box.width > 0 ? this.#marks(tensor) : nothing}
      </div>
      <p class="zero" aria-hidden="true">
        <span class="mute">${shape}</span><br />${zero}
      </p>`;
  }
}

customElements.define("lab-heat-map", LabHeatMap);

declare global {
  interface HTMLElementTagNameMap {
    "lab-heat-map": LabHeatMap;
  }
}
