/** What a visitor sees without doing anything, on each engine. */
import type { ScriptState } from "../../src/session/scripting.ts";
import { expect, type Lab, test } from "./lab.ts";

/** Puts code before the worker's own. */
async function inWorker(lab: Lab, code: string): Promise<void> {
  await lab.page.route("**/worker.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: code + (await response.text()) });
  });
}

async function arrives(lab: Lab): Promise<ScriptState> {
  for (const name of ["A", "B"])
    await expect(lab.lane(name).locator("[data-verdict]")).toHaveAttribute(
      "data-verdict",
      "at-theory",
      { timeout: 60_000 },
    );
  const state = await lab.status("done");
  const [a, b] = state.lanes;
  expect([a.activeModes, b.activeModes]).toEqual([5, 5]);
  expect(a.dead.filter(Boolean)).toHaveLength(3);
  expect(b.dead.filter(Boolean)).toHaveLength(0);
  return state;
}

test("theory is on screen without the worker", async ({ lab }) => {
  await lab.page.route("**/worker.js", () => undefined);
  await lab.page.goto(lab.url);
  await expect(lab.page.locator("lab-story")).toContainText(
    "Both models keep 5 of 8 directions",
  );
  for (const name of ["A", "B"]) {
    const lane = lab.lane(name);
    await expect(lane).toContainText("5 of 8 predicted alive");
    await expect(lane.getByRole("slider")).toHaveAttribute(
      "aria-valuetext",
      /5 of 8 modes predicted alive/,
    );
    // sqrt(3^2 - 1) where the std is learnable, sqrt(3 - 1) where it is 1.
    await expect(lane.locator("table.numbers")).toContainText(
      name === "A" ? "2.83" : "1.41",
    );
  }
  const { step, lanes, engine } = await lab.state();
  expect(step).toBe(0);
  expect(engine).toBeNull();
  expect(lanes.map(({ loss }) => loss)).toEqual([null, null]);
});

test("theory is on screen without any script", async ({ browser, siteUrl }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(siteUrl);
  await expect(page.getByText("Both models keep 5 of 8")).toBeVisible();
  await expect(
    page.getByRole("img", { name: "Lane A: predicted modes" }),
  ).toBeVisible();
  await context.close();
});

for (const [width, height] of [
  [1440, 900],
  [1024, 768],
  [390, 844],
])
  test(`nothing larger or elsewhere takes the place of the first paint, ${width} px wide`, async ({
    lab,
  }) => {
    const { page } = lab;
    await page.setViewportSize({ width, height });
    await page.addInitScript(() => {
      const seen = { largest: "", shifts: [] as string[] };
      Object.assign(globalThis, { seen });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          seen.largest =
            (entry as { element?: Element }).element?.className ?? "gone";
      }).observe({ type: "largest-contentful-paint", buffered: true });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const { value, sources } = entry as unknown as {
            value: number;
            sources: { previousRect: DOMRect; currentRect: DOMRect }[];
          };
          // A number that grows a digit is no move.
          if (value > 1e-3) seen.shifts.push(JSON.stringify(sources));
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
    await lab.open("", "?paused");
    await expect(page.locator("lab-chart canvas").first()).toBeVisible();
    const seen = await page.evaluate(
      () =>
        new Promise<{ largest: string; shifts: string[] }>((resolve) => {
          // Entries come after the frame they are of.
          setTimeout(() => {
            resolve(
              (
                globalThis as unknown as {
                  seen: { largest: string; shifts: string[] };
                }
              ).seen,
            );
          }, 500);
        }),
    );
    expect(seen).toEqual({ largest: "first-story", shifts: [] });
  });

test("it plays by itself and arrives at theory on WebGPU", async ({ lab }) => {
  await lab.open();
  const { engine } = await arrives(lab);
  expect(engine).toMatchObject({ kind: "webgpu", selfCheck: "passed" });
  await expect(lab.chip).toContainText("WebGPU");
  await expect(lab.page.locator("lab-story")).toContainText(
    "Both models kept 5 of 8 directions",
  );
});

test("it does the same on the CPU with engine=cpu", async ({ lab }) => {
  await lab.open("", "?engine=cpu");
  const { engine } = await arrives(lab);
  expect(engine?.kind).toBe("cpu");
  await expect(lab.chip).toContainText("CPU");
  await expect(lab.chip).toContainText("engine=cpu");
});

const withoutGpu = [
  {
    name: "no WebGPU in the worker",
    code: `Object.defineProperty(navigator, "gpu", { value: undefined });`,
    reason: "This browser has no WebGPU.",
    selfCheck: "skipped",
  },
  {
    name: "no adapter",
    code: `GPU.prototype.requestAdapter = () => Promise.resolve(null);`,
    reason: "offers no graphics adapter",
    selfCheck: "skipped",
  },
  {
    name: "a GPU that computes wrongly",
    code: `{
      const read = GPUBuffer.prototype.getMappedRange;
      GPUBuffer.prototype.getMappedRange = function (...range) {
        const bytes = read.apply(this, range);
        if (this.usage & GPUBufferUsage.MAP_READ)
          for (const [i, x] of new Float32Array(bytes).entries())
            new Float32Array(bytes)[i] = 1.5 * x;
        return bytes;
      };
    }`,
    reason: "gave a wrong answer to a test sum",
    selfCheck: "failed",
  },
] as const;

for (const { name, code, reason, selfCheck } of withoutGpu) {
  test(`${name}: the CPU trains, and the chip says why`, async ({ lab }) => {
    await inWorker(lab, code);
    await lab.open();
    const { engine } = await lab.advances();
    expect(engine).toMatchObject({ kind: "cpu", selfCheck });
    expect(engine?.reason).toContain(reason);
    await expect(lab.chip).toContainText("CPU");
    await lab.chip.getByText("Why?").click();
    await expect(lab.chip.getByText(reason)).toBeVisible();
  });
}

test.describe("without the offline store, which answers before a route does", () => {
  test.use({ serviceWorkers: "block" });

  test("a theme that was chosen is there before any script of the page", async ({
    lab,
  }) => {
    await lab.page.emulateMedia({ colorScheme: "light" });
    await lab.open("", "?engine=cpu&paused");
    const background = (): Promise<string> =>
      lab.page.evaluate(
        () => getComputedStyle(document.documentElement).backgroundColor,
      );
    const light = await background();
    await lab.button("Switch theme").click();
    await expect.poll(background).not.toBe(light);
    await lab.page.route("**/main.js", (route) =>
      route.fulfill({ body: "", contentType: "text/javascript" }),
    );
    await lab.page.reload();
    await expect(lab.page.locator(".first-brand")).toBeVisible();
    expect(await background()).not.toBe(light);
  });
});
