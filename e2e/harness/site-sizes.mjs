/** How much the built page loads first, and the most it may. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { loadedFirst, loadedWith } from "./site-bundles.mjs";

/** JavaScript before the first live picture, compressed as servers send it, in kB (1000 bytes). */
const MOST_FIRST_KB = 107;
/** Files of it: each is a request. */
const MOST_FIRST_FILES = 5;

/**
 * Prints what the page, the worker and the library load, compressed as servers send it. Throws if
 * the page's first JavaScript is over its limits.
 *
 * @param {string} dist with a trailing separator
 * @param {import("esbuild").Metafile["outputs"]} outputs
 */
export async function checkSizes(dist, outputs) {
  /** @param {string} name */
  async function kilobytes(name) {
    return gzipSync(await readFile(dist + name)).length / 1000;
  }
  const styles = [];
  if (existsSync(`${dist}index.html`)) {
    const html = await readFile(`${dist}index.html`, "utf8");
    styles.push(
      "index.html",
      ...[...html.matchAll(/<link[^>]+rel="stylesheet"[^>]*>/g)].flatMap(
        ([tag]) => /href="(?:\.\/)?([^":]+)"/.exec(tag)?.[1] ?? [],
      ),
    );
  }
  const scripts = (/** @type {string} */ entry) =>
    `dist/${entry}` in outputs ? loadedWith(outputs, `dist/${entry}`) : [];
  const first = loadedFirst(outputs);
  /** @type {[string, string[]][]} */
  const groups = [
    ["page", styles],
    ["first JS", first],
    ["worker", scripts("worker.js")],
    ["library", scripts("collapse-lab.js")],
  ];
  for (const [label, names] of groups) {
    if (names.length === 0) continue;
    let total = 0;
    const parts = [];
    for (const name of names) {
      const size = await kilobytes(name);
      total += size;
      parts.push(`${name} ${size.toFixed(1)}`);
    }
    console.log(
      `${label.padEnd(9)}${total.toFixed(1).padStart(6)} kB gzip: ${parts.join(", ")}`,
    );
    if (names !== first) continue;
    if (total > MOST_FIRST_KB || names.length > MOST_FIRST_FILES)
      throw new Error(
        `The page's first JavaScript is ${total.toFixed(1)} kB gzip in ${String(names.length)} files: expected at most ${String(MOST_FIRST_KB)} kB in ${String(MOST_FIRST_FILES)}. Load what the first picture does without through src/ui/panels.ts or import().`,
      );
  }
}
