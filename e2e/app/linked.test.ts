/** What is picked or read in one place shows in the others; lanes trade places and are set apart. */
import type { Locator } from "@playwright/test";
import { allLanes } from "../../src/experiment/config.ts";
import { parseLink, writeLink } from "../../src/experiment/link.ts";
import {
  changeSettings,
  DEFAULT_CONFIG,
  differences,
} from "../../src/experiment/schema.ts";
import { exact } from "../../src/ui/reading.ts";
import { findings } from "./axe.ts";
import { expect, type Lab, linkWith, test } from "./lab.ts";

const CPU = "?engine=cpu&paused";

const QUICK = {
  rows: 64,
  batchSize: 64,
  pace: 0,
  steps: 400,
} as const;

async function trained(lab: Lab, steps: number): Promise<void> {
  await lab.open(linkWith(QUICK), CPU);
  await lab.step(steps);
  await lab.until(({ step, status }) => step === steps && status === "paused");
}

const pressed = (within: Locator): Locator =>
  within.locator('[aria-pressed="true"]');

test.describe("a mode or a unit that is picked", () => {
  test("shows in both lanes, in its unit and in the why panel", async ({
    lab,
  }) => {
    await trained(lab, 120);
    const [a, b] = [lab.lane("A"), lab.lane("B")];
    const third = a.getByRole("button", { name: /^Mode 3:/ });
    const { lanes } = await lab.state();
    await expect(third).toHaveAccessibleName(
      `Mode 3: θ 1.90; ω ${lanes[0].omega[2].toFixed(2)}, theory 1.62`,
    );
    await third.click();
    for (const lane of [a, b])
      await expect(pressed(lane)).toHaveAccessibleName(/^Mode 3:/);
    // A's units have a mode each, B's share them.
    await expect(a.locator("[aria-current]")).toHaveAccessibleName(
      /^Unit \d, mode 3 by rank/,
    );
    await expect(b.locator("[aria-current]")).toHaveCount(0);
    const why = lab.page.locator("lab-why");
    await expect(pressed(why)).toHaveAccessibleName("mode 3");
    await expect(a.locator(".numbers .picked").first()).toHaveText("3");
    expect(await findings(lab)).toEqual([]);
    // The same again takes it back.
    await third.click();
    await expect(
      lab.page.locator("[data-pick][aria-pressed=true]"),
    ).toHaveCount(0);
    await why.getByRole("row", { name: /^mode 7/ }).click();
    await expect(pressed(b)).toHaveAccessibleName(/^Mode 7:/);
    await lab.page.keyboard.press("Escape");
    await expect(pressed(b)).toHaveCount(0);
    // A unit is picked by itself.
    await b.getByRole("button", { name: /^Unit 2/ }).click();
    await expect(pressed(b)).toHaveAccessibleName(/^Unit 2: KL \d/);
    await expect(pressed(a)).toHaveCount(0);
    expect((await lab.state()).link).toBe(linkWith(QUICK));
  });

  test("is reached, moved and taken back by keys", async ({ lab }) => {
    await lab.open(linkWith(QUICK), CPU);
    const a = lab.lane("A");
    const first = a.getByRole("button", { name: /^Mode 1:/ });
    await first.focus();
    await lab.page.keyboard.press("ArrowRight");
    await lab.page.keyboard.press("Enter");
    await expect(pressed(lab.lane("B"))).toHaveAccessibleName(/^Mode 2:/);
    await lab.page.keyboard.press("End");
    await lab.page.keyboard.press(" ");
    await expect(pressed(a)).toHaveAccessibleName(/^Mode 8:/);
    // Space picks there; it does not play.
    expect((await lab.state()).status).toBe("idle");
    const row = lab.page.locator("lab-why").getByRole("button", {
      name: "mode 8",
    });
    await row.focus();
    await lab.page.keyboard.press("ArrowUp");
    await lab.page.keyboard.press("Enter");
    await expect(pressed(a)).toHaveAccessibleName(/^Mode 7:/);
    await lab.page.keyboard.press("Escape");
    await expect(pressed(a)).toHaveCount(0);
  });
});

test.describe("the crosshair", () => {
  test("reads every series at one step, exactly", async ({ lab }) => {
    await trained(lab, 200);
    const charts = lab.page.locator("lab-chart");
    const reader = lab.page.getByRole("slider", { name: "KL, step read" });
    const box = await reader.boundingBox();
    if (!box) throw new Error("no chart");
    await lab.page.mouse.move(box.x + box.width * 0.35, box.y + 20);
    await expect(charts.first()).toHaveAttribute("data-reading");
    const step = Number(await reader.getAttribute("aria-valuenow"));
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThan(200);
    const all = await lab.page.evaluate(() =>
      [0, 1].map((lane) => globalThis.collapseLab.series(lane)),
    );
    for (const [i, key] of (
      ["loss", "reconstruction", "kl"] as const
    ).entries()) {
      const said = all.map((one) => exact(one[key][one.step.indexOf(step)]));
      const chart = charts.nth(i);
      await expect(chart.locator(".at-step")).toHaveText(`step ${step}`);
      await expect(chart.locator(".values")).toHaveText(
        `A ${said[0]}B ${said[1]}`,
      );
      await expect(chart.locator(".cursor")).toBeVisible();
    }
    expect(await findings(lab)).toEqual([]);
    await lab.page.mouse.move(5, 5);
    await expect(charts.first().locator(".cursor")).toBeHidden();
  });

  test("moves by keys from where the run is, and is spoken", async ({
    lab,
  }) => {
    await trained(lab, 200);
    const reader = lab.page.getByRole("slider", { name: "Loss, step read" });
    await reader.focus();
    await reader.press("Home");
    const [{ step, loss }] = await lab.page.evaluate(() => [
      globalThis.collapseLab.series(0),
    ]);
    await expect(reader).toHaveAttribute("aria-valuenow", String(step[0]));
    await reader.press("Shift+ArrowRight");
    await reader.press("ArrowLeft");
    const at = step[0] + 9;
    await expect(reader).toHaveAttribute(
      "aria-valuetext",
      new RegExp(`^step ${at}, A ${exact(loss[step.indexOf(at)])}, B `),
    );
    await reader.press("End");
    await expect(reader).toHaveAttribute("aria-valuenow", String(step.at(-1)));
    await reader.press("Escape");
    await expect(reader).toHaveAttribute("aria-valuetext", "no step read");
  });
});

