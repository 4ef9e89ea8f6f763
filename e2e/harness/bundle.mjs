/** The harness page: built in memory, so that test runs side by side never meet. */
import { existsSync } from "node:fs";
import { ROOT } from "./install.mjs";
import { serve } from "./serve.mjs";

const PAGE = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>Harness</title>
  <link rel="icon" href="data:," />
  <script type="module" src="page.js"></script>
</html>
`;

/**
 * @param {Record<string, string>} entryPoints
 * @returns {Promise<[string, Uint8Array][]>} name and contents of each file
 * @throws {Error} if the code does not build
 */
async function bundle(entryPoints) {
  const { build } = await import("esbuild");
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints,
    bundle: true,
    write: false,
    outdir: "out",
    format: "esm",
    target: "es2022",
    loader: { ".wgsl": "text" },
    sourcemap: "inline",
    logLevel: "silent",
  }).catch((/** @type {unknown} */ error) => {
    // Its message says it all; the fields beside it fill a screen.
    throw new Error(error instanceof Error ? error.message : String(error));
  });
  return result.outputFiles.map((file) => [
    file.path.replace(/^.*[\\/]/, ""),
    file.contents,
  ]);
}

/**
 * Builds and serves the harness page, with the training worker beside it (`worker.js`).
 *
 * @returns {Promise<import("./serve.mjs").StaticServer>}
 * @throws {Error} if the page's code does not build
 */
export async function serveHarness() {
  /** @type {Map<string, string | Uint8Array>} */
  const files = new Map(await bundle({ page: "e2e/harness/page.ts" }));
  files.set("index.html", PAGE);
  if (existsSync(`${ROOT}src/worker.ts`)) {
    try {
      for (const [name, contents] of await bundle({ worker: "src/worker.ts" }))
        files.set(name, contents);
    } catch (error) {
      // Only tests that start the worker need it: they fail with this.
      files.set(
        "worker.js",
        `throw new Error(${JSON.stringify(String(error))});`,
      );
    }
  }
  return serve({ files });
}
