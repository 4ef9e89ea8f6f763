/**
 * Asks for the pictures that a view shows while it shows them: what they cost is only paid while
 * they are looked at. One view at a time shows traversals or a scatter.
 */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { PictureRequest } from "../session/protocol.ts";
import type { Store } from "../session/store.ts";

/** What a view needs beside the examples, which the page shows at all times. */
export type PictureWish = Partial<
  Pick<PictureRequest, "traversals" | "scatter">
>;

export class PicturesController implements ReactiveController {
  readonly #store: () => Store;
  readonly #wish: () => PictureWish;
  readonly #host: ReactiveControllerHost & Element;
  readonly #observer: IntersectionObserver;
  #seen = false;

  /** `wish` is asked after every update of the host. */
  constructor(
    host: ReactiveControllerHost & Element,
    store: () => Store,
    wish: () => PictureWish,
  ) {
    this.#host = host;
    this.#store = store;
    this.#wish = wish;
    // Also tells of what is scrolled away, or folded into a closed disclosure.
    this.#observer = new IntersectionObserver((entries) => {
      this.#seen = entries[entries.length - 1].isIntersecting;
      this.#tell();
    });
    host.addController(this);
  }

  readonly #tell = (): void => {
    const wish = this.#seen && !document.hidden ? this.#wish() : {};
    const { traversals = null, scatter = null } = wish;
    const store = this.#store();
    const next: PictureRequest = { images: true, traversals, scatter };
    if (JSON.stringify(next) !== JSON.stringify(store.state.pictures))
      void store.show(next);
  };

  hostConnected(): void {
    this.#observer.observe(this.#host);
    document.addEventListener("visibilitychange", this.#tell);
  }

  hostUpdated(): void {
    if (this.#seen) this.#tell();
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    this.#seen = false;
    document.removeEventListener("visibilitychange", this.#tell);
    this.#tell();
  }
}
