/** The page by keyboard, by assistive technology, and without motion, in every state it has. */
import { edited } from "../../src/experiment/testing.ts";
import { findings } from "./axe.ts";
import { csvFile } from "./data-files.ts";
import { ENDLESS, expect, linkWith, test } from "./lab.ts";

const CPU = "?engine=cpu";
const PAUSED = "?engine=cpu&paused";

test("running, and done", async ({ lab }) => {
  await lab.open(linkWith(ENDLESS), CPU);
  await lab.advances();
  await expect(lab.page.locator("lab-chart canvas").first()).toBeVisible();
  expect(await findings(lab)).toEqual([]);
  await lab.page.goto("about:blank");
  await lab.open(linkWith({ pace: 0 }), CPU);
  await lab.status("done");
  expect(await findings(lab)).toEqual([]);
});

test("dialogs: share and help", async ({ lab }) => {
  await lab.open("", PAUSED);
  await lab.page.keyboard.press("s");
  await expect(lab.page.getByRole("dialog")).toBeVisible();
  expect(await findings(lab)).toEqual([]);
  await lab.page.keyboard.press("Escape");
  // Keys stay out of the way of a dialog.
  await expect(lab.page.getByRole("dialog")).toHaveCount(0);
  await lab.page.keyboard.press("?");
  await expect(lab.page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  expect(await findings(lab)).toEqual([]);
});

test("a notice and the report of a file", async ({ lab }) => {
  await lab.open(edited(["&b=1&", "&b=20000&"], ["seed=7", "seed=x"]), PAUSED);
  await expect(lab.notice).toContainText("20000");
  await lab.page.locator("summary").filter({ hasText: "Training" }).click();
  expect(await findings(lab)).toEqual([]);
  await lab.page.locator("#file").setInputFiles([csvFile(20)]);
  await expect(
    lab.page.getByRole("dialog", { name: "Read table.csv" }),
  ).toContainText("Rows");
  expect(await findings(lab)).toEqual([]);
});

test("a lane that diverged", async ({ lab }) => {
  const optimizer = { kind: "sgd", learningRate: 10 } as const;
  await lab.open(
    linkWith({ pace: 0, steps: 100, estimator: "exact", optimizer }),
    CPU,
  );
  await lab.status("done");
  await expect(lab.notice).toContainText("non-finite");
  expect(await findings(lab)).toEqual([]);
});

test.describe("on the phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("the page, its lanes, and the sheet of settings", async ({ lab }) => {
    await lab.open("", PAUSED);
    await lab.step(5);
    await lab.until(({ step }) => step === 5);
    expect(await findings(lab)).toEqual([]);
    // Nothing hangs over the edge.
    const over = await lab.page.evaluate(
      () =>
        document.documentElement.scrollWidth -
        document.documentElement.clientWidth,
    );
    expect(over).toBe(0);
    await lab.page.getByRole("tab", { name: /^B/ }).click();
    await expect(lab.lane("B")).toBeVisible();
    expect(await findings(lab)).toEqual([]);
    await lab.button("Adjust").click();
    await expect(lab.page.getByRole("dialog")).toBeVisible();
    expect(await findings(lab)).toEqual([]);
    // What is adjusted there is adjusted.
    const box = lab.page.getByRole("textbox", { name: "KL weight" });
    await box.fill("2");
    await box.press("Enter");
    expect((await lab.state()).config.base.beta).toBe(2);
  });
});

test("between phone and desk, theory is in a tab of the rail", async ({
  lab,
}) => {
  await lab.page.setViewportSize({ width: 1024, height: 768 });
  await lab.open("", PAUSED);
  const setup = lab.page.getByRole("tab", { name: "Setup" });
  await setup.focus();
  await setup.press("ArrowRight");
  await expect(lab.page.getByRole("tab", { name: "Why" })).toBeFocused();
  await expect(lab.page.locator("lab-why")).toBeVisible();
  expect(await findings(lab)).toEqual([]);
});

test("Tab reaches everything that can be used", async ({ lab }) => {
  await lab.open("", PAUSED);
  await lab.step(2);
  await lab.until(({ step, status }) => step === 2 && status === "paused");
  await expect(lab.page.locator("lab-chart canvas").first()).toBeVisible();
  const all = await lab.page.evaluate(() => {
    const usable =
      "a[href], button:not(:disabled), input:not([hidden]), select, textarea, summary, [tabindex='0']";
    const found: string[] = [];
    const visit = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll("*")) {
        if (
          element.matches(usable) &&
          element.checkVisibility() &&
          element.getAttribute("tabindex") !== "-1"
        ) {
          element.setAttribute("data-reach", String(found.length));
          found.push(
            `${element.localName} ${element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 30)}`,
          );
        }
        if (element.shadowRoot) visit(element.shadowRoot);
      }
    };
    visit(document);
    return found;
  });
  const reached = new Set<number>();
  for (let press = 0; press < 2 * all.length; press++) {
    await lab.page.keyboard.press("Tab");
    const at = await lab.page.evaluate(() => {
      let active = document.activeElement;
      while (active?.shadowRoot?.activeElement)
        active = active.shadowRoot.activeElement;
      return active?.getAttribute("data-reach") ?? null;
    });
    if (at !== null) {
      if (reached.has(Number(at)) && reached.size > 1) break;
      reached.add(Number(at));
    }
  }
  expect(all.filter((_, index) => !reached.has(index))).toEqual([]);
  for (const needed of [
    "Play (space)",
    "One step (.)",
    "Restart (r)",
    "New seed (n)",
    "Waterline: KL weight",
    "KL weight",
    "Upload a file",
    "Share",
    "Preset",
  ])
    expect(
      all.some((name) => name.includes(needed)),
      needed,
    ).toBe(true);
});

test("a dialog gives the focus back", async ({ lab }) => {
  await lab.open("", PAUSED);
  const share = lab.button("Share");
  await share.focus();
  await share.press("Enter");
  const copy = lab.page.getByRole("button", { name: "Copy link" });
  await expect(copy).toBeFocused();
  await lab.page.keyboard.press("Escape");
  await expect(share).toBeFocused();
});

test("the charts have a table", async ({ lab }) => {
  await lab.open("", PAUSED);
  await lab.step(5);
  await lab.until(({ step }) => step === 5);
  await lab.page.locator("lab-series").hover();
  await lab.button("Show table").click();
  const table = lab.page.getByRole("table", {
    name: "Latest and lowest values of each series",
  });
  await expect(table).toBeVisible();
  await expect(table).toContainText("Reconstruction");
});

test.describe("with reduced motion", () => {
  test.use({ contextOptions: { reducedMotion: "reduce" } });

  test("nothing plays until asked to", async ({ lab }) => {
    // Free-running: had it played, it would be far past one step.
    await lab.open(linkWith({ ...ENDLESS, pace: 0 }), CPU);
    await expect(lab.button("Play (space)")).toBeVisible();
    await lab.step(1);
    const { step } = await lab.until(({ status }) => status === "paused");
    expect(step).toBe(1);
    await lab.button("Play (space)").click();
    await lab.advances();
  });
});
