import { defineConfig, type Project } from "@playwright/test";
import { launchOptions } from "./e2e/harness/browser.mjs";

// The benchmarks run only when named; workers read this file again and inherit the variable.
if (process.argv.some((arg) => /^(--project=)?bench$/.test(arg)))
  process.env.LAB_BENCH = "1";

const projects: Project[] = [
  { name: "unit", testDir: "src", testMatch: "**/*.test.ts" },
  { name: "kernels", testDir: "e2e/kernels", timeout: 120_000 },
  { name: "training", testDir: "e2e/training", timeout: 300_000, workers: 1 },
  {
    name: "app",
    testDir: "e2e/app",
    timeout: 120_000,
    workers: 2,
    // The name begins with the renderer: see e2e/app/snapshots.test.ts.
    snapshotPathTemplate: "{testDir}/snapshots/{arg}{ext}",
  },
];
if (process.env.LAB_BENCH === "1")
  projects.push({
    name: "bench",
    testDir: "e2e/bench",
    timeout: 600_000,
    workers: 1,
  });

export default defineConfig({
  projects,
  fullyParallel: false,
  workers: 2,
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  outputDir: "test-results",
  reporter: [["list"], ["./e2e/harness/summary.ts"]],
  use: {
    browserName: "chromium",
    headless: true,
    launchOptions: launchOptions(),
    screenshot: "only-on-failure",
  },
});
