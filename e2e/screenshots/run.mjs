/**
 * `npm run screenshots [-- --data IDX(.gz)] [--only NAME]`: takes the README's pictures of the
 * built site again, into .github/screenshots. MNIST's needs its file; without it the old one stays.
 */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ensureBrowser, launchOptions } from "../harness/browser.mjs";
import { ensureInstalled, ROOT, runProgram } from "../harness/install.mjs";
import { serve } from "../harness/serve.mjs";

const FOLDER = `${ROOT}.github/screenshots/`;
/** Bytes that a picture may have: the README loads all of them. */
const MOST_BYTES = 250_000;

/**
 * @param {string | undefined} only
 * @param {string | undefined} data
 */
async function take(only, data) {
  // Here, since these need packages.
  const { chromium } = await import("playwright");
  const { SHOTS } = await import("./shots.mjs");
  const chosen = SHOTS.filter(
    ({ name }) => only === undefined || name === only,
  );
  if (chosen.length === 0)
    throw new Error(
      `--only is "${only ?? ""}": expected one of ${SHOTS.map(({ name }) => name).join(", ")}.`,
    );
  const server = await serve({ root: `${ROOT}dist` });
  const browser = await chromium.launch(launchOptions());
  try {
    for (const { name, act, ...shot } of chosen) {
      if (shot.data && data === undefined) {
        console.log(`${name}: kept as it is (--data names no file)`);
        continue;
      }
      const page = await browser.newPage({
        viewport: shot.phone
          ? { width: 390, height: 844 }
          : { width: 1440, height: shot.height ?? 900 },
        hasTouch: shot.phone ?? false,
        colorScheme: shot.theme ?? "light",
      });
      page.setDefaultTimeout(600_000);
      await page.goto(`${server.url}?paused`);
      await page.evaluate(() => globalThis.collapseLab.ready);
      await act(page, data ?? "");
      // Nothing is pointed at.
      await page.mouse.move(0, 0);
      // Live numbers are painted a few times a second.
      await page.waitForTimeout(1000);
      const path = `${FOLDER}${name}.png`;
      await (shot.part ? page.locator(shot.part) : page).screenshot({ path });
      await page.close();
      const { size } = await stat(path);
      console.log(`${name}: ${String(Math.round(size / 1000))} kB`);
      if (size > MOST_BYTES)
        throw new Error(
          `${path} has ${String(size)} bytes: expected at most ${String(MOST_BYTES)}. Show less in it.`,
        );
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

async function main() {
  const { values } = parseArgs({
    options: { data: { type: "string" }, only: { type: "string" } },
  });
  ensureInstalled();
  ensureBrowser();
  if (!runProgram(process.execPath, [`${ROOT}build.mjs`]))
    throw new Error("The site does not build (see above).");
  await take(
    values.only,
    values.data === undefined ? undefined : resolve(values.data),
  );
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
