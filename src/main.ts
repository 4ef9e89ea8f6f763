/** The page: puts the live elements in the place of the first paint. */
import { parseLink } from "./experiment/link.ts";
import type { LabStore } from "./session/client.ts";
import { createStore } from "./session/page-store.ts";
import { createScripting, type Scripting } from "./session/scripting.ts";
import { enlivenArticle } from "./ui/article.ts";
import { firstPaint } from "./ui/first-paint.ts";

/** How long the worker and the store of files wait for a pause of the page, in ms. */
const WORKER_WAITS = 300;
const FILES_WAIT = 3000;

const { embed, lens } = parseLink(location.hash).view;
if (embed === "1") {
  // In a frame of another page: one figure, and the worker only when it is played.
  void import("./ui/embed-page.ts").then(({ openEmbed }) => {
    globalThis.collapseLab = createScripting(openEmbed(lens));
  });
  keepFiles();
} else {
  const { store, wake } = createStore();
  globalThis.collapseLab = createScripting(store);
  enlivenArticle(store);
  void goLive(store).finally(() => {
    inPause(wake, WORKER_WAITS);
  });
  void globalThis.collapseLab.ready.then(keepFiles);
}

/** The live page, each step in a task of its own; the worker starts when it is on screen. */
async function goLive(store: LabStore): Promise<void> {
  await firstPaint();
  const { showLab } = await import("./ui/start.ts");
  await showLab(store);
}

/** Works offline once loaded; a browser that refuses (private mode, no HTTPS) loses only that. */
function keepFiles(): void {
  if (!("serviceWorker" in navigator)) return;
  inPause(() => {
    navigator.serviceWorker.register("sw.js").catch(() => undefined);
  }, FILES_WAIT);
}

/** Calls back when the page rests, in `most` ms at the latest. */
function inPause(task: () => void, most: number): void {
  // Not in every browser.
  if ("requestIdleCallback" in globalThis)
    requestIdleCallback(task, { timeout: most });
  else setTimeout(task, Math.min(most, WORKER_WAITS));
}

declare global {
  var collapseLab: Scripting;
}
