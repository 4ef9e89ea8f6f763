/** The transport, the waterline and changes of the experiment, by mouse and by key. */
import { ENDLESS, expect, linkWith, test } from "./lab.ts";

/** Paused at step 0 on the CPU, where a step is the same in every browser. */
const PAUSED = "?engine=cpu&paused";

test("pause holds the step, play goes on from it", async ({ lab }) => {
  await lab.open(linkWith({ ...ENDLESS }));
  await lab.advances();
  await lab.button("Pause (space)").click();
  const { step } = await lab.status("paused");
  await expect(lab.button("Play (space)")).toBeVisible();
  await expect(lab.page.locator("[data-step]")).toHaveText(String(step));
  await lab.button("Play (space)").click();
  const later = await lab.advances();
  expect(later.step).toBeGreaterThan(step);
});

test("one step is one step", async ({ lab }) => {
  await lab.open("", PAUSED);
  for (const step of [1, 2, 3]) {
    await lab.button("One step (.)").click();
    await expect(lab.page.locator("[data-step]")).toHaveText(String(step));
  }
  await lab.page.keyboard.press(".");
  await expect(lab.page.locator("[data-step]")).toHaveText("4");
  expect(await lab.losses(0)).toHaveLength(4);
  expect((await lab.state()).step).toBe(4);
});

test("restart repeats the same losses, a new seed does not", async ({
  lab,
}) => {
  await lab.open("", PAUSED);
  await lab.step(20);
  await expect.poll(() => lab.losses(0)).toHaveLength(20);
  const first = [await lab.losses(0), await lab.losses(1)];
  await lab.button("Restart (r)").click();
  await lab.until(({ status, step }) => status === "idle" && step === 0);
  await lab.step(20);
  await expect.poll(() => lab.losses(1)).toHaveLength(20);
  expect([await lab.losses(0), await lab.losses(1)]).toEqual(first);
  await lab.button("New seed (n)").click();
  const { config } = await lab.until(
    ({ status, config: { base } }) => status === "idle" && base.seed !== 7,
  );
  await expect(lab.page.locator(".seed")).toContainText(
    String(config.base.seed),
  );
  await lab.step(20);
  await expect.poll(() => lab.losses(1)).toHaveLength(20);
  expect((await lab.losses(0))[0]).not.toBe(first[0][0]);
});

