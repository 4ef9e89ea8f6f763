/** A small sample of `npm run verify`: one random problem of each case, trained to its closed form. */
import { expect, test } from "../harness/fixture.ts";

test("one random problem of each case ends at its theorem", async ({
  gpuPage,
}) => {
  const all = await gpuPage.evaluate(() =>
    globalThis.harness.verifyProblems(10, 1),
  );
  expect(all).toHaveLength(10);
  for (const { name, link } of all) {
    const [lane] = await gpuPage.evaluate(
      (of) =>
        globalThis.harness.verify({
          link: of,
          engine: "webgpu",
          phases: [
            { rate: 0.02, steps: 6000 },
            { rate: 0.005, steps: 6000 },
            { rate: 0.001, steps: 8000 },
          ],
        }),
      link,
    );
    expect(lane.gap, name).toBeLessThanOrEqual(1e-3);
    // Float32 weights measured in float64: below the minimum by rounding at most.
    expect(lane.gap, name).toBeGreaterThanOrEqual(-1e-6);
    expect(lane.distance, name).toBeLessThanOrEqual(2e-2);
    expect(lane.activeModes, name).toEqual(lane.alive);
  }
});
