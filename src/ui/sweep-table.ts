/** A sweep's rows as a table: one row a training. */
import { html, nothing, type TemplateResult } from "lit";
import type { SweepRow, SweepSpec } from "../session/sweep-protocol.ts";
import { fixed2, quantity, setting, whole } from "./format.ts";
import { sweepText as text } from "./strings-sweep.ts";
import { axisLabel } from "./sweep-fields.ts";
import { quantitiesOf } from "./sweep-view.ts";

export function sweepTable(
  spec: SweepSpec,
  rows: readonly SweepRow[],
): TemplateResult {
  const quantities = quantitiesOf(rows);
  const seeds = spec.seeds.length > 1;
  const collapsed = ({ levels }: SweepRow): string =>
    levels.map((level) => `${whole(100 * level.collapsed)}%`).join(", ");
  return html`<table>
    <caption class="hidden-text">
      ${text.tableTitle}
    </caption>
    <thead>
      <tr>
        ${spec.axes.map(({ field }) => html`<th scope="col">${axisLabel(spec, field)}</th>`)}
        ${seeds ? html`<th scope="col">${text.seed}</th>` : nothing}
        ${quantities.map(
          ({ title, linear }) =>
            html`<th scope="col">${title}</th>
              ${linear ? html`<th scope="col" class="mute">${text.linear}</th>` : nothing}`,
        )}
        <th scope="col">${text.collapsed}</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            ${row.values.map((value, i) =>
              i === 0
                ? html`<th scope="row">${setting(value)}</th>`
                : html`<td>${setting(value)}</td>`,
            )}
            ${seeds ? html`<td>${row.seed}</td>` : nothing}
            ${quantities.map(({ of, linear, error, whole: counts }) => {
              const number = (value: number): string =>
                counts && Number.isFinite(value)
                  ? whole(value)
                  : quantity(value);
              const size = error?.(row) ?? Number.NaN;
              return html`<td>
                  ${number(of(row))}${Number.isFinite(size) ? ` ± ${fixed2(size)}` : ""}
                </td>
                ${linear ? html`<td class="mute">${number(linear(row))}</td>` : nothing}`;
            })}
            <td>
              ${row.diverged === null ? collapsed(row) : text.diverged(row.diverged)}
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
