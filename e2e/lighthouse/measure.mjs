/** Lighthouse on the built site, served compressed as hosts of static sites do. */
import { chromium } from "playwright";
import lighthouse, { desktopConfig } from "lighthouse";
import { launchOptions } from "../harness/browser.mjs";
import { ROOT } from "../harness/install.mjs";
import { serve } from "../harness/serve.mjs";

/** @typedef {"performance" | "accessibility" | "best-practices"} Category */
/** @typedef {{ scores: Record<string, number>, metrics: Record<string, string>, failed: string[] }} Report */

/** Of performance: what the score is made of. */
const METRICS = [
  "first-contentful-paint",
  "largest-contentful-paint",
  "total-blocking-time",
  "cumulative-layout-shift",
  "speed-index",
];

/**
 * Scores of 0 to 100 by category, metrics in words, and every audit that was not passed.
 *
 * @param {"mobile" | "desktop"} device
 * @param {readonly Category[]} categories
 * @returns {Promise<Report>}
 */
export async function audit(device, categories) {
  const server = await serve({ root: `${ROOT}dist`, compress: true });
  const options = launchOptions();
  const port = await freePort();
  const browser = await chromium.launch({
    ...options,
    args: [...(options.args ?? []), `--remote-debugging-port=${port}`],
  });
  try {
    const result = await lighthouse(
      server.url,
      { port, onlyCategories: [...categories], logLevel: "error" },
      device === "desktop" ? desktopConfig : undefined,
    );
    if (!result) throw new Error("Lighthouse gave no report.");
    const { lhr } = result;
    return {
      scores: Object.fromEntries(
        Object.entries(lhr.categories).map(([name, { score }]) => [
          name,
          Math.round(100 * (score ?? 0)),
        ]),
      ),
      metrics: Object.fromEntries(
        METRICS.filter((name) => name in lhr.audits).map((name) => [
          name,
          lhr.audits[name].displayValue ?? "",
        ]),
      ),
      failed: Object.values(lhr.audits)
        .filter(
          ({ score, scoreDisplayMode }) =>
            score !== null &&
            score < 0.9 &&
            (scoreDisplayMode === "binary" || scoreDisplayMode === "numeric"),
        )
        .map(({ id, title, displayValue = "" }) =>
          `${id}: ${title} ${displayValue}`.trim(),
        ),
    };
  } finally {
    await browser.close();
    await server.close();
  }
}

/** @returns {Promise<number>} a port nobody listens on */
async function freePort() {
  const server = await serve({});
  await server.close();
  return server.port;
}
