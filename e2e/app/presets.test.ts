/** The list of presets: search, open, and the answer once its run has ended. */
import { PRESETS } from "../../src/experiment/presets.ts";
import { findings } from "./axe.ts";
import { expect, test } from "./lab.ts";

test("presets are searched, opened, and answered when their run ends", async ({
  lab,
}) => {
  await lab.open("", "?engine=cpu&paused");
  await lab.page.keyboard.press("p");
  const dialog = lab.page.getByRole("dialog");
  await expect(dialog).toContainText(PRESETS[0].question);
  await expect(dialog).toContainText("The answer shows when the run ends.");
  await expect(dialog).not.toContainText(PRESETS[0].answer);
  await dialog.getByRole("button", { name: "Show it now" }).click();
  await expect(dialog).toContainText(PRESETS[0].answer);
  await expect(dialog.getByRole("listitem")).toHaveCount(PRESETS.length);
  expect(await findings(lab)).toEqual([]);

  const search = dialog.getByRole("searchbox", { name: "Search presets" });
  await search.fill("zebra");
  await expect(dialog.getByRole("status")).toContainText("No preset mentions");
  await search.fill("edge");
  const edge = PRESETS.find(({ id }) => id === "on-the-edge");
  await expect(dialog.getByRole("listitem").first()).toContainText(
    edge?.title ?? "",
  );
  await search.press("Enter");
  await expect(dialog).toBeHidden();
  await lab.until(
    ({ status, config }) =>
      status !== "loading" && config.base.latents === edge?.config.base.latents,
  );
  await lab.status("done");
  await lab.page.getByRole("button", { name: "Answer" }).click();
  await expect(dialog).toContainText(edge?.answer ?? "");
});
