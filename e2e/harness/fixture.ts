/**
 * `test` with what browser tests need: a page with WebGPU on the harness, and the built site.
 *
 * A missing adapter is a failure with a message, never a skip.
 */
import { existsSync } from "node:fs";
import { test as base, type Browser, type Page } from "@playwright/test";
import { launchOptions } from "./browser.mjs";
import { serveHarness } from "./bundle.mjs";
import { ROOT } from "./install.mjs";
import type {} from "./page.ts";
import { serve } from "./serve.mjs";

export { expect } from "@playwright/test";

interface WorkerFixtures {
  /** Address of the harness page. */
  harnessUrl: string;
  /** A harness page shared by a worker's tests: request a device in each test, destroy it after. */
  gpuPage: Page;
  /** The built site's address, under a sub-path as on a project's Pages; ends with "/". */
  siteUrl: string;
}

interface TestFixtures {
  /** A harness page in a browser of its own, for tests that crash the GPU process. */
  ownGpuPage: Page;
}

async function openHarness(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      console.error(`[page] ${message.text()}`);
  });
  page.on("pageerror", (error) => {
    console.error(`[page] ${error.stack ?? error.message}`);
  });
  await page.goto(url);
  await page.waitForFunction(() => "harness" in globalThis);
  const adapter = await page.evaluate(() => globalThis.harness.adapterInfo());
  if (adapter === null)
    throw new Error(
      `No WebGPU adapter in Chromium ${browser.version()}, started with ${launchOptions().args?.join(" ") ?? "no flags"}. These tests need one: use a full Chromium or Chrome (CHROMIUM_PATH), not a headless shell.`,
    );
  return page;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  harnessUrl: [
    async ({}, use) => {
      const server = await serveHarness();
      await use(server.url);
      await server.close();
    },
    { scope: "worker" },
  ],
  gpuPage: [
    async ({ browser, harnessUrl }, use) => {
      const page = await openHarness(browser, harnessUrl);
      await use(page);
      await page.context().close();
    },
    { scope: "worker" },
  ],
  ownGpuPage: async ({ playwright, harnessUrl }, use) => {
    const browser = await playwright.chromium.launch(launchOptions());
    const page = await openHarness(browser, harnessUrl);
    await use(page);
    await browser.close();
  },
  siteUrl: [
    async ({}, use) => {
      const root = `${ROOT}dist`;
      if (!existsSync(`${root}/index.html`))
        throw new Error(
          "dist/index.html is missing: these tests run on the built site. Run `npm run build` first, or `npm test`, which does.",
        );
      const server = await serve({ root, base: "/collapse-lab/" });
      await use(server.url);
      await server.close();
    },
    { scope: "worker" },
  ],
});
