/** The page: puts the live elements in the place of the first paint. */
import { parseLink } from "./experiment/link.ts";
import { createStore } from "./session/page-store.ts";
import { createScripting, type Scripting } from "./session/scripting.ts";
import { enlivenArticle } from "./ui/article.ts";
import "./ui/lab-app.ts";
import { restoreTheme } from "./ui/theme.ts";

restoreTheme();
const { embed, lens } = parseLink(location.hash).view;
if (embed === "1") {
  // In a frame of another page: one figure, and the worker only when it is played.
  void import("./ui/embed-page.ts").then(({ openEmbed }) => {
    globalThis.collapseLab = createScripting(openEmbed(lens));
  });
} else {
  const store = createStore();
  globalThis.collapseLab = createScripting(store);
  const app = document.createElement("lab-app");
  app.store = store;
  document.querySelector("#first-paint")?.replaceWith(app);
  enlivenArticle(store);
}

// Works offline once loaded; a browser that refuses (private mode, no HTTPS) loses only that.
if ("serviceWorker" in navigator)
  navigator.serviceWorker.register("sw.js").catch(() => undefined);

declare global {
  var collapseLab: Scripting;
}
