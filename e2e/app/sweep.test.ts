/** A sweep on the page: chosen, run, cancelled, drawn, listed, saved; the experiment stays as it is. */
import { readFile } from "node:fs/promises";
import AxeBuilder from "@axe-core/playwright";
import type { Locator } from "@playwright/test";
import { expect, linkWith, test, type Lab } from "./lab.ts";

/** theta^2 is 9, 4, 1, .25: none within 10 % of a threshold used below. */
const SMALL = linkWith({
  data: { kind: "spectrum", theta: [3, 2, 1, 0.5] },
  rows: 64,
  latents: 4,
  estimator: "exact",
  steps: 1500,
});

async function openSweep(lab: Lab, link = SMALL): Promise<Locator> {
  await lab.open(link, "?paused");
  await lab.page.getByRole("tab", { name: "Sweep" }).click();
  return lab.page.locator("lab-sweep");
}

async function enter(field: Locator, value: string): Promise<void> {
  await field.fill(value);
  await field.blur();
}

/** Cells of the column under `head`, by row. */
async function column(sweep: Locator, head: string): Promise<string[]> {
  const heads = await sweep.locator("thead th").allInnerTexts();
  const rows = await sweep.locator("tbody tr").all();
  const cells = await Promise.all(
    rows.map((row) => row.locator("th, td").allInnerTexts()),
  );
  return cells.map((row) => row[heads.indexOf(head)].trim());
}

test("a sweep over the KL weight agrees with theory's counts, and can be saved", async ({
  lab,
}) => {
  const sweep = await openSweep(lab);
  const before = await lab.state();
  await enter(sweep.getByLabel("Values of KL weight"), "6, 0.5 2");
  await sweep.getByRole("button", { name: "Run" }).click();
  await expect(sweep.getByRole("status")).toHaveText("3 trainings", {
    timeout: 60_000,
  });
  await expect(
    sweep.getByRole("img", { name: /^Units in use by β: 0\.5: 3.*; 2: 2/ }),
  ).toBeVisible();
  await sweep.getByRole("button", { name: "Table" }).click();
  expect(await column(sweep, "β")).toEqual(["0.5", "2", "6"]);
  expect(await column(sweep, "Units in use")).toEqual(["3", "2", "1"]);
  expect(await column(sweep, "linear theory")).toEqual(["3", "2", "1"]);
  expect(await column(sweep, "collapsed at ε = 0.01")).toEqual([
    "25%",
    "50%",
    "75%",
  ]);
  const downloading = lab.page.waitForEvent("download");
  await sweep.getByRole("button", { name: "as CSV" }).click();
  const saved = await readFile(await (await downloading).path(), "utf8");
  const [head, ...lines] = saved.trim().split("\n");
  expect(head.split(",").slice(0, 3)).toEqual(["beta", "seed", "steps"]);
  expect(lines.map((line) => line.split(",").slice(0, 3).join())).toEqual([
    "0.5,7,1500",
    "2,7,1500",
    "6,7,1500",
  ]);
  const after = await lab.state();
  expect([after.link, after.step]).toEqual([before.link, before.step]);
});

test("two numbers make a grid", async ({ lab }) => {
  const sweep = await openSweep(lab);
  await enter(sweep.getByLabel("Values of KL weight"), "0.5, 2");
  await sweep.getByLabel("Also vary").selectOption("etaDec");
  await enter(sweep.getByLabel("Values of Decoder noise"), "1, 2");
  await sweep.getByRole("button", { name: "Run" }).click();
  await expect(sweep.getByRole("status")).toHaveText("4 trainings", {
    timeout: 60_000,
  });
  // beta eta^2 is .5, 2, 2, 8.
  const grid = sweep.getByRole("img", { name: /^Units in use/ });
  for (const cell of ["3 / 3", "2 / 2", "1 / 1"])
    await expect(grid.getByText(cell, { exact: true }).first()).toBeVisible();
  const { violations } = await new AxeBuilder({ page: lab.page })
    .include({ fromShadowDom: ["lab-app", "lab-strip", "lab-sweep"] })
    .analyze();
  expect(violations).toEqual([]);
});

test("a sweep can be cancelled, and the rows it has stay", async ({ lab }) => {
  const sweep = await openSweep(lab);
  await enter(sweep.getByLabel("Values of KL weight"), "0.5, 1.5, 2, 3, 5, 6");
  await enter(sweep.getByLabel("Steps"), "1000000");
  await sweep.getByRole("button", { name: "Run" }).click();
  await sweep.getByRole("button", { name: "Cancel" }).click();
  await expect(sweep.getByRole("status")).toHaveText("Cancelled after 0 of 6");
  await expect(sweep.getByRole("button", { name: "Cancel" })).toHaveCount(0);
  // The worker is free again.
  await lab.step(3);
  expect((await lab.state()).step).toBe(3);
});

test("what cannot be swept is said in words", async ({ lab }) => {
  const sweep = await openSweep(lab);
  await enter(sweep.getByLabel("Values of KL weight"), "1, many");
  await sweep.getByRole("button", { name: "Run" }).click();
  await expect(sweep.getByRole("alert")).toContainText("Numbers");
  await enter(sweep.getByLabel("Values of KL weight"), "1, -1");
  await sweep.getByRole("button", { name: "Run" }).click();
  await expect(sweep.getByRole("status")).toContainText("beta cannot be -1");
});
