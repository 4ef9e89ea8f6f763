/** The poke test on the page: what is dead is revived, trains on, and a sentence says what came of it. */
import AxeBuilder from "@axe-core/playwright";
import { settled } from "./axe.ts";
import { expect, linkWith, test } from "./lab.ts";

/** theta^2 is 9, 4, 1, .25: at beta 2 two survive, none near the threshold. */
const DEAD = linkWith({
  data: { kind: "spectrum", theta: [3, 2, 1, 0.5] },
  rows: 64,
  latents: 4,
  beta: 2,
  estimator: "exact",
  steps: 2500,
  pace: 0,
});

test("dead units are revived, die again, and the page says so", async ({
  lab,
}) => {
  await lab.open(DEAD, "?paused");
  await lab.step(2500);
  const poke = lab.page.locator("lab-poke");
  const button = poke.getByRole("button", {
    name: "Revive 2 dead units and train 2500 steps",
  });
  await button.focus();
  await lab.page.keyboard.press("Enter");
  const said = poke.locator('[data-lane="A"]').getByRole("status");
  await expect(said).toContainText(/Revived units \d/);
  await expect(said).toContainText(
    "It dies again: 2 in use, as before; theory keeps 2. Collapse is the optimum.",
  );
  const { step } = await lab.state();
  expect(step).toBeGreaterThan(2500);
  expect(step).toBeLessThanOrEqual(5000);
  await expect(lab.page.locator("lab-transport")).toContainText("poked, 2500");
  // Lane B has no dead unit: its empty directions are what can be revived.
  await expect(poke.locator('[data-lane="B"]').getByRole("button")).toHaveText(
    /Revive 2 empty directions/,
  );
  for (const colorScheme of ["light", "dark"] as const) {
    await lab.page.emulateMedia({ colorScheme });
    await settled(lab.page);
    await lab.page.screenshot({
      path: test.info().outputPath(`poke-${colorScheme}.png`),
    });
    const { violations } = await new AxeBuilder({ page: lab.page })
      .include({ fromShadowDom: ["lab-app", "lab-why"] })
      .analyze();
    expect(violations).toEqual([]);
  }
});

test("the CPU pokes as well", async ({ lab }) => {
  await lab.open(DEAD, "?engine=cpu&paused");
  await lab.step(2500);
  await lab.page.locator("lab-poke").getByRole("button").first().click();
  await expect(
    lab.page.locator("lab-poke").getByRole("status").first(),
  ).toContainText("It dies again", { timeout: 60_000 });
});
