/** A few inputs, and what each lane makes of them. */
import {
  css,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import type { ImageReadout } from "../session/protocol.ts";
import { laneClass } from "./lane-text.ts";
import { SizeController } from "./size-controller.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, lanes } from "./styles.ts";

/** Draws one row of `count` gray images side by side, values 0 to 1, a pixel apart. */
function drawRow(
  canvas: HTMLCanvasElement,
  values: Float32Array,
  width: number,
  height: number,
  count: number,
): void {
  canvas.width = count * (width + 1) - 1;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return;
  const pixels = context.createImageData(width, height);
  for (let n = 0; n < count; n += 1) {
    for (let i = 0; i < width * height; i += 1) {
      // Uint8ClampedArray rounds and clamps: linear models overshoot [0, 1].
      const gray = 255 * values[n * width * height + i];
      pixels.data.set([gray, gray, gray, 255], 4 * i);
    }
    context.putImageData(pixels, n * (width + 1), 0);
  }
}

export class LabImages extends LitElement {
  static override styles = [
    base,
    lanes,
    css`
      .head {
        display: flex;
        gap: 8px;
        font-size: 12px;
        line-height: 16px;
      }
      .rows {
        margin-top: 8px;
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: 4px 8px;
        align-items: center;
        font-size: 12px;
      }
      canvas {
        width: 100%;
        height: auto;
        display: block;
        image-rendering: pixelated;
      }
    `,
  ];

  readonly #box = new SizeController(this, ".rows");
  readonly #state = new StoreController(
    this,
    (state) => [state.images, state.lanes.length] as const,
  );

  /** As many as can be looked at. */
  #count(images: ImageReadout): number {
    const all = images.inputs.length / (images.width * images.height);
    return Math.min(all, Math.max(3, Math.floor((this.#box.width - 40) / 34)));
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const [images] = this.#state.value;
    if (!images) return;
    const rows = [images.inputs, ...images.reconstructions];
    const count = this.#count(images);
    this.renderRoot.querySelectorAll("canvas").forEach((canvas, i) => {
      if (i < rows.length)
        drawRow(canvas, rows[i], images.width, images.height, count);
    });
  }

  protected override render(): TemplateResult | typeof nothing {
    const [images] = this.#state.value;
    if (!images) return nothing;
    const { lanes: all } = this.#state.store.state;
    return html`<section aria-label=${text.images.title}>
      <div class="head">
        <h3>${text.images.title}</h3>
        <span class="mute">${text.images.note}</span>
      </div>
      <div
        class="rows"
        role="img"
        aria-label=${text.images.label(this.#count(images))}
      >
        <span class="mute">${text.images.inputs}</span><canvas></canvas>
        ${all.slice(0, images.reconstructions.length).map((lane, i) => html`<span class="lane-text ${laneClass(i)}">${lane.name}</span><canvas></canvas>`)}
      </div>
    </section>`;
  }
}

customElements.define("lab-images", LabImages);

declare global {
  interface HTMLElementTagNameMap {
    "lab-images": LabImages;
  }
}
