/** Models whose every mode has a threshold on theta: one inequality, and a row per mode. */
import { html, nothing, type TemplateResult } from "lit";
import type { LaneState } from "../session/store.ts";
import { fixed2, quantity } from "./format.ts";
import { laneClass } from "./lane-text.ts";
import type { PickController } from "./pick-controller.ts";
import { pickRow } from "./pick-row.ts";
import { text } from "./strings.ts";
import { symbol } from "./symbol.ts";

type Lines = readonly (readonly number[])[];

function inequality(
  lane: LaneState,
  lines: readonly number[],
  named: boolean,
  index: number,
): TemplateResult {
  const fixed = lane.settings.encoderVariance.kind === "fixed";
  const last = lines[lines.length - 1];
  const range = (f: (x: number) => number) =>
    Math.abs(last - lines[0]) < 1e-12
      ? fixed2(f(lines[0]))
      : `${fixed2(f(lines[0]))} – ${fixed2(f(last))}`;
  return html`<p class="equation">
    ${named ? html`<b class="lane-text ${laneClass(index)}">${lane.name}</b> ` : nothing}${
      fixed && named
        ? html`${symbol("θ")} &gt;
            √${symbol("β")}&hairsp;${symbol("η")}&hairsp;${symbol("σ")}${lane.settings.etaEnc === 1 ? nothing : html`&hairsp;/&hairsp;${symbol("ηₑ")}`}
            <span class="mute">=</span> ${range((x) => x)}`
        : html`${symbol("θ")}² &gt; ${symbol("β")}&hairsp;${symbol("η")}²
            <span class="mute">=</span> ${range((x) => x * x)}`
    }
  </p>`;
}

function modes(
  all: readonly LaneState[],
  lines: Lines,
  same: boolean,
  picks: PickController,
): TemplateResult {
  const thetas = all.map((lane) => lane.prediction?.theta ?? []);
  const one = thetas.every((theta) =>
    theta.every((t, i) => i >= thetas[0].length || t === thetas[0][i]),
  );
  const together =
    same && one && lines.every(({ length }) => length === lines[0].length);
  const rows = thetas.reduce((a, b) => (b.length > a.length ? b : a));
  // Theory's own word: what only rounding holds above its threshold does not pass it.
  const passes = (i: number, lane: number): boolean =>
    all[lane].prediction?.levels[0]?.criteria[i]?.alive ?? false;
  const word = (i: number, lane: number) =>
    i >= lines[lane].length
      ? "–"
      : passes(i, lane)
        ? text.why.survives
        : text.why.collapses;
  const head = html`<tr>
    <th scope="col">${text.why.mode}</th>
    ${
      one
        ? html`<th class="number-cell" scope="col">
            ${symbol("θ")}${same ? "²" : nothing}
          </th>`
        : nothing
    }
    ${
      together
        ? html`<th scope="col">
              <span class="hidden-text">${text.why.against}</span>
            </th>
            <th scope="col">
              <span class="hidden-text">${text.why.prediction}</span>
            </th>`
        : all.map(
            (lane, j) =>
              html`<th scope="col">
                <b class="lane-text ${laneClass(j)}">${lane.name}</b>
              </th>`,
          )
    }
  </tr>`;
  const sign = (i: number, lane: number) =>
    passes(i, lane) ? ">" : thetas[lane][i] < lines[lane][i] ? "<" : "=";
  return html`<table class=${one ? "" : "criteria"}>
    <thead>
      ${head}
    </thead>
    <tbody @click=${picks.click} @keydown=${picks.keydown}>
      ${rows.map((t, i) => {
        const alive = all.some((_, j) => word(i, j) === text.why.survives);
        const cells = html`${one ? html`<td class="number-cell">${fixed2(same ? t * t : t)}</td>` : nothing}
        ${
          together
            ? html`<td>${sign(i, 0)} ${quantity(lines[0][i] ** 2)}</td>
                <td>${word(i, 0)}</td>`
            : all.map((_, j) =>
                one
                  ? html`<td>${word(i, j)}</td>`
                  : html`<td
                      class=${word(i, j) === text.why.survives ? "" : "off"}
                    >
                      ${
                        i < lines[j].length
                          ? html`${fixed2(same ? thetas[j][i] ** 2 : thetas[j][i])}
                              ${sign(i, j)}
                              ${quantity(same ? lines[j][i] ** 2 : lines[j][i])}<span
                                class="hidden-text"
                                >, ${word(i, j)}</span
                              >`
                          : "–"
                      }
                    </td>`,
              )
        }`;
        return pickRow(picks, i, cells, alive ? "" : "under");
      })}
    </tbody>
  </table>`;
}

/** `lines`: thresholds of each lane's modes; `same`: all lanes have one waterline. */
export function linesOf(
  all: readonly LaneState[],
  lines: Lines,
  same: boolean,
  picks: PickController,
): TemplateResult {
  return html`${
    same
      ? inequality(all[0], lines[0], false, 0)
      : all.map((lane, i) => inequality(lane, lines[i], true, i))
  }
  ${modes(all, lines, same, picks)}`;
}
