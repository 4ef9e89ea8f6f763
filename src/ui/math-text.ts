/**
 * Theory's inequalities, written in LaTeX, as MathML: Greek letters, numbers, indices, powers,
 * roots, fractions and fences. What it does not know is shown as it stands.
 */
import { html, mathml, type TemplateResult } from "lit";

type Node = TemplateResult<3> | TemplateResult;

const GREEK: Readonly<Record<string, string>> = {
  alpha: "α",
  beta: "β",
  eta: "η",
  theta: "θ",
  kappa: "κ",
  lambda: "λ",
  omega: "ω",
  rho: "ρ",
  sigma: "σ",
};
const OPERATORS: Readonly<Record<string, string>> = {
  min: "min",
  max: "max",
  le: "≤",
  ge: "≥",
  cdot: "·",
};

/**
 * "\theta_{3}" to "\theta_i": the rule of which a mode's inequality is a case. Braces hold a mode's
 * number ("\sigma_{2,3}": level, mode); a bare index is a level's ("\sigma_2") and stays.
 */
export function generalForm(latex: string): string {
  return latex
    .replace(/\\(theta|sigma)_\{\d+\}/g, String.raw`\$1_i`)
    .replace(/_\{(\d),\s*\d+\}/g, "_{$1,i}");
}

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(latex: string) {
    this.#tokens = latex.match(/\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|[^\s]/g) ?? [];
  }

  row(end: string | null): Node[] {
    const nodes: Node[] = [];
    while (this.#at < this.#tokens.length && this.#peek !== end) {
      const node = this.#scripted();
      if (node) nodes.push(node);
    }
    if (end !== null) this.#at += 1;
    return nodes;
  }

  get #peek(): string | undefined {
    return this.#tokens[this.#at];
  }

  #next(): string {
    const token = this.#tokens[this.#at] ?? "";
    this.#at += 1;
    return token;
  }

  /** An argument: a group in braces, or one atom. */
  #argument(): Node {
    if (this.#peek !== "{") return this.#atom() ?? mathml`<mrow></mrow>`;
    this.#next();
    return mathml`<mrow>${this.row("}")}</mrow>`;
  }

  /** An index of letters is a word, upright. */
  #index(): Node {
    const rest = this.#tokens.slice(this.#at);
    const end = rest.indexOf("}");
    const word = rest.slice(1, end).join("");
    if (rest[0] !== "{" || !/^[a-z]{2,}$/.test(word)) return this.#argument();
    this.#at += end + 1;
    return mathml`<mtext>${word}</mtext>`;
  }

  #scripted(): Node | null {
    const atom = this.#atom();
    if (!atom) return null;
    let [low, high]: (Node | null)[] = [null, null];
    for (;;) {
      if (this.#peek === "_" && !low) {
        this.#next();
        low = this.#index();
      } else if (this.#peek === "^" && !high) {
        this.#next();
        high = this.#argument();
      } else break;
    }
    if (low && high) return mathml`<msubsup>${atom}${low}${high}</msubsup>`;
    if (low) return mathml`<msub>${atom}${low}</msub>`;
    return high ? mathml`<msup>${atom}${high}</msup>` : atom;
  }

  #atom(): Node | null {
    const token = this.#next();
    if (token === "{") return mathml`<mrow>${this.row("}")}</mrow>`;
    if (/^\d/.test(token)) return mathml`<mn>${token}</mn>`;
    if (/^[a-zA-Z]$/.test(token)) return mathml`<mi>${token}</mi>`;
    if (!token.startsWith("\\")) return mathml`<mo>${token}</mo>`;
    const name = token.slice(1);
    if (name === "sqrt") return mathml`<msqrt>${this.#argument()}</msqrt>`;
    if (name === "frac") {
      const top = this.#argument();
      return mathml`<mfrac>${top}${this.#argument()}</mfrac>`;
    }
    if (name === "mathrm" || name === "text" || name === "operatorname")
      return mathml`<mrow>${this.#argument()}</mrow>`;
    if (name === "left" || name === "right" || /^[,;:! ]$/.test(name))
      return null;
    if (name in GREEK) return mathml`<mi>${GREEK[name]}</mi>`;
    return name in OPERATORS
      ? mathml`<mo>${OPERATORS[name]}</mo>`
      : mathml`<mtext>${token}</mtext>`;
  }
}

/** A formula in a line of text. */
export function formula(latex: string): TemplateResult {
  return html`<math>${new Reader(latex).row(null)}</math>`;
}
