/** Data files of this machine, opened in the page of a command. */
import { existsSync } from "node:fs";
import { basename } from "node:path";

/** @typedef {import("playwright").Page} Page */

/**
 * @template {string | undefined} P
 * @param {P} path
 * @returns {P}
 */
export function checkFile(path) {
  if (path !== undefined && !existsSync(path))
    throw new Error(`There is no file "${path}".`);
  return path;
}

/**
 * Puts files of this machine at addresses of the page's own, and has the page read them.
 *
 * @param {Page} page
 * @param {string} data
 * @param {string | undefined} labels
 */
export async function openFile(page, data, labels) {
  const urls = [];
  for (const path of labels === undefined ? [data] : [data, labels]) {
    const url = `data/${encodeURIComponent(basename(path))}`;
    await page.route(`**/${url}`, (route) => route.fulfill({ path }));
    urls.push(url);
  }
  return page.evaluate(
    ([images, of]) => globalThis.harness.openPaperFile(images, of),
    /** @type {[string, string?]} */ (urls),
  );
}
