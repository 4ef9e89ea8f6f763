/**
 * Binds an element to a part of the store's state.
 *
 * Text is re-rendered at most 10 times a second (2 with reduced motion), and only if the selected
 * part changed; what the user does (the experiment, play, pause, notices) shows at once.
 */
import { ContextConsumer } from "@lit/context";
import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { LabState, Store } from "../session/store.ts";
import { storeContext } from "./context.ts";

type Host = ReactiveControllerHost & HTMLElement;

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** Milliseconds between repaints of live numbers. */
export function repaintInterval(): number {
  return reducedMotion.matches ? 500 : 100;
}

const waiting = new Set<() => void>();
let lastFlush = -Infinity;
let timer = 0;

function flush(): void {
  clearTimeout(timer);
  timer = 0;
  lastFlush = performance.now();
  const due = [...waiting];
  waiting.clear();
  for (const update of due) update();
}

function later(update: () => void): void {
  waiting.add(update);
  if (timer) return;
  const wait = lastFlush + repaintInterval() - performance.now();
  timer = window.setTimeout(flush, Math.max(0, wait));
}

/** True for two arrays of identical entries, else identity. */
export function sameEntries(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return Object.is(a, b);
  return a.length === b.length && a.every((entry, i) => Object.is(entry, b[i]));
}

function urgent(a: LabState, b: LabState): boolean {
  return (
    a.config !== b.config ||
    a.status !== b.status ||
    a.notices !== b.notices ||
    a.engine !== b.engine
  );
}

export class StoreController<T> implements ReactiveController {
  readonly #host: Host;
  readonly #selector: (state: LabState) => T;
  #store: Store | undefined;
  #shown: LabState | undefined;
  #value: T | undefined;
  #unsubscribe: (() => void) | undefined;

  /** `selector` may return an array of parts; it is compared entry by entry. */
  constructor(host: Host, selector: (state: LabState) => T) {
    this.#host = host;
    this.#selector = selector;
    new ContextConsumer(host, {
      context: storeContext,
      callback: (store) => {
        this.#attach(store);
      },
    });
    host.addController(this);
  }

  /** Available once the element is connected below the provider. */
  get store(): Store {
    if (!this.#store)
      throw new Error("no store: the element is not inside <lab-app>");
    return this.#store;
  }

  get value(): T {
    return this.#selector(this.store.state);
  }

  hostConnected(): void {
    if (this.#store) this.#attach(this.#store);
  }

  hostDisconnected(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    waiting.delete(this.#update);
  }

  readonly #update = (): void => {
    this.#host.requestUpdate();
  };

  #attach(store: Store): void {
    if (this.#store === store && this.#unsubscribe) return;
    this.#unsubscribe?.();
    this.#store = store;
    this.#shown = store.state;
    this.#value = this.#selector(store.state);
    this.#unsubscribe = store.subscribe((state) => {
      this.#changed(state);
    });
    this.#host.requestUpdate();
  }

  #changed(state: LabState): void {
    const before = this.#shown;
    this.#shown = state;
    const value = this.#selector(state);
    if (sameEntries(value, this.#value)) return;
    this.#value = value;
    if (!before || urgent(before, state)) this.#update();
    else later(this.#update);
  }
}
