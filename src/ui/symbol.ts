/** Symbols of the literature, in the math face. */
import { html, type TemplateResult } from "lit";

const INDICES = "₀₁₂₃₄₅₆₇₈₉";

/** A Greek letter or k; index characters (ₑ, ₁, ...) are set as an index. */
export function symbol(letters: string): TemplateResult {
  const [, letter, index] = /^([^ₑ₀-₉]*)(.*)$/u.exec(letters) ?? [
    "",
    letters,
    "",
  ];
  const low = index.replace(/./gu, (char) =>
    char === "ₑ" ? "e" : String(INDICES.indexOf(char)),
  );
  return html`<span class="math"
    >${letter}${low ? html`<sub>${low}</sub>` : ""}</span
  >`;
}
