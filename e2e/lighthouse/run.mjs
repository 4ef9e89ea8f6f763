/**
 * `npm run lighthouse [-- --json FILE]`: Lighthouse's scores of the built site, on a simulated
 * phone and desktop.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { ensureBrowser } from "../harness/browser.mjs";
import { ensureInstalled, ROOT, runProgram } from "../harness/install.mjs";

async function main() {
  const { values } = parseArgs({ options: { json: { type: "string" } } });
  ensureInstalled();
  ensureBrowser();
  if (!runProgram(process.execPath, [`${ROOT}build.mjs`]))
    throw new Error("The site does not build (see above).");
  const { audit } = await import("./measure.mjs");
  /** @type {Record<string, import("./measure.mjs").Report>} */
  const reports = {};
  for (const device of /** @type {const} */ (["mobile", "desktop"])) {
    const report = await audit(device, [
      "performance",
      "accessibility",
      "best-practices",
    ]);
    reports[device] = report;
    console.log(
      `${device}: ${Object.entries(report.scores)
        .map(([name, score]) => `${name} ${String(score)}`)
        .join(", ")}`,
    );
    for (const [name, value] of Object.entries(report.metrics))
      console.log(`  ${name.padEnd(28)}${value}`);
    for (const line of report.failed) console.log(`  not passed: ${line}`);
  }
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify(reports, null, 2)}\n`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
