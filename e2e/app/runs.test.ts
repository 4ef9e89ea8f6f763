/** The drawer of runs: what is kept, what survives a reload, and going on with what a reload cut off. */
import type { Page } from "@playwright/test";
import type { ScriptState } from "../../src/session/scripting.ts";
import { findings } from "./axe.ts";
import { ENDLESS, expect, linkWith, test, type Lab } from "./lab.ts";

const CPU = "?engine=cpu";
const PAUSED = "?engine=cpu&paused";
/** Trains until its budget ends, however near to theory it comes. */
const SHORT = {
  ...ENDLESS,
  steps: 400,
  pace: 150,
  rows: 64,
  batchSize: 16,
} as const;

const drawer = (page: Page) => page.getByRole("dialog", { name: "Runs" });
const rows = (page: Page) => drawer(page).locator("tbody tr");
const names = (page: Page) =>
  drawer(page)
    .locator("input.name")
    .evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value));

/** Trains some steps and waits until the run is kept. */
async function kept(lab: Lab, steps: number, count: number): Promise<void> {
  await lab.step(steps);
  await expect(lab.button(`Runs ${String(count)}`)).toBeVisible();
}

/** Waits until a reload would cut off a run that can be gone on with. */
async function canResume(lab: Lab): Promise<void> {
  await lab.page.waitForFunction(() =>
    sessionStorage.getItem("collapse-lab-run"),
  );
}

/** Two runs that differ in beta, the drawer open. */
async function two(lab: Lab): Promise<void> {
  await lab.open(linkWith({}), PAUSED);
  await kept(lab, 30, 1);
  await lab.page.evaluate(
    (link) => globalThis.collapseLab.open(link),
    linkWith({ beta: 4 }),
  );
  await kept(lab, 20, 2);
  await lab.button(/^Runs/).click();
  await expect(rows(lab.page)).toHaveCount(2);
}

test("before the first run the drawer says how to make one", async ({
  lab,
}) => {
  await lab.open("", PAUSED);
  await lab.page.keyboard.press("u");
  await expect(drawer(lab.page)).toContainText(
    "Runs appear here when you press play.",
  );
  expect(await findings(lab)).toEqual([]);
  await lab.page.keyboard.press("Escape");
  await expect(drawer(lab.page)).toHaveCount(0);
});

test("runs say what changed and what came of it, and survive a reload", async ({
  lab,
}) => {
  await two(lab);
  expect(await names(lab.page)).toEqual(["β = 4", "Dead or diluted"]);
  await expect(rows(lab.page).first()).toContainText("β 1 → 4");
  await expect(rows(lab.page).first()).toContainText("20 of 1500");
  await expect(rows(lab.page).nth(1)).toContainText("first run kept");
  const name = drawer(lab.page).getByRole("textbox", { name: "Name of β = 4" });
  await name.fill("Four times");
  await name.press("Enter");
  await lab.button("Pin Four times").click();
  await expect(lab.button("Pin Four times")).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  await expect(
    lab.page.getByRole("tab", { name: "Compare 1 pinned" }),
  ).toBeVisible();
  await lab.page.goto("about:blank");
  await lab.open("", PAUSED);
  await lab.button("Runs 2").click();
  await expect(rows(lab.page)).toHaveCount(2);
  expect(await names(lab.page)).toEqual(["Four times", "Dead or diluted"]);
  await expect(lab.button("Pin Four times")).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  // Opened again, it is its own experiment.
  await lab.button("Open Four times again and train it").click();
  const { config } = await lab.until(({ config: { base } }) => base.beta === 4);
  expect(config.base.seed).toBe(7);
});

test("pinned runs are compared: values in a chart, differences in a table", async ({
  lab,
}) => {
  await two(lab);
  await lab.button("Pin β = 4").click();
  await lab.button("Pin Dead or diluted").click();
  const tab = lab.page.getByRole("tab", { name: "Compare 2 pinned" });
  await tab.click();
  const table = drawer(lab.page).getByRole("table", { name: "What differs" });
  await expect(table.getByRole("row", { name: /^KL weight/ })).toContainText(
    "4",
  );
  await expect(table.getByRole("row", { name: /^Seed/ })).toHaveCount(0);
  await expect(table.getByRole("row", { name: /^Modes alive/ })).toBeVisible();
  const chart = drawer(lab.page).getByRole("img", { name: /Dead or diluted/ });
  await expect(chart).toHaveAttribute("aria-label", /Distance to theory/);
  await drawer(lab.page).getByLabel("Series").selectOption("Loss");
  const losses = await lab.losses(0);
  expect(losses).toHaveLength(20);
  await expect(chart).toHaveAttribute(
    "aria-label",
    /Loss.*at step 19.*at step 29/,
  );
  expect(await findings(lab)).toEqual([]);
  await tab.focus();
  await tab.press("ArrowLeft");
  await expect(lab.page.getByRole("tab", { name: "Table" })).toBeFocused();
});

test("what is deleted can be had again, one run or all of them", async ({
  lab,
}) => {
  await two(lab);
  await lab.button("Pin Dead or diluted").click();
  await lab.button("Delete Dead or diluted").click();
  await expect(rows(lab.page)).toHaveCount(1);
  const undo = lab.button("Undo");
  await expect(undo).toBeFocused();
  await undo.press("Enter");
  expect(await names(lab.page)).toEqual(["β = 4", "Dead or diluted"]);
  await expect(lab.button("Pin Dead or diluted")).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  expect(await findings(lab)).toEqual([]);
  await lab.button("Delete all").click();
  await expect(drawer(lab.page)).toContainText("Runs appear here");
  await expect(drawer(lab.page)).toContainText("Deleted 2 runs.");
  await undo.click();
  await expect(rows(lab.page)).toHaveCount(2);
  await lab.button("Delete all").click();
  await expect(undo).toBeVisible();
  await lab.page.goto("about:blank");
  await lab.open("", PAUSED);
  await expect(lab.button("Runs 0")).toBeVisible();
});

