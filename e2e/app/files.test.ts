/** Files by button and by drop, made here in memory. Nothing they do may end the running experiment. */
import { gzipSync } from "node:zlib";
import type { Page } from "@playwright/test";
import { ENDLESS, expect, Lab, linkWith, test } from "./lab.ts";
import {
  csvFile,
  type DataFile,
  idxImages,
  idxLabels,
  npyFile,
  textFile,
} from "./data-files.ts";

/** Trains as long as the test looks, on the CPU: these tests are about files. */
const RUNNING = linkWith({ ...ENDLESS, batchSize: 16, latents: 4 });
const CPU = "?engine=cpu";

async function choose(lab: Lab, ...files: DataFile[]): Promise<void> {
  await lab.page.locator("#file").setInputFiles(files);
}

async function drop(page: Page, ...files: DataFile[]): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    (list) => {
      const transfer = new DataTransfer();
      for (const { name, base64 } of list) {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        transfer.items.add(new File([bytes], name));
      }
      return transfer;
    },
    files.map(({ name, buffer }) => ({
      name,
      base64: buffer.toString("base64"),
    })),
  );
  await page.dispatchEvent("body", "dragenter", { dataTransfer });
  await expect(page.getByText("it stays on this device")).toBeVisible();
  await page.dispatchEvent("body", "drop", { dataTransfer });
}

/** Takes the file that was read, and waits until it trains. */
async function use(lab: Lab): Promise<void> {
  await lab.page
    .getByRole("dialog")
    .getByRole("button", { name: "Use it", exact: true })
    .click();
  await expect(lab.page.getByRole("dialog")).toHaveCount(0);
  await lab.until(
    ({ status, step, config }) =>
      status === "running" && step > 0 && config.base.data.kind === "file",
  );
}

const good: readonly {
  readonly name: string;
  readonly files: readonly DataFile[];
  readonly title: string;
  readonly report: readonly string[];
  readonly images: boolean;
}[] = [
  {
    name: "IDX images and labels, compressed",
    files: [
      { ...idxLabels(60), name: "t10k-labels-idx1-ubyte.gz" },
      { ...idxImages(60, 5), name: "t10k-images-idx3-ubyte.gz" },
    ].map((file) => ({ ...file, buffer: gzipSync(file.buffer) })),
    title: "Read t10k-images-idx3-ubyte.gz",
    report: ["IDX", "60", "25", "5 × 5", "Labels"],
    images: true,
  },
  {
    name: "IDX images alone",
    files: [idxImages(40, 4)],
    title: "Read images.idx3-ubyte",
    report: ["40", "16", "4 × 4"],
    images: true,
  },
  {
    name: "CSV with a header and a cell that is no number",
    files: [csvFile(50)],
    title: "Read table.csv",
    report: ["CSV", "49", "4", "1, for 1 cell that is not a number"],
    images: false,
  },
  {
    name: "NPY",
    files: [npyFile(30, 6)],
    title: "Read array.npy",
    report: ["NPY", "30", "6"],
    images: false,
  },
];

for (const { name, files, title, report, images } of good) {
  test(`${name}: reported, then trained on`, async ({ lab }) => {
    await lab.open(RUNNING, CPU);
    await choose(lab, ...files);
    const dialog = lab.page.getByRole("dialog", { name: title });
    await expect(dialog).toContainText("Nothing leaves this device.");
    for (const words of report) await expect(dialog).toContainText(words);
    await use(lab);
    const { lanes, link } = await lab.advances(5);
    expect(link).toContain("&d=file:");
    expect(lanes[0].prediction?.theta[0]).toBeGreaterThan(0);
    expect(lanes[0].loss).toEqual(expect.any(Number));
    await expect(lab.page.locator("lab-images canvas")).toHaveCount(
      images ? 3 : 0,
    );
  });
}

