/** Installing packages when they are missing or stale. Node built-ins only: it runs first. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository's top folder, with a trailing separator. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * @typedef {{ version?: string, optional?: boolean, devOptional?: boolean }} LockedPackage
 */

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage | undefined>}
 */
function lockedPackages(path) {
  const lock =
    /** @type {{ packages: Record<string, LockedPackage | undefined> }} */ (
      JSON.parse(readFileSync(ROOT + path, "utf8"))
    );
  return lock.packages;
}

/**
 * Whether node_modules holds what package-lock.json asks for. Versions are compared, not file
 * times: a checkout or an archive gives files any time.
 */
function isInstalled() {
  let installed;
  try {
    installed = lockedPackages("node_modules/.package-lock.json");
  } catch {
    return false;
  }
  return Object.entries(lockedPackages("package-lock.json")).every(
    ([path, wanted]) => {
      if (path === "") return true;
      const found = installed[path];
      // Packages for other platforms are rightly absent.
      if (found === undefined)
        return wanted?.optional === true || wanted?.devOptional === true;
      return found.version === wanted?.version;
    },
  );
}

/**
 * Runs a program in the repository with its output on ours.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {boolean} whether it ended well
 */
export function runProgram(program, args) {
  const result = spawnSync(program, args, {
    cwd: ROOT,
    stdio: "inherit",
    // npm is a .cmd file there, which only a shell starts.
    shell: process.platform === "win32" && program === "npm",
  });
  return result.status === 0;
}

/** Runs `npm ci` unless node_modules is complete and current; throws if that fails. */
export function ensureInstalled() {
  if (isInstalled()) return;
  console.log("Installing packages (npm ci)...");
  const npm = process.env.npm_execpath;
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  const ok = npm?.endsWith(".js")
    ? runProgram(process.execPath, [npm, ...args])
    : runProgram("npm", args);
  if (!ok)
    throw new Error(
      "npm ci failed (its own message is above): the packages in package-lock.json are needed. Check the network and run the command again.",
    );
}
