/** A map on the page: theory at once, cells as they train, read by pointer and keys, opened, saved, linked. */
import { readFile } from "node:fs/promises";
import type { Locator } from "@playwright/test";
import { findings } from "./axe.ts";
import { expect, linkWith, test, type Lab } from "./lab.ts";

/** theta^2 is 9, 4, 1, .25. */
const SMALL = linkWith({
  data: { kind: "spectrum", theta: [3, 2, 1, 0.5] },
  rows: 64,
  latents: 4,
  estimator: "exact",
  steps: 1500,
});
/** beta is 0.5, 2 and 8 across, eta 0.5, 1 and 1.5 up: beta eta^2 is no closer than 10 % to a theta^2 but where both are 4. */
const MAP = "b:0.5..8:3:log,ed:0.6..1.6:3:linear,t:3000";

async function openMap(lab: Lab, link = SMALL): Promise<Locator> {
  await lab.open(link, "?paused");
  await lab.page.getByRole("tab", { name: "Map" }).click();
  return lab.page.locator("lab-map");
}

/** `SMALL` with a map; the check value is of the text before it. */
const withMap = (map: string): string => SMALL.replace(/&x=.*$/, `&map=${map}`);

async function train(map: Locator): Promise<void> {
  await map.getByRole("button", { name: /^Train/ }).click();
  await expect(map.locator(".verdict")).toContainText(/^9 of 9 cells agree/, {
    timeout: 60_000,
  });
  await expect(map.getByRole("status")).toHaveText("");
}

test("theory is there at once; cells fill, are read by pointer and keys, and open as lanes", async ({
  lab,
}) => {
  await lab.open(withMap(MAP), "?paused");
  const map = lab.page.locator("lab-map");
  await expect(map).toBeVisible();
  await train(map);
  const picture = map.getByRole("application");
  const reading = map.locator(".reading");
  const box = await picture.boundingBox();
  if (!box) throw new Error("the picture has no place");
  // Lower left, right of the axis' labels: beta 0.5, eta 0.6, so beta eta^2 = 0.18.
  await picture.hover({ position: { x: 60, y: box.height - 50 } });
  await expect(reading).toContainText("β 0.5, η 0.6: 4 of 4 active, theory 4");
  await picture.focus();
  await lab.page.keyboard.press("ArrowRight");
  await expect(reading).toContainText("β 2, η 0.6: 3 of 4 active, theory 3");
  await lab.page.keyboard.press("End");
  await lab.page.keyboard.press("ArrowUp");
  await lab.page.keyboard.press("ArrowUp");
  await expect(reading).toContainText("β 8, η 1.6: 0 of 4 active, theory 0");
  await expect(map.locator("[aria-live=polite]").last()).toContainText("β 8");
  await lab.page.keyboard.press("Enter");
  const { config } = await lab.until(({ config: { base } }) => base.beta === 8);
  expect(config.base.etaDec).toBe(1.6);
  expect(config.lanes.length).toBe(2);
  // The map and its cells stay.
  await expect(map.locator(".verdict")).toContainText("9 of 9");
});

test("the table has what the picture has, files carry the link, and the link reopens the map", async ({
  lab,
}) => {
  await lab.open(withMap(MAP), "?paused");
  const map = lab.page.locator("lab-map");
  await train(map);
  await map.getByRole("button", { name: "Table" }).click();
  const rows = map.locator("tbody tr");
  await expect(rows).toHaveCount(3);
  await expect(rows.last().locator("td")).toHaveText(["4", "3", "2"]);
  const saved: Record<string, string> = {};
  for (const kind of ["CSV", "JSON", "SVG", "PNG"]) {
    const downloading = lab.page.waitForEvent("download");
    await map.getByRole("button", { name: `Save the map as ${kind}` }).click();
    const path = await (await downloading).path();
    saved[kind] = await readFile(path, kind === "PNG" ? "latin1" : "utf8");
  }
  expect(saved.PNG.slice(1, 4)).toBe("PNG");
  const [first, head, ...lines] = saved.CSV.trim().split("\n");
  expect(head).toMatch(/^beta,etaDec,steps,active,/);
  expect(lines.length).toBe(9);
  const { link, cells } = JSON.parse(saved.JSON) as {
    link: string;
    cells: { values: number[]; measured: { active: number } }[];
  };
  expect(first).toBe(`# ${link}`);
  expect(saved.SVG).toContain("map=b:0.5..8:3:log");
  expect(cells.map(({ measured }) => measured.active).slice(0, 3)).toEqual([
    4, 3, 2,
  ]);
  await lab.page.goto("about:blank");
  await lab.open(link.slice(link.indexOf("#")), "?paused");
  await expect(map.getByLabel("Cells", { exact: true })).toHaveValue("3");
  await expect(map.getByLabel("KL weight from")).toHaveValue("0.5");
  expect((await lab.state()).notices).toEqual([]);
});

