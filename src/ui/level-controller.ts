/** Which level of latents the page shows: one choice for all lanes, charts and the why panel. */
import type { ReactiveController, ReactiveControllerHost } from "lit";

const hosts = new Set<ReactiveControllerHost>();
let shown = 0;

export class LevelController implements ReactiveController {
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** 0, or 1 for the second level where there is one. */
  get level(): number {
    return shown;
  }

  set level(level: number) {
    if (level === shown) return;
    shown = level;
    for (const host of hosts) host.requestUpdate();
  }

  hostConnected(): void {
    hosts.add(this.#host);
  }

  hostDisconnected(): void {
    hosts.delete(this.#host);
  }
}
