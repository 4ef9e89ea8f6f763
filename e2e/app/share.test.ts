/** Sharing: the dialog, its code and snippets; classroom links; receipts; embeds. */
import { encode } from "uqr";
import { parseLink, writeLink } from "../../src/experiment/link.ts";
import { writeReceipt } from "../../src/experiment/receipt.ts";
import { changeSettings, DEFAULT_CONFIG } from "../../src/experiment/schema.ts";
import { DEFAULT_LINK } from "../../src/experiment/testing.ts";
import { findings } from "./axe.ts";
import { expect, Lab, test } from "./lab.ts";

const CPU = "?engine=cpu";
const PAUSED = "?engine=cpu&paused";
/** Small and quick: done in a moment on the CPU. */
const QUICK = (["pace", "steps"] as const).reduce(
  (config, key) => changeSettings(config, key, key === "pace" ? 0 : 60),
  DEFAULT_CONFIG,
);

test("the dialog has the code of the link, embed and BibTeX to copy", async ({
  lab,
}) => {
  await lab.page
    .context()
    .grantPermissions(["clipboard-read", "clipboard-write"]);
  await lab.open("", PAUSED);
  const dialog = await lab.share();
  const link = lab.url + DEFAULT_LINK;
  await expect(dialog.getByRole("region")).toHaveText(link);
  // Module by module what another writer of the same code makes of the same link.
  const path = await dialog
    .getByRole("img", { name: "QR code of the link" })
    .locator("path")
    .last()
    .getAttribute("d");
  const { data } = encode(link, { ecc: "L", border: 4 });
  const dark = data.flatMap((row, y) =>
    row.flatMap((on, x) => (on ? [`${String(x)} ${String(y)}`] : [])),
  );
  const drawn = [...(path ?? "").matchAll(/M(\d+) (\d+)h(\d+)/g)].flatMap(
    ([, x, y, run]) =>
      Array.from(
        { length: Number(run) },
        (_, i) => `${String(Number(x) + i)} ${y}`,
      ),
  );
  expect(drawn.sort()).toEqual(dark.sort());
  const copied = async (name: string): Promise<string> => {
    await dialog.getByRole("button", { name }).click();
    await expect(dialog.getByRole("button", { name: "Copied" })).toBeVisible();
    return lab.page.evaluate(() => navigator.clipboard.readText());
  };
  const embed = await copied("Copy embed");
  const source =
    /src="([^"]*)"/.exec(embed)?.[1].replaceAll("&amp;", "&") ?? "";
  expect(parseLink(source)).toMatchObject({
    config: DEFAULT_CONFIG,
    notices: [],
    view: { embed: "1" },
  });
  expect(await copied("Copy BibTeX of this link")).toContain(`\\url{${link}}`);
  expect(await copied("Copy BibTeX of the paper")).toContain("2306.05023");
  expect(await findings(lab)).toEqual([]);
});

test("what a class is to see goes into the link, numbers only once there are some", async ({
  lab,
}) => {
  await lab.open("", PAUSED);
  const dialog = await lab.share();
  const shown = async () =>
    parseLink((await dialog.getByRole("region").textContent()) ?? "");
  const numbers = dialog.getByRole("checkbox", {
    name: /Include final numbers/,
  });
  await expect(numbers).toBeDisabled();
  await dialog.getByRole("checkbox", { name: /Ask for a guess/ }).check();
  await dialog.getByRole("checkbox", { name: /Lock the controls/ }).check();
  await dialog.getByLabel("Note").fill("Before class: 3 or 5?");
  expect((await shown()).view).toEqual({
    ask: "1",
    lock: "1",
    note: "Before class: 3 or 5?",
  });
  await lab.page.keyboard.press("Escape");
  await lab.step(5);
  await lab.until(({ step, status }) => step === 5 && status === "paused");
  await lab.share();
  await expect(numbers).toBeEnabled();
  await numbers.check();
  expect((await shown()).view.r).toMatch(
    /^5:[\d.]+,\d,[\d.]+:[\d.]+,\d,[\d.]+$/,
  );
});

test("a shared run gives the same numbers elsewhere, and says that it does", async ({
  lab,
  browser,
}) => {
  await lab.open(writeLink(QUICK), CPU);
  const { lanes, step } = await lab.status("done");
  const dialog = await lab.share();
  await dialog.getByRole("checkbox", { name: /Include final numbers/ }).check();
  const link = (await dialog.getByRole("region").textContent()) ?? "";
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
  });
  const other = new Lab(await context.newPage(), lab.url);
  await other.open(new URL(link.trim()).hash, CPU);
  const again = await other.status("done");
  expect(again.step).toBe(step);
  expect(again.lanes.map((lane) => lane.loss)).toEqual(
    lanes.map((lane) => lane.loss),
  );
  await expect(other.page.locator("[data-receipt]")).toHaveText(
    /Matches the author’s numbers to 1e-3/,
  );
  expect(await findings(other)).toEqual([]);
  expect(other.complaints).toEqual([]);
  await context.close();
});

test("numbers that differ are said, both of them; a run elsewhere goes to the very step", async ({
  lab,
}) => {
  const r = writeReceipt({
    steps: 20,
    lanes: [
      { loss: 1.5, activeModes: 0, distance: null },
      { loss: 2.5, activeModes: 0, distance: null },
    ],
    adapter: "somewhere else",
  });
  await lab.open(writeLink(QUICK, { r }), PAUSED);
  const verdict = lab.page.locator("[data-receipt]");
  await expect(verdict).toContainText("step 20, on somewhere else");
  await lab.step(25);
  await lab.until(({ step, status }) => step === 25 && status === "paused");
  await expect(verdict).toHaveAttribute("data-receipt", "waiting");
  await lab.button("Run exactly 20 steps").click();
  await expect(verdict).toHaveAttribute("data-receipt", "differs");
  await expect(verdict).toContainText(/A loss [\d.]+ here, 1.5 in the link/);
  await expect(verdict).toContainText("distance to theory");
  const { step } = await lab.state();
  expect(step).toBe(20);
});