test("a link shows the same picture elsewhere: what is coloured, which view of it, and Share says so", async ({
  lab,
}) => {
  const { page } = lab;
  const map = await openMap(lab);
  await map.getByLabel("Colour").selectOption("KL");
  await map.getByRole("button", { name: "Theory", exact: true }).click();
  const hash = (): string => new URL(page.url()).hash;
  await expect.poll(hash).toMatch(/,q:kl,v:theory&x=/);
  const dialog = await lab.share();
  await expect(dialog.locator("dl")).toContainText(
    "32 × 32 models, β 0.1 to 10, η 0.2 to 2; KL, theory",
  );
  const link = (await dialog.getByRole("region").innerText()).trim();
  await page.keyboard.press("Escape");
  const picture = map.locator("canvas");
  const pixels = (): Promise<string> =>
    picture.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
  const before = await pixels();
  await page.goto("about:blank");
  await lab.open(link.slice(link.indexOf("#")), "?engine=cpu&paused");
  await expect(map.getByLabel("Colour")).toHaveValue("kl");
  await expect(
    map.getByRole("button", { name: "Theory", exact: true }),
  ).toHaveAttribute("aria-pressed", "true");
  await expect.poll(pixels).toBe(before);
  expect((await lab.state()).notices).toEqual([]);
  expect(hash()).toBe(link.slice(link.indexOf("#")));
});

