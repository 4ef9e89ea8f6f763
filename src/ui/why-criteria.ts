/** Which threshold each mode of a level passed or failed, in numbers, whatever the model. */
import { html, nothing, type TemplateResult } from "lit";
import type { LaneState } from "../session/store.ts";
import type { Criterion } from "../theory/prediction.ts";
import { quantity } from "./format.ts";
import { laneClass } from "./lane-text.ts";
import { levelView } from "./levels.ts";
import { formula, generalForm } from "./math-text.ts";
import { theoryOf } from "./networks.ts";
import type { PickController } from "./pick-controller.ts";
import { pickRow } from "./pick-row.ts";
import { text } from "./strings.ts";

/** More kinds of inequality than this are in the table alone. */
const MOST_RULES = 3;

function rules(criteria: readonly Criterion[]): string[] {
  return [
    ...new Set(
      criteria.map(({ left, right }) => generalForm(`${left} > ${right}`)),
    ),
  ].slice(0, MOST_RULES);
}

function cell(criterion: Criterion | undefined): TemplateResult {
  if (!criterion) return html`<td class="off">–</td>`;
  const { value, threshold, alive } = criterion;
  const sign = alive ? ">" : value < threshold ? "<" : "=";
  return html`<td class=${alive ? "" : "off"}>
    ${quantity(value)} ${sign} ${quantity(threshold)}<span class="hidden-text"
      >, ${alive ? text.why.survives : text.why.collapses}</span
    >
  </td>`;
}

/** The rules of a level and a row per mode, lanes side by side. */
export function criteriaOf(
  all: readonly LaneState[],
  level: number,
  picks: PickController,
): TemplateResult | typeof nothing {
  const lists = all.map((lane) => {
    const { predicted, guide } = levelView(lane, level);
    return (predicted ?? guide)?.criteria ?? [];
  });
  const most = Math.max(0, ...lists.map((list) => list.length));
  if (most === 0)
    return all.some((lane) => theoryOf(lane))
      ? html`<p class="small mute open">${text.why.noCriterion}</p>`
      : nothing;
  const said = lists.map((list) => rules(list));
  // Lanes of one rule and one data set need one column between them.
  const shared =
    all.length > 2 &&
    lists.every((list) => JSON.stringify(list) === JSON.stringify(lists[0]));
  const columns = shared ? lists.slice(0, 1) : lists;
  const alike = said.every((list) => list.join() === said[0].join());
  return html`${said.map((list, i) =>
      alike && i > 0
        ? nothing
        : html`<div class="equation rule">
            ${alike || list.length === 0 ? nothing : html`<b class="lane-text ${laneClass(i)}">${all[i].name}</b>`}
            <div>${list.map((rule) => formula(rule))}</div>
          </div>`,
    )}
    <table class="criteria">
      <thead>
        <tr>
          <th scope="col">${text.why.mode}</th>
          ${
            shared
              ? html`<th scope="col">
                  ${all.map((lane, i) => html`<b class="lane-text ${laneClass(i)}">${lane.name}</b> `)}
                </th>`
              : all.map(
                  (lane, i) =>
                    html`<th scope="col">
                      <b class="lane-text ${laneClass(i)}">${lane.name}</b>
                    </th>`,
                )
          }
        </tr>
      </thead>
      <tbody @click=${picks.click} @keydown=${picks.keydown}>
        ${Array.from({ length: most }, (_, i) =>
          pickRow(picks, i, html`${columns.map((list) => cell(list[i]))}`),
        )}
      </tbody>
    </table>`;
}
