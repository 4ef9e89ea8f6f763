/** What esbuild is asked for: page and worker, which share chunks, and the library as one file. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "./install.mjs";

/** What the page loads at once: its entry, and the elements that take the place of its first paint. */
const FIRST = ["src/main.ts", "src/ui/start.ts"];

/**
 * Keeps all that the page starts with in few files. esbuild puts modules in one chunk only if the
 * same entries reach them, and each `import()` is an entry: what the page shares with one panel or
 * another would fall into dozens. So each part that is loaded later says that it comes with the
 * page, which is always there before it.
 *
 * @type {import("esbuild").Plugin}
 */
const oneFirstChunk = {
  name: "one-first-chunk",
  setup(build) {
    const first = FIRST.map((entry) => join(ROOT, entry));
    /** @type {Set<string>} */
    const later = new Set();
    build.onResolve({ filter: /^\./ }, async (args) => {
      if (args.kind !== "dynamic-import" || args.pluginData === later) return;
      const found = await build.resolve(args.path, {
        kind: args.kind,
        importer: args.importer,
        resolveDir: args.resolveDir,
        pluginData: later,
      });
      later.add(found.path);
      return found;
    });
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      if (!later.has(path)) return;
      const source = await readFile(path, "utf8");
      const imports = first
        .slice(0, first.includes(path) ? 1 : undefined)
        .map((entry) => `import ${JSON.stringify(entry)};`);
      // On the first line: the lines of the source stay what they are.
      return {
        contents: `${imports.join(" ")} ${source}`,
        loader: "ts",
      };
    });
  },
};

/**
 * @param {readonly string[]} entries
 * @returns {string[]} those that exist
 */
function present(entries) {
  return entries.filter((entry) => {
    if (existsSync(ROOT + entry)) return true;
    console.log(`There is no ${entry}: not built.`);
    return false;
  });
}

/**
 * The bundles: page and worker share chunks; the library is one file.
 *
 * @param {boolean} dev
 * @returns {import("esbuild").BuildOptions[]}
 */
export function bundles(dev) {
  /** @type {import("esbuild").BuildOptions} */
  const common = {
    absWorkingDir: ROOT,
    bundle: true,
    format: "esm",
    target: "es2022",
    outdir: "dist",
    loader: { ".wgsl": "text" },
    minify: !dev,
    sourcemap: "linked",
    metafile: true,
    logLevel: "warning",
  };
  const site = present(["src/main.ts", "src/worker.ts"]);
  const library = present(["src/index.ts"]);
  return [
    // No folder for chunks: a URL relative to a module must mean the same in each of them.
    ...(site.length > 0
      ? [
          {
            ...common,
            entryPoints: site,
            splitting: true,
            plugins: [oneFirstChunk],
          },
        ]
      : []),
    ...(library.length > 0
      ? [{ ...common, entryPoints: { "collapse-lab": library[0] } }]
      : []),
  ];
}

/**
 * What the page loads at once, relative to dist.
 *
 * @param {import("esbuild").Metafile["outputs"]} outputs
 */
export function loadedFirst(outputs) {
  return loadedWith(
    outputs,
    ...Object.keys(outputs).filter((name) =>
      FIRST.includes(outputs[name].entryPoint ?? ""),
    ),
  );
}

/**
 * Entries and the chunks they import at once, relative to dist.
 *
 * @param {import("esbuild").Metafile["outputs"]} outputs
 * @param {...string} entries
 */
export function loadedWith(outputs, ...entries) {
  const seen = new Set(entries);
  for (const name of seen)
    for (const { path, kind } of outputs[name].imports)
      if (kind === "import-statement" && path in outputs) seen.add(path);
  return [...seen].map((name) => name.replace(/^dist\//, ""));
}
