/**
 * The built site as tests drive it: `lab` opens it, reads `collapseLab`, and fails the test if the
 * page ever complained (console errors, exceptions, violations of its security policy).
 */
import type { Locator, Page } from "@playwright/test";
import type { Settings } from "../../src/experiment/config.ts";
import { writeLink } from "../../src/experiment/link.ts";
import { changeSettings, DEFAULT_CONFIG } from "../../src/experiment/schema.ts";
import type { ScriptState } from "../../src/session/scripting.ts";
// What the page's entry declares: globalThis.collapseLab.
import type {} from "../../src/main.ts";
import { expect, test as base } from "../harness/fixture.ts";

export { expect } from "../harness/fixture.ts";

/** The default experiment's link with settings changed in all lanes, or in `lane` alone. */
export function linkWith(
  change: Partial<Settings>,
  lane?: number,
  config = DEFAULT_CONFIG,
): string {
  let next = config;
  for (const key of Object.keys(change) as (keyof Settings)[]) {
    const value = change[key];
    if (value !== undefined) next = changeSettings(next, key, value, lane);
  }
  return writeLink(next);
}

/** A run that is under way as long as a test looks: too slow to reach theory and stop. */
export const ENDLESS: Partial<Settings> = {
  steps: 1_000_000,
  optimizer: { kind: "adam", learningRate: 1e-5 },
};

export class Lab {
  readonly page: Page;
  readonly url: string;
  /** Whatever the page had to complain about. */
  readonly complaints: string[] = [];

  constructor(page: Page, url: string) {
    this.page = page;
    this.url = url;
    page.on("console", (message) => {
      const text = message.text();
      // Playwright's own, of tests that do without the offline store.
      if (text === "Service Worker registration blocked by Playwright") return;
      if (message.type() === "error" || message.type() === "warning")
        this.complaints.push(`${message.type()}: ${text}`);
    });
    page.on("pageerror", (error) => {
      this.complaints.push(error.stack ?? error.message);
    });
  }

  /** Goes to the site; `paused` waits for play. Resolves when it is ready to train. */
  async open(
    link = "",
    query: "" | "?paused" | "?engine=cpu" | "?engine=cpu&paused" = "",
  ): Promise<void> {
    await this.page.goto(this.url + query + link);
    await this.page.evaluate(() => globalThis.collapseLab.ready);
  }

  state(): Promise<ScriptState> {
    return this.page.evaluate(() => globalThis.collapseLab.state());
  }

  /** Waits for a state and returns it. */
  async until(
    condition: (state: ScriptState) => boolean,
  ): Promise<ScriptState> {
    let state = await this.state();
    const met = async (): Promise<boolean> => {
      state = await this.state();
      return condition(state);
    };
    await expect.poll(met, { intervals: [50], timeout: 60_000 }).toBe(true);
    return state;
  }

  /** Waits for a status. */
  status(status: ScriptState["status"]): Promise<ScriptState> {
    return this.until((state) => state.status === status);
  }

  /** Waits until it trains and is `more` steps further than now. */
  async advances(more = 20): Promise<ScriptState> {
    const { step } = await this.state();
    return this.until(
      (state) => state.status === "running" && state.step >= step + more,
    );
  }

  async step(count: number): Promise<void> {
    await this.page.evaluate((n) => globalThis.collapseLab.step(n), count);
  }

  /** Per-step losses of a lane so far. */
  losses(lane: number): Promise<number[]> {
    return this.page.evaluate(
      (index) => globalThis.collapseLab.series(index).loss,
      lane,
    );
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name });
  }

  /** Opens the Share dialog. */
  async share(): Promise<Locator> {
    await this.button("Share").click();
    return this.page.getByRole("dialog", { name: "Share this experiment" });
  }

  /** The row of notices under the header. */
  get notice(): Locator {
    return this.page.locator("lab-notices");
  }

  /** The chip that names the engine. */
  get chip(): Locator {
    return this.page.locator("lab-engine").first();
  }

  lane(name: string): Locator {
    return this.page.locator(`lab-lane [data-lane="${name}"]`);
  }
}

export const test = base.extend<{ lab: Lab }>({
  lab: async ({ page, siteUrl }, use) => {
    const lab = new Lab(page, siteUrl);
    await use(lab);
    expect(lab.complaints, "complaints of the page").toEqual([]);
  },
  viewport: { width: 1440, height: 900 },
  actionTimeout: 20_000,
});
