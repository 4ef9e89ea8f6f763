/**
 * The article as HTML: TeX becomes MathML, terms get their definition, figures are drawn and linked.
 * Runs when the site is built; nothing of it reaches the page but markup.
 */
import { readFile } from "node:fs/promises";
import { ROOT } from "../../e2e/harness/install.mjs";
import { loadSource } from "../../e2e/harness/load-source.mjs";

const FOLDER = `${ROOT}www/article/`;
/** Where index.html has the article. */
const PLACE = "<!-- article -->";

/** @param {string} text */
function unescaped(text) {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

/**
 * @param {string} html
 * @returns {Promise<string>} with MathML in the place of every `<tex>`
 */
async function withMath(html) {
  const { default: temml } = await import("temml");
  // A symbol and its value stay on one line.
  const kept = html.replace(
    /(<tex>[^<]*<\/tex\s*>)\s+=\s+([±\d.]*\d)/g,
    '<span class="value">$1 = $2</span>',
  );
  return kept.replace(
    /<tex(\s+display)?\s*>([^]*?)<\/tex\s*>/g,
    (_, /** @type {string | undefined} */ display, /** @type {string} */ tex) =>
      temml
        .renderToString(unescaped(tex).trim(), {
          displayMode: display !== undefined,
          annotate: false,
          throwOnError: true,
        })
        // The page's security policy allows no styles in elements; `display` says the same.
        .replace(/ (?:class|style)="[^"]*"/g, ""),
  );
}

/**
 * Beside every term its definition from the glossary, shown on hover and focus; to assistive
 * technology it is the link's description.
 *
 * @param {string} html
 */
function withDefinitions(html) {
  /** @type {Map<string, string>} */
  const definitions = new Map();
  const listed = html.replace(
    /<dt id="term-([\w-]+)">([^]*?)<\/dt>\s*<dd>([^]*?)<\/dd>/g,
    (
      _,
      /** @type {string} */ id,
      /** @type {string} */ term,
      /** @type {string} */ text,
    ) => {
      definitions.set(id, text.trim());
      return `<div id="term-${id}" tabindex="-1"><dt><dfn>${term}</dfn></dt><dd id="term-${id}-is">${text.trim()}</dd></div>`;
    },
  );
  return listed.replace(
    /<a\s+class="term"\s+href="#term-([\w-]+)"\s*>([^]*?)<\/a\s*>/g,
    (_, /** @type {string} */ id, /** @type {string} */ text) => {
      const definition = definitions.get(id);
      if (definition === undefined)
        throw new Error(`article: the glossary has no "${id}"`);
      return `<a class="term" href="#term-${id}" aria-describedby="term-${id}-is">${text}</a><span class="tip" aria-hidden="true">${definition}</span>`;
    },
  );
}

/**
 * @param {string} html
 * @returns {Promise<string>} with panels drawn and links of experiments written
 */
async function withFigures(html) {
  /** @type {typeof import("./figures.ts")} */
  const { link, panels } = await loadSource("www/article/figures.ts");
  return html
    .replace(
      /<div data-panels="([\w-]+)"><\/div>/g,
      (_, /** @type {string} */ name) =>
        `<div class="panels">${panels(name).join("")}</div>`,
    )
    .replace(
      /<a class="run" data-run="([\w-]+)"/g,
      (_, /** @type {string} */ name) =>
        `<a class="run" href="${link(name).replaceAll("&", "&amp;")}"`,
    );
}

/**
 * Every heading with what follows it as one part, which the browser lays out only when it is near.
 *
 * @param {string} html
 */
function inParts(html) {
  const [before, ...parts] = html.split(/(?=<h3 id=)/);
  const end = parts.at(-1)?.lastIndexOf("</div>") ?? -1;
  if (end < 0)
    throw new Error("article: expected headings (h3) within one <div>");
  const last = parts.pop() ?? "";
  const whole = [...parts, last.slice(0, end)].map(
    (part) => `<div class="part">${part}</div>`,
  );
  return [before, ...whole, last.slice(end)].join("\n");
}

/**
 * The page with its article.
 *
 * @param {string} page index.html as written
 * @returns {Promise<string>}
 * @throws {Error} if a formula does not parse, or a term, figure or experiment does not exist
 */
export async function withArticle(page) {
  const source = await readFile(`${FOLDER}article.html`, "utf8");
  const html = inParts(
    await withFigures(withDefinitions(await withMath(source))),
  );
  // Indentation and line breaks of the source mean nothing, but are sent.
  return page.replace(PLACE, () => html.replace(/\n\s*/g, "\n"));
}