test("space, . r and n do what the buttons do", async ({ lab }) => {
  await lab.open(linkWith({ ...ENDLESS }));
  const { keyboard } = lab.page;
  await lab.advances();
  await keyboard.press("Space");
  const paused = await lab.status("paused");
  await keyboard.press(".");
  await lab.until(({ step }) => step === paused.step + 1);
  await keyboard.press("r");
  await lab.until(({ step, status }) => step === 0 && status === "idle");
  await keyboard.press("n");
  await lab.until(
    ({ config, status }) => config.base.seed !== 7 && status === "idle",
  );
  await keyboard.press("Space");
  await lab.advances();
  await keyboard.press("?");
  await expect(lab.page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  // Keys of the page rest while a dialog is open.
  await keyboard.press("Space");
  await keyboard.press("Escape");
  await expect(lab.page.getByRole("dialog")).toHaveCount(0);
  await keyboard.press("s");
  await expect(
    lab.page.getByRole("dialog", { name: "Share this experiment" }),
  ).toBeVisible();
});

test("keys do not act while one types", async ({ lab }) => {
  await lab.open("", PAUSED);
  const box = lab.page.getByRole("textbox", { name: "KL weight" });
  await box.fill("");
  await box.pressSequentially("2.");
  await box.press("r");
  await box.press("n");
  const { config, step } = await lab.state();
  expect([config.base.seed, step]).toEqual([7, 0]);
});

test("pace changes live and is in the link", async ({ lab }) => {
  await lab.open(linkWith({ ...ENDLESS, pace: 15 }));
  await lab.advances(3);
  await lab.page
    .getByRole("combobox", { name: "Pace, steps per second" })
    .selectOption("free");
  const { config, link, step } = await lab.until(
    (state) => state.config.base.pace === 0,
  );
  expect(step).toBeGreaterThan(0);
  expect([config.base.pace, link.includes("&pace=0&")]).toEqual([0, true]);
  await lab.advances(500);
});

test("the waterline moves by key, without a restart, and theory follows", async ({
  lab,
}) => {
  await lab.open(linkWith({ ...ENDLESS }));
  await lab.advances();
  const slider = lab.lane("A").getByRole("slider");
  await slider.focus();
  const before = await lab.state();
  await slider.press("Shift+ArrowUp");
  const { step, config, lanes } = await lab.state();
  expect(step).toBeGreaterThanOrEqual(before.step);
  // Ten arrows of 5 % each.
  expect(config.base.beta).toBeCloseTo(1.05 ** 10, 2);
  const value = String(config.base.beta);
  await expect(slider).toHaveAttribute("aria-valuenow", value);
  await expect(slider).toHaveAttribute(
    "aria-valuetext",
    `beta ${value}, 4 of 8 modes predicted alive`,
  );
  await expect(lab.lane("B").getByRole("slider")).toHaveAttribute(
    "aria-valuenow",
    value,
  );
  expect(lanes[0].prediction?.omega[0]).toBeCloseTo(
    Math.sqrt(9 - config.base.beta),
    6,
  );
  expect(lanes[0].prediction?.activeUnits).toBe(4);
  await expect(lab.page.locator("lab-story")).toContainText("4 of 8");
  const later = await lab.advances();
  expect(later.step).toBeGreaterThan(before.step);
  await slider.press("Home");
  await expect(slider).toHaveAttribute(
    "aria-valuetext",
    /8 of 8 modes predicted alive/,
  );
});

test("a run at rest trains on to where a moved waterline leads, a spent one from the start", async ({
  lab,
}) => {
  const settles = linkWith({
    data: { kind: "spectrum", theta: [3, 1.1] },
    latents: 2,
    estimator: "exact",
    pace: 500,
    steps: 20_000,
  });
  await lab.open(settles, "?engine=cpu");
  const rested = await lab.status("done");
  expect(rested.lanes[0].activeModes).toBe(2);
  const slider = lab.lane("A").getByRole("slider");
  // Pace alone is no reason to.
  await lab.page.getByLabel("Pace, steps per second").selectOption("150");
  await expect.poll(async () => (await lab.state()).config.base.pace).toBe(150);
  expect((await lab.state()).status).toBe("done");
  await lab.page.getByLabel("Pace, steps per second").selectOption("500");
  await slider.press("Shift+ArrowUp");
  const later = await lab.until(
    ({ status, step }) => status === "done" && step > rested.step,
  );
  expect(later.lanes[0].activeModes).toBe(1);
  expect(later.lanes[0].verdict).toBe("at-theory");

  await lab.open(linkWith({ steps: 40, pace: 0 }), "?engine=cpu");
  await lab.page.evaluate(() => globalThis.collapseLab.play());
  await lab.until(({ status, step }) => status === "done" && step === 40);
  const begun = await lab.losses(0);
  await slider.press("Shift+ArrowUp");
  await lab.until(
    ({ status, step, config }) =>
      status === "done" && step === 40 && config.base.beta > 1,
  );
  expect(await lab.losses(0)).toHaveLength(40);
  expect(await lab.losses(0)).not.toEqual(begun);
});

test("dragging the waterline changes beta", async ({ lab }) => {
  await lab.open("", PAUSED);
  const plate = lab.lane("A").locator(".handle .plate");
  const box = await plate.boundingBox();
  if (!box) throw new Error("the waterline has no handle");
  const { mouse } = lab.page;
  await mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await mouse.down();
  await mouse.move(box.x + box.width / 2, box.y - 60, { steps: 4 });
  await mouse.up();
  const { config, step } = await lab.state();
  expect(config.base.beta).toBeGreaterThan(1.5);
  expect(step).toBe(0);
});

test("another number of latents starts anew, and trains on", async ({
  lab,
}) => {
  await lab.open(linkWith({ ...ENDLESS }));
  await lab.advances(100);
  const box = lab.page.getByRole("textbox", { name: "Latents" });
  await box.fill("4");
  await box.press("Enter");
  const fresh = await lab.until(
    ({ lanes, status }) =>
      status === "running" && lanes[0].klPerUnit.length === 4,
  );
  expect(fresh.config.base.latents).toBe(4);
  expect(fresh.lanes[0].prediction?.activeUnits).toBe(4);
  const { step } = await lab.advances();
  // The series is that of the new run alone, from its first step.
  const steps = await lab.page.evaluate(
    () => globalThis.collapseLab.series(0).step,
  );
  expect(steps[0]).toBe(0);
  expect(steps.length).toBeGreaterThanOrEqual(step - 1);
  expect(steps.at(-1)).toBe(steps.length - 1);
});

test("a value that cannot be used is refused in words", async ({ lab }) => {
  await lab.open("", PAUSED);
  const box = lab.page.getByRole("textbox", { name: "KL weight" });
  await box.fill("much");
  await box.press("Enter");
  await expect(box).toHaveAttribute("aria-invalid", "true");
  await expect(
    lab.page.locator("lab-field").filter({ has: box }).getByRole("alert"),
  ).not.toBeEmpty();
  expect((await lab.state()).config.base.beta).toBe(1);
});

test("a preset says what it shows and plays", async ({ lab }) => {
  await lab.open();
  await lab.page
    .getByRole("combobox", { name: "Preset" })
    .selectOption("Total collapse");
  const { config } = await lab.until(
    ({ status, config: { base } }) => status === "running" && base.etaDec === 4,
  );
  expect(config.base.estimator).toBe("exact");
  await expect(lab.page.locator("lab-story")).toContainText(
    "Can a decoder be so noisy",
  );
  const { lanes } = await lab.status("done");
  expect(lanes.map(({ activeModes }) => activeModes)).toEqual([0, 0]);
});