test("a dropped file is reported while the run goes on, and may be left", async ({
  lab,
}) => {
  await lab.open(RUNNING, CPU);
  await drop(lab.page, csvFile(50));
  const dialog = lab.page.getByRole("dialog", { name: "Read table.csv" });
  await expect(dialog).toBeVisible();
  await lab.advances();
  await dialog.getByRole("button", { name: "Close" }).click();
  const { config } = await lab.advances();
  expect(config.base.data.kind).toBe("spectrum");
});

test("columns can be centred and scaled", async ({ lab }) => {
  await lab.open(RUNNING, CPU);
  await choose(lab, csvFile(50));
  await lab.page
    .getByRole("dialog")
    .getByRole("combobox", { name: "Columns" })
    .selectOption("standardize");
  await use(lab);
  const { config, lanes } = await lab.state();
  expect(config.base.scaling).toBe("standardize");
  // Standardized columns have variance 1 each, and their sum is that of theta^2.
  const theta = lanes[0].prediction?.theta ?? [];
  const energy = theta.reduce((sum, value) => sum + value * value, 0);
  expect(energy).toBeCloseTo(4, 4);
});

const bad: readonly { readonly file: DataFile; readonly words: RegExp }[] = [
  {
    file: {
      ...idxImages(20, 4),
      buffer: idxImages(20, 4).buffer.subarray(0, 100),
    },
    words: /byte 100/,
  },
  { file: idxLabels(20), words: /20 labels.*no images/ },
  { file: textFile("empty.csv", ""), words: /is empty: it has 0 bytes/ },
  { file: textFile("page.csv", "<html>gone</html>"), words: /web page or XML/ },
  { file: textFile("words.csv", "a,b\nc,d\ne,f\n"), words: /words\.csv/ },
];

test("files that cannot be used are refused in words; the run goes on", async ({
  lab,
}) => {
  await lab.open(RUNNING, CPU);
  for (const { file, words } of bad) {
    await choose(lab, file);
    const dialog = lab.page.getByRole("dialog", {
      name: `${file.name} was not read`,
    });
    await expect(dialog.getByRole("alert")).toHaveText(words);
    await expect(dialog).toContainText("The running experiment goes on.");
    await lab.advances();
    await dialog.getByRole("button", { name: "Close" }).click();
  }
  // Labels that belong to other images.
  await choose(lab, idxImages(20, 4), idxLabels(19));
  await expect(lab.page.getByRole("alert")).toContainText("19 labels");
  await lab.advances();
});

test("a file's link asks for the file elsewhere, refuses another, takes it", async ({
  lab,
  browser,
}) => {
  const file = csvFile(50);
  await lab.open(RUNNING, CPU);
  await choose(lab, file);
  await use(lab);
  await lab.page.keyboard.press("Space");
  const { link } = await lab.status("paused");

  const context = await browser.newContext();
  const other = new Lab(await context.newPage(), lab.url);
  await other.page.goto(other.url + CPU + link);
  await expect(other.notice).toContainText("table.csv");
  await expect(other.notice).toContainText(`${file.buffer.length} bytes`);

  await choose(other, { ...csvFile(51), name: file.name });
  const dialog = other.page.getByRole("dialog");
  await expect(dialog).toContainText("This is not the file of the experiment");
  await dialog.getByRole("button", { name: "Close" }).click();

  await choose(other, file);
  await use(other);
  expect((await other.state()).link).toBe(link);
  expect(other.complaints).toEqual([]);
  await context.close();
});

test("a file is shared as its spectrum", async ({ lab }) => {
  await lab.open(RUNNING, CPU);
  await choose(lab, csvFile(50));
  await use(lab);
  const before = await lab.state();
  await lab.button("Use as spectrum").click();
  const { link, lanes } = await lab.until(
    ({ status, config }) =>
      status === "running" && config.base.data.kind === "spectrum",
  );
  expect(link).toMatch(/&d=spec:[\d.,]+&/);
  // Four significant digits go into the link.
  before.lanes[0].prediction?.theta.forEach((theta, mode) => {
    const shared = lanes[0].prediction?.theta[mode] ?? NaN;
    expect(Math.abs(shared - theta)).toBeLessThanOrEqual(theta * 5e-4);
  });
});
