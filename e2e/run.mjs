/**
 * `npm test`: installs what is missing, builds, runs the tests, and ends with one line of counts.
 * Arguments go to the test runner (`npm test -- --project=unit theory`).
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBrowser } from "./harness/browser.mjs";
import { ROOT, ensureInstalled, runProgram } from "./harness/install.mjs";

const PROJECTS = ["unit", "kernels", "training", "app"];

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Summary
 */

/**
 * @param {readonly string[]} args
 * @returns {Summary}
 */
function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), "collapse-lab-"));
  const path = join(folder, "summary.json");
  process.env.LAB_SUMMARY = path;
  const chosen = args.some((arg) => arg.startsWith("--project"));
  const ok = runProgram(process.execPath, [
    join(ROOT, "node_modules/@playwright/test/cli.js"),
    "test",
    ...(chosen ? [] : PROJECTS.map((name) => `--project=${name}`)),
    ...args,
  ]);
  /** @type {Summary} */
  let summary = { passed: 0, failed: 0, skipped: 0 };
  try {
    summary = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    // No file: the runner ended before any test, and its exit status says whether well.
  }
  rmSync(folder, { recursive: true });
  if (!ok && summary.failed === 0) summary.failed = 1;
  return summary;
}

/** @type {Summary} */
let summary = { passed: 0, failed: 1, skipped: 0 };
try {
  ensureInstalled();
  process.env.CHROMIUM_PATH = ensureBrowser();
  console.log(`Browser: ${process.env.CHROMIUM_PATH}`);
  const built = runProgram(process.execPath, [join(ROOT, "build.mjs")]);
  if (!built)
    console.error("The build failed: it counts as a failure; tests go on.");
  summary = runTests(process.argv.slice(2));
  if (!built) summary.failed++;
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
}
const { passed, failed, skipped } = summary;
process.exitCode = failed === 0 ? 0 : 1;
console.log(
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
);
