/**
 * Which mode or unit the visitor has picked: one choice for every picture and table, not in the
 * link. A second click on it, or Escape, takes it back.
 *
 * What can be picked carries `data-pick`; in a group of it one is reached by Tab, the others by
 * arrows.
 */
import type { ReactiveController, ReactiveControllerHost } from "lit";

type Linked = typeof import("./linked.ts");

const hosts = new Set<ReactiveControllerHost>();
let linked: Linked | null = null;
let loading: Promise<void> | null = null;
let picked: string | null = null;

/** A mode, from 0: in every lane and at every level. */
export const modePick = (mode: number): string => `mode ${String(mode)}`;

/** A unit, by its number from 1, of one level of one lane. */
export const unitPick = (lane: string, level: number, unit: number): string =>
  `unit ${lane} ${String(level)} ${String(unit)}`;

function choose(pick: string | null): void {
  picked = pick === picked ? null : pick;
  // One listener, while there is something to take back.
  if (picked === null) document.removeEventListener("keydown", escape);
  else document.addEventListener("keydown", escape);
  update();
}

function update(): void {
  for (const host of hosts) host.requestUpdate();
}

async function load(): Promise<void> {
  linked = await import("./linked.ts");
  update();
}

function escape(event: KeyboardEvent): void {
  const inDialog = event
    .composedPath()
    .some((at) => at instanceof HTMLDialogElement);
  if (event.key === "Escape" && !event.defaultPrevented && !inDialog)
    choose(null);
}

const pickAt = ({ target }: Event): HTMLElement | null =>
  (target as Element).closest("[data-pick]");

export class PickController implements ReactiveController {
  readonly #host: ReactiveControllerHost;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** What `modePick` or `unitPick` gives, or null. */
  get picked(): string | null {
    return picked;
  }

  /** The mode that is picked, from 0, or null. */
  get mode(): number | null {
    return picked?.startsWith("mode ") ? Number(picked.slice(5)) : null;
  }

  /** What draws what can be picked, once it is there. */
  get linked(): Linked | null {
    return linked;
  }

  /** Nothing is picked any more. */
  clear(): void {
    if (picked !== null) choose(picked);
  }

  hostConnected(): void {
    hosts.add(this.#host);
    loading ??= load();
  }

  hostDisconnected(): void {
    hosts.delete(this.#host);
  }

  readonly click = (event: Event): void => {
    const pick = pickAt(event)?.dataset.pick;
    if (pick !== undefined) choose(pick);
  };

  /** For the element around a group of what can be picked. */
  readonly keydown = (event: KeyboardEvent): void => {
    const at = pickAt(event);
    if (at) linked?.pickKey(event, at, this.click);
  };
}
