/**
 * `npm run sweep -- SPEC.json [--json FILE] [--engine webgpu|cpu]`: trains a grid of models in
 * headless Chromium and prints a row for each. SPEC.json holds
 * `{ "link": "#v=1&...", "axes": [{ "field": "beta", "values": [0.5, 1, 2] }], "seeds": [7],
 * "likelihoodSamples": 0, "steps": 3000 }`; link and one axis are needed, or `config` in place of the link.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ensureBrowser, launchOptions } from "../harness/browser.mjs";
import { serveHarness } from "../harness/bundle.mjs";
import { ensureInstalled } from "../harness/install.mjs";

/** @typedef {import("../../src/session/sweep-protocol.ts").SweepProgress} SweepProgress */
/** @typedef {import("../../src/session/sweep-protocol.ts").SweepRow} SweepRow */
/** @typedef {import("../../src/session/sweep-protocol.ts").SweepSpec} SweepSpec */
/** @typedef {Partial<SweepSpec> & { readonly link?: string }} SweepFile */

/** @param {number} value */
const number = (value) => String(Number(value.toPrecision(5)));

/**
 * @param {string} path
 * @returns {SweepFile}
 */
function readSpec(path) {
  /** @type {unknown} */
  const file = JSON.parse(readFileSync(path, "utf8"));
  const spec = /** @type {SweepFile} */ (file);
  if (typeof file !== "object" || file === null || !Array.isArray(spec.axes))
    throw new Error(
      `${path} has no "axes": expected a list such as [{ "field": "beta", "values": [0.5, 1, 2] }].`,
    );
  if (spec.link === undefined && spec.config === undefined)
    throw new Error(
      `${path} has neither "link" nor "config": expected an experiment's link.`,
    );
  return spec;
}

/**
 * @param {SweepSpec} spec
 * @param {readonly SweepRow[]} rows
 */
function printTable({ axes }, rows) {
  const lines = rows.map(({ values, seed, loss, kl, levels, linear }) => [
    ...values.map(number),
    String(seed),
    number(loss),
    number(kl),
    levels.map(({ activeModes }) => activeModes).join(","),
    linear ? linear.activeUnits.join(",") : "-",
  ]);
  const head = [
    ...axes.map(({ field }) => field),
    ...["seed", "loss", "kl", "active", "theory"],
  ];
  for (const line of [head, ...lines])
    console.log(line.map((cell) => cell.padStart(12)).join(""));
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "string" },
      engine: { type: "string", default: "webgpu" },
    },
  });
  const path = positionals.at(0);
  if (path === undefined)
    throw new Error("Which sweep? npm run sweep -- SPEC.json [--json FILE]");
  const { link, ...given } = readSpec(path);
  /** @type {"webgpu" | "cpu"} */
  const engine = values.engine === "cpu" ? "cpu" : "webgpu";
  ensureInstalled();
  const options = launchOptions(ensureBrowser());
  const { chromium } = await import("playwright");
  const server = await serveHarness();
  const browser = await chromium.launch(options);
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => {
      console.error(`[page] ${error.stack ?? error.message}`);
    });
    await page.goto(server.url);
    await page.waitForFunction(() => "harness" in globalThis);
    await page.exposeFunction(
      "tellSweep",
      (/** @type {SweepProgress} */ now) => {
        if (process.stderr.isTTY)
          process.stderr.write(
            `\r${String(now.done)} of ${String(now.total)}, ${String(Math.round(100 * now.fraction))} %  `,
          );
      },
    );
    const config =
      given.config ??
      (await page.evaluate(
        (text) => globalThis.harness.configOfLink(text),
        link ?? "",
      ));
    const spec = {
      seeds: [config.base.seed],
      likelihoodSamples: 0,
      axes: [],
      ...given,
      config,
    };
    const { rows } = await page.evaluate(
      (request) => globalThis.harness.sweep(request),
      { spec, engine, onProgress: "tellSweep" },
    );
    if (process.stderr.isTTY) process.stderr.write("\r");
    printTable(spec, rows);
    if (values.json !== undefined)
      writeFileSync(
        values.json,
        `${JSON.stringify({ engine, spec, rows }, null, 2)}\n`,
      );
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
