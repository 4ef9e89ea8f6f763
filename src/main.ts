/** The page: puts the live elements in the place of the first paint. */
import { parseLink } from "./experiment/link.ts";
import type { LabStore } from "./session/client.ts";
import { createStore } from "./session/page-store.ts";
import { createScripting, type Scripting } from "./session/scripting.ts";
import { enlivenArticle } from "./ui/article.ts";
import { firstPaint } from "./ui/first-paint.ts";
import { restoreTheme } from "./ui/theme.ts";

restoreTheme();
const { embed, lens } = parseLink(location.hash).view;
if (embed === "1") {
  // In a frame of another page: one figure, and the worker only when it is played.
  void import("./ui/embed-page.ts").then(({ openEmbed }) => {
    globalThis.collapseLab = createScripting(openEmbed(lens));
  });
} else {
  const { store, wake } = createStore();
  globalThis.collapseLab = createScripting(store);
  enlivenArticle(store);
  void goLive(store).finally(wake);
}

// Works offline once loaded; a browser that refuses (private mode, no HTTPS) loses only that.
if ("serviceWorker" in navigator)
  navigator.serviceWorker.register("sw.js").catch(() => undefined);

/** The live page, each step in a task of its own; the worker starts when it is on screen. */
async function goLive(store: LabStore): Promise<void> {
  await firstPaint();
  const { showLab } = await import("./ui/start.ts");
  await showLab(store);
}

declare global {
  var collapseLab: Scripting;
}
