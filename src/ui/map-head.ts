/** The row above a map: what is coloured and shown, what it is saved as, picture or table. */
import { html, nothing, type TemplateResult } from "lit";
import { MAP_VIEWS, type MapView } from "../session/map-link.ts";
import type { MapNumber } from "../session/map-protocol.ts";
import type { MapState } from "../session/store-map.ts";
import { MAP_FILES, type MapFile } from "./map-export.ts";
import { viewTitle, type MapQuantity } from "./map-view.ts";
import { mapText as text } from "./strings-map.ts";

export interface MapHead {
  readonly state: MapState;
  readonly quantities: readonly MapQuantity[];
  readonly quantity: MapNumber;
  readonly view: MapView;
  readonly table: boolean;
  /** What the button that copies the link says. */
  readonly linkWord: string;
  readonly color: (quantity: MapNumber) => void;
  readonly show: (view: MapView) => void;
  readonly save: (kind: MapFile) => void;
  readonly copy: () => void;
  readonly toggleTable: () => void;
}

export function mapHead(head: MapHead): TemplateResult {
  const { state, quantities, quantity, view, table, linkWord } = head;
  const none = state.spec === null;
  return html`<div class="row small head">
    <select
      class="select"
      aria-label=${text.colour}
      @change=${(event: Event) => {
        head.color((event.target as HTMLSelectElement).value as MapNumber);
      }}
    >
      ${quantities.map(({ key, title }) => html`<option value=${key} ?selected=${key === quantity}>${title}</option>`)}
    </select>
    ${
      state.theoryHidden
        ? nothing
        : html`<span class="row views" role="group" aria-label=${text.view}
            >${MAP_VIEWS.map(
              (one) =>
                html`<button
                  type="button"
                  class="link"
                  aria-pressed=${one === view}
                  @click=${() => {
                    head.show(one);
                  }}
                >
                  ${viewTitle(state, one)}
                </button>`,
            )}</span
          >`
    }
    <span class="row push">
      ${MAP_FILES.map(
        (kind) =>
          html`<button
            type="button"
            class="link"
            ?disabled=${none}
            aria-label=${text.saveAs(kind.toUpperCase())}
            @click=${() => {
              head.save(kind);
            }}
          >
            ${kind.toUpperCase()}
          </button>`,
      )}
      <button type="button" class="link" ?disabled=${none} @click=${head.copy}>
        ${linkWord}
      </button>
      <button
        type="button"
        class="link"
        aria-pressed=${table}
        @click=${head.toggleTable}
      >
        ${table ? text.chart : text.table}
      </button>
    </span>
  </div>`;
}
