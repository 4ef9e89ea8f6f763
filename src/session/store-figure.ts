/** The store of a figure: an experiment of its own, whose worker starts when it is first played. Page side. */
import { LabStore } from "./client.ts";
import { DeferredWorker } from "./store-worker.ts";

export interface Figure {
  readonly store: LabStore;
  /** Whether its worker has been asked for. */
  readonly started: () => boolean;
  /** Ends its worker; the store shows what it last knew. */
  readonly stop: () => void;
}

/**
 * @param link the experiment, as in an address; theory of it is in the store's state at once
 * @param writeAddress told of every change of the link, if the figure is the page
 */
export function createFigure(
  link: string,
  writeAddress: (link: string, push: boolean) => void = () => undefined,
): Figure {
  const worker = new DeferredWorker(
    () =>
      new Worker(new URL("./worker.js", import.meta.url), {
        type: "module",
        name: "collapse-lab-figure",
      }),
  );
  const query = new URLSearchParams(location.search);
  const store = new LabStore({
    worker,
    engine: query.get("engine") === "cpu" ? "cpu" : "auto",
    autoplay: false,
    link,
    writeAddress,
    wake: () => {
      worker.wake();
    },
  });
  return {
    store,
    started: () => worker.started,
    stop: () => {
      worker.stop();
    },
  };
}
