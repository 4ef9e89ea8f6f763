/** What goes wrong without anyone's fault: devices lost, runs that diverge, no network. */
import { writeLink } from "../../src/experiment/link.ts";
import { changeSettings, DEFAULT_CONFIG } from "../../src/experiment/schema.ts";
import { launchOptions } from "../harness/browser.mjs";
import { ENDLESS, expect, Lab, linkWith, test } from "./lab.ts";

test("a lost device is replaced, a second one by the CPU, and the run goes on", async ({
  playwright,
  siteUrl,
}) => {
  // A browser of its own: others would lose their devices too.
  const browser = await playwright.chromium.launch(launchOptions());
  const lab = new Lab(await browser.newPage(), siteUrl);
  const control = await browser.newBrowserCDPSession();
  // The browser names the cause on the console; nothing else may appear there.
  const crash = (): Promise<unknown> =>
    control.send("Browser.crashGpuProcess").catch(() => undefined);
  await lab.open(linkWith({ ...ENDLESS }));
  // Some seconds at the default pace: snapshots have been taken.
  await lab.advances(600);
  await crash();
  const second = await lab.until(
    ({ notices, status }) => notices.length === 1 && status === "running",
  );
  expect(second.engine?.kind).toBe("webgpu");
  expect(second.notices[0]).toMatchObject({ code: "engine" });
  const resumed = /goes on from step (\d+) on a new device/.exec(
    second.notices[0].message,
  );
  expect(Number(resumed?.[1])).toBeGreaterThan(0);
  await expect(lab.notice).toContainText("The GPU was reset.");
  // Immediately: the rule is two losses within ten seconds.
  await crash();
  const third = await lab.until(
    ({ notices, status }) => notices.length === 2 && status === "running",
  );
  expect(third.engine).toMatchObject({
    kind: "cpu",
    reason: "The GPU was lost twice within ten seconds.",
  });
  expect(third.step).toBeGreaterThan(0);
  await lab.advances();
  await expect(lab.chip).toContainText("CPU");
  const losses = await lab.losses(0);
  expect(losses.every(Number.isFinite)).toBe(true);
  expect(lab.complaints).toEqual([]);
  await browser.close();
});

for (const query of ["", "?engine=cpu"] as const) {
  test(`a lane that diverges is named with its step, the other goes on ${query}`, async ({
    lab,
  }) => {
    const config = changeSettings(
      changeSettings(
        changeSettings(DEFAULT_CONFIG, "estimator", "exact"),
        "pace",
        0,
      ),
      "optimizer",
      { kind: "sgd", learningRate: 10 },
      1,
    );
    await lab.open(writeLink(config), query);
    const { lanes } = await lab.status("done");
    const { diverged, verdict } = lanes[1];
    if (!diverged) throw new Error("lane B did not diverge");
    expect(verdict).toBe("diverged");
    expect(diverged.step).toBeGreaterThan(0);
    const said = `B became non-finite at step ${diverged.step}`;
    await expect(lab.notice).toContainText(said);
    await expect(lab.notice).toContainText("Try a learning rate of 1.");
    await expect(lab.lane("B").locator("[data-verdict]")).toContainText(
      `Diverged at step ${diverged.step}`,
    );
    await expect(lab.page.locator("lab-story")).toContainText(said);
    expect(lanes[0].verdict).toBe("at-theory");
    expect(lanes[0].diverged).toBeNull();
    // The last finite state is kept.
    expect(lanes[1].omega.every(Number.isFinite)).toBe(true);
  });
}

test("a run that is cut short says it is away from theory", async ({ lab }) => {
  await lab.open(linkWith({ steps: 10, pace: 0 }), "?engine=cpu");
  const { lanes, step } = await lab.status("done");
  expect(step).toBe(10);
  expect(lanes.map(({ verdict }) => verdict)).toEqual(["away", "away"]);
  await expect(lab.page.locator("lab-story")).toContainText("from theory");
});

test("a run that the CPU is too slow for is said once, and a smaller one offered", async ({
  lab,
}) => {
  const large = {
    data: { kind: "spectrum", theta: Array.from({ length: 64 }, () => 1) },
    latents: 16,
    batchSize: 2048,
    steps: 60_000,
    pace: 0,
  } as const;
  await lab.open(linkWith(large), "?engine=cpu");
  const { notices, config } = await lab.until(
    ({ notices: told }) => told.length > 0,
  );
  expect(notices).toHaveLength(1);
  expect(notices[0]).toMatchObject({ code: "engine", action: "smaller" });
  for (const words of [
    /About \d+ (minutes|hours) on this CPU: 60000 steps at [\d.]+ a second/,
    "with 64 columns, 16 latents and batches of 2048",
  ])
    await expect(lab.notice).toContainText(words);
  // It goes on as it was asked to, and once dismissed nothing is said again.
  expect(config.base.batchSize).toBe(2048);
  await lab.button("Dismiss").click();
  await lab.button("Restart (r)").click();
  await lab.until(({ step }) => step > 0);
  await lab.page.waitForTimeout(4000);
  expect((await lab.state()).notices).toEqual([]);

  await lab.open("", "?engine=cpu&paused");
  await lab.open(linkWith({ ...large, seed: 8 }), "?engine=cpu");
  await lab.button("Use a smaller version").click();
  const smaller = await lab.until(
    ({ status, config: { base } }) =>
      status === "running" && base.batchSize < 2048,
  );
  expect(smaller.notices).toEqual([]);
  expect(smaller.config.base.data).toEqual(config.base.data);
  expect(smaller.link).toContain(`&n=${smaller.config.base.batchSize}&`);
});

test("a spent run plays again from the start", async ({ lab }) => {
  await lab.open(linkWith({ steps: 40, pace: 0 }), "?engine=cpu");
  await lab.status("done");
  const first = await lab.losses(0);
  await lab.button("Run again from the start (space)").click();
  await lab.until(({ status, step }) => status === "done" && step === 40);
  await expect.poll(() => lab.losses(0)).toEqual(first);
});

test("it opens and trains without a network", async ({ lab }) => {
  await lab.open("", "?engine=cpu&paused");
  await lab.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await lab.page.context().setOffline(true);
  await lab.open(linkWith({ steps: 60, pace: 0 }), "?engine=cpu");
  const { step } = await lab.status("done");
  expect(step).toBe(60);
  await lab.page.reload();
  await lab.page.evaluate(() => globalThis.collapseLab.ready);
  // The charts are a part of their own, loaded late.
  await expect(lab.page.locator("lab-chart canvas").first()).toBeVisible();
});
