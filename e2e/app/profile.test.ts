/** The profile panel: kernels by name, memory and limits; and it leaves no trace in the run. */
import { findings } from "./axe.ts";
import { ENDLESS, expect, type Lab, linkWith, test } from "./lab.ts";

async function openProfile(lab: Lab): Promise<void> {
  await lab.chip.getByRole("button", { name: "Profile" }).click();
  await expect(lab.page.getByRole("dialog")).toContainText("Steps a submit");
}

test("tells the time of every kernel, and the run ends as if it had not", async ({
  lab,
}) => {
  const link = linkWith({ estimator: "sampled", steps: 60 });
  await lab.open(link, "?paused");
  await lab.step(60);
  const plain = await lab.losses(0);
  expect(plain).toHaveLength(60);

  await lab.page.goto("about:blank");
  await lab.open(link, "?paused");
  await lab.step(20);
  await openProfile(lab);
  const dialog = lab.page.getByRole("dialog");
  const rows = dialog.getByRole("row");
  await expect(rows.filter({ hasText: /vae-|matmul/ }).first()).toBeVisible();
  await expect(dialog).toContainText("Buffers on the device");
  // Two lanes of one step at least.
  await expect(dialog).toContainText(/GPU time of (one step|\d+ steps)/);
  await dialog.getByText("Limits of the device").click();
  await expect(dialog).toContainText("maxStorageBufferBindingSize");
  expect(await findings(lab)).toEqual([]);
  await lab.page.keyboard.press("Escape");
  expect((await lab.state()).step).toBe(20);
  await lab.step(40);
  expect(await lab.losses(0)).toEqual(plain);
});

test("a running run goes on; the CPU says that it has no kernels", async ({
  lab,
}) => {
  await lab.open(linkWith(ENDLESS), "?engine=cpu");
  const { step } = await lab.advances(5);
  await openProfile(lab);
  await expect(lab.page.getByRole("dialog")).toContainText(
    "it has no kernels to time",
  );
  await lab.until((state) => state.status === "running" && state.step > step);
});
