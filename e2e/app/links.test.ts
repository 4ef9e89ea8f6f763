/** The address is the experiment: written, read, repaired aloud, and walked back through. */
import { DEFAULT_LINK, edited } from "../../src/experiment/testing.ts";
import { expect, Lab, linkWith, test } from "./lab.ts";

const PAUSED = "?engine=cpu&paused";

test("the address follows a change and opens the same run elsewhere", async ({
  lab,
  browser,
}) => {
  await lab.open("", "?paused");
  const length = await lab.page.evaluate(() => history.length);
  const box = lab.page.getByRole("textbox", { name: "KL weight" });
  await box.fill("1.7");
  await box.press("Enter");
  const latents = lab.page.getByRole("textbox", { name: "Latents" });
  await latents.fill("6");
  await latents.press("Enter");
  await expect(lab.page).toHaveURL(/&k=6&b=1\.7&/);
  expect(await lab.page.evaluate(() => history.length)).toBe(length);
  const { link, config } = await lab.until(({ status }) => status === "idle");
  expect(new URL(lab.page.url()).hash).toBe(link);
  await lab.step(50);
  await expect.poll(() => lab.losses(1)).toHaveLength(50);

  const context = await browser.newContext();
  const other = new Lab(await context.newPage(), lab.url);
  await other.open(link, "?paused");
  expect((await other.state()).config).toEqual(config);
  await other.step(50);
  await expect.poll(() => other.losses(1)).toHaveLength(50);
  for (const lane of [0, 1])
    expect(await other.losses(lane)).toEqual(await lab.losses(lane));
  expect(other.complaints).toEqual([]);
  await context.close();
});

const broken = [
  {
    name: "a number out of range",
    link: edited(["&b=1&", "&b=20000&"]),
    code: "clamped",
    shown: ["One thing in this link", "KL weight", "20000", "10000"],
  },
  {
    name: "a value of the wrong type",
    link: edited(["seed=7", "seed=seven"]),
    code: "invalid",
    shown: ["One thing in this link", "Seed", "seven", "7"],
  },
  {
    name: "a key nobody knows",
    link: edited(["&seed=7", "&wobble=3&seed=7"]),
    code: "unknown",
    shown: ["wobble", "3"],
  },
  {
    name: "a link cut short",
    link: DEFAULT_LINK.slice(0, DEFAULT_LINK.indexOf("&n=256")),
    code: "cut",
    shown: ["This link looks cut off", "settings were read"],
  },
  {
    name: "a link of a newer version",
    link: edited(["v=1", "v=9"]),
    code: "newer",
    shown: ["newer version"],
  },
] as const;

for (const { name, link, code, shown } of broken) {
  test(`${name} is said, and the rest is used`, async ({ lab }) => {
    await lab.open(link, PAUSED);
    const { notices } = await lab.state();
    expect(notices.map((notice) => notice.code)).toContain(code);
    for (const words of shown) await expect(lab.notice).toContainText(words);
    // It is ready to train all the same.
    await lab.step(2);
    await lab.until(({ step }) => step === 2);
  });
}

test("the link as it was given can be copied", async ({ lab }) => {
  await lab.page
    .context()
    .grantPermissions(["clipboard-read", "clipboard-write"]);
  const copied = (): Promise<string> =>
    lab.page.evaluate(() => navigator.clipboard.readText());
  const first = edited(["&b=1&", "&b=20000&"]);
  await lab.open(first, PAUSED);
  await lab.button("Copy the original link").click();
  await expect(lab.button("Copied")).toBeVisible();
  expect(await copied()).toBe(`${lab.url}${PAUSED}${first}`);

  // Another one, pasted into the same tab.
  const second = edited(["&k=8", "&k=8.4"]);
  await lab.page.evaluate((hash) => {
    location.hash = hash;
  }, second);
  await expect(lab.notice).toContainText("Latents");
  await lab.button("Copy the original link").click();
  await expect(lab.button("Copied")).toBeVisible();
  expect(await copied()).toBe(`${lab.url}${PAUSED}${second}`);

  // And by a script: a link alone, then a whole address.
  const third = edited(["seed=7", "seed=seven"]);
  for (const link of [third, `https://example.org/lab/${third}`]) {
    await lab.page.evaluate((to) => globalThis.collapseLab.open(to), link);
    await expect(lab.notice).toContainText("Seed");
    await lab.button("Copy the original link").click();
    await expect(lab.button("Copied")).toBeVisible();
    expect(await copied()).toBe(
      link === third ? `${lab.url}${PAUSED}${third}` : link,
    );
    // What was opened is in the address; what it was opened from can be had again.
    await lab.button("Restart (r)").click();
    await expect(lab.button("Copied")).toBeVisible();
  }
  await lab.button("Dismiss").click();
  await expect(lab.notice.getByRole("region")).toHaveCount(0);
});

test("another link in the same tab opens it", async ({ lab }) => {
  await lab.open("", PAUSED);
  await lab.step(3);
  await lab.page.evaluate(
    (hash) => {
      location.hash = hash;
    },
    linkWith({ latents: 3 }),
  );
  const { step } = await lab.until(
    ({ config, status }) => config.base.latents === 3 && status === "idle",
  );
  expect(step).toBe(0);
  await expect(lab.page.getByRole("textbox", { name: "Latents" })).toHaveValue(
    "3",
  );
});

test("Back returns to what was there before a preset, Forward to the preset", async ({
  lab,
}) => {
  const start = linkWith({ latents: 5 });
  await lab.open(start, PAUSED);
  await lab.page
    .getByRole("combobox", { name: "Preset" })
    .selectOption("Less noise, fewer losses");
  const preset = await lab.status("running");
  expect(new URL(lab.page.url()).hash).toBe(preset.link);
  await lab.page.goBack();
  await lab.until(({ config }) => config.base.latents === 5);
  expect(new URL(lab.page.url()).hash).toBe(start);
  await lab.page.goForward();
  await lab.until(({ link }) => link === preset.link);
});

test("the share dialog has the whole link and copies it", async ({ lab }) => {
  await lab.page
    .context()
    .grantPermissions(["clipboard-read", "clipboard-write"]);
  await lab.open("", PAUSED);
  const dialog = await lab.share();
  const link = lab.url + DEFAULT_LINK;
  await expect(dialog.getByRole("region")).toHaveText(link);
  await expect(dialog).toContainText(`${link.length} characters`);
  await expect(dialog).toContainText(/A\s+learnable, B\s+fixed, σ = 1/);
  await dialog.getByRole("button", { name: "Copy link" }).click();
  await expect(dialog.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await lab.page.evaluate(() => navigator.clipboard.readText())).toBe(
    link,
  );
});
