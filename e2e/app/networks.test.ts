/** Networks on the page: their settings, the linear model as a guide, pictures, log-likelihood. */
import { type Settings } from "../../src/experiment/config.ts";
import { writeLink } from "../../src/experiment/link.ts";
import { isHidden } from "../../src/experiment/network-text.ts";
import { PRESETS } from "../../src/experiment/presets.ts";
import { findings } from "./axe.ts";
import { ENDLESS, expect, type Lab, linkWith, test } from "./lab.ts";

const PAUSED = "?engine=cpu&paused";

/** Small enough for the CPU: digits of 8 x 8 through one hidden layer to four units. */
const SMALL: Partial<Settings> = {
  data: { kind: "digits8" },
  rows: 256,
  estimator: "sampled",
  network: { kind: "dense", hidden: [12] },
  latents: 4,
  batchSize: 32,
  etaDec: 0.3,
};

/** Opens the rail's disclosure of that name. */
async function unfold(lab: Lab, title: "Model" | "Training"): Promise<void> {
  await lab.page
    .locator("lab-controls summary")
    .filter({ hasText: title })
    .click();
}

async function pictures(
  lab: Lab,
  view: "Examples" | "Traversals" | "Scatter",
): Promise<void> {
  await lab.page.getByRole("tab", { name: "Pictures" }).click();
  await lab.page.getByRole("radio", { name: view }).click();
}

test("a preset of a network opens, with the linear model as its guide", async ({
  lab,
}) => {
  const preset = PRESETS.find(
    ({ config }) =>
      config.base.model === "vae" && isHidden(config.base.network),
  );
  if (!preset) throw new Error("there is no preset of a network");
  await lab.open("", PAUSED);
  await lab.page.getByLabel("Preset", { exact: true }).selectOption({
    label: preset.title,
  });
  await lab.until(
    ({ config, status }) =>
      isHidden(config.base.network) && status !== "loading",
  );
  expect((await lab.state()).link).toBe(writeLink(preset.config));
  await lab.page.evaluate(() => globalThis.collapseLab.pause());
  const [a] = (await lab.state()).lanes;
  expect(a.prediction).toBeNull();
  expect(a.guide).not.toBeNull();
  await expect(lab.lane("A")).toContainText("linear model’s prediction");
});

test("no theorem is claimed of a network: guide, chip, story and why say whose theory it is", async ({
  lab,
}) => {
  await lab.open(linkWith(SMALL), PAUSED);
  await lab.step(5);
  const { lanes } = await lab.until(({ step }) => step === 5);
  const keeps = lanes[0].guide?.activeUnits ?? NaN;
  expect(keeps).toBeGreaterThan(0);
  const lane = lab.lane("A");
  await expect(lane).toContainText("linear model’s prediction");
  const chip = lane.locator("[data-verdict]");
  await expect(chip).toHaveAttribute("data-verdict", "none");
  await expect(chip).toContainText("No theorem for this network");
  await expect(chip).not.toContainText("theory");
  // Dashed, one for each mode that the linear model would keep.
  expect(await lane.locator(".modes .guide-column").count()).toBe(keeps);
  expect(await lane.locator(".theory-tick").count()).toBe(0);
  await expect(lab.page.locator("lab-story")).toContainText(
    `The linear model would keep ${String(keeps)} in both; a guide here, not a theorem.`,
  );
  await expect(lab.page.locator("lab-story")).toContainText(
    /Measured: \d of 4/,
  );
  await expect(lab.page.locator("lab-why")).toContainText(
    "The theory shown is for the linear model.",
  );
});

test("a linear lane beside a network keeps its theory", async ({ lab }) => {
  const config = linkWith(SMALL);
  await lab.open(config, PAUSED);
  await unfold(lab, "Model");
  await lab.page
    .getByLabel("Add a difference")
    .selectOption({ label: "Network" });
  await lab.until(
    ({ lanes, status }) => status !== "loading" && lanes[1].prediction !== null,
  );
  await expect(lab.lane("A")).toContainText("linear model’s prediction");
  await expect(lab.lane("B")).not.toContainText("linear model’s prediction");
  await expect(lab.lane("B").locator(".theory-tick").first()).toBeVisible();
  await expect(lab.page.locator("lab-why")).toContainText(
    "The theory shown of A is for the linear model.",
  );
});

