/** What a classroom link keeps to itself: on maps and sweeps, in their files, and before any script has run. */
import { readFile } from "node:fs/promises";
import type { Download, Page } from "@playwright/test";
import { expect, linkWith, test, type Lab } from "./lab.ts";

/** theta^2 is 9, 4, 1, .25. */
const SMALL = linkWith({
  data: { kind: "spectrum", theta: [3, 2, 1, 0.5] },
  rows: 64,
  latents: 4,
  estimator: "exact",
  steps: 200,
  pace: 0,
});
/** A link with keys of its showing; the check value is of the text before it. */
const showing = (keys: string, link = SMALL): string =>
  link.replace(/&x=.*$/, `&${keys}`);
/** What the page shows before it runs a script. */
const DEFAULT = linkWith({});

async function saved(page: Page, act: () => Promise<void>): Promise<string> {
  const downloading: Promise<Download> = page.waitForEvent("download");
  await act();
  return readFile(await (await downloading).path(), "utf8");
}

async function reveal(lab: Lab): Promise<void> {
  await lab.page
    .locator("lab-classroom")
    .getByRole("button", { name: "Show it now" })
    .click();
}

test("a map shows and saves no theory until it is revealed", async ({
  lab,
}) => {
  const { page } = lab;
  const keys =
    "map=b:0.5..8:3:log,ed:0.6..1.6:3:linear,t:3000,q:distance,v:difference&hide=1";
  await lab.open(showing(keys), "?paused");
  const map = page.locator("lab-map");
  await expect(map.getByRole("status")).toHaveText(
    "This link hides theory for now.",
  );
  await map.getByRole("button", { name: /^Train/ }).click();
  const cells = map.locator("tbody td");
  await map.getByRole("button", { name: "Table" }).click();
  await expect(cells.last()).not.toHaveText("–", { timeout: 60_000 });
  await expect(map.getByRole("button", { name: /^Train/ })).toBeVisible({
    timeout: 60_000,
  });
  await expect(map.getByRole("status")).toHaveText(
    "This link hides theory for now.",
  );
  await expect(map.locator(".verdict")).toHaveText("");
  for (const name of ["Theory", "Difference"])
    await expect(map.getByRole("button", { name, exact: true })).toHaveCount(0);
  await expect(map.getByLabel("Colour").locator("option")).toHaveText([
    "Modes in use",
    "KL",
    "Loss",
    "I(x; z)",
  ]);
  await map.getByRole("button", { name: "Picture" }).click();
  await expect(map.locator("path.over")).toHaveCount(0);
  const picture = map.getByRole("application");
  await picture.focus();
  await page.keyboard.press("ArrowRight");
  await expect(map.locator(".reading")).toContainText("of 4 active");
  await expect(map.locator(".reading")).not.toContainText("theory");
  const save = (kind: string) =>
    saved(page, () =>
      map.getByRole("button", { name: `Save the map as ${kind}` }).click(),
    );
  const [, head, first] = (await save("CSV")).split("\n");
  const column = (name: string) =>
    first.split(",")[head.split(",").indexOf(name)];
  expect(Number(column("active"))).toBeGreaterThan(0);
  for (const name of [
    "distance",
    "theory_active",
    "theory_loss",
    "near_boundary",
  ])
    expect(column(name), name).toBe("");
  const json = JSON.parse(await save("JSON")) as {
    link: string;
    cells: { theory: Record<string, unknown>; near: unknown }[];
  };
  expect(
    new Set(json.cells.flatMap(({ theory }) => Object.values(theory))),
  ).toEqual(new Set([null]));
  expect(json.cells[0].near).toBeNull();
  expect(json.link).toContain("hide=1");
  const svg = await save("SVG");
  expect(svg).toContain("This link hides theory for now.");
  expect(svg).not.toMatch(/agree|stroke="#fff"/);
  // What the link asked for waits until it may be seen.
  await reveal(lab);
  await expect(map.locator(".verdict")).toContainText("9 of 9 cells agree");
  await expect(map.getByLabel("Colour")).toHaveValue("distance");
  await expect(map.getByRole("button", { name: "Difference" })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  await map.getByLabel("Colour").selectOption("Modes in use");
  await expect(map.locator("path.over")).toHaveAttribute("d", /^M/);
});

test("a question that is open keeps the link's map from training", async ({
  lab,
}) => {
  await lab.open(
    showing("map=b:0.5..8:3:log,ed:0.6..1.6:3:linear,t:3000&ask=1"),
    "?paused",
  );
  const map = lab.page.locator("lab-map");
  await expect(map.getByRole("status")).toHaveText(
    "This link hides theory for now.",
  );
  await map.getByRole("button", { name: "Table" }).click();
  await expect(map.locator("tbody td").first()).toHaveText("–");
  await lab.page
    .locator("lab-classroom")
    .getByRole("button", { name: "Run without a guess" })
    .click();
  await expect(map.locator(".verdict")).toContainText("9 of 9 cells agree", {
    timeout: 60_000,
  });
});

test("a sweep shows and saves no theory until it is revealed", async ({
  lab,
}) => {
  const { page } = lab;
  await lab.open(showing("hide=1"), "?paused");
  await page.getByRole("tab", { name: "Sweep" }).click();
  const sweep = page.locator("lab-sweep");
  await expect(sweep.getByRole("status")).toContainText("hides theory");
  const values = sweep.getByLabel("Values of KL weight");
  await values.fill("0.5, 2");
  await values.blur();
  await sweep.getByRole("button", { name: "Run" }).click();
  await expect(sweep.getByRole("status")).toHaveText("2 trainings", {
    timeout: 60_000,
  });
  const picture = sweep.getByRole("img", {
    name: /^Units in use by β: 0\.5: /,
  });
  await expect(picture).toBeVisible();
  await expect(sweep).not.toContainText("linear theory");
  expect(await picture.getAttribute("aria-label")).not.toContain("theory");
  for (const path of await sweep.locator("path.linear").all())
    await expect(path).toHaveAttribute("d", "");
  await sweep.getByRole("button", { name: "Table" }).click();
  await expect(sweep.locator("thead")).not.toContainText("theory");
  const csv = await saved(page, () =>
    sweep.getByRole("button", { name: "as CSV" }).click(),
  );
  const [head, first] = csv.split("\n").map((line) => line.split(","));
  for (const name of ["linearActiveUnits", "linearLoss"])
    expect(first[head.indexOf(name)], name).toBe("");
  const json = await saved(page, () =>
    sweep.getByRole("button", { name: "as JSON" }).click(),
  );
  expect(json).toContain('"linear": null');
  await reveal(lab);
  await expect(sweep.locator("thead")).toContainText("linear theory");
});

/** The page without its scripts, and what it complained about. */
async function unscripted(page: Page, url: string): Promise<string[]> {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  await page.route("**/main.js", (route) =>
    route.fulfill({ body: "", contentType: "text/javascript" }),
  );
  await page.goto(url);
  await expect(page.locator(".first-brand")).toBeVisible();
  return complaints;
}

const ANSWER = ["story", "tick", "water", "line", "why"];

for (const [keys, hidden] of [
  ["", false],
  ["hide=1", true],
  ["ask=1", true],
  ["hide=maybe", false],
] as const)
  test(`before any script of the page ${keys || "a plain link"} ${hidden ? "hides" : "shows"} the answer`, async ({
    page,
    siteUrl,
  }) => {
    const complaints = await unscripted(
      page,
      siteUrl + (keys ? showing(keys, DEFAULT) : DEFAULT),
    );
    for (const name of ANSWER)
      await expect(page.locator(`.first-${name}`).first()).toHaveCSS(
        "visibility",
        hidden ? "hidden" : "visible",
      );
    // The data are no answer.
    await expect(page.locator(".first-column").first()).toBeVisible();
    expect(complaints).toEqual([]);
  });

for (const link of [SMALL, showing("hide=1")])
  test(`before any script of the page a link of another experiment shows nothing of the default one: ${link.slice(-8)}`, async ({
    page,
    siteUrl,
  }) => {
    const complaints = await unscripted(page, siteUrl + link);
    for (const name of [...ANSWER.slice(0, -1), "why p", "question", "column"])
      await expect(page.locator(`.first-${name}`).first()).toBeHidden();
    expect(complaints).toEqual([]);
  });
