/**
 * `npm run paper -- [--figure NAME] [--data IDX(.gz)] [--labels IDX(.gz)] [--seeds N] [--samples S]
 * [--full] [--json FILE]`: runs the paper's experiments in headless Chromium and prints, for each
 * cell, KL, units in use, collapse and log-likelihood beside the linear theory's count.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ensureBrowser, launchOptions } from "../harness/browser.mjs";
import { serveHarness } from "../harness/bundle.mjs";
import { checkFile, openFile } from "../harness/data-file.mjs";
import { ensureInstalled } from "../harness/install.mjs";
import { tableOf } from "./table.mjs";

/** @typedef {import("../../src/session/paper.ts").FigureName} FigureName */
/** @typedef {import("../../src/session/sweep-protocol.ts").SweepProgress} SweepProgress */
/** @typedef {import("../../src/session/sweep-protocol.ts").SweepRow} SweepRow */

const FIRST_SEED = 7;

/**
 * @param {string} name
 * @param {string} text
 * @param {number} least
 */
function wholeNumber(name, text, least) {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(
    `--${name} is "${text}": expected a whole number from ${String(least)} on.`,
  );
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      figure: { type: "string" },
      data: { type: "string" },
      labels: { type: "string" },
      seeds: { type: "string", default: "1" },
      samples: { type: "string", default: "0" },
      full: { type: "boolean", default: false },
      json: { type: "string" },
    },
  });
  return {
    figure: values.figure,
    data: checkFile(values.data),
    labels: checkFile(values.labels),
    seeds: wholeNumber("seeds", values.seeds, 1),
    samples: wholeNumber("samples", values.samples, 0),
    full: values.full,
    json: values.json,
  };
}

/** @param {SweepProgress} progress */
function progressText({ done, total, fraction, secondsLeft, label }) {
  const left =
    secondsLeft === null ? "" : `, ${String(Math.ceil(secondsLeft))} s left`;
  return `${String(done)}/${String(total)} (${String(Math.round(100 * fraction))}%)${left} ${label}`;
}

async function main() {
  const { figure, data, labels, seeds, samples, full, json } = readArguments();
  ensureInstalled();
  const { chromium } = await import("playwright");
  const server = await serveHarness();
  const browser = await chromium.launch(launchOptions(ensureBrowser()));
  const results = [];
  let adapter = null;
  let file = null;
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => {
      console.error(`[page] ${error.stack ?? error.message}`);
    });
    await page.goto(server.url);
    await page.waitForFunction(() => "harness" in globalThis);
    adapter = await page.evaluate(() => globalThis.harness.adapterInfo());
    if (adapter === null)
      throw new Error(
        "This Chromium has no WebGPU adapter (see CHROMIUM_PATH).",
      );
    const { vendor, architecture, description } = adapter;
    console.log(
      `adapter: ${[vendor, architecture, description].filter(Boolean).join(" ")}`,
    );
    const figures = await page.evaluate(() =>
      globalThis.harness.paperFigures(),
    );
    const chosen = figures.filter(
      ({ name }) => figure === undefined || name === figure,
    );
    if (chosen.length === 0)
      throw new Error(
        `There is no figure "${String(figure)}". Figures: ${figures.map(({ name }) => name).join(", ")}.`,
      );
    if (data !== undefined) {
      file = await openFile(page, data, labels);
      console.log(
        `data: ${file.report.name}, ${String(file.report.rows)} rows of ${String(file.report.columns)}`,
      );
    }
    const terminal = process.stderr.isTTY;
    await page.exposeFunction(
      "paperProgress",
      (/** @type {SweepProgress} */ now) => {
        if (terminal) process.stderr.write(`\r\x1b[K  ${progressText(now)}`);
      },
    );
    await page.exposeFunction("paperRow", (/** @type {SweepRow} */ row) => {
      if (!terminal)
        console.log(
          `  ${row.values.join(", ")} seed ${String(row.seed)}: loss ${row.loss.toFixed(3)}, active ${row.levels.map(({ activeModes }) => activeModes).join(" ")}, linear ${row.linear?.activeUnits.join(" ") ?? "-"}`,
        );
    });
    for (const { name, title, note } of chosen) {
      console.log(`\n${name}: ${title}\n${note}`);
      const panels = await page.evaluate(
        ([of, options]) => globalThis.harness.paperPanels(of, options),
        /** @type {const} */ ([
          name,
          {
            full,
            samples,
            seeds: Array.from({ length: seeds }, (_, i) => FIRST_SEED + i),
            ...(file && { data: file.source }),
          },
        ]),
      );
      for (const { title: panel, spec } of panels) {
        console.log(`\n${panel}`);
        const started = performance.now();
        const { rows } = await page.evaluate(
          (of) =>
            globalThis.harness.sweep({
              spec: of,
              engine: "webgpu",
              onRow: "paperRow",
              onProgress: "paperProgress",
            }),
          spec,
        );
        const seconds = (performance.now() - started) / 1000;
        if (terminal) process.stderr.write("\r\x1b[K");
        console.log(`${tableOf(spec, rows)}\n(${seconds.toFixed(0)} s)`);
        results.push({ figure: name, panel, spec, rows, seconds });
      }
    }
  } finally {
    await browser.close();
    await server.close();
  }
  if (json !== undefined)
    writeFileSync(
      json,
      `${JSON.stringify({ adapter, full, samples, data: file?.report ?? null, results }, null, 2)}\n`,
    );
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
