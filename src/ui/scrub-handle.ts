/** The scrub line as a slider over the steps whose states are kept: pointer and keyboard. */
import type { Store } from "../session/store.ts";

/** The kept step nearest to `step`; the present where that is nearer. Null is the present. */
export function nearestKept(
  kept: readonly number[],
  present: number,
  step: number,
): number | null {
  let nearest = present;
  for (const one of kept)
    if (Math.abs(one - step) < Math.abs(nearest - step)) nearest = one;
  return nearest === present ? null : nearest;
}

/** Where a key leads from what is shown; undefined for other keys. */
export function keptByKey(
  kept: readonly number[],
  present: number,
  shown: number,
  key: string,
): number | null | undefined {
  const all = [...kept.filter((step) => step < present), present];
  const at = all.findLastIndex((step) => step <= shown);
  const to = (index: number): number | null => {
    const step = all[Math.min(all.length - 1, Math.max(0, index))];
    return step === present ? null : step;
  };
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return to(at - 1);
    case "ArrowRight":
    case "ArrowUp":
      return to(at + 1);
    case "PageDown":
      return to(at - 8);
    case "PageUp":
      return to(at + 8);
    case "Home":
      return to(0);
    case "End":
    case "Escape":
      return null;
    default:
      return undefined;
  }
}

/** Turns what the visitor does on the line into looks; one is asked for at a time, the latest wins. */
export class ScrubHandle {
  readonly #store: () => Store;
  #busy = false;
  #wanted: number | null | undefined;
  #dragging = false;

  constructor(store: () => Store) {
    this.#store = store;
  }

  readonly keydown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { kept, step, look } = this.#store().state;
    const shown = this.#wanted === undefined ? look : this.#wanted;
    const to = keptByKey(kept, step, shown ?? step, event.key);
    if (to === undefined) return;
    event.preventDefault();
    this.#look(to);
  };

  readonly pointerdown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.#dragging = true;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#follow(event);
  };

  readonly pointermove = (event: PointerEvent): void => {
    if (this.#dragging) this.#follow(event);
  };

  readonly pointerup = (): void => {
    this.#dragging = false;
  };

  #follow(event: PointerEvent): void {
    const { left, width } = (
      event.currentTarget as HTMLElement
    ).getBoundingClientRect();
    const { kept, step, config } = this.#store().state;
    const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
    this.#look(nearestKept(kept, step, share * config.base.steps));
  }

  #look(step: number | null): void {
    if (step === this.#store().state.look && !this.#busy) return;
    this.#wanted = step;
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#wanted !== undefined) {
      const step = this.#wanted;
      this.#wanted = undefined;
      await this.#store().look(step);
    }
    this.#busy = false;
  }
}
