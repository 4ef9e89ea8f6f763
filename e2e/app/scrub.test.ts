/** Looking back at a run by keyboard and pointer, and going on from there. */
import AxeBuilder from "@axe-core/playwright";
import type { Locator } from "@playwright/test";
import { settled } from "./axe.ts";
import { expect, linkWith, test, type Lab } from "./lab.ts";

const SMALL = {
  data: { kind: "spectrum", theta: [3, 2, 1, 0.5] },
  rows: 64,
  latents: 4,
  estimator: "exact",
  steps: 1500,
  pace: 0,
} as const;
const RUN = linkWith(SMALL);
/** Under way for a while once it plays. */
const SLOW = linkWith({ ...SMALL, pace: 15 });

/** Trains in strides, so that states of known steps are kept. */
async function strides(lab: Lab, steps: readonly number[]): Promise<void> {
  let at = 0;
  for (const step of steps) {
    await lab.step(step - at);
    at = step;
  }
}

/** Presses a key until the step shown is `to`, a press at a time. */
async function walk(slider: Locator, key: string, to: number): Promise<void> {
  const shown = async (): Promise<number> =>
    Number(await slider.getAttribute("aria-valuenow"));
  for (let now = await shown(); now !== to; now = await shown()) {
    const before = now;
    await slider.press(key);
    await expect.poll(shown).not.toBe(before);
  }
}

async function losses(lab: Lab): Promise<number[]> {
  const { lanes } = await lab.state();
  return lanes.map(({ loss }) => loss ?? NaN);
}

for (const engine of ["", "engine=cpu&"] as const) {
  test(`earlier steps are shown as they were, and training goes on from one${engine ? " on the CPU" : ""}`, async ({
    lab,
  }) => {
    await lab.open(RUN, engine ? "?engine=cpu&paused" : "?paused");
    await strides(lab, [100]);
    const at100 = await losses(lab);
    await strides(lab, [300]);
    const at400 = await losses(lab);
    const slider = lab.page.getByRole("slider", { name: "Step shown" });
    await expect(slider).toHaveAttribute("aria-valuenow", "400");
    await slider.focus();
    await walk(slider, "ArrowLeft", 100);
    await expect(slider).toHaveAttribute("aria-valuenow", "100");
    const story = lab.page.locator("lab-story");
    await expect(story).toContainText("At step 100 of 1500");
    expect(await losses(lab)).toEqual(at100);
    expect((await lab.state()).step).toBe(400);
    if (!engine)
      for (const colorScheme of ["light", "dark"] as const) {
        await lab.page.emulateMedia({ colorScheme });
        await settled(lab.page);
        await lab.page.screenshot({
          path: test.info().outputPath(`scrub-${colorScheme}.png`),
        });
        const { violations } = await new AxeBuilder({ page: lab.page })
          .include({ fromShadowDom: ["lab-app", "lab-transport"] })
          .include({ fromShadowDom: ["lab-app", "lab-story"] })
          .analyze();
        expect(violations).toEqual([]);
      }
    await lab.button("Back to step 400").click();
    await expect(story).not.toContainText("At step");
    expect(await losses(lab)).toEqual(at400);
    await slider.focus();
    await lab.page.keyboard.press("Home");
    await expect(story).toContainText("At step 0 of 1500");
    await walk(slider, "ArrowRight", 100);
    await lab.button("Go on from here").click();
    await expect(story).toContainText(
      "Went on from step 100; steps to 400 were given up.",
    );
    expect((await lab.state()).step).toBe(100);
    // The same path again, bit for bit: optimizer moments were kept, too.
    await strides(lab, [300]);
    expect((await lab.state()).step).toBe(400);
    expect(await losses(lab)).toEqual(at400);
    expect(await lab.losses(0)).toHaveLength(400);
  });
}

/**
 * 0.73 M weights a lane: with both moments, two lanes take 17.5 MB, without 5.8 MB. 64 MiB (67 MB) have room
 * for three whole states, so where more are kept those between the first and the last are weights alone.
 */
const LARGE = linkWith({
  data: { kind: "spectrum", theta: [3, 2, 1, 0.5] },
  rows: 64,
  latents: 4,
  network: { kind: "dense", hidden: [600, 600] },
  biases: true,
  estimator: "sampled",
  batchSize: 16,
  steps: 100,
  pace: 0,
});

