/** Finding, installing and starting a Chromium that has WebGPU. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { ROOT, runProgram } from "./install.mjs";

const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "chrome",
];

/** @returns {string[]} where systems keep Chrome or Chromium */
function systemPaths() {
  if (process.platform === "darwin")
    return ["/Applications", join(homedir(), "Applications")].flatMap((dir) => [
      join(dir, "Google Chrome.app/Contents/MacOS/Google Chrome"),
      join(dir, "Chromium.app/Contents/MacOS/Chromium"),
    ]);
  if (process.platform === "win32")
    return ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap(
      (name) => {
        const dir = process.env[name];
        return dir === undefined
          ? []
          : [
              join(dir, "Google/Chrome/Application/chrome.exe"),
              join(dir, "Chromium/Application/chrome.exe"),
            ];
      },
    );
  const dirs = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return [...dirs, "/usr/bin", "/snap/bin"].flatMap((dir) =>
    NAMES.map((name) => join(dir, name)),
  );
}

/**
 * The full Chromium Playwright would install (its headless shell has no WebGPU).
 *
 * @returns {string | undefined} undefined when Playwright is not installed
 */
function playwrightPath() {
  try {
    const require = createRequire(import.meta.url);
    const { chromium } = /** @type {typeof import("playwright")} */ (
      require("playwright")
    );
    return chromium.executablePath();
  } catch {
    return undefined;
  }
}

/**
 * First of: CHROMIUM_PATH, Playwright's own, the system's.
 *
 * @returns {string | undefined}
 * @throws {Error} if CHROMIUM_PATH names no file
 */
export function findBrowser() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen !== undefined && chosen !== "") {
    if (existsSync(chosen)) return chosen;
    throw new Error(
      `CHROMIUM_PATH is "${chosen}", where there is no file. Set it to a Chromium or Chrome executable, or unset it to have one found.`,
    );
  }
  const own = playwrightPath();
  if (own !== undefined && existsSync(own)) return own;
  return systemPaths().find((path) => existsSync(path));
}

/**
 * Finds a browser or installs one.
 *
 * @returns {string} path of the executable
 * @throws {Error} if there is none and none could be installed
 */
export function ensureBrowser() {
  const found = findBrowser();
  if (found !== undefined) return found;
  console.log("No Chromium found: installing Playwright's...");
  const cli = join(ROOT, "node_modules/playwright/cli.js");
  const root = process.platform === "linux" && process.getuid?.() === 0;
  // As root the libraries it needs come along; a bare machine has none of them.
  const install = ["install", "--no-shell"];
  if (root) install.push("--with-deps");
  const ok = runProgram(process.execPath, [cli, ...install, "chromium"]);
  if (!ok && root) {
    console.log("That failed: installing the system's chromium package...");
    if (runProgram("apt-get", ["update"]))
      runProgram("apt-get", ["install", "-y", "chromium"]);
  }
  const installed = findBrowser();
  if (installed === undefined)
    throw new Error(
      "No Chromium or Chrome was found, and none could be installed. Install one, or set CHROMIUM_PATH to its executable, and run the command again.",
    );
  return installed;
}

/**
 * How tests and benchmarks start the browser: on SwiftShader, so that results do not depend on
 * the machine's GPU, unless LAB_ADAPTER=hardware.
 *
 * @param {string | undefined} executablePath
 * @returns {import("playwright").LaunchOptions}
 */
export function launchOptions(executablePath = findBrowser()) {
  const hardware = process.env.LAB_ADAPTER === "hardware";
  const args = [
    "--no-sandbox",
    "--enable-unsafe-webgpu",
    ...(hardware ? [] : ["--use-webgpu-adapter=swiftshader"]),
    ...(hardware && process.platform === "linux"
      ? ["--enable-features=Vulkan", "--ignore-gpu-blocklist"]
      : []),
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  // The channel asks for the new headless mode of the full browser, the one with WebGPU.
  return executablePath === undefined
    ? { channel: "chromium", args }
    : { executablePath, args };
}
