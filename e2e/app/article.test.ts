/** The article below the lab: whole without scripts, and a way into the lab with them. */
import type { Page } from "@playwright/test";
import { AxeBuilder } from "@axe-core/playwright";
import { parseLink } from "../../src/experiment/link.ts";
import { expect, test } from "./lab.ts";

const PAUSED = "?engine=cpu&paused";
const FIGURES = ["minima", "dead", "correlation", "levels"];

/** Words of the text without captions, glossary, references, definitions on hover, and formulas' letters. */
function words(page: Page): Promise<number> {
  return page.locator("#article").evaluate((article) => {
    const copy = article.cloneNode(true) as HTMLElement;
    for (const element of copy.querySelectorAll(
      "nav, noscript, figure, .tip, #glossary, .glossary, #references, .references",
    ))
      element.remove();
    for (const formula of copy.querySelectorAll("math"))
      formula.replaceWith("x");
    return copy.textContent.match(/[\p{L}\d][^\s]*/gu)?.length ?? 0;
  });
}

/** Pixels that hang over the right edge. */
function overhang(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      document.documentElement.scrollWidth -
      document.documentElement.clientWidth,
  );
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("text, formulas, figures and glossary are there", async ({
    page,
    siteUrl,
  }) => {
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(siteUrl);
    const article = page.locator("#article");
    await expect(
      article.getByRole("heading", { name: "What collapses, and what only" }),
    ).toBeVisible();
    await expect(article.locator("noscript p")).toBeVisible();
    for (const name of FIGURES) {
      const panels = page.locator(`#figure-${name}`).getByRole("img");
      await expect(panels).toHaveCount(2);
      for (const panel of await panels.all()) {
        await expect(panel).toBeVisible();
        const text = (await panel.getAttribute("aria-label")) ?? "";
        expect(text.length).toBeGreaterThan(40);
        expect(text).not.toMatch(/NaN|undefined|Infinity/);
      }
      expect(await page.locator(`#figure-${name} svg`).first().innerHTML())
        // A coordinate that is none would leave a hole.
        .not.toMatch(/NaN|undefined|Infinity/);
    }
    await expect(article.locator("p.formula math[display=block]")).toHaveCount(
      3,
    );
    for (const formula of await article.locator("p.formula math").all())
      await expect(formula).toBeVisible();
    expect(await article.locator("math").count()).toBeGreaterThan(50);
    await expect(article).not.toContainText("\\");
    // A lab that cannot run offers nothing to run.
    await expect(page.locator("a.run").first()).toBeHidden();

    const term = article.getByRole("link", {
      name: "waterline",
      exact: true,
    });
    const tip = term.locator("+ .tip");
    await expect(tip).toBeHidden();
    await term.hover();
    await expect(tip).toBeVisible();
    await expect(tip).toContainText("Modes with a smaller");
    await term.click();
    await expect(page).toHaveURL(/#term-waterline$/);
    await expect(page.locator("#term-waterline")).toBeInViewport();
    expect(complaints).toEqual([]);
  });

  test("on paper it is the article with its figures", async ({
    page,
    siteUrl,
  }) => {
    await page.goto(siteUrl);
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await expect(page.locator("#first-paint")).toBeHidden();
    for (const name of FIGURES)
      await expect(page.locator(`#figure-${name} svg`).first()).toBeVisible();
    await expect(page.locator(".contents")).toBeHidden();
  });
});

test("800 to 1000 words", async ({ lab }) => {
  await lab.open("", PAUSED);
  const count = await words(lab.page);
  expect(count).toBeGreaterThan(800);
  expect(count).toBeLessThan(1000);
});

for (const name of FIGURES)
  test(`"Run it" below the figure of ${name} opens its experiment`, async ({
    lab,
  }) => {
    await lab.open("", PAUSED);
    const run = lab.page
      .locator(`#figure-${name}`)
      .getByRole("link", { name: "Run it" });
    const link = (await run.getAttribute("href")) ?? "";
    const { config, notices } = parseLink(link);
    expect(notices).toEqual([]);
    await run.click();
    await lab.advances(1);
    expect((await lab.state()).config).toEqual(config);
    expect(new URL(lab.page.url()).hash).toBe(link);
    await expect
      .poll(() => lab.page.evaluate(() => document.documentElement.scrollTop))
      .toBe(0);
  });

