/** The loss along one mode: two minima that become one as its KL weight passes the threshold. */
import { parseLink, writeLink } from "../../src/experiment/link.ts";
import { findings } from "./axe.ts";
import { expect, linkWith, test, type Lab } from "./lab.ts";

const PAUSED = "?engine=cpu&paused";

async function openShape(lab: Lab): Promise<void> {
  await lab.page.getByRole("tab", { name: "Loss shape" }).click();
  await expect(lab.page.locator("lab-landscape")).toBeVisible();
}

for (const colorScheme of ["light", "dark"] as const)
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("the mode nearest to its threshold first; another by choice or by picking its bar", async ({
      lab,
    }) => {
      await lab.open("", PAUSED);
      await openShape(lab);
      const shape = lab.page.locator("lab-landscape");
      await expect(shape.getByLabel("Mode")).toHaveValue("4");
      await expect(shape).toContainText("two minima, at ω = ±0.66");
      await expect(shape).toContainText("They meet at β = 1.44.");
      await expect(shape.getByRole("img")).toHaveAccessibleName(
        /A is at [\d.]+: two minima.*B is at [\d.]+: two minima/,
      );
      await shape.getByLabel("Mode").selectOption("5");
      await expect(shape).toContainText("one minimum, at ω = 0");
      await lab.lane("A").locator("rect.pick").first().click();
      await expect(shape.getByLabel("Mode")).toHaveValue("0");
      expect(await findings(lab)).toEqual([]);
    });
  });

test("beta moves it", async ({ lab }) => {
  await lab.open("", PAUSED);
  await openShape(lab);
  const shape = lab.page.locator("lab-landscape");
  await shape.getByLabel("Mode").selectOption("4");
  await lab.page.evaluate(
    (link) => globalThis.collapseLab.open(link),
    linkWith({ beta: 2 }),
  );
  await expect(shape).toContainText("There were two below β = 1.44.");
});

test("where no such theory is, or may be seen, it says so", async ({ lab }) => {
  const { config } = parseLink(linkWith({}));
  await lab.open(writeLink(config, { hide: "1" }), PAUSED);
  await openShape(lab);
  const shape = lab.page.locator("lab-landscape");
  await expect(shape).toContainText("Theory is hidden for now.");
  await expect(shape.locator("svg")).toHaveCount(0);
  await lab.button("Hierarchical").click();
  await expect(shape).toContainText("one level of latents");
});
