/**
 * The page stays responsive while it trains as fast as the device allows.
 *
 * What counts is the processor time of each task of the main thread: on a machine whose
 * software adapter trains on the same cores, a task also waits for its turn, and the clock on the
 * wall tells of the machine. That is printed.
 */
import { readFileSync } from "node:fs";
import { ENDLESS, expect, linkWith, test } from "./lab.ts";

const MEASURE_MS = 5000;
const LONGEST_MS = 50;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds on the wall. */
  readonly dur?: number;
  /** Microseconds of processor time. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Milliseconds of the tasks of all pages' main threads: on the wall and of processor time. */
function mainThreadTasks(trace: string): { wall: number; cpu: number }[] {
  const { traceEvents } = JSON.parse(trace) as { traceEvents: TraceEvent[] };
  const main = new Set(
    traceEvents
      .filter(
        ({ name, args }) =>
          name === "thread_name" && args?.name === "CrRendererMain",
      )
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return traceEvents
    .filter(
      ({ name, ph, pid, tid }) =>
        ph === "X" && name.endsWith("RunTask") && main.has(`${pid} ${tid}`),
    )
    .map(({ dur = 0, tdur = 0 }) => ({ wall: dur / 1000, cpu: tdur / 1000 }));
}

for (const estimator of ["sampled", "exact"] as const) {
  test(`no task over 50 ms on the main thread: ${estimator}`, async ({
    lab,
    browser,
  }, info) => {
    await lab.open(linkWith({ ...ENDLESS, pace: 0, estimator }));
    await lab.advances(1000);
    // Charts are there: loading is over.
    await expect(lab.page.locator("lab-chart canvas").first()).toBeVisible();
    const path = info.outputPath("trace.json");
    await browser.startTracing(lab.page, {
      path,
      categories: ["toplevel", "disabled-by-default-devtools.timeline"],
    });
    const steps = await lab.page.evaluate(async (ms) => {
      const first = globalThis.collapseLab.state().step;
      await new Promise((resolve) => setTimeout(resolve, ms));
      return globalThis.collapseLab.state().step - first;
    }, MEASURE_MS);
    await browser.stopTracing();
    const tasks = mainThreadTasks(readFileSync(path, "utf8"));
    const longest = (times: readonly number[]): number =>
      times.reduce((most, time) => Math.max(most, time), 0);
    const cpu = longest(tasks.map((task) => task.cpu));
    const wall = longest(tasks.map((task) => task.wall));
    console.log(
      `${estimator}: ${steps} steps, ${tasks.length} tasks, the longest ${cpu.toFixed(1)} ms of processor time, ${wall.toFixed(1)} ms on the wall`,
    );
    expect(steps).toBeGreaterThan(0);
    // The clock of the processor was there to be read.
    expect(cpu).toBeGreaterThan(0);
    expect(cpu).toBeLessThanOrEqual(LONGEST_MS);
  });
}
