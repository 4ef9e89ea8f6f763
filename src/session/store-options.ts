/** What a store is made with. Page side. */
import type * as Comlink from "comlink";

export interface StoreOptions {
  readonly worker: Comlink.Endpoint;
  /** "cpu" skips the GPU. */
  readonly engine: "auto" | "cpu";
  /** Starts training as soon as the engine is ready. */
  readonly autoplay: boolean;
  /** The link to begin with, e.g. location.href. */
  readonly link: string;
  /** Writes the address: `push` makes a step for the Back button. */
  readonly writeAddress: (link: string, push: boolean) => void;
  /** Told before it is first asked to train: a worker that waits for that starts now. */
  readonly wake?: () => void;
}
