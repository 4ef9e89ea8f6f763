/** What buttons and keys do alike. */
import type { ExperimentConfig } from "../experiment/config.ts";
import { writeLink } from "../experiment/link.ts";
import { changeSettings } from "../experiment/schema.ts";
import { classroomView } from "../experiment/view.ts";
import { isAsking, LOCKED } from "../session/store-view.ts";
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
    | "runs"
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

/**
 * Opens another experiment: as a link, so that the Back button returns to what was there before. A
 * classroom view goes along; its lock holds.
 *
 * @returns whether it was opened
 */
export async function openInstead(
  store: Store,
  config: ExperimentConfig,
): Promise<boolean> {
  const { view } = store.state;
  if (view.lock !== undefined) {
    store.tell(LOCKED);
    return false;
  }
  await store.open(writeLink(config, classroomView(view)));
  return true;
}

/** Opens another experiment and plays it; a classroom's question comes first. */
export async function openAndPlay(
  store: Store,
  config: ExperimentConfig,
): Promise<void> {
  const opened = await openInstead(store, config);
  if (opened && !isAsking(store.state)) await store.play();
}
