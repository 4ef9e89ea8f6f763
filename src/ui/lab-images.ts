/**
 * A few inputs, and what each lane makes of them. In a conditional task: the whole, what is given
 * of it, and each lane's completion, where the given part stands back.
 */
import {
  css,
  html,
  LitElement,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import type { ImageReadout } from "../session/protocol.ts";
import { drawRow, shadeOf } from "./gray-images.ts";
import { laneClass } from "./lane-text.ts";
import { SizeController } from "./size-controller.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, lanes } from "./styles.ts";

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
      .part {
        background: var(--sub);
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
    const { given } = images;
    const rows = [
      images.inputs,
      ...(given ? [images.inputs] : []),
      ...images.reconstructions,
    ];
    const count = this.#count(images);
    this.renderRoot.querySelectorAll("canvas").forEach((canvas, i) => {
      if (i >= rows.length) return;
      const shade =
        !given || i === 0
          ? undefined
          : shadeOf(given, i === 1 ? "given" : "predicted");
      drawRow(canvas, rows[i], images.width, images.height, count, shade);
    });
  }

  protected override render(): TemplateResult | typeof nothing {
    const [images] = this.#state.value;
    if (!images) return nothing;
    const { lanes: all } = this.#state.store.state;
    const { given } = images;
    const title = given ? text.images.completions : text.images.title;
    return html`<section aria-label=${title}>
      <div class="head">
        <h3>${title}</h3>
        <span class="mute"
          >${given ? text.images.completionNote : text.images.note}</span
        >
      </div>
      <div
        class="rows"
        role="img"
        aria-label=${(given ? text.images.completionLabel : text.images.label)(this.#count(images))}
      >
        <span class="mute"
          >${given ? text.images.full : text.images.inputs}</span
        ><canvas></canvas>
        ${given ? html`<span class="mute">${text.images.given}</span><canvas class="part"></canvas>` : nothing}
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
