/**
 * `npm run bench -- --json FILE [--case NAME] [--engine webgpu|cpu] [--profile]`: steps per second
 * of each case in the tests' browser, median of five runs after a warm-up; with --profile also the
 * time of each kernel in a step after them.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ensureBrowser, launchOptions } from "../harness/browser.mjs";
import { serveHarness } from "../harness/bundle.mjs";
import { ensureInstalled } from "../harness/install.mjs";

const RUNS = 5;

/**
 * @typedef {import("../harness/bench.ts").BenchEngine} BenchEngine
 * @typedef {{ case: string, engine: BenchEngine }} Job
 * @typedef {Job & { stepsPerSecond: number, min: number, max: number, runs: number, chunkSteps: number, gflops?: number, kernels?: import("../../src/engine/profile.ts").KernelTime[] }} Result
 */

/** @returns {{ json: string | undefined, name: string | undefined, engine: BenchEngine | undefined, profile: boolean }} */
function readArguments() {
  const { values } = parseArgs({
    options: {
      json: { type: "string" },
      case: { type: "string" },
      engine: { type: "string" },
      profile: { type: "boolean", default: false },
    },
  });
  const { json, case: name, engine, profile } = values;
  if (engine !== undefined && engine !== "webgpu" && engine !== "cpu")
    throw new Error(`--engine is "${engine}": expected webgpu or cpu.`);
  return { json, name, engine, profile };
}

/**
 * @param {readonly number[]} values
 * @returns {number}
 */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/**
 * @param {import("playwright").Page} page
 * @param {Job} job
 * @param {boolean} profiled
 * @returns {Promise<Result>}
 */
async function measure(page, job, profiled) {
  const runs = [];
  // The first run is the warm-up.
  for (let i = 0; i <= RUNS; i++)
    runs.push(await page.evaluate((of) => globalThis.harness.bench(of), job));
  const kernels = profiled
    ? await page.evaluate((of) => globalThis.harness.benchProfile(of), job)
    : null;
  await page.evaluate((of) => globalThis.harness.benchClose(of), job);
  runs.shift();
  const speeds = runs.map((run) => run.stepsPerSecond);
  const gflops = runs.flatMap((run) => run.gflops ?? []);
  return {
    ...job,
    stepsPerSecond: median(speeds),
    min: Math.min(...speeds),
    max: Math.max(...speeds),
    runs: RUNS,
    chunkSteps: runs[RUNS - 1].chunkSteps,
    ...(gflops.length > 0 ? { gflops: median(gflops) } : {}),
    ...(kernels ? { kernels } : {}),
  };
}

/**
 * @param {readonly { name: string, engines: readonly BenchEngine[] }[]} cases
 * @param {string | undefined} name
 * @param {BenchEngine | undefined} engine
 * @returns {Job[]}
 */
function chooseJobs(cases, name, engine) {
  if (name !== undefined && !cases.some((one) => one.name === name))
    throw new Error(
      `--case is "${name}": expected one of ${cases.map((one) => one.name).join(", ") || "(there are none yet)"}.`,
    );
  const jobs = cases
    .filter((one) => name === undefined || one.name === name)
    .flatMap((one) =>
      one.engines
        .filter((kind) => engine === undefined || kind === engine)
        .map((kind) => ({ case: one.name, engine: kind })),
    );
  if (jobs.length === 0)
    throw new Error(
      `Nothing to measure: ${name ?? "no case"} does not run on ${engine ?? "any engine"}.`,
    );
  return jobs;
}

/** @param {Result} result */
function printRow(result) {
  const { stepsPerSecond, min, max, chunkSteps, gflops } = result;
  const cells = [
    result.case.padEnd(20),
    result.engine.padEnd(8),
    stepsPerSecond.toFixed(1).padStart(12),
    `${min.toFixed(1)}-${max.toFixed(1)}`.padStart(24),
    String(chunkSteps).padStart(8),
    (gflops?.toFixed(2) ?? "").padStart(9),
  ];
  console.log(cells.join(""));
  for (const { kernel, dispatches, milliseconds } of result.kernels ?? [])
    console.log(
      `  ${kernel.padEnd(26)}${`${String(dispatches)} x`.padStart(8)}${milliseconds.toFixed(3).padStart(12)} ms`,
    );
}

async function main() {
  const { json, name, engine, profile } = readArguments();
  ensureInstalled();
  const options = launchOptions(ensureBrowser());
  const { chromium } = await import("playwright");
  const server = await serveHarness();
  const browser = await chromium.launch(options);
  try {
    const page = await browser.newPage();
    page.on("console", (message) => {
      if (message.type() === "error") console.error(`[page] ${message.text()}`);
    });
    await page.goto(server.url);
    await page.waitForFunction(() => "harness" in globalThis);
    const adapter = await page.evaluate(() => globalThis.harness.adapterInfo());
    if (adapter === null && engine !== "cpu")
      throw new Error(
        `No WebGPU adapter in Chromium ${browser.version()}: use a full Chromium (CHROMIUM_PATH), or measure --engine cpu.`,
      );
    const cases = await page.evaluate(() => globalThis.harness.benchCases());
    const jobs = chooseJobs(cases, name, engine);
    console.log(
      `Adapter: ${adapter === null ? "none" : `${adapter.vendor} ${adapter.architecture}`}\n` +
        `${"case".padEnd(20)}${"engine".padEnd(8)}${"steps/s".padStart(12)}${"min-max".padStart(24)}${"chunk".padStart(8)}${"GFLOP/s".padStart(9)}`,
    );
    /** @type {Result[]} */
    const results = [];
    for (const job of jobs) {
      const result = await measure(page, job, profile);
      printRow(result);
      results.push(result);
    }
    if (json !== undefined)
      writeFileSync(json, `${JSON.stringify({ adapter, results }, null, 2)}\n`);
  } finally {
    await browser.close();
    await server.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