test.describe("lanes", () => {
  const apart = changeSettings(DEFAULT_CONFIG, "beta", 2, 1);

  test("trade places, as the link says, and the run starts again", async ({
    lab,
  }) => {
    await lab.open(writeLink(apart), CPU);
    await lab.step(3);
    await lab.button("Swap lanes").click();
    const swapped = await lab.until(
      ({ step, status }) => step === 0 && status === "idle",
    );
    const [a, b] = allLanes(apart);
    expect(allLanes(swapped.config)).toEqual([b, a]);
    expect(allLanes(parseLink(swapped.link).config)).toEqual([b, a]);
    await expect.poll(() => lab.page.url()).toContain("b=2~1&");
    await expect(lab.lane("A").getByRole("heading").first()).toContainText(
      "Fixed variance",
    );
  });

  test("that differ in a live setting alone start again when they trade places", async ({
    lab,
  }) => {
    const base = { ...DEFAULT_CONFIG.base };
    const one = changeSettings({ base, lanes: [{}, {}] }, "beta", 2, 1);
    await lab.open(writeLink(one), CPU);
    await lab.step(3);
    await lab.button("Swap lanes").click();
    const { config } = await lab.until(({ step }) => step === 0);
    expect(allLanes(config).map(({ beta }) => beta)).toEqual([2, 1]);
  });

  test("that differ in two things say so until one is given up", async ({
    lab,
  }) => {
    await lab.open("", CPU);
    const warning = lab.page.locator("lab-things");
    await expect(warning).toBeEmpty();
    await lab.page
      .getByLabel("Add a difference")
      .selectOption({ label: "KL weight" });
    await expect(warning).toContainText(
      /2 things differ:\s*KL weight\s*,\s*encoder variance/,
    );
    expect((await lab.state()).link).toContain("&b=1~2&");
    expect(await findings(lab)).toEqual([]);
    await lab.button("Give up the difference in encoder variance").click();
    await expect(warning.locator("p")).toHaveCount(0);
    expect(differences((await lab.state()).config)).toEqual(["beta"]);
    await lab.button("Make B equal A").click();
    await expect(lab.page.locator("lab-differences")).toContainText(
      "Both lanes are the same now",
    );
    const { link, config } = await lab.state();
    expect(differences(config)).toEqual([]);
    expect(link).toContain("&s1=learn:1~learn:1&");
  });
});

test("a double click on a number, or its dot, is the way back to the default", async ({
  lab,
}) => {
  await lab.open(linkWith({ ...QUICK, beta: 3, etaDec: 2 }), CPU);
  const beta = lab.page.getByRole("textbox", { name: "KL weight" });
  await beta.dblclick();
  await expect(beta).toHaveValue("1.00");
  const { beta: weight, etaDec } = (await lab.state()).config.base;
  expect([weight, etaDec]).toEqual([1, 2]);
  await lab.button("Reset Decoder noise").click();
  expect((await lab.state()).config.base.etaDec).toBe(1);
  const fixed = lab.page.getByRole("textbox", {
    name: "Encoder variance, lane B, standard deviation",
  });
  await fixed.fill("0.5");
  await fixed.press("Enter");
  await lab.button("Reset Encoder variance, lane B").click();
  expect(allLanes((await lab.state()).config)[1].encoderVariance).toEqual({
    kind: "fixed",
    std: [1],
  });
});

test.describe("on the phone, without motion", () => {
  test.use({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    contextOptions: { reducedMotion: "reduce" },
  });

  test("a tap picks a mode or reads a step, and the warning fits", async ({
    lab,
  }) => {
    const apart = changeSettings(DEFAULT_CONFIG, "beta", 2, 1);
    await lab.open(writeLink(apart), CPU);
    await lab.step(20);
    await lab.until(({ step }) => step === 20);
    const overlay = lab.page.locator("lab-overlay");
    await overlay.getByRole("button", { name: /^Mode 2:/ }).tap();
    await expect(pressed(overlay)).toHaveAccessibleName(
      /^Mode 2: θ 2.40; A ω .*; B ω /,
    );
    await expect(overlay.locator("[aria-current]")).toHaveAccessibleName(
      /^Unit \d, mode 2 by rank/,
    );
    const reader = lab.page.getByRole("slider", { name: /step read$/ }).first();
    await reader.tap();
    await expect(lab.page.locator("lab-chart").first()).toHaveAttribute(
      "data-reading",
    );
    await expect(lab.page.locator("lab-things")).toContainText(
      "2 things differ:",
    );
    const over = await lab.page.evaluate(
      () =>
        document.documentElement.scrollWidth -
        document.documentElement.clientWidth,
    );
    expect(over).toBe(0);
    expect(await findings(lab)).toEqual([]);
  });
});
