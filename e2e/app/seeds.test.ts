/** Many seeds of a lane: counts in a sentence, bands in the charts, cancelled at once. */
import AxeBuilder from "@axe-core/playwright";
import { settled } from "./axe.ts";
import { expect, linkWith, test } from "./lab.ts";

/** theta^2 is 9, 4, 1, .25: at beta 0.5 three survive, none near the threshold. */
const EXACT = {
  data: { kind: "spectrum", theta: [3, 2, 1, 0.5] },
  rows: 64,
  latents: 4,
  beta: 0.5,
  estimator: "exact",
  optimizer: { kind: "adam", learningRate: 0.01 },
  steps: 12000,
  pace: 0,
} as const;

test("32 seeds reach the theorem, and the page says so", async ({ lab }) => {
  await lab.open(linkWith(EXACT), "?paused");
  const before = await lab.state();
  const seeds = lab.page.locator("lab-seeds");
  await seeds.getByRole("button", { name: "32 seeds" }).first().focus();
  await lab.page.keyboard.press("Enter");
  const said = seeds.locator('[data-lane="A"]').getByRole("status");
  await expect(said).toContainText("32 of 32 reach the theorem.", {
    timeout: 60_000,
  });
  await expect(said).toContainText("3 active modes");
  // The run itself did not move.
  expect((await lab.state()).step).toBe(before.step);
  for (const colorScheme of ["light", "dark"] as const) {
    await lab.page.emulateMedia({ colorScheme });
    await settled(lab.page);
    await lab.page.screenshot({
      path: test.info().outputPath(`seeds-${colorScheme}.png`),
    });
    const { violations } = await new AxeBuilder({ page: lab.page })
      .include({ fromShadowDom: ["lab-app", "lab-why"] })
      .analyze();
    expect(violations).toEqual([]);
  }
});

test("sampled seeds are fewer unless asked for, and can be cancelled", async ({
  lab,
}) => {
  await lab.open(
    linkWith({ ...EXACT, estimator: "sampled", steps: 200_000 }),
    "?paused",
  );
  const seeds = lab.page.locator("lab-seeds");
  await seeds.getByRole("button", { name: "8 seeds" }).first().click();
  await expect(seeds).toContainText(/Step [1-9]\d* of 200000, .* left/, {
    timeout: 60_000,
  });
  await seeds.getByRole("button", { name: "Cancel" }).click();
  await expect(seeds).toContainText(/Cancelled at step/);
  await expect(
    seeds.getByRole("button", { name: "8 seeds" }).first(),
  ).toBeEnabled();
  await seeds.getByLabel("How many").selectOption("32");
  await seeds.getByRole("button", { name: "32 seeds" }).first().click();
  await expect(seeds).toContainText(/Step [1-9]\d* of 200000, .* left/, {
    timeout: 60_000,
  });
  await seeds.getByRole("button", { name: "Cancel" }).click();
  await expect(seeds).toContainText(/of 32 are at the theorem/);
});
