/** The store of a page: its worker, its address, its query. */
import { LabStore } from "./client.ts";
import { DeferredWorker } from "./store-worker.ts";

/** When kept runs are read, in ms after the live page is on screen. */
const RUNS_AFTER_MS = 300;

/**
 * The page's store: a worker beside the bundle, the experiment in the address, `engine=cpu` from
 * the query. Plays at once unless the visitor asked for reduced motion. The worker starts with
 * `wake`, so that it takes nothing from the page's first picture.
 */
export function createStore(): { store: LabStore; wake: () => void } {
  const worker = new DeferredWorker(
    () =>
      new Worker(new URL("./worker.js", import.meta.url), {
        type: "module",
        name: "collapse-lab-trainer",
      }),
  );
  const query = new URLSearchParams(location.search);
  const autoplay =
    !query.has("paused") &&
    !matchMedia("(prefers-reduced-motion: reduce)").matches;
  const waits = autoplay && wasCutOff();
  const store = new LabStore({
    worker,
    engine: query.get("engine") === "cpu" ? "cpu" : "auto",
    autoplay: autoplay && !waits,
    link: namesPlace(location.hash) ? "" : location.hash,
    keepRuns: async (from) =>
      (await import("./runs-page.ts")).keepRuns(from, waits),
    writeAddress: (link, push) => {
      if (link === location.hash) return;
      if (push) history.pushState(null, "", link);
      else history.replaceState(null, "", link);
    },
  });
  addEventListener("hashchange", ({ oldURL }) => {
    // The browser has gone there; the address stays the experiment's.
    if (namesPlace(location.hash)) history.replaceState(null, "", oldURL);
    else if (location.hash !== store.state.link)
      void store.follow(location.hash);
  });
  return {
    store,
    wake: () => {
      worker.wake();
      setTimeout(() => void store.runs(), RUNS_AFTER_MS);
    },
  };
}

/** Whether a fragment is a place on the page (a heading of the article, say) and no experiment. */
function namesPlace(fragment: string): boolean {
  return (
    fragment.length > 1 && document.getElementById(fragment.slice(1)) !== null
  );
}

/** Whether this tab was training what its address says when it was left: it asks before it begins again. */
function wasCutOff(): boolean {
  try {
    const run = sessionStorage.getItem("collapse-lab-run");
    return run?.endsWith(` ${location.hash}`) ?? false;
  } catch {
    return false; // blocked storage
  }
}
