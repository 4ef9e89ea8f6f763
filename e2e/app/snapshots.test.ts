/**
 * How the page looks, with training frozen at a step of a seeded run on the CPU.
 *
 * Text comes out differently from machine to machine, so a set of pictures belongs to a renderer
 * (`renderer.ts`) and is compared there only; elsewhere these tests are skipped and say how a set
 * is recorded.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { PRESETS } from "../../src/experiment/presets.ts";
import { writeLink } from "../../src/experiment/link.ts";
import { ROOT } from "../harness/install.mjs";
import { expect, Lab, linkWith, test } from "./lab.ts";
import { rendererKey } from "./renderer.ts";

const PAUSED = "?engine=cpu&paused";
const SIZES = {
  desk: { width: 1440, height: 900 },
  medium: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
} as const;
type Size = keyof typeof SIZES;
/** Where the pages of the pictures are: an address they show (in the share dialog) is part of them. */
const HOME = "http://localhost:8000/";
const NOW = Date.parse("2026-01-15T12:00:00Z");

const presetLink = (id: string): string => {
  const preset = PRESETS.find((one) => one.id === id);
  if (!preset) throw new Error(`There is no preset "${id}".`);
  return writeLink(preset.config);
};

/**
 * Trains one step at a time, so that the read-outs, and what the page makes of them (milestones,
 * the line of distance), are those of every step on a machine of any speed.
 */
async function train(lab: Lab, steps: number): Promise<void> {
  await lab.page.evaluate(async (count) => {
    const { store } = document.querySelector("lab-app") ?? {};
    if (!store) throw new Error("There is no lab-app on the page.");
    for (let step = 1; step <= count; step += 1) {
      await globalThis.collapseLab.step(1);
      while (store.state.lanes.some(({ readout }) => readout?.step !== step))
        await new Promise((later) => setTimeout(later, 2));
    }
  }, steps);
}

/** Waits until `count` runs are kept. */
const kept = (lab: Lab, count: number) =>
  lab.page.waitForFunction(
    (n) => document.querySelector("lab-app")?.store.state.runs === n,
    count,
  );

/**
 * Makes the page's elements anew: how they order units depends on when they were painted. A
 * notice that this machine is slow goes too.
 */
async function drawAfresh({ page }: Lab, size: Size): Promise<void> {
  await page.evaluate(() => {
    document.querySelector("lab-app")?.store.dismissNotices();
  });
  for (const next of [size === "phone" ? "desk" : "phone", size] as const) {
    await page.setViewportSize(SIZES[next]);
    await expect(
      page.locator(next === "phone" ? "lab-overlay" : "lab-lane").first(),
    ).toBeVisible();
  }
}

/** A run kept, then another that differs in beta. */
async function openRuns(lab: Lab, size: Size): Promise<void> {
  await train(lab, 60);
  await kept(lab, 1);
  await lab.page.evaluate(
    (link) => globalThis.collapseLab.open(link),
    linkWith({ beta: 4 }),
  );
  await train(lab, 40);
  await kept(lab, 2);
  await drawAfresh(lab, size);
  await lab.page.keyboard.press("u");
  await expect(lab.page.locator("lab-runs tbody tr")).toHaveCount(2);
}

async function openShare(lab: Lab): Promise<void> {
  await lab.page.keyboard.press("s");
  await expect(lab.page.getByRole("dialog")).toBeVisible();
}

async function toArticle(lab: Lab): Promise<void> {
  await lab.page.locator("#article").evaluate((article) => {
    article.scrollIntoView({ behavior: "instant" });
  });
}

async function trained(lab: Lab, size: Size): Promise<void> {
  // Before any of these runs settles: a step after that makes no read-out.
  await train(lab, 120);
  await kept(lab, 1);
  await drawAfresh(lab, size);
}

/** Name, size, theme, link, and what is done before the picture is taken. */
const SHOTS: readonly (readonly [
  name: string,
  size: Size,
  theme: "light" | "dark",
  link?: string,
  act?: (lab: Lab, size: Size) => Promise<void>,
])[] = [
  ["before", "desk", "light"],
  ["before", "medium", "dark"],
  ["before", "phone", "light"],
  ["trained", "desk", "dark", "", trained],
  ["trained", "medium", "light", "", trained],
  ["trained", "phone", "dark", "", trained],
  ["hierarchical", "desk", "light", presetLink("two-levels"), trained],
  ["conditional", "desk", "dark", presetLink("told-or-not"), trained],
  ["conditional", "phone", "light", presetLink("told-or-not"), trained],
  ["runs", "desk", "light", "", openRuns],
  ["runs", "phone", "dark", "", openRuns],
  ["share", "desk", "dark", "", openShare],
  ["share", "phone", "light", "", openShare],
  ["article", "desk", "light", "", toArticle],
  ["article", "phone", "dark", "", toArticle],
];

/** What a clock drives. */
const clockDriven = (page: Page) => [
  page.locator("lab-runs .cell-began .lines"),
  page.locator(".stat[title]:not([title=''])"),
];

let key: Promise<string> | undefined;

test.use({ serviceWorkers: "block", locale: "en-US", timezoneId: "UTC" });

for (const [name, size, theme, link = "", act] of SHOTS)
  test.describe(() => {
    test.use({
      viewport: SIZES[size],
      colorScheme: theme,
      hasTouch: size === "phone",
      deviceScaleFactor: 1,
      contextOptions: { reducedMotion: "reduce" },
    });

    test(`${name}, ${size}, ${theme}`, async ({
      browser,
      page,
      siteUrl,
    }, info) => {
      key ??= readFile(`${ROOT}www/tokens.css`, "utf8").then((tokens) =>
        rendererKey(browser, tokens),
      );
      const renderer = await key;
      const recording = /all|changed/.test(info.config.updateSnapshots);
      test.skip(
        !recording && !existsSync(`${ROOT}e2e/app/snapshots/${renderer}`),
        `No pictures of this renderer (${renderer}) to compare with. To record them: npx playwright test --project=app snapshots --update-snapshots`,
      );
      await page.route(`${HOME}**`, async (route) => {
        const url = route.request().url().replace(HOME, siteUrl);
        await route.fulfill({ response: await route.fetch({ url }) });
      });
      // The day, not the clock: what waits for a while on the page must go on waiting.
      await page.addInitScript((day) => {
        Object.defineProperty(performance, "timeOrigin", { value: day });
      }, NOW);
      const lab = new Lab(page, HOME);
      await lab.open(link, PAUSED);
      await act?.(lab, size);
      await page.waitForFunction(() =>
        document
          .querySelector("lab-app")
          ?.store.state.lanes.every(({ readout }) => readout !== null),
      );
      // Numbers are painted twice a second where motion is reduced.
      await page.waitForTimeout(1000);
      const compare = () =>
        expect(page).toHaveScreenshot(
          [renderer, `${name}-${size}-${theme}.png`],
          {
            mask: clockDriven(page),
            // Of the same renderer: what differs has changed. The allowance is a caret's width.
            threshold: 0.02,
            maxDiffPixels: 16,
          },
        );
      // A page that is still, but late on a busy machine, is looked at again.
      if (recording) await compare();
      else await expect(compare).toPass({ timeout: 15_000 });
    });
  });
