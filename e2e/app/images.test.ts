/** Data that are images show what each lane makes of them. */
import { PRESETS } from "../../src/experiment/presets.ts";
import { writeLink } from "../../src/experiment/link.ts";
import { expect, test } from "./lab.ts";

const digits = PRESETS.find(({ id }) => id === "digits-8");
if (!digits) throw new Error("there is no preset digits-8");
const link = writeLink(digits.config);

for (const query of ["?paused", "?engine=cpu&paused"] as const) {
  test(`digits and their reconstructions are drawn, and change ${query}`, async ({
    lab,
  }) => {
    const pictures = (): Promise<string[]> =>
      lab.page
        .locator("lab-images canvas")
        .evaluateAll((all) =>
          all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()),
        );
    await lab.open(link, query);
    await expect.poll(async () => (await pictures()).length).toBe(3);
    const [inputs, a, b] = await pictures();
    // Both lanes begin with the same weights.
    expect([a === b, a === inputs]).toEqual([true, false]);
    await lab.step(30);
    await lab.until(({ step }) => step === 30);
    await expect
      .poll(async () => {
        const [same, ...others] = await pictures();
        return [same === inputs, ...others.map((row) => row === a)];
      })
      .toEqual([true, false, false]);
    const [, trainedA, trainedB] = await pictures();
    expect(trainedA).not.toBe(trainedB);
    await expect(
      lab.page.getByRole("img", { name: /inputs above what each lane/ }),
    ).toBeVisible();
  });
}
