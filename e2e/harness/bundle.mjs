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
 * Builds and serves the harness page, with the training worker beside it (`worker.js`).
 *
 * @returns {Promise<import("./serve.mjs").StaticServer>}
 * @throws {Error} if the code does not build
 */
export async function serveHarness() {
  const { build } = await import("esbuild");
  const worker = "src/worker.ts";
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: {
      page: "e2e/harness/page.ts",
      ...(existsSync(ROOT + worker) ? { worker } : {}),
    },
    bundle: true,
    write: false,
    outdir: "out",
    format: "esm",
    target: "es2022",
    loader: { ".wgsl": "text" },
    sourcemap: "inline",
    logLevel: "warning",
  });
  /** @type {Map<string, string | Uint8Array>} */
  const files = new Map([["index.html", PAGE]]);
  for (const file of result.outputFiles)
    files.set(file.path.replace(/^.*[\\/]/, ""), file.contents);
  return serve({ files });
}
