/** Looking back at a run by keyboard and pointer, and going on from there. */
import AxeBuilder from "@axe-core/playwright";
import type { Locator } from "@playwright/test";
import { settled } from "./axe.ts";
import { expect, linkWith, test, type Lab } from "./lab.ts";

const RUN = linkWith({
  data: { kind: "spectrum", theta: [3, 2, 1, 0.5] },
  rows: 64,
  latents: 4,
  estimator: "exact",
  steps: 1500,
  pace: 0,
});

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
