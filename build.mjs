/**
 * Builds the site and the library into dist/; `--serve` then serves it, `--watch` rebuilds and
 * reloads on every change. Installs packages first where they are missing.
 */
import { createHash } from "node:crypto";
import { existsSync, watch } from "node:fs";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { bundles, loadedFirst } from "./e2e/harness/site-bundles.mjs";
import { checkSizes } from "./e2e/harness/site-sizes.mjs";
import { ROOT, ensureInstalled, runProgram } from "./e2e/harness/install.mjs";
import { serve } from "./e2e/harness/serve.mjs";
import { writtenPage } from "./www/page.mjs";

const DIST = `${ROOT}dist/`;
const DEFAULT_PORT = 8000;
/** How many ports from the wanted one on are tried. */
const PORTS = 50;

/** What dev serves as sw.js: it removes a worker that `npm start` left on the same address. */
const NO_SERVICE_WORKER = `self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", () => self.registration.unregister());
`;

const RELOAD = `new EventSource("__reload").onmessage = () => location.reload();
`;

async function copyPublic() {
  await cp(`${ROOT}www`, DIST, {
    recursive: true,
    // Templates and sources, styles with them: written apart.
    filter: (source) =>
      !/[\\/](?:sw\.js|index\.html|article|[\w-]+\.(?:css|ts|mjs))$/.test(
        source,
      ),
  });
  if (existsSync(`${ROOT}www/index.html`)) {
    await writeFile(`${DIST}index.html`, await writtenPage());
  } else console.log("There is no www/index.html: the site has no page.");
}

/** Declarations of the library, into dist/types. */
async function writeTypes() {
  if (!existsSync(`${ROOT}src/index.ts`)) return;
  const config = ".cache/tsconfig.types.json";
  await mkdir(`${ROOT}.cache`, { recursive: true });
  await writeFile(
    ROOT + config,
    JSON.stringify({
      extends: "../tsconfig.json",
      compilerOptions: {
        noEmit: false,
        allowJs: false,
        checkJs: false,
        declaration: true,
        emitDeclarationOnly: true,
        rootDir: "../src",
        outDir: "../dist/types",
      },
      include: [],
      files: ["../src/index.ts", "../src/wgsl.d.ts"],
    }),
  );
  const tsc = `${ROOT}node_modules/typescript/bin/tsc`;
  if (!runProgram(process.execPath, [tsc, "-p", config]))
    throw new Error(
      "The library's types do not compile (see above): nothing to publish. `npm run check` shows all such errors.",
    );
}

/**
 * @returns {Promise<string[]>} what the site may ask for, relative to dist, in order
 */
async function siteFiles() {
  const all = await readdir(DIST, { recursive: true, withFileTypes: true });
  return all
    .filter((entry) => entry.isFile())
    .map((entry) =>
      `${entry.parentPath}/${entry.name}`
        .replaceAll("\\", "/")
        .replace(DIST.replaceAll("\\", "/"), "")
        .replace(/^\/+/, ""),
    )
    .filter(
      (name) => !/^types\/|\.map$|^sw\.js$|^collapse-lab\.js$|^\./.test(name),
    )
    .sort();
}

/** dist/sw.js: the template with the list of files and a version made of their contents. */
async function writeServiceWorker() {
  const files = await siteFiles();
  const hash = createHash("sha256");
  for (const name of files) {
    hash.update(`${name}\0`);
    hash.update(await readFile(DIST + name));
  }
  const version = hash.digest("hex").slice(0, 12);
  const template = await readFile(`${ROOT}www/sw.js`, "utf8");
  await writeFile(
    `${DIST}sw.js`,
    `const VERSION = ${JSON.stringify(version)};\nconst FILES = ${JSON.stringify(files)};\n${template}`,
  );
}

/**
 * Names what the page starts with besides main.js, so that all of it is fetched at once.
 *
 * @param {import("esbuild").Metafile["outputs"]} outputs
 */
