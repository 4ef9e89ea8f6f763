/** The article below the lab: whole without scripts, and a way into the lab with them. */
import type { Page } from "@playwright/test";
import { AxeBuilder } from "@axe-core/playwright";
import { parseLink } from "../../src/experiment/link.ts";
import { settled } from "./axe.ts";
import { expect, test, type Lab } from "./lab.ts";

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
    await expect(page.locator("button.play").first()).toBeHidden();

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
      // Smooth scrolling takes its time where the same cores train.
      .poll(() => lab.page.evaluate(() => document.documentElement.scrollTop), {
        timeout: 30_000,
      })
      .toBe(0);
  });

/** The figure of that name, its drawing, and what stands in its place when it is live. */
function figureOf({ page }: Lab, name: string) {
  const box = page.locator(`#figure-${name}`);
  return {
    box,
    drawing: box.locator(".panels"),
    live: box.locator("lab-figure"),
    status: (value: string) => box.locator(`lab-figure [data-status=${value}]`),
    play: box.getByRole("button", { name: "Play here" }),
    close: box.getByRole("button", { name: "Back to the drawing" }),
  };
}

test("a figure can be played where it stands: loaded when asked for, one trains at a time, and it goes again", async ({
  lab,
}) => {
  const { page } = lab;
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await lab.open("", PAUSED);
  const before = await lab.state();
  const dead = figureOf(lab, "dead");
  const levels = figureOf(lab, "levels");
  await dead.play.scrollIntoViewIfNeeded();
  expect(page.workers()).toHaveLength(1);
  await expect(page.locator("lab-figure")).toHaveCount(0);
  expect(await page.evaluate(() => customElements.get("lab-figure"))).toBe(
    undefined,
  );
  const files = asked.length;
  const head = dead.box.locator(".panels");
  const place = await head.boundingBox();

  await dead.play.focus();
  await page.keyboard.press("Enter");
  await expect(dead.live).toBeVisible();
  await expect(dead.drawing).toBeHidden();
  await expect(dead.close).toBeFocused();
  expect(asked.length).toBeGreaterThan(files);
  // Where the drawing was, and as wide.
  const box = await dead.live.boundingBox();
  expect(box?.x).toBe(place?.x);
  await expect(dead.status("running")).toBeVisible({ timeout: 30_000 });
  expect(page.workers()).toHaveLength(2);
  await expect(dead.live.locator(".theory-tick").first()).toBeVisible();

  // Another begins: the first rests.
  await levels.play.click();
  await expect(levels.status("running")).toBeVisible({ timeout: 30_000 });
  await expect(dead.status("running")).toHaveCount(0);
  // Out of view nothing trains; in view it goes on.
  await page.evaluate(() => {
    scrollTo({ top: 0, behavior: "instant" });
  });
  await expect(levels.status("paused")).toBeAttached();
  await levels.live.scrollIntoViewIfNeeded();
  await expect(levels.status("running")).toBeAttached();

  await levels.close.click();
  await expect(levels.live).toHaveCount(0);
  await expect(levels.drawing).toBeVisible();
  await dead.close.click();
  await expect(dead.play).toBeVisible();
  await expect.poll(() => page.workers().length).toBe(1);
  // The lab above has heard nothing of it.
  expect(await lab.state()).toMatchObject({ link: before.link, step: 0 });
});

test("on paper a live figure is its drawing; on screen axe finds nothing in it", async ({
  lab,
}) => {
  const { page } = lab;
  await lab.open("", PAUSED);
  const { live, drawing, play, status } = figureOf(lab, "correlation");
  await play.click();
  await expect(status("running")).toBeVisible({ timeout: 30_000 });
  await live.getByRole("button", { name: "Pause" }).click();
  await expect(status("paused")).toBeVisible();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    const { violations } = await new AxeBuilder({ page })
      .include("#figure-correlation")
      .analyze();
    expect(violations).toEqual([]);
  }
  await page.emulateMedia({ media: "print" });
  await expect(live).toBeHidden();
  await expect(drawing).toBeVisible();
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

  test("a live figure takes no more room than its drawing", async ({ lab }) => {
    await lab.open("", PAUSED);
    const { box, live, drawing, play, status } = figureOf(lab, "dead");
    await play.scrollIntoViewIfNeeded();
    const before = await drawing.boundingBox();
    const target = await play.boundingBox();
    expect(target?.height).toBeGreaterThanOrEqual(44);
    await play.click();
    await expect(status("running")).toBeVisible({ timeout: 30_000 });
    const after = await live.boundingBox();
    expect([after?.width, after?.height]).toEqual([
      before?.width,
      before?.height,
    ]);
    expect(await overhang(lab.page)).toBe(0);
    await box.screenshot({ path: test.info().outputPath("live.png") });
  });

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
