/**
 * A few examples in columns, and what each lane makes of them in rows: decoded from the posterior
 * mean and from a draw, and draws from the prior. In a conditional task: the whole, what is given
 * of it, and completions.
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
import { LayoutController } from "./layout-controller.ts";
import { SizeController } from "./size-controller.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { base, lanes } from "./styles.ts";

/** Pixels of an image on screen, at most and at least, with the gap after it. */
const LARGEST = 48;
const SMALLEST = 26;
const LABEL = 76;

interface Row {
  readonly name: string;
  readonly title: string;
  /** Lane the row is of; null for the data. */
  readonly lane: number | null;
  readonly values: Float32Array;
  /** First image of the row. */
  readonly from: number;
  readonly part: "given" | "predicted" | null;
}

function laneRows(images: ImageReadout, lane: number, count: number): Row[] {
  const { given, reconstructions, draws, samples } = images;
  const words = text.pictures;
  const part = given ? "predicted" : null;
  const row = (
    name: string,
    title: string,
    values: Float32Array,
    from = 0,
  ): Row => ({ name, title, lane, values, from, part });
  const first = given
    ? row(words.completion, words.completionTitle, reconstructions[lane])
    : row(words.mean, words.meanTitle, reconstructions[lane]);
  const drawn = draws?.at(lane);
  const size = images.width * images.height;
  const times = drawn ? Math.floor(drawn.length / size / count) : 0;
  const further = !drawn
    ? []
    : Array.from({ length: times }, (_, i) =>
        given
          ? row(words.again(i + 2), words.completionTitle, drawn, i * count)
          : row(words.draw, words.drawTitle, drawn, i * count),
      );
  const prior = samples?.at(lane);
  return [
    first,
    ...further,
    ...(prior ? [row(words.prior, words.priorTitle, prior)] : []),
  ];
}

/** All rows of a gallery, the data first. */
function rowsOf(images: ImageReadout, count: number): Row[] {
  const words = text.pictures;
  const data = (name: string, part: Row["part"]): Row => ({
    name,
    title: name,
    lane: null,
    values: images.inputs,
    from: 0,
    part,
  });
  return [
    data(words.input, null),
    ...(images.given ? [data(words.given, "given")] : []),
    ...images.reconstructions.flatMap((_, lane) =>
      laneRows(images, lane, count),
    ),
  ];
}

export class LabGallery extends LitElement {
  static override styles = [
    base,
    lanes,
    css`
      :host {
        height: 100%;
        overflow: auto;
        scrollbar-width: thin;
      }
      .rows {
        display: grid;
        grid-template-columns: ${LABEL}px minmax(0, 1fr);
        gap: 3px 8px;
        align-items: center;
        font-size: 12px;
        line-height: 16px;
        padding: 8px var(--gutter);
      }
      .rows .first {
        margin-top: 5px;
      }
      .name {
        white-space: nowrap;
        color: var(--ink-2);
      }
      .name b {
        display: inline-block;
        min-width: 16px;
      }
      canvas {
        display: block;
        height: auto;
        image-rendering: pixelated;
      }
      .part {
        background: var(--sub);
      }
      p {
        padding: 12px var(--gutter);
        text-wrap: pretty;
      }
      @media (max-width: 899px) {
        :host {
          height: auto;
        }
        .rows {
          padding: 8px 0;
        }
        p {
          padding: 8px 0;
        }
      }
    `,
  ];

  readonly #layout = new LayoutController(this);
  readonly #box = new SizeController(this, ".rows");
  readonly #state = new StoreController(
    this,
    (state) => [state.images, state.lanes.length, state.status] as const,
  );

  /** Columns that fit, and the width of an image in each; rows fit too where the height is fixed. */
  #fit(
    images: ImageReadout,
    rows: number,
  ): readonly [count: number, size: number] {
    const all = images.inputs.length / (images.width * images.height);
    const room = Math.max(0, this.#box.width - LABEL - 8);
    const tall = this.#layout.layout !== "phone";
    const height = tall ? (this.clientHeight - 32) / rows - 3 : LARGEST;
    const largest = Math.min(
      LARGEST,
      Math.max(SMALLEST, (height * images.width) / images.height),
    );
    const count = Math.min(all, Math.max(3, Math.floor(room / SMALLEST)));
    return [count, Math.min(largest, room / Math.max(1, count))];
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const [images] = this.#state.value;
    if (!images) return;
    const all = images.inputs.length / (images.width * images.height);
    const rows = rowsOf(images, all);
    const [count, size] = this.#fit(images, rows.length);
    this.renderRoot.querySelectorAll("canvas").forEach((canvas, i) => {
      if (i >= rows.length) return;
      const { values, from, part } = rows[i];
      const shade =
        part && images.given ? shadeOf(images.given, part) : undefined;
      canvas.style.width = `${String(Math.floor(size * count))}px`;
      drawRow(canvas, values, images.width, images.height, count, shade, from);
    });
  }

  protected override render(): TemplateResult {
    const [images] = this.#state.value;
    const { lanes: all, status } = this.#state.store.state;
    if (!images) {
      const known = all.some(({ data }) => data !== null);
      return html`<p class="small mute">
        ${known && status !== "loading" && !all.some(({ data }) => data?.image) ? text.pictures.noImages : text.pictures.waiting}
      </p>`;
    }
    const each = images.inputs.length / (images.width * images.height);
    const rows = rowsOf(images, each);
    const [count] = this.#fit(images, rows.length);
    const spoken = rows.map(({ lane, name }) =>
      lane === null ? name : `${all[lane].name} ${name}`,
    );
    return html`<div
      class="rows"
      role="img"
      aria-label=${text.pictures.grid(count, spoken.join(", "))}
    >
      ${rows.map(({ name, title, lane, part }, i) => {
        const first =
          i > 0 && lane !== null && rows[i - 1].lane !== lane ? "first" : "";
        return html`<span class="name ${first}" title=${title}
            >${lane === null ? nothing : html`<b class="lane-text ${laneClass(lane)}">${all[lane].name}</b> `}${name}</span
          ><canvas
            class="${part === "given" ? "part" : ""} ${first}"
          ></canvas>`;
      })}
    </div>`;
  }
}

customElements.define("lab-gallery", LabGallery);

declare global {
  interface HTMLElementTagNameMap {
    "lab-gallery": LabGallery;
  }
}
