/** What a store is made with. Page side. */
import type * as Comlink from "comlink";
import type { LabStore } from "./client.ts";
import type { Runs } from "./runs-protocol.ts";

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
  /** Loads what keeps this store's runs; without, none are kept. */
  readonly keepRuns?: (store: LabStore) => Promise<Runs>;
}