test("layers are edited as a list and by buttons; a change restarts, and is in the link", async ({
  lab,
}) => {
  await lab.open(linkWith(SMALL), PAUSED);
  await lab.step(3);
  await lab.until(({ step }) => step === 3);
  await unfold(lab, "Model");
  const widths = lab.page.getByRole("textbox", { name: "Hidden widths" });
  await expect(widths).toHaveValue("12");
  await widths.fill("16, 8");
  await widths.press("Enter");
  const changed = await lab.until(
    ({ step, status }) => step === 0 && status === "idle",
  );
  expect(changed.config.base.network).toEqual({
    kind: "dense",
    hidden: [16, 8],
  });
  expect(changed.link).toContain("&net=mlp:16,8&");
  await lab.button("Add a layer: Hidden widths").click();
  await expect(widths).toHaveValue("16, 8, 8");
  await lab.button("Remove the last layer: Hidden widths").click();
  await lab.button("Remove the last layer: Hidden widths").click();
  await expect(widths).toHaveValue("16");
  // What cannot be a width is refused in the field's own words, and nothing changes.
  await widths.fill("16, wide");
  await widths.press("Enter");
  const refused = lab.page.locator("lab-network").getByRole("alert");
  await expect(refused).toContainText("Network");
  await expect(widths).toHaveAttribute("aria-invalid", "true");
  expect((await lab.state()).config.base.network).toEqual({
    kind: "dense",
    hidden: [16],
  });
});