test("training goes on from a state of which only the weights were kept: it is trained again up to there", async ({
  lab,
}) => {
  await lab.open(LARGE, "?paused");
  const at: number[][] = [await losses(lab)];
  for (let step = 1; step <= 10; step++) {
    await lab.step(1);
    at.push(await losses(lab));
  }
  const slider = lab.page.getByRole("slider", { name: "Step shown" });
  const shown = async (): Promise<number> =>
    Number(await slider.getAttribute("aria-valuenow"));
  const kept = [10];
  await slider.focus();
  for (let last = 10; last > 0; last = await shown()) {
    await slider.press("ArrowLeft");
    await expect.poll(shown).not.toBe(last);
    kept.push(await shown());
  }
  expect(kept.length).toBeGreaterThan(3);
  const middle = kept[kept.length >> 1];
  await walk(slider, "ArrowRight", middle);
  const story = lab.page.locator("lab-story");
  await expect(story).toContainText(`At step ${String(middle)} of 100`);
  await lab.button("Go on from here").click();
  await expect(story).toContainText(
    `Went on from step ${String(middle)}; steps to 10 were given up.`,
  );
  expect((await lab.state()).step).toBe(middle);
  expect(await losses(lab)).toEqual(at[middle]);
  // The same path again: moments are those of that step, and so is the noise.
  for (let step = middle + 1; step <= 10; step++) {
    await lab.step(1);
    expect(await losses(lab)).toEqual(at[step]);
  }
  expect(await lab.losses(0)).toHaveLength(10);
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("a resting run has a line to look back on, large enough for a thumb, and goes on from there", async ({
    lab,
  }) => {
    const { page } = lab;
    await lab.open(SLOW, "?paused");
    const bar = page.locator("lab-transport");
    const slider = bar.getByRole("slider", { name: "Step shown" });
    const play = bar.getByRole("button", { name: /^Play/ });
    await expect(bar.getByRole("progressbar")).toBeAttached();
    await expect(slider).toHaveCount(0);
    const before = await play.boundingBox();
    await strides(lab, [750, 1500]);
    await expect(slider).toBeVisible();
    expect(await bar.getByRole("button").first().boundingBox()).toEqual(before);
    const box = await slider.boundingBox();
    if (!box) throw new Error("no slider");
    expect(box.height).toBeGreaterThanOrEqual(44);
    await page.touchscreen.tap(box.x + box.width / 2, box.y + 22);
    await expect(slider).toHaveAttribute("aria-valuenow", /^7\d\d$/);
    await expect(page.locator("lab-story")).toContainText(/At step 7\d\d of/);
    await expect(bar.locator("[data-step]")).toHaveText("750");
    const branch = bar.getByRole("button", { name: "Go on from here" });
    const target = await branch.boundingBox();
    expect(target?.height).toBeGreaterThanOrEqual(44);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await settled(page);
      const { violations } = await new AxeBuilder({ page })
        .include({ fromShadowDom: ["lab-app", "lab-transport"] })
        .analyze();
      expect(violations).toEqual([]);
    }
    const over = await page.evaluate(
      () => document.documentElement.scrollWidth - innerWidth,
    );
    expect(over).toBe(0);
    await branch.click();
    await lab.until(({ step }) => step === 750);
    await expect(bar.getByRole("button", { name: "Adjust" })).toBeVisible();
    // Under way it is a thin line again.
    await page.evaluate(() => globalThis.collapseLab.play());
    await lab.advances(1);
    await expect(slider).toHaveCount(0);
  });
});

test("the line can be dragged", async ({ lab }) => {
  await lab.open(RUN, "?paused");
  await strides(lab, [750, 1500]);
  const slider = lab.page.getByRole("slider", { name: "Step shown" });
  const box = await slider.boundingBox();
  if (!box) throw new Error("no slider");
  await lab.page.mouse.move(box.x + box.width, box.y + box.height / 2);
  await lab.page.mouse.down();
  await lab.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, {
    steps: 4,
  });
  await lab.page.mouse.up();
  await expect(lab.page.locator("lab-story")).toContainText(
    /At step 7\d\d of 1500/,
  );
  await lab.page.mouse.click(box.x + box.width - 1, box.y + box.height / 2);
  await expect(lab.page.locator("lab-story")).not.toContainText("At step");
});
