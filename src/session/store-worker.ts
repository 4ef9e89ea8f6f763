/** A worker that starts when it is first needed; what is said to it before waits for it. Page side. */
import type * as Comlink from "comlink";

type Listener = Parameters<Worker["addEventListener"]>;

export class DeferredWorker implements Comlink.Endpoint {
  readonly #make: () => Worker;
  #worker: Worker | null = null;
  #stopped = false;
  #messages: (readonly [message: unknown, transfer: Transferable[]])[] = [];
  #listeners: Listener[] = [];

  constructor(make: () => Worker) {
    this.#make = make;
  }

  get started(): boolean {
    return this.#worker !== null;
  }

  /** Starts it and hands on what has been said; does nothing if it has started or was stopped. */
  wake(): void {
    if (this.#worker || this.#stopped) return;
    const worker = this.#make();
    this.#worker = worker;
    for (const listener of this.#listeners)
      worker.addEventListener(...listener);
    for (const [message, transfer] of this.#messages)
      worker.postMessage(message, transfer);
    this.#listeners = [];
    this.#messages = [];
  }

  /** Ends it for good. */
  stop(): void {
    this.#stopped = true;
    this.#worker?.terminate();
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    if (this.#worker) this.#worker.postMessage(message, transfer);
    else this.#messages.push([message, transfer]);
  }

  addEventListener(...listener: Listener): void {
    if (this.#worker) this.#worker.addEventListener(...listener);
    else this.#listeners.push(listener);
  }

  removeEventListener(type: Listener[0], handler: Listener[1]): void {
    this.#worker?.removeEventListener(type, handler);
    this.#listeners = this.#listeners.filter(
      ([kind, other]) => kind !== type || other !== handler,
    );
  }
}
