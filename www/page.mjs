/** index.html as it is served: first paint and article written, styles within, and all of it allowed by its hash. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { ROOT } from "../e2e/harness/install.mjs";
import { loadSource } from "../e2e/harness/load-source.mjs";
import { withArticle } from "./article/article.mjs";

const FOLDER = `${ROOT}www/`;

/**
 * @param {string} page
 * @returns {Promise<string>} with theory of the default experiment
 */
async function withFirstPaint(page) {
  /** @type {typeof import("./first-paint.ts")} */
  const { firstPaint } = await loadSource("www/first-paint.ts");
  const { lead, lanes, beginning } = firstPaint();
  return page
    .replace("<!-- lead -->", () => lead)
    .replace("<!-- lanes -->", () => lanes)
    .replace("default-link", () => beginning);
}

/**
 * Stylesheets in the place of their links: the first paint waits for no other request.
 *
 * @param {string} page
 */
async function withStyles(page) {
  const { transform } = await import("esbuild");
  const links = [
    ...page.matchAll(/ *<link rel="stylesheet" href="(.+?)" \/>\n/g),
  ];
  const sheets = await Promise.all(
    links.map(([, name]) => readFile(FOLDER + name, "utf8")),
  );
  const { code } = await transform(sheets.join("\n"), {
    loader: "css",
    minify: true,
  });
  return links
    .slice(1)
    .reduce((rest, [link]) => rest.replace(link, ""), page)
    .replace(links[0][0], () => `    <style>${code}</style>\n`);
}

/**
 * Names the one script and the one style within the page in its security policy.
 *
 * @param {string} page
 */
function withHashes(page) {
  return ["script", "style"].reduce((html, element) => {
    const found = new RegExp(`<${element}>([^]*?)</${element}>`).exec(html);
    if (!found)
      throw new Error(`www/index.html has no <${element}> of its own`);
    const hash = createHash("sha256").update(found[1]).digest("base64");
    return html.replace(`'its-${element}'`, `'sha256-${hash}'`);
  }, page);
}

/** @returns {Promise<string>} the page, but for what it loads */
export async function writtenPage() {
  const page = await readFile(`${FOLDER}index.html`, "utf8");
  return withHashes(
    await withStyles(await withArticle(await withFirstPaint(page))),
  );
}