test("a number and a view that nobody knows are said; the rest of the map is used", async ({
  lab,
}) => {
  await lab.open(withMap(`${MAP},q:joy,v:upside`), "?engine=cpu&paused");
  const map = lab.page.locator("lab-map");
  await expect(map.getByLabel("KL weight from")).toHaveValue("0.5");
  for (const given of ["q:joy", "v:upside"])
    await expect(lab.notice).toContainText(given);
  await expect(map.getByLabel("Colour")).toHaveValue("active");
  await expect(map.getByRole("button", { name: "Measured" })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  await expect(lab.page).toHaveURL(/,t:3000(&|$)/);
});

test("a map can be paused, resumed and cancelled; the worker is free again", async ({
  lab,
}) => {
  const map = await openMap(lab);
  await map.getByLabel("Steps").fill("1000000");
  await map.getByLabel("Steps").blur();
  await map.getByRole("button", { name: /^Train 1,024/ }).click();
  await map.getByRole("button", { name: "Pause" }).click();
  await expect(map.getByRole("status")).toContainText("Paused at 0 of 1,024");
  await map.getByRole("button", { name: "Resume" }).click();
  await expect(map.getByRole("status")).toContainText("steps/s");
  await map.getByRole("button", { name: "Cancel" }).click();
  await expect(map.getByRole("status")).toHaveText(
    "Cancelled after 0 of 1,024",
  );
  await lab.step(3);
  expect((await lab.state()).step).toBe(3);
});

test("theory's lines and counts are there before anything trains", async ({
  lab,
}) => {
  const map = await openMap(lab);
  await expect(map.getByRole("status")).toHaveText("Theory of 1,024 models");
  // Four modes have a line each, in the picture of what was measured too.
  const lines = map.locator("path.over");
  await expect(lines).toHaveAttribute("d", /^M.*(L.*M.*){8}/);
  await expect(map.locator(".verdict")).toHaveText("");
  await map.getByRole("button", { name: "Theory", exact: true }).click();
  await expect(lines).toHaveAttribute("d", /^M/);
  await map.getByRole("button", { name: "Table" }).click();
  const cells = map.locator("tbody td");
  await expect(cells).toHaveCount(1024);
  // Little weight and little noise keep all four, much of both none: rows go from the highest.
  await expect(map.locator("tbody tr").last().locator("td").first()).toHaveText(
    "4",
  );
  await expect(map.locator("tbody tr").first().locator("td").last()).toHaveText(
    "0",
  );
  await map.getByRole("button", { name: "Measured" }).click();
  await expect(cells.first()).toHaveText("–");
  expect((await lab.state()).step).toBe(0);
});

test("the address has the map while it is open: reloaded, edited, shared, left", async ({
  lab,
}) => {
  const { page } = lab;
  const map = await openMap(lab);
  const hash = (): string => new URL(page.url()).hash;
  await expect(page).toHaveURL(
    /&map=b:0\.1\.\.10:32:log,ed:0\.2\.\.2:32:log&x=/,
  );
  const length = await page.evaluate(() => history.length);
  await map.getByLabel("KL weight from").fill("0.5");
  await map.getByLabel("KL weight from").blur();
  await map.getByLabel("Cells", { exact: true }).selectOption("16");
  await map.getByLabel("Colour").selectOption("KL");
  const axes = "map=b:0.5..10:16:log,ed:0.2..2:16:log,q:kl";
  await expect.poll(hash).toContain(`&${axes}&x=`);
  expect(await page.evaluate(() => history.length)).toBe(length);
  // A change of the experiment keeps it.
  const box = page.getByRole("textbox", { name: "KL weight", exact: true });
  await box.fill("1.7");
  await box.press("Enter");
  await expect.poll(hash).toMatch(/&b=1\.7&.*&map=/);
  expect(hash()).toContain(axes);
  const { link, notices } = await lab.until(({ status }) => status === "idle");
  expect([link, notices]).toEqual([hash(), []]);

  const dialog = await lab.share();
  await expect(dialog.getByRole("region")).toHaveText(lab.url + link);
  await page.keyboard.press("Escape");

  await page.reload();
  await page.evaluate(() => globalThis.collapseLab.ready);
  await expect(page.getByRole("tab", { name: "Map" })).toHaveAttribute(
    "aria-selected",
    "true",
  );
  await expect(map.getByLabel("KL weight from")).toHaveValue("0.5");
  await expect(map.getByLabel("Cells", { exact: true })).toHaveValue("16");
  await expect(map.getByLabel("Colour")).toHaveValue("kl");
  await expect(map.locator("path.over")).toHaveAttribute("d", /^M/);
  expect(hash()).toBe(link);

  await page.getByRole("tab", { name: "Series" }).click();
  await expect.poll(hash).not.toContain("map=");
  await expect(page.getByRole("tab", { name: "Series" })).toHaveAttribute(
    "aria-selected",
    "true",
  );
  // Nothing of it is lost, and what was trained stays: nobody asked for another.
  await page.getByRole("tab", { name: "Map" }).click();
  await expect.poll(hash).toContain("map=b:0.5..10:16:log");
});

test("a link without a map closes it, Back opens it again; a preset leaves it open", async ({
  lab,
}) => {
  const { page } = lab;
  await lab.open(withMap(MAP), "?paused");
  const map = page.locator("lab-map");
  await expect(map.locator(".verdict")).toContainText("of 9 cells agree", {
    timeout: 60_000,
  });
  await page.evaluate((to) => {
    location.hash = to;
  }, SMALL);
  await expect(map).toHaveCount(0);
  await page.goBack();
  await expect(map.getByLabel("KL weight from")).toHaveValue("0.5");
  // It is the same map: its cells stay, and are not trained anew.
  await expect(map.locator(".verdict")).toContainText("of 9 cells agree");
  await expect(
    map.getByRole("button", { name: "Train 9 models" }),
  ).toBeVisible();
  await page
    .getByRole("combobox", { name: "Preset" })
    .selectOption("Less noise, fewer losses");
  await expect(map).toBeVisible();
  await expect(page).toHaveURL(
    /&map=b:0\.5\.\.8:3:log,ed:0\.6\.\.1\.6:3:linear,t:3000&/,
  );
});

test("what cannot be read of a map is said, and the usual axes are used", async ({
  lab,
}) => {
  await lab.open(withMap("b:0.5..8:3:cubic"), "?paused");
  const map = lab.page.locator("lab-map");
  await expect(map).toContainText("The link's map could not be read");
  await expect(map.getByLabel("KL weight from")).toHaveValue("0.1");
  await map.getByLabel("KL weight from").fill("0.2");
  await map.getByLabel("KL weight from").blur();
  await expect(map).not.toContainText("could not be read");
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("a link opens the map, and folding it takes it out of the address", async ({
    lab,
  }) => {
    const { page } = lab;
    await lab.open(withMap(MAP), "?paused");
    const map = page.locator("lab-map");
    await expect(map.getByLabel("KL weight from")).toHaveValue("0.5");
    const fold = page.locator("summary", { hasText: "Map" });
    await fold.click();
    await expect(map).toHaveCount(0);
    await expect(page).not.toHaveURL(/map=/);
    await fold.click();
    await expect(map.getByLabel("KL weight from")).toHaveValue("0.5");
    await expect(page).toHaveURL(/&map=b:0\.5\.\.8:3:log/);
  });
});

test("one axis is a curve, and what has no map says why", async ({ lab }) => {
  const map = await openMap(lab);
  await map.getByLabel("Up", { exact: true }).selectOption("");
  await expect(map.getByRole("status")).toHaveText("Theory of 32 models");
  await map.getByRole("button", { name: "Train 32 models" }).click();
  await expect(map.locator(".verdict")).toContainText("of 32 cells agree", {
    timeout: 60_000,
  });
  await map.getByLabel("KL weight from").fill("20");
  await map.getByLabel("KL weight from").blur();
  await expect(map.getByRole("status")).toContainText(
    "from a smaller number to a larger one",
  );
});

test("a map has nothing serious for axe, in both themes", async ({ lab }) => {
  const map = await openMap(lab);
  await expect(map.getByRole("status")).toContainText("Theory of");
  expect(await findings(lab)).toEqual([]);
  await map.getByRole("button", { name: "Table" }).click();
  expect(await findings(lab)).toEqual([]);
});

const NETWORK = linkWith({
  data: { kind: "spectrum", theta: [3, 2, 1, 0.5] },
  rows: 64,
  latents: 4,
  network: { kind: "dense", hidden: [8] },
  biases: true,
  estimator: "sampled",
  batchSize: 32,
});

test("a map of networks trains, beside lines that are the linear model's by name", async ({
  lab,
}) => {
  const link = NETWORK.replace(
    /&x=.*$/,
    "&map=b:0.2..20:2:log,ed:0.6..1.6:2:linear,t:300",
  );
  await lab.open(link, "?paused");
  const map = lab.page.locator("lab-map");
  const verdict = map.locator(".verdict");
  await expect(verdict).toContainText("of 4 cells", { timeout: 60_000 });
  await expect(verdict).toContainText("Lines are of the linear model");
  await expect(
    map.getByRole("button", { name: "Linear theory" }),
  ).toBeVisible();
  // There is no exact loss to choose, and no singular values to show.
  await expect(map.getByLabel("Trained on")).toHaveCount(0);
  await expect(map.getByLabel("Colour").locator("option")).toHaveText([
    "Modes in use",
    "KL",
    "Loss",
  ]);
});

test("a linear map can be trained on minibatches, which its link says", async ({
  lab,
}) => {
  const map = await openMap(lab);
  await map.getByLabel("Trained on").selectOption("sampled");
  await expect(map.getByRole("status")).toHaveText("Theory of 64 models");
  await map.getByLabel("Cells").selectOption("4");
  await map.getByLabel("Steps").fill("200");
  await map.getByLabel("Steps").blur();
  await map.getByRole("button", { name: "Train 16 models" }).click();
  await expect(map.locator(".verdict")).toContainText("of 16 cells", {
    timeout: 60_000,
  });
  await lab.page
    .context()
    .grantPermissions(["clipboard-read", "clipboard-write"]);
  await map.getByRole("button", { name: "Copy link" }).click();
  await expect(map.getByRole("button", { name: "Copied" })).toBeVisible();
  const words = await lab.page.evaluate(() => navigator.clipboard.readText());
  expect(words).toContain("e:sampled");
});