test("a classroom link asks first, hides theory until the end, and locks until unlocked", async ({
  lab,
}) => {
  const view = { ask: "1", hide: "1", lock: "1", note: "<b>Think</b> first" };
  await lab.open(writeLink(QUICK, view), CPU);
  const bar = lab.page.locator("lab-classroom");
  await expect(bar).toContainText("<b>Think</b> first");
  await expect(bar.locator("b", { hasText: "Think" })).toHaveCount(0);
  // Nothing trains and nothing is told.
  expect(await lab.state()).toMatchObject({ step: 0, status: "idle" });
  await expect(lab.page.locator(".theory-tick")).toHaveCount(0);
  await expect(lab.page.locator(".water-line")).toHaveCount(0);
  await expect(lab.page.locator("lab-why")).toContainText(
    "hides the prediction",
  );
  await expect(
    lab.page.getByRole("heading", { name: "Distance to theory" }),
  ).toHaveCount(0);
  expect(await findings(lab)).toEqual([]);
  const guess = bar.getByLabel("How many of 8 directions survive in A?");
  await guess.fill("9");
  await guess.press("Enter");
  await expect(bar.getByRole("alert")).toContainText("from 0 to 8");
  await guess.fill("4");
  await guess.press("Enter");
  await lab.status("done");
  await expect(bar).toContainText("You guessed 4.");
  await expect(bar).toContainText("Theory keeps 5 in A, 5 in B.");
  await expect(lab.page.locator(".theory-tick").first()).toBeVisible();
  // The guess is nowhere in the address.
  expect(parseLink(lab.page.url()).view).toEqual(view);
  // Locked.
  await expect(lab.page.locator(".rail")).toHaveAttribute("inert", "");
  await expect(
    lab.page.getByRole("combobox", { name: "Preset" }),
  ).toBeDisabled();
  const line = lab.page
    .getByRole("slider", { name: "Waterline: KL weight" })
    .first();
  await line.focus();
  await line.press("ArrowUp");
  await expect(lab.notice).toContainText("locks the experiment");
  expect((await lab.state()).config.base.beta).toBe(1);
  await bar.getByRole("button", { name: "Unlock" }).click();
  await expect(bar).toContainText("Unlocked");
  await line.press("ArrowUp");
  expect((await lab.state()).config.base.beta).toBeGreaterThan(1);
  // A preset stays in the classroom until it is left.
  await lab.page
    .getByRole("combobox", { name: "Preset" })
    .selectOption("Total collapse");
  await lab.until(({ config }) => config.base.etaDec === 4);
  expect(parseLink(lab.page.url()).view).toMatchObject({ ask: "1", hide: "1" });
  await bar.getByRole("button", { name: "Leave the classroom view" }).click();
  await expect.poll(() => parseLink(lab.page.url()).view).toEqual({});
  await expect(lab.page.locator(".water-line").first()).toBeAttached();
});

test("a key with a value that nobody knows is said", async ({ lab }) => {
  await lab.open(writeLink(QUICK, { hide: "maybe" }), PAUSED);
  await expect(lab.notice).toContainText("maybe");
  await expect(lab.page.locator(".theory-tick").first()).toBeVisible();
});

test.describe("as an embed", () => {
  test.use({ viewport: { width: 640, height: 420 } });

  test("one figure with theory first, played on request, in a frame", async ({
    lab,
  }) => {
    const link = writeLink(QUICK, { embed: "1" });
    await lab.page.goto(lab.url + CPU + link);
    const figure = lab.page.locator("lab-figure");
    await expect(figure.locator(".theory-tick").first()).toBeVisible();
    await expect(figure).toContainText("predicted; 60 steps to run");
    await expect(lab.page.locator("lab-header, #article")).toHaveCount(0);
    expect(lab.page.workers().length).toBe(0);
    const over = await lab.page.evaluate(() => [
      document.documentElement.scrollWidth - innerWidth,
      document.documentElement.scrollHeight - innerHeight,
    ]);
    expect(over).toEqual([0, 0]);
    expect(await findings(lab)).toEqual([]);
    const open = figure.getByRole("link", { name: "Open full" });
    await expect(open).toHaveAttribute("target", "_blank");
    const href = (await open.getAttribute("href")) ?? "";
    expect(parseLink(href)).toMatchObject({ config: QUICK, view: {} });
    await figure.getByRole("button", { name: "Play" }).click();
    await expect(figure.locator("[data-status=done]")).toBeVisible();
    expect(lab.page.workers().length).toBe(1);
    await figure.getByRole("radio", { name: "Units" }).click();
    await expect(
      figure.getByRole("img", { name: /KL of each unit/ }),
    ).toBeVisible();
    expect(await findings(lab)).toEqual([]);
  });

  test("the waterline moves theory before anything is trained", async ({
    lab,
  }) => {
    await lab.page.goto(lab.url + CPU + writeLink(QUICK, { embed: "1" }));
    const figure = lab.page.locator("lab-figure");
    await expect(figure).toContainText("5 of 8");
    const line = figure.getByRole("slider");
    await line.focus();
    for (let i = 0; i < 3; i++) await line.press("Shift+ArrowUp");
    await expect(figure).not.toContainText("5 of 8");
    await expect
      .poll(() => parseLink(lab.page.url()).config.base.beta)
      .toBeGreaterThan(3);
    expect(lab.page.workers().length).toBe(0);
  });
});
