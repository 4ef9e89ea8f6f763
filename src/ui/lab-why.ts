/** Why these modes survive: the theorem's inequality with the numbers in it. */
import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { LaneState } from "../session/store.ts";
import { count, fixed2, quantity } from "./format.ts";
import { latexOf } from "./latex.ts";
import { aliveCount, deadCount, laneClass } from "./lane-text.ts";
import { StoreController } from "./store-controller.ts";
import { text } from "./strings.ts";
import { symbol } from "./symbol.ts";
import { base, controls, lanes } from "./styles.ts";
import { sameLines, waterline } from "./waterline.ts";
import { whyStyles } from "./why-styles.ts";

export class LabWhy extends LitElement {
  static override styles = [base, controls, lanes, whyStyles];

  #copied = false;
  readonly #state = new StoreController(
    this,
    (state) => [state.lanes] as const,
  );

  /** Title after the counts: "Why five survive". */
  static title(all: readonly LaneState[]): string {
    const counts = all.map((lane) => lane.prediction?.activeUnits);
    if (counts.length === 0 || counts.some((n) => n === undefined))
      return text.why.why;
    const unique = [...new Set(counts as number[])];
    return text.why.survive(
      unique.map(count).join(" and "),
      unique.length > 1 || unique[0] !== 1,
    );
  }

  #inequality(
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

  #modes(
    all: readonly LaneState[],
    lines: readonly (readonly number[])[],
    same: boolean,
  ): TemplateResult {
    const theta = all[0].prediction?.theta ?? [];
    const word = (i: number, lane: number) =>
      i < lines[lane].length && theta[i] > lines[lane][i]
        ? text.why.survives
        : text.why.collapses;
    return html`<table>
      <thead>
        <tr>
          <th scope="col">${text.why.mode}</th>
          <th class="number-cell" scope="col">
            ${symbol("θ")}${same ? "²" : nothing}
          </th>
          ${
            same
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
        </tr>
      </thead>
      <tbody>
        ${theta.map((t, i) => {
          const alive = all.some((_, j) => word(i, j) === text.why.survives);
          return html`<tr class=${alive ? "" : "under"}>
            <td>${i + 1}</td>
            <td class="number-cell">${fixed2(same ? t * t : t)}</td>
            ${
              same
                ? html`<td>
                      ${t > lines[0][i] ? ">" : t < lines[0][i] ? "<" : "="}
                      ${quantity(lines[0][i] ** 2)}
                    </td>
                    <td>${word(i, 0)}</td>`
                : all.map((_, j) => html`<td>${word(i, j)}</td>`)
            }
          </tr>`;
        })}
      </tbody>
    </table>`;
  }

  #pair(all: readonly LaneState[]): TemplateResult {
    const row = (
      label: string,
      value: (lane: LaneState) => number,
      strong: boolean,
    ) =>
      html`<tr>
        <th scope="row">${label}</th>
        ${all.map((lane) => html`<td>${strong ? html`<b>${value(lane)}</b>` : value(lane)}</td>`)}
      </tr>`;
    return html`<table class="pair">
      <thead>
        <tr>
          <th scope="col">
            <span class="hidden-text">${text.why.count}</span>
          </th>
          ${all.map((lane, i) => html`<th scope="col"><b class="lane-text ${laneClass(i)}">${lane.name}</b></th>`)}
        </tr>
      </thead>
      <tbody>
        ${row(text.why.emptyDirections, (lane) => lane.settings.latents - aliveCount(lane), false)}
        ${row(text.why.deadUnits, deadCount, true)}
      </tbody>
    </table>`;
  }

  #remark(all: readonly LaneState[]): TemplateResult | typeof nothing {
    if (all.length !== 2) return nothing;
    const [a, b] = all.map((lane) => lane.prediction);
    const alike = a !== null && a.activeUnits === b?.activeUnits;
    if (!alike || a.collapsedUnits === 0 || a.activeUnits === 0) return nothing;
    const spread = all.filter(
      (lane) => lane.prediction?.unitsAligned === false,
    );
    if (spread.length !== 1) return nothing;
    return html`<p class="small soft remark">
      ${text.why.equalLoss(count(a.collapsedUnits), count(all[0].settings.latents), spread[0].name)}
    </p>`;
  }

  readonly #copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(latexOf(this.#state.store.state.lanes));
    this.#copied = true;
    this.requestUpdate();
  };

  protected override render(): TemplateResult {
    const [all] = this.#state.value;
    if (all.length === 0 || all.some((lane) => !lane.prediction)) {
      return html`<h2>${text.why.why}</h2>
        <p class="small mute">${text.why.waiting}</p>`;
    }
    const lines = all.map((lane) =>
      waterline(lane.settings, lane.prediction?.theta.length ?? 0),
    );
    const same = all.every((_, i) => sameLines(lines[0], lines[i]));
    const sources = [
      ...new Set(all.map((lane) => lane.prediction?.source ?? "")),
    ];
    return html`<h2>${LabWhy.title(all)}</h2>
      ${same ? this.#inequality(all[0], lines[0], false, 0) : all.map((lane, i) => this.#inequality(lane, lines[i], true, i))}
      ${this.#modes(all, lines, same)} ${this.#pair(all)} ${this.#remark(all)}
      <div class="row links">
        <button
          type="button"
          class="link small"
          @click=${() => void this.#copy()}
        >
          ${this.#copied ? text.why.copied : text.why.latex}
        </button>
        <a
          class="link small"
          href=${text.why.paper}
          target="_blank"
          rel="noopener"
          title="${sources.join("; ")}. ${text.why.scope}"
          >${sources[0].split(/[,;(]/)[0]}</a
        >
      </div>`;
  }
}

customElements.define("lab-why", LabWhy);

declare global {
  interface HTMLElementTagNameMap {
    "lab-why": LabWhy;
  }
}
