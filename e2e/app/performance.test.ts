/** The page stays responsive while it trains as fast as the device allows. */
import { ENDLESS, expect, linkWith, test } from "./lab.ts";

declare global {
  var longTasks: number[] | undefined;
}

const MEASURE_MS = 5000;

for (const estimator of ["sampled", "exact"] as const) {
  test(`no task over 50 ms on the main thread: ${estimator}`, async ({
    lab,
  }) => {
    await lab.open(linkWith({ ...ENDLESS, pace: 0, estimator }));
    await lab.advances(1000);
    // Charts are there: loading is over.
    await expect(lab.page.locator("lab-chart canvas").first()).toBeVisible();
    const { tasks, steps } = await lab.page.evaluate(async (ms) => {
      const { collapseLab } = globalThis;
      const first = collapseLab.state().step;
      const tasks: number[] = [];
      const observer = new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) tasks.push(duration);
      });
      observer.observe({ type: "longtask" });
      await new Promise((resolve) => setTimeout(resolve, ms));
      observer.disconnect();
      return { tasks, steps: collapseLab.state().step - first };
    }, MEASURE_MS);
    console.log(
      `${estimator}: ${steps} steps, long tasks: ${tasks.join(", ") || "none"}`,
    );
    expect(steps).toBeGreaterThan(0);
    expect(tasks).toEqual([]);
  });
}
