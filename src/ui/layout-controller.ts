/** Which of the three layouts fits: four columns, three (why moves to a tab of the rail), or one. */
import type { ReactiveController, ReactiveControllerHost } from "lit";

export type Layout = "wide" | "medium" | "phone";

const wide = matchMedia("(min-width: 1200px)");
const phone = matchMedia("(max-width: 899px)");

export class LayoutController implements ReactiveController {
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get layout(): Layout {
    return phone.matches ? "phone" : wide.matches ? "wide" : "medium";
  }

  readonly #changed = (): void => {
    this.#host.requestUpdate();
  };

  hostConnected(): void {
    wide.addEventListener("change", this.#changed);
    phone.addEventListener("change", this.#changed);
  }

  hostDisconnected(): void {
    wide.removeEventListener("change", this.#changed);
    phone.removeEventListener("change", this.#changed);
  }
}
