/** The page's keys. They stay out of the way of typing, of dialogs and of the browser's own. */
import type { Store } from "../session/store.ts";
import { canTrain, newSeed, toggleRun } from "./actions.ts";
import { toggleTheme } from "./theme.ts";

function typing(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("dialog")) return true;
  if (
    target.matches("input:not([type=range],[type=checkbox]), textarea, select")
  )
    return true;
  // Space and Enter belong to what has the focus.
  return event.key === " " && target.matches("button, a, summary, input");
}

export interface Dialogs {
  readonly share: () => void;
  readonly runs: () => void;
  readonly help: () => void;
  readonly presets: () => void;
}

/** Listens on the document; returns the undo. */
export function listenForKeys(store: Store, dialogs: Dialogs): () => void {
  const run = (command: () => Promise<void>) => () => {
    if (canTrain(store)) void command();
  };
  const actions: Partial<Record<string, () => void>> = {
    " ": run(() => toggleRun(store)),
    ".": run(() => store.step(1)),
    r: run(() => store.restart()),
    n: () => {
      newSeed(store);
    },
    p: dialogs.presets,
    s: dialogs.share,
    u: dialogs.runs,
    t: toggleTheme,
    "?": dialogs.help,
  };
  const listener = (event: KeyboardEvent): void => {
    if (
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.defaultPrevented ||
      typing(event)
    )
      return;
    const action = actions[event.key];
    if (!action || (event.repeat && event.key !== ".")) return;
    event.preventDefault();
    action();
  };
  document.addEventListener("keydown", listener);
  return () => {
    document.removeEventListener("keydown", listener);
  };
}
