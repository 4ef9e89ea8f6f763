/** A mode's row in a table: the row is picked by pointer, its number by keyboard. */
import { html, type TemplateResult } from "lit";
import { modePick, type PickController } from "./pick-controller.ts";
import { text } from "./strings.ts";

/** @param cells those after the first, which numbers the mode */
export function pickRow(
  picks: PickController,
  mode: number,
  cells: TemplateResult,
  name = "",
): TemplateResult {
  const pick = modePick(mode);
  const on = pick === picks.picked;
  return html`<tr class="pick ${on ? "picked" : ""} ${name}" data-pick=${pick}>
    <td>
      <button
        type="button"
        data-pick=${pick}
        tabindex=${mode === (picks.mode ?? 0) ? 0 : -1}
        aria-pressed=${on}
      >
        <span class="hidden-text">${text.lane.mode}</span> ${mode + 1}
      </button>
    </td>
    ${cells}
  </tr>`;
}