test("what is being typed is not overwritten when the page redraws", async ({
  lab,
}) => {
  await lab.open(linkWith(SMALL), PAUSED);
  await unfold(lab, "Model");
  const widths = lab.page.getByRole("textbox", { name: "Hidden widths" });
  const latents = lab.page.getByRole("textbox", { name: "Latents" });
  await widths.fill("16, 8");
  await latents.evaluate((box: HTMLInputElement) => {
    box.value = "3";
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await lab.until(({ config }) => config.base.latents === 3);
  await expect(widths).toHaveValue("16, 8");
  await widths.press("Enter");
  const changed = await lab.until(
    ({ config }) => config.base.network.hidden.length === 2,
  );
  expect(changed.config.base.network.hidden).toEqual([16, 8]);
  await expect(widths).toHaveValue("16, 8");
});

test("a KL schedule has its numbers, a curve and a source", async ({ lab }) => {
  await lab.open(linkWith(SMALL), PAUSED);
  await unfold(lab, "Training");
  const schedule = lab.page.locator("lab-schedule");
  await schedule.getByLabel("Kind of schedule").selectOption("warmup");
  await expect(schedule).toContainText("Bowman et al. 2016");
  const steps = schedule.getByRole("textbox", { name: "Steps" });
  await steps.fill("40");
  await steps.press("Enter");
  await expect(
    schedule.getByRole("img", { name: /0 at step 0, 1 at step 40/ }),
  ).toBeVisible();
  expect((await lab.state()).config.base.klSchedule).toEqual({
    kind: "warmup",
    steps: 40,
  });
  await schedule.getByLabel("Kind of schedule").selectOption("cyclical");
  await expect(schedule).toContainText("Fu et al. 2019");
  await expect(
    lab.page.locator("#help", { hasText: "Nats of each unit's KL" }),
  ).toContainText("Kingma et al.");
});

test("pictures: examples, walks along units, a scatter with a table; asked for only while seen", async ({
  lab,
}) => {
  await lab.open(linkWith(SMALL), PAUSED);
  await lab.step(20);
  await lab.until(({ step }) => step === 20);
  await pictures(lab, "Examples");
  // Input, and of each lane the mean, a draw, and the prior.
  await expect(lab.page.locator("lab-gallery canvas")).toHaveCount(7);
  await pictures(lab, "Traversals");
  const rows = lab.page.locator("lab-traversals li");
  await expect(rows).toHaveCount(4);
  const shown = () =>
    lab.page.evaluate(() => globalThis.collapseLab.pictures());
  const { traversals } = await shown();
  const change = traversals?.change ?? [];
  for (const [unit, much] of change.entries()) {
    const row = rows.filter({ hasText: `unit ${String(unit + 1)}` });
    await expect(row).toHaveAttribute("data-dead", String(much < 0.02));
    await expect(row).toContainText(
      much < 0.02 ? "dead: nothing changes" : /changes 0?\.?\d/,
    );
  }
  await lab.page.getByRole("radio", { name: "B", exact: true }).click();
  await expect.poll(async () => (await shown()).traversals?.lane).toBe(1);
  await lab.button("Next example").click();
  await expect(lab.page.getByText("example 2")).toBeVisible();
  await pictures(lab, "Scatter");
  await expect(lab.page.locator("lab-scatter canvas")).toHaveCount(2);
  expect((await shown()).traversals).toBeNull();
  await expect(
    lab.page.getByRole("group", { name: "Labels" }).getByRole("button"),
  ).toHaveCount(10);
  await lab.page.locator("lab-scatter").getByText("Show table").click();
  const table = lab.page.getByRole("table", { name: /Lane A: means/ });
  await expect(table.getByRole("row")).toHaveCount(12);
  await lab.page.getByRole("tab", { name: "Series" }).click();
  await expect.poll(async () => (await shown()).scatter).toBeNull();
});

test("a unit that the decoder does not hear is hatched as dead", async ({
  lab,
}) => {
  // So heavy a KL weight that no unit is worth its nats; the expected loss has no noise to hover in.
  await lab.open(
    linkWith({
      ...SMALL,
      network: { kind: "dense", hidden: [] },
      estimator: "exact",
      optimizer: { kind: "adam", learningRate: 0.02 },
      beta: 200,
    }),
    PAUSED,
  );
  await lab.step(300);
  await lab.until(({ step }) => step === 300);
  await pictures(lab, "Traversals");
  const dead = lab.page.locator('lab-traversals li[data-dead="true"]');
  await expect(dead).toHaveCount(4);
  await expect(dead.first()).toContainText("dead: nothing changes");
});

test("log-likelihood: estimated with its error on held-out data, exact beside it, and cancelled", async ({
  lab,
}) => {
  const link = linkWith({
    ...SMALL,
    network: { kind: "dense", hidden: [] },
    testShare: 0.25,
  });
  await lab.open(link, PAUSED);
  await lab.step(20);
  await lab.until(({ step }) => step === 20);
  await lab.page.getByRole("tab", { name: "Metrics" }).click();
  const panel = lab.page.locator("lab-likelihood");
  await expect(panel).toContainText("held out of training");
  await panel.getByLabel("Importance samples").selectOption("16");
  await lab.button("Estimate log-likelihood").click();
  const row = panel.locator('[data-likelihood="A"]');
  await expect(panel).toContainText(/64 examples on held-out data/);
  await expect(row).toContainText(/−?\d+\.\d+ ± \d+\.?\d*/);
  const [a] = (await lab.state()).lanes;
  expect(a.likelihood?.exact).toBeDefined();
  await expect(row.locator("td").last()).toHaveText(/\d/);
  // A second one, too long to finish, is cancelled.
  await panel.getByLabel("Importance samples").selectOption("1024");
  await lab.button("Estimate log-likelihood").click();
  await lab.button("Cancel").click();
  await expect(lab.button("Estimate log-likelihood")).toBeEnabled();
  await expect(panel).toContainText("Cancelled.");
});

test("accessible: settings, pictures and estimates of a network, in both schemes", async ({
  lab,
}) => {
  await lab.open(linkWith({ ...SMALL, ...ENDLESS }), PAUSED);
  await lab.step(5);
  await lab.until(({ step }) => step === 5);
  await unfold(lab, "Model");
  await unfold(lab, "Training");
  await pictures(lab, "Traversals");
  await expect(lab.page.locator("lab-traversals li")).toHaveCount(4);
  expect(await findings(lab)).toEqual([]);
  await pictures(lab, "Scatter");
  await expect(lab.page.locator("lab-scatter canvas")).toHaveCount(2);
  expect(await findings(lab)).toEqual([]);
  await lab.page.getByRole("tab", { name: "Metrics" }).click();
  await lab.page.getByLabel("Importance samples").selectOption("16");
  await lab.button("Estimate log-likelihood").click();
  await expect(lab.page.locator('[data-likelihood="B"]')).toContainText("±");
  expect(await findings(lab)).toEqual([]);
});

test.describe("on the phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  test("pictures unfold, and nothing hangs over the edge", async ({ lab }) => {
    await lab.open(linkWith(SMALL), PAUSED);
    await lab.step(5);
    await lab.until(({ step }) => step === 5);
    await expect(lab.page.locator("lab-overlay")).toContainText(
      "linear model’s prediction",
    );
    await lab.page.locator("summary").filter({ hasText: "Pictures" }).click();
    await lab.page.getByRole("radio", { name: "Traversals" }).click();
    await expect(lab.page.locator("lab-traversals li")).toHaveCount(4);
    const over = await lab.page.evaluate(
      () =>
        document.documentElement.scrollWidth -
        document.documentElement.clientWidth,
    );
    expect(over).toBe(0);
    expect(await findings(lab)).toEqual([]);
  });
});
