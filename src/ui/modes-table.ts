/** The numbers below a modes picture: data, learned, theory; and what a second matrix says. */
import { html, nothing, type TemplateResult } from "lit";
import { fixed2 } from "./format.ts";
import type { LevelView, Values } from "./levels.ts";
import { text } from "./strings.ts";

/** More columns than this have no number each. */
export const MOST_NUMBERED = 12;

function row(
  title: unknown,
  cells: readonly string[],
  picked: number | null,
  name = "",
): TemplateResult {
  return html`<tr class=${name}>
    <th scope="row">${title}</th>
    ${cells.map((cell, i) => html`<td class=${i === picked ? "picked" : ""}>${cell}</td>`)}
  </tr>`;
}

function letter(symbol: string, index: number, spoken: string): TemplateResult {
  return html`<span class="math" aria-hidden="true"
      >${symbol}${index ? html`<sub>${index}</sub>` : nothing}</span
    ><span class="hidden-text">${spoken}</span>`;
}

/** A predicted value: 0 is exact, and what theory leaves free is a dash. */
function predictedText(values: readonly number[] | null, i: number): string {
  const value = values?.[i] ?? NaN;
  return value === 0 ? "0" : fixed2(value);
}

function valueRows(
  values: Values,
  modes: readonly number[],
  sorted: boolean,
  guide: boolean,
  picked: number | null,
): TemplateResult {
  const predicted =
    sorted && values.predicted
      ? values.predicted.toSorted((a, b) => b - a)
      : values.predicted;
  return html`${row(
    values.symbol === "KL"
      ? html`KL`
      : letter(values.symbol, values.index, values.spoken),
    modes.map((_, i) =>
      values.measured && i < values.measured.length
        ? fixed2(values.measured[i])
        : "–",
    ),
    picked,
    "ink",
  )}${row(
    html`<span class="sub"
      >${guide ? text.guide.short : text.lane.theory}</span
    >`,
    modes.map((_, i) => predictedText(predicted, i)),
    picked,
  )}`;
}

/**
 * One table per lane and level; only read aloud where there are too many columns to print.
 *
 * @param picked mode whose column stands out, from 0
 */
export function modesTable(
  view: LevelView,
  theta: readonly number[],
  picked: number | null = null,
): TemplateResult | typeof nothing {
  if (theta.length === 0) return nothing;
  return html`<div class=${theta.length > MOST_NUMBERED ? "hidden-text" : ""}>
    <table class="numbers">
      <caption class="hidden-text">
        ${(view.network ? text.guide.modesTable : text.lane.modesTable)(view.lane.name)}
      </caption>
      <colgroup>
        <col />
        ${theta.map(() => html`<col />`)}
      </colgroup>
      <tbody>
        ${row(
          view.network ? text.guide.rank : text.lane.mode,
          theta.map((_, i) => String(i + 1)),
          picked,
        )}
        ${row(letter("θ", 0, "theta"), theta.map(fixed2), picked)}
        ${valueRows(view.bars, theta, false, view.guide !== null, picked)}
        ${view.beside ? valueRows(view.beside, theta, true, view.guide !== null, picked) : nothing}
      </tbody>
    </table>
  </div>`;
}