async function preloadModules(outputs) {
  const path = `${DIST}index.html`;
  if (!existsSync(path) || !("dist/main.js" in outputs)) return;
  const main = '<script type="module" src="main.js"></script>';
  const page = await readFile(path, "utf8");
  if (!page.includes(main))
    throw new Error(
      `www/index.html has no ${main}: expected exactly that line in its head, beside which the modules to preload are named.`,
    );
  const links = loadedFirst(outputs)
    .filter((name) => name !== "main.js")
    .map((name) => `<link rel="modulepreload" href="${name}" />\n    `);
  await writeFile(path, page.replace(main, links.join("") + main));
}

/** Builds everything into an empty dist/. */
async function buildAll() {
  const { build } = await import("esbuild");
  await rm(DIST, { recursive: true, force: true });
  await copyPublic();
  /** @type {import("esbuild").Metafile["outputs"]} */
  const outputs = {};
  for (const options of bundles(false)) {
    const { metafile } = await build(options);
    Object.assign(outputs, metafile?.outputs);
  }
  await preloadModules(outputs);
  await writeTypes();
  await writeServiceWorker();
  await checkSizes(DIST, outputs);
}

/**
 * @param {number} port
 * @param {Partial<import("./e2e/harness/serve.mjs").ServeOptions>} [options]
 */
async function serveSite(port, options) {
  const server = await serve({
    root: `${ROOT}dist`,
    port,
    attempts: PORTS,
    ...options,
  });
  console.log(`\nCollapse Lab: ${server.url}\nStop with Ctrl+C.`);
}

/**
 * Rebuilds what changed and reloads the pages that show it.
 *
 * @param {number} port
 */
async function develop(port) {
  const esbuild = await import("esbuild");
  /** @type {Set<import("node:http").ServerResponse>} */
  const pages = new Set();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  function reload() {
    // Several bundles end together: one reload for all.
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const page of pages) page.write("data: reload\n\n");
    }, 50);
  }

  await rm(DIST, { recursive: true, force: true });
  await copyPublic();
  await writeFile(`${DIST}sw.js`, NO_SERVICE_WORKER);
  for (const options of bundles(true)) {
    const context = await esbuild.context({
      ...options,
      plugins: [
        {
          name: "reload",
          setup(build) {
            build.onEnd((result) => {
              if (result.errors.length === 0) reload();
            });
          },
        },
      ],
    });
    await context.watch();
  }
  /** @type {NodeJS.Timeout | undefined} */
  let copying;
  function copy() {
    // One saved file is several events.
    clearTimeout(copying);
    copying = setTimeout(() => {
      copyPublic()
        .then(reload)
        .catch((/** @type {unknown} */ error) => {
          console.error(`Copying www failed: ${String(error)}`);
        });
    }, 50);
  }
  // The first paint and the article's figures are what the page itself computes and says.
  for (const folder of ["www", "src"])
    if (existsSync(ROOT + folder))
      watch(ROOT + folder, { recursive: true }, copy);
  await serveSite(port, {
    transformHtml: (html) =>
      html.replace(
        "</head>",
        '<script type="module" src="__reload.js"></script></head>',
      ),
    intercept(path, response) {
      if (path === "__reload.js") {
        response.setHeader("Content-Type", "text/javascript");
        response.end(RELOAD);
        return true;
      }
      if (path !== "__reload") return false;
      response.writeHead(200, {
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-store",
      });
      response.write("\n");
      pages.add(response);
      response.on("close", () => pages.delete(response));
      return true;
    },
  });
}

/**
 * @param {string | undefined} text
 * @returns {number}
 */
function parsePort(text) {
  if (text === undefined) return DEFAULT_PORT;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new Error(
    `--port is "${text}": expected a whole number from 0 (any free port) to 65535.`,
  );
}

async function main() {
  const { values } = parseArgs({
    options: {
      serve: { type: "boolean" },
      watch: { type: "boolean" },
      port: { type: "string" },
    },
  });
  const port = parsePort(values.port);
  ensureInstalled();
  if (values.watch) {
    await develop(port);
  } else {
    await buildAll();
    if (values.serve) await serveSite(port);
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
