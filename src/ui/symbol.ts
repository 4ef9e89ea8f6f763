/** Symbols of the literature, in the math face. */
import { html, type TemplateResult } from "lit";

/** A Greek letter or k; the index e of the prior's width is set as an index. */
export function symbol(letters: string): TemplateResult {
  const [letter, ...index] = letters.split(/(?=ₑ)/);
  return html`<span class="math"
    >${letter}${index.length > 0 ? html`<sub>e</sub>` : ""}</span
  >`;
}
