/** Files of a run: what is in them, and the one that opens again. */
import { readFileSync } from "node:fs";
import type { Download } from "@playwright/test";
import { parseLink, writeLink } from "../../src/experiment/link.ts";
import { changeSettings, DEFAULT_CONFIG } from "../../src/experiment/schema.ts";
import { readSafetensors } from "../../src/ui/safetensors.ts";
import { findings } from "./axe.ts";
import { expect, type Lab, test } from "./lab.ts";

const PAUSED = "?engine=cpu&paused";
const CONFIG = changeSettings(DEFAULT_CONFIG, "seed", 11);
const LINK = writeLink(CONFIG);

async function ready(lab: Lab): Promise<(name: string) => Promise<Download>> {
  await lab.open(LINK, PAUSED);
  await lab.step(12);
  await lab.until(({ step, status }) => step === 12 && status === "paused");
  await lab.button("Export").click();
  const dialog = lab.page.getByRole("dialog", { name: "Export this run" });
  await expect(dialog).toContainText("step 12");
  return async (name) => {
    const coming = lab.page.waitForEvent("download");
    await dialog.getByRole("button", { name, exact: true }).click();
    return coming;
  };
}

const textOf = async (file: Download): Promise<string> =>
  readFileSync(await file.path(), "utf8");

test("series, weights and script carry the link and the run's numbers", async ({
  lab,
}) => {
  const download = await ready(lab);
  const link = lab.url + LINK;
  const losses = await lab.losses(0);

  const csv = await download("Series: CSV");
  expect(csv.suggestedFilename()).toBe(
    "collapse-lab-vae-seed-11-step-12-series.csv",
  );
  const lines = (await textOf(csv)).split("\r\n");
  expect(lines[0]).toBe(`# ${link}`);
  const rows = lines.filter((line) => /^\d/.test(line));
  expect(rows.length).toBeGreaterThanOrEqual(12);
  expect(Math.fround(Number(rows[3].split(",")[1]))).toBe(losses[3]);

  const json = JSON.parse(await textOf(await download("Series: JSON"))) as {
    link: string;
    lanes: { terms: { loss: number[] } }[];
  };
  expect(json.link).toBe(link);
  expect(json.lanes[0].terms.loss.map(Math.fround)).toEqual(losses);

  const weights = await download("Weights: safetensors");
  const { tensors, metadata } = readSafetensors(
    readFileSync(await weights.path()),
  );
  expect(metadata).toMatchObject({ link, step: "12" });
  expect(tensors.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["A.encW", "A.decU", "A.logVar", "B.encW"]),
  );
  const encoder = tensors.find(({ name }) => name === "A.encW");
  expect(encoder?.shape).toEqual([8, 16]);
  expect(encoder?.values.every(Number.isFinite)).toBe(true);
  expect(encoder?.values.some((value) => value !== 0)).toBe(true);

  const script = await textOf(await download("Script: PyTorch"));
  expect(script).toContain(link);
  expect(script).toContain("STEPS = 12");
  expect(await findings(lab)).toEqual([]);
});

test("figures stand on their own: no style, class or address of the page in them", async ({
  lab,
}) => {
  const download = await ready(lab);
  const dialog = lab.page.getByRole("dialog");
  const choose = dialog.getByRole("combobox", { name: "Figure" });
  for (const title of ["Lane A: Modes", "Lane B: Units, KL in nats", "Loss"]) {
    await choose.selectOption({ label: title });
    const file = await download("Figures: SVG");
    expect(file.suggestedFilename()).toMatch(/-(modes|units|loss).*\.svg$/);
    const svg = await textOf(file);
    expect(svg).toContain(LINK.replaceAll("&", "&amp;"));
    expect(svg).not.toMatch(/var\(--|class=|light-dark|<!--/);
    // It is drawn by who knows nothing of the page.
    const page = await lab.page.context().newPage();
    await page.setContent(svg);
    const colors = await page.evaluate(
      () =>
        new Set(
          [...document.querySelectorAll("svg [fill], svg [stroke]")].map(
            (mark) =>
              getComputedStyle(mark).fill + getComputedStyle(mark).stroke,
          ),
        ).size,
    );
    expect(colors).toBeGreaterThan(3);
    await page.close();
  }
  const png = readFileSync(await (await download("Figures: PNG")).path());
  expect(
    [...png.subarray(1, 4)].map((c) => String.fromCharCode(c)).join(""),
  ).toBe("PNG");
  expect(png.readUInt32BE(16)).toBeGreaterThan(1000);
});

test("a run's file opens again, chosen or dropped; another is refused in words", async ({
  lab,
}, info) => {
  const download = await ready(lab);
  const file = await download("Run: .collapse.json");
  expect(file.suggestedFilename()).toMatch(/\.collapse\.json$/);
  const path = info.outputPath("a run.collapse.json");
  await file.saveAs(path);
  await lab.page.keyboard.press("Escape");
  await lab.page.evaluate(() => globalThis.collapseLab.open("#v=1&m=mhvae"));
  await lab.page.locator("#file").setInputFiles(path);
  const opened = await lab.until(({ config }) => config.base.seed === 11);
  expect(opened.config).toEqual(CONFIG);
  expect(parseLink(lab.page.url()).config).toEqual(CONFIG);

  await lab.page.evaluate(() => globalThis.collapseLab.open("#v=1&m=mhvae"));
  const text = readFileSync(path, "utf8");
  const drop = (content: string): Promise<void> =>
    lab.page.evaluate((words) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([words], "x.collapse.json"));
      document.dispatchEvent(
        new DragEvent("drop", { dataTransfer: transfer, cancelable: true }),
      );
    }, content);
  await drop(text);
  await lab.until(({ config }) => config.base.seed === 11);
  await drop("{}");
  await expect(lab.notice).toContainText("x.collapse.json was not opened");
});
