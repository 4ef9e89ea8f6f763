/** Opens a run's file: its link, with a word where it cannot. */
import type { Store } from "../session/store.ts";
import { readCollapseFile } from "./collapse-file.ts";

/** Resolves with why it could not be opened, or null. */
export async function openCollapse(
  store: Store,
  file: File,
): Promise<string | null> {
  let link: string;
  try {
    link = readCollapseFile(await file.text());
  } catch (error) {
    return `${file.name} was not opened. ${error instanceof Error ? error.message : String(error)}`;
  }
  await store.open(link);
  return null;
}
