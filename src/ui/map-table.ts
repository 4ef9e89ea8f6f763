/** A map as a table: rows and columns as on the picture, the highest row first. */
import { html, nothing, type TemplateResult } from "lit";
import type { MapView } from "../session/map-link.ts";
import type { MapState } from "../session/store-map.ts";
import { setting } from "./format.ts";
import {
  numberOf,
  numberText,
  viewTitle,
  type MapQuantity,
} from "./map-view.ts";
import { mapText as text } from "./strings-map.ts";
import { axisLabel } from "./sweep-fields.ts";

const written = (value: number): string =>
  setting(Number(value.toPrecision(3)));

export function mapTable(
  state: MapState,
  quantity: MapQuantity,
  view: MapView,
): TemplateResult {
  const { spec, values } = state;
  if (!spec) return html`${nothing}`;
  const [across, up] = values;
  const [x, y] = spec.axes.map(({ field }) => axisLabel(spec, field));
  const rows = spec.axes.length > 1 ? up.map((_, i) => i).reverse() : [0];
  return html`<table>
    <caption class="hidden-text">
      ${text.tableTitle(quantity.title, viewTitle(state, view))}
    </caption>
    <thead>
      <tr>
        <th scope="col">${spec.axes.length > 1 ? `${y} ↓ ${x} →` : x}</th>
        ${across.map((value) => html`<th scope="col">${written(value)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            <th scope="row">
              ${spec.axes.length > 1 ? written(up[row]) : quantity.title}
            </th>
            ${across.map(
              (_, column) =>
                html`<td>
                  ${numberText(quantity, numberOf(state, row * across.length + column, quantity.key, view))}
                </td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
