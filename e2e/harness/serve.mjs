/** A static file server for the site, the tests and the benchmarks. Node built-ins only. */
import { createReadStream, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { gzipSync } from "node:zlib";

/** @type {Record<string, string>} */
const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".gz": "application/gzip",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".ts": "text/plain; charset=utf-8",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".webp": "image/webp",
  ".wgsl": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

const COMPRESSED = /^text\/|json|javascript|manifest|svg/;

/**
 * @typedef {object} ServeOptions
 * @property {string} [root] folder served
 * @property {ReadonlyMap<string, string | Uint8Array>} [files] contents served before the folder's, by path after the base
 * @property {string} [base] path all URLs start with, "/" unless given; begins and ends with "/"
 * @property {number} [port] 0 (any free one) unless given
 * @property {number} [attempts] how many ports from `port` on may be tried; 1 unless given
 * @property {boolean} [compress] text goes gzipped to who takes it
 * @property {(html: string) => string} [transformHtml]
 * @property {(path: string, response: import("node:http").ServerResponse) => boolean} [intercept] answers a request itself and returns true, or leaves it
 *
 * @typedef {object} StaticServer
 * @property {string} url address of the base, ends with "/"
 * @property {number} port
 * @property {() => Promise<void>} close also drops open connections
 */

/**
 * @param {import("node:http").Server} server
 * @param {number} port
 * @returns {Promise<number>} the port in use
 */
function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address = server.address();
      resolve(
        address !== null && typeof address === "object" ? address.port : port,
      );
    });
  });
}

/**
 * @param {import("node:http").Server} server
 * @param {number} port
 * @param {number} attempts
 * @returns {Promise<number>}
 */
async function listenFrom(server, port, attempts) {
  for (let next = port; ; next++) {
    try {
      return await listen(server, next);
    } catch (error) {
      const code = /** @type {NodeJS.ErrnoException} */ (error).code;
      const taken = code === "EADDRINUSE" || code === "EACCES";
      if (!taken || next + 1 >= port + attempts || next === 65535) throw error;
      console.log(
        `Port ${next} is ${code === "EACCES" ? "not allowed" : "busy"}: trying ${next + 1}.`,
      );
    }
  }
}

/**
 * The file of a folder that a URL path names.
 *
 * @param {string} root
 * @param {string} path
 * @returns {{ path: string, size: number } | undefined} undefined when there is none inside the folder
 */
function fileAt(root, path) {
  const full = normalize(join(root, path));
  if (!full.startsWith(normalize(root + sep))) return undefined;
  const stats = statSync(full, { throwIfNoEntry: false });
  return stats?.isFile() === true
    ? { path: full, size: stats.size }
    : undefined;
}

/**
 * Serves until closed, on this machine only, telling browsers to keep nothing.
 *
 * @param {ServeOptions} options
 * @returns {Promise<StaticServer>}
 * @throws {Error} if no port could be had
 */
export async function serve(options) {
  const { root, files, base = "/", port = 0, attempts = 1 } = options;

  /**
   * @param {string} path
   * @param {import("node:http").ServerResponse} response
   * @param {boolean} gzip
   */
  async function answer(path, response, gzip) {
    const given = files?.get(path);
    const file =
      given === undefined && root !== undefined
        ? fileAt(root, path)
        : undefined;
    if (given === undefined && file === undefined) {
      response.writeHead(404, { "Content-Type": "text/plain" });
      response.end(`Not found: ${path}\n`);
      return;
    }
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    response.setHeader("Content-Type", type);
    response.setHeader("Cache-Control", "no-cache");
    if (type.startsWith("text/html") && options.transformHtml !== undefined) {
      const html = given ?? (file && (await readFile(file.path)));
      response.end(options.transformHtml(String(html)));
    } else if (file !== undefined && gzip && COMPRESSED.test(type)) {
      response.setHeader("Content-Encoding", "gzip");
      response.end(gzipSync(await readFile(file.path)));
    } else if (file !== undefined) {
      response.setHeader("Content-Length", file.size);
      createReadStream(file.path)
        .on("error", () => response.destroy())
        .pipe(response);
    } else {
      response.end(given);
    }
  }

  const server = createServer((request, response) => {
    let path;
    try {
      path = decodeURIComponent(
        new URL(request.url ?? "/", "http://x").pathname,
      );
    } catch {
      response.writeHead(400).end("Bad request\n");
      return;
    }
    if (!path.startsWith(base)) {
      response.writeHead(404, { "Content-Type": "text/plain" });
      response.end(`Not found: ${path} (the site is at ${base})\n`);
      return;
    }
    path = path.slice(base.length);
    if (path === "" || path.endsWith("/")) path += "index.html";
    if (options.intercept?.(path, response) === true) return;
    const gzip =
      options.compress === true &&
      /\bgzip\b/.test(String(request.headers["accept-encoding"]));
    answer(path, response, gzip).catch((/** @type {unknown} */ error) => {
      console.error(`Serving ${path} failed: ${String(error)}`);
      response.destroy();
    });
  });
  const used = await listenFrom(server, port, attempts);
  return {
    url: `http://127.0.0.1:${used}${base}`,
    port: used,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
