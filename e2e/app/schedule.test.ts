/** A KL schedule's points on their chart: by keys and by pointer, while it trains. */
import AxeBuilder from "@axe-core/playwright";
import { settled } from "./axe.ts";
import { expect, linkWith, test } from "./lab.ts";

test("points are moved by keys and pointer, and the run goes on", async ({
  lab,
}) => {
  await lab.open(
    linkWith({
      data: { kind: "spectrum", theta: [3, 2, 1, 0.5] },
      rows: 64,
      latents: 4,
      estimator: "sampled",
      steps: 1000,
      klSchedule: {
        kind: "points",
        points: [
          [0, 0],
          [500, 1],
        ],
      },
    }),
    "?paused",
  );
  await lab.step(50);
  const title = lab.page.locator("summary", { hasText: "Training" });
  if ((await title.count()) > 0) await title.first().click();
  const schedule = lab.page.locator("lab-schedule");
  const second = schedule.getByRole("slider", { name: "Point 2" });
  await second.focus();
  await lab.page.keyboard.press("ArrowDown");
  await lab.page.keyboard.press("ArrowRight");
  await expect(second).toHaveAttribute(
    "aria-valuetext",
    "factor 0.95 at step 510",
  );
  // A live change: nothing began anew.
  expect((await lab.state()).step).toBe(50);
  const box = await second.boundingBox();
  if (!box) throw new Error("no point");
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await lab.page.mouse.move(x, y);
  await lab.page.mouse.down();
  await lab.page.mouse.move(x + 20, y + 20, { steps: 4 });
  await lab.page.mouse.up();
  await expect(second).not.toHaveAttribute("aria-valuetext", /step 510/);
  expect(Number(await second.getAttribute("aria-valuenow"))).toBeLessThan(0.9);
  await schedule.getByRole("button", { name: "Add a point" }).click();
  await expect(schedule.getByRole("slider")).toHaveCount(3);
  await schedule.getByRole("slider", { name: "Point 3" }).focus();
  await lab.page.keyboard.press("Delete");
  await expect(schedule.getByRole("slider")).toHaveCount(2);
  for (const colorScheme of ["light", "dark"] as const) {
    await lab.page.emulateMedia({ colorScheme });
    await settled(lab.page);
    await schedule.scrollIntoViewIfNeeded();
    await lab.page.screenshot({
      path: test.info().outputPath(`schedule-${colorScheme}.png`),
    });
    const { violations } = await new AxeBuilder({ page: lab.page })
      .include({ fromShadowDom: ["lab-app", "lab-controls"] })
      .analyze();
    expect(violations).toEqual([]);
  }
});
