/** Watches the box of an element inside a host, so that SVG is drawn in real pixels. */
import type { LitElement, ReactiveController } from "lit";

export class SizeController implements ReactiveController {
  readonly #host: LitElement;
  readonly #selector: string;
  readonly #observer: ResizeObserver;
  #target: Element | null = null;
  width = 0;
  height = 0;

  constructor(host: LitElement, selector: string) {
    this.#host = host;
    this.#selector = selector;
    this.#observer = new ResizeObserver((entries) => {
      const { width, height } = entries[entries.length - 1].contentRect;
      if (width === this.width && height === this.height) return;
      this.width = width;
      this.height = height;
      host.requestUpdate();
    });
    host.addController(this);
  }

  hostUpdated(): void {
    const target = this.#host.renderRoot.querySelector(this.#selector);
    if (target === this.#target) return;
    this.#observer.disconnect();
    this.#target = target;
    if (target) this.#observer.observe(target);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    this.#target = null;
  }
}
