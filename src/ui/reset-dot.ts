/** The way back to a setting's default: a dot where it is another, and a double click on its number. */
import { html, nothing, type TemplateResult } from "lit";
import { text } from "./strings.ts";

/** Nothing while the setting is at its default. */
export function resetDot(
  label: string,
  custom: boolean,
  reset: () => void,
): TemplateResult | typeof nothing {
  if (!custom) return nothing;
  const words = text.controls.reset(label);
  return html`<button
    type="button"
    class="reset"
    aria-label=${words}
    title=${words}
    @click=${reset}
  ></button>`;
}

/** For `dblclick` on a number: the default as if it had been typed, over whatever has been. */
export function retype(event: Event, words: string): void {
  const input = event.target as HTMLInputElement;
  input.value = words;
  input.dispatchEvent(new Event("change"));
  input.select();
}
