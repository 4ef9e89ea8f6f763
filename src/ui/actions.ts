/** What buttons and keys do alike. */
import { changeSettings } from "../experiment/schema.ts";
import type { Store } from "../session/store.ts";
import { freshSeed } from "./edit.ts";

/** Asks the app to open one of its dialogs or the file picker; bubbles out of every element. */
export class RequestEvent extends Event {
  readonly what:
    | "share"
    | "export"
    | "help"
    | "presets"
    | "profile"
    | "file"
    | "adjust";
  readonly file: File | null;

  constructor(what: RequestEvent["what"], file: File | null = null) {
    super("lab-request", { bubbles: true, composed: true });
    this.what = what;
    this.file = file;
  }
}

/** Pause, or play: from the start if the budget is spent. */
export async function toggleRun(store: Store): Promise<void> {
  if (store.state.status === "running") await store.pause();
  else await store.play();
}

export function newSeed(store: Store): void {
  const { config } = store.state;
  store.change(changeSettings(config, "seed", freshSeed(config.base.seed)));
}

/** Whether commands to train make sense now. */
export function canTrain(store: Store): boolean {
  const { status } = store.state;
  return status !== "loading" && status !== "failed";
}
