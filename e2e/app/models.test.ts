/** Conditional and hierarchical models: their tabs, theorems, weights, metrics, and what has no theory. */
import { PRESETS } from "../../src/experiment/presets.ts";
import { writeLink } from "../../src/experiment/link.ts";
import { defaultConfigOf } from "../../src/experiment/schema.ts";
import { expect, linkWith, test } from "./lab.ts";

function presetLink(id: string): string {
  const preset = PRESETS.find((one) => one.id === id);
  if (!preset) throw new Error(`there is no preset ${id}`);
  return writeLink(preset.config);
}

for (const [tab, model] of [
  ["Conditional", "cvae"],
  ["Hierarchical", "mhvae"],
] as const) {
  test(`the tab ${tab} opens its experiment, which arrives at theory`, async ({
    lab,
  }) => {
    await lab.open("", "?paused");
    await lab.page
      .locator("lab-header")
      .getByText(tab, { exact: true })
      .click();
    await lab.until(
      ({ config, status }) =>
        config.base.model === model && status !== "loading",
    );
    expect((await lab.state()).link).toBe(writeLink(defaultConfigOf(model)));
    await lab.page.evaluate(() => globalThis.collapseLab.play());
    const { lanes } = await lab.status("done");
    for (const { verdict, levels, prediction, kl2 } of lanes) {
      expect(verdict).toBe("at-theory");
      expect(levels.map((level) => level.activeModes)).toEqual(
        prediction?.levels.map((level) => level.activeUnits),
      );
      expect(kl2 === 0).toBe(model === "cvae");
    }
    await lab.page.goBack();
    await lab.until(({ config }) => config.base.model === "vae");
  });
}

test("correlation kills every latent at |ρ| of .866 and above", async ({
  lab,
}) => {
  await lab.open(presetLink("x-says-it-all"), "?paused");
  const { lanes, config } = await lab.state();
  expect(config.base.etaDec).toBe(0.5);
  expect(lanes.map(({ prediction }) => prediction?.activeUnits)).toEqual(
    PRESETS.find(({ id }) => id === "x-says-it-all")?.expected.map(
      ({ activeUnits }) => activeUnits,
    ),
  );
});

test("a loss without a minimum is said before training, and never called theory", async ({
  lab,
}) => {
  await lab.open(presetLink("both-learnable"), "?paused");
  const { lanes } = await lab.state();
  const unbounded = lanes.findIndex(
    ({ prediction }) => prediction?.kind === "unbounded",
  );
  expect(unbounded).toBeGreaterThanOrEqual(0);
  await expect(lab.page.getByText(/no minimum/i).first()).toBeVisible();
  await lab.step(50);
  expect((await lab.state()).lanes[unbounded].verdict).toBe("unbounded");
});

test("where there is no theory the page says why, and trains all the same", async ({
  lab,
}) => {
  await lab.open(
    linkWith(
      { encoderVariance: { kind: "fixed", std: [0.5, 0.6, 0.7, 0.8, 0.9] } },
      undefined,
      defaultConfigOf("mhvae"),
    ),
    "?paused",
  );
  const [a] = (await lab.state()).lanes;
  expect(a.prediction).toBeNull();
  expect(a.noTheory).toContain("differ between units");
  await lab.step(20);
  expect((await lab.state()).lanes[0].loss).toBeLessThan(Infinity);
});

test("weights are drawn with their dead units, and metrics measured on request", async ({
  lab,
}) => {
  await lab.open(linkWith({ estimator: "exact" }), "?paused");
  await lab.page.evaluate(() => globalThis.collapseLab.play());
  await lab.status("done");
  await lab.page.getByRole("tab", { name: "Weights" }).click();
  const maps = lab.page.locator("lab-heat-map");
  await expect(maps.first()).toBeVisible();
  expect(await maps.count()).toBe(6);
  await lab.page.evaluate(() => globalThis.collapseLab.measure());
  const { lanes } = await lab.state();
  const [learnable, fixed] = lanes.map(({ metrics }) => metrics?.levels[0]);
  // Three of eight units are dead in A; in B every unit carries some of the five directions.
  expect(learnable?.activeUnitsBurda).toBe(5);
  expect(fixed?.activeUnitsBurda).toBe(8);
  expect(learnable?.collapsed.at(-1)).toBe(1);
  const bound = lanes[0].metrics?.logLikelihood ?? -Infinity;
  expect(bound).toBeGreaterThanOrEqual(-(lanes[0].loss ?? 0) - 1e-6);
});

test("three quarters of a digit from one: the residual's prediction, and completions", async ({
  lab,
}) => {
  await lab.open(presetLink("quarter-8"), "?paused");
  const { lanes } = await lab.state();
  expect(lanes[0].prediction?.theta.length).toBeGreaterThan(0);
  await expect(lab.page.locator("lab-images canvas").first()).toBeVisible();
  await lab.step(20);
  expect(
    (await lab.state()).lanes.map(({ loss }) => Number.isFinite(loss)),
  ).toEqual(lanes.map(() => true));
});