test("the drawer closes by Escape and gives the focus back", async ({
  lab,
}) => {
  await lab.open("", PAUSED);
  const button = lab.button(/^Runs/);
  await button.focus();
  await button.press("Enter");
  await expect(drawer(lab.page)).toBeVisible();
  await lab.page.keyboard.press("Escape");
  await expect(drawer(lab.page)).toHaveCount(0);
  await expect(button).toBeFocused();
});

/** What training makes of a lane: metrics come when there is time, a verdict has a memory. */
const made = ({ lanes }: ScriptState) =>
  lanes.map((lane) => ({ ...lane, metrics: null, verdict: null }));

for (const engine of ["cpu", "webgpu"] as const)
  for (const estimator of ["sampled", "exact"] as const)
    test(`a run that a reload cuts off goes on, number by number as if it had not been: ${engine}, ${estimator}`, async ({
      lab,
    }) => {
      test.slow();
      const link = linkWith({ ...SHORT, estimator });
      await lab.open(link, engine === "cpu" ? PAUSED : "?paused");
      await lab.step(SHORT.steps);
      const whole = await lab.status("done");
      expect(whole.engine?.kind).toBe(engine);
      const losses = await lab.losses(1);
      expect(losses).toHaveLength(SHORT.steps);
      await expect(lab.button("Runs 1")).toBeVisible();

      await lab.page.goto("about:blank");
      await lab.open(link, engine === "cpu" ? CPU : "");
      await canResume(lab);
      await lab.page.reload();
      const offer = lab.notice.locator("h2");
      await expect(offer).toContainText(
        /The run at step \d+ of 400 was interrupted/,
      );
      // It waits for the answer.
      expect((await lab.state()).step).toBe(0);
      const at = Number(/step (\d+)/.exec(await offer.innerText())?.[1]);
      expect(at).toBeGreaterThan(0);
      await lab.notice.getByRole("button", { name: "Resume" }).click();
      const resumed = await lab.until(({ step }) => step >= at);
      expect(resumed.notices).toEqual([]);
      const ended = await lab.status("done");
      expect(made(ended)).toEqual(made(whole));
      expect(await lab.losses(1)).toEqual(losses);
      // One record for the whole of it.
      await lab.button(/^Runs/).click();
      await expect(rows(lab.page)).toHaveCount(2);
      await expect(rows(lab.page).first()).not.toContainText("of 400");
    });

test("the offer to go on, as axe sees it", async ({ lab }) => {
  await lab.open(linkWith(ENDLESS), CPU);
  await canResume(lab);
  await lab.page.reload();
  await expect(lab.notice).toContainText("was interrupted");
  expect(await findings(lab)).toEqual([]);
});

test("who declines loses nothing, and may go on from the drawer", async ({
  lab,
}) => {
  await lab.open(linkWith(ENDLESS), CPU);
  await canResume(lab);
  await lab.page.reload();
  await expect(lab.notice).toContainText("was interrupted");
  await lab.notice.getByRole("button", { name: "Dismiss" }).click();
  await expect(lab.notice).not.toContainText("interrupted");
  await lab.button("Runs 1").click();
  const resume = lab.button(/^Resume .* at step/);
  const at = Number(
    /at step (\d+)/.exec((await resume.getAttribute("aria-label")) ?? "")?.[1],
  );
  expect(at).toBeGreaterThan(0);
  await resume.click();
  await lab.until(({ step }) => step > at);
});

test("a storage that keeps nothing is said, and the page works", async ({
  lab,
}) => {
  await lab.page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("storage is turned off", "SecurityError");
    };
  });
  await lab.open("", PAUSED);
  await kept(lab, 20, 1);
  await lab.button("Runs 1").click();
  await expect(drawer(lab.page)).toContainText(
    "This browser keeps nothing for this page (storage is turned off).",
  );
  await expect(rows(lab.page)).toHaveCount(1);
  expect(await findings(lab)).toEqual([]);
});

test("a storage that is full is said, and the run is there as long as the page", async ({
  lab,
}) => {
  await lab.page.addInitScript(() => {
    IDBObjectStore.prototype.put = function () {
      throw new DOMException("no room", "QuotaExceededError");
    };
  });
  await lab.open("", PAUSED);
  await kept(lab, 20, 1);
  await expect(lab.notice).toContainText("no more room for runs");
  await lab.button("Runs 1").click();
  await expect(rows(lab.page)).toHaveCount(1);
});

test("runs kept by a newer version of the page are left alone", async ({
  lab,
}) => {
  await lab.page.addInitScript(() => {
    indexedDB.open("collapse-lab", 99);
  });
  await lab.open("", PAUSED);
  await kept(lab, 20, 1);
  await lab.button("Runs 1").click();
  await expect(drawer(lab.page)).toContainText("a newer version of this page");
});

test.describe("on the phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("runs fill the screen, and nothing hangs over its edge", async ({
    lab,
  }) => {
    await lab.open("", PAUSED);
    await lab.step(20);
    await lab.button("Runs").click();
    await expect(rows(lab.page)).toHaveCount(1);
    const box = await drawer(lab.page).boundingBox();
    expect(box).toEqual({ x: 0, y: 0, width: 390, height: 844 });
    const over = await drawer(lab.page).evaluate(
      (dialog) => dialog.scrollWidth - dialog.clientWidth,
    );
    expect(over).toBe(0);
    expect(await findings(lab)).toEqual([]);
    await lab.button("Close runs").click();
    await expect(drawer(lab.page)).toHaveCount(0);
  });
});
