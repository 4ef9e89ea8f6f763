/**
 * `npm run sweep -- SPEC.json [--json FILE] [--engine webgpu|cpu] [--data FILE] [--labels FILE]`:
 * trains a grid of models in headless Chromium and prints a row for each. SPEC.json holds
 * `{ "link": "#v=1&...", "axes": [{ "field": "beta", "values": [0.5, 1, 2] }], "seeds": [7],
 * "likelihoodSamples": 0, "steps": 3000 }`; link and one axis are needed, or `config` in place of
 * the link. `"data": "images.gz"` (and `"labels"`), from the folder of SPEC.json, or `--data` train
 * on that file, in the place of what the link draws or as the file that it names.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ensureBrowser, launchOptions } from "../harness/browser.mjs";
import { serveHarness } from "../harness/bundle.mjs";
import { checkFile, openFile } from "../harness/data-file.mjs";
import { ensureInstalled } from "../harness/install.mjs";
import { onFile, readSpec, wordsOf } from "./spec.mjs";

/** @typedef {import("../../src/session/sweep-protocol.ts").SweepProgress} SweepProgress */
/** @typedef {import("../../src/session/sweep-protocol.ts").SweepRow} SweepRow */
/** @typedef {import("../../src/session/sweep-protocol.ts").SweepSpec} SweepSpec */

/** @param {number} value */
const number = (value) => String(Number(value.toPrecision(5)));

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

/**
 * @param {string} name
 * @returns {"webgpu" | "cpu"}
 */
function engineOf(name) {
  if (name === "webgpu" || name === "cpu") return name;
  throw new Error(`--engine is "${name}": expected webgpu or cpu.`);
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: "string" },
      engine: { type: "string", default: "webgpu" },
      data: { type: "string" },
      labels: { type: "string" },
    },
  });
  const path = positionals.at(0);
  if (path === undefined)
    throw new Error("Which sweep? npm run sweep -- SPEC.json [--json FILE]");
  const engine = engineOf(values.engine);
  const { link, config: plain, data, labels, ...given } = readSpec(path);
  const images = checkFile(values.data ?? data);
  const classes = checkFile(values.labels ?? labels);
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
    const asked = await page.evaluate(
      (of) => globalThis.harness.configGiven(of),
      link ?? plain,
    );
    const file =
      images === undefined ? null : await openFile(page, images, classes);
    const config = onFile(asked, file?.source ?? null);
    const spec = {
      seeds: [config.base.seed],
      likelihoodSamples: 0,
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
  console.error(wordsOf(error));
  process.exitCode = 1;
}