test("places on the page are no experiments: the run and its address stay", async ({
  lab,
}) => {
  await lab.open("#waterline", PAUSED);
  const before = await lab.state();
  await expect(lab.notice).toHaveText("");
  await lab.page.locator("#article .term").first().click();
  await expect(lab.page.locator("#term-latent")).toBeInViewport();
  await lab.page.goto("about:blank");
  await lab.open(before.link, PAUSED);
  await lab.step(3);
  await lab.until(({ step }) => step === 3);
  await lab.page
    .getByRole("navigation", { name: "In this article" })
    .getByRole("link", { name: "Glossary" })
    .click();
  await expect(lab.page.locator("#glossary")).toBeInViewport();
  await lab.page.goBack();
  expect(new URL(lab.page.url()).hash).toBe(before.link);
  expect((await lab.state()).step).toBe(3);
});

test("definitions open on focus, are described, and close with Escape", async ({
  lab,
}) => {
  await lab.open("", PAUSED);
  const term = lab.page.locator("#article").getByRole("link", { name: "rank" });
  const tip = term.locator("+ .tip");
  await expect(term).toHaveAccessibleDescription(
    /How many independent directions/,
  );
  const height = await lab.page.evaluate(() => document.body.scrollHeight);
  await lab.page
    .locator("#article")
    .getByRole("link", { name: "active" })
    .focus();
  await lab.page.keyboard.press("Tab");
  await expect(term).toBeFocused();
  await expect(tip).toBeVisible();
  // It covers; it moves nothing.
  expect(await lab.page.evaluate(() => document.body.scrollHeight)).toBe(
    height,
  );
  await lab.page.keyboard.press("Escape");
  await expect(tip).toBeHidden();
  await lab.page.keyboard.press("Shift+Tab");
  await lab.page.keyboard.press("Tab");
  await expect(tip).toBeVisible();
});

for (const colorScheme of ["light", "dark"] as const)
  test(`axe finds nothing in the article, ${colorScheme}`, async ({ lab }) => {
    await lab.page.emulateMedia({ colorScheme });
    await lab.open("", PAUSED);
    await lab.page.locator("#article .term").first().focus();
    const { violations } = await new AxeBuilder({ page: lab.page })
      .include("#article")
      .analyze();
    expect(
      violations.map(({ id, nodes }) => [
        id,
        nodes.map(({ target, failureSummary }) => [target, failureSummary]),
      ]),
    ).toEqual([]);
  });

test.describe("on the phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("nothing hangs over the edge, definitions included, and nothing moves as the lab loads", async ({
    lab,
  }) => {
    await lab.page.addInitScript(() => {
      const moved: string[] = [];
      Object.assign(globalThis, { moved });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & {
          sources: { node: Node | null }[];
        })[])
          for (const { node } of entry.sources)
            if (node instanceof Element && node.closest("#article"))
              moved.push(node.outerHTML.slice(0, 80));
      }).observe({ type: "layout-shift", buffered: true });
    });
    await lab.open("", PAUSED);
    expect(await overhang(lab.page)).toBe(0);
    await lab.page.keyboard.press("Tab");
    const tips = await lab.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("#article .term")].map(
        (term) => {
          term.focus();
          const box = term.nextElementSibling?.getBoundingClientRect();
          return { left: box?.left, right: box?.right, width: box?.width };
        },
      ),
    );
    expect(tips).toHaveLength(13);
    for (const { left, right, width } of tips) {
      expect(width).toBeGreaterThan(100);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(390);
    }
    expect(await overhang(lab.page)).toBe(0);
    expect(
      await lab.page.evaluate(
        () => (globalThis as unknown as { moved: string[] }).moved,
      ),
    ).toEqual([]);
  });
});
