/** TypeScript of the project, run when the site is built. */
import { ROOT } from "./install.mjs";

/**
 * A module with all that it imports, as of now.
 *
 * @param {string} entry relative to the project's root
 * @returns {Promise<any>}
 */
export async function loadSource(entry) {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
  const code = Buffer.from(outputFiles[0].contents).toString("base64");
  // A module is loaded once: its contents are its name.
  return import(`data:text/javascript;base64,${code}`);
}
