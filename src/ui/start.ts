/** Puts the live page in the place of the first paint. Loaded once that is on screen. */
import type { Store } from "../session/store.ts";
import "./lab-app.ts";
import { nextFrame, nextTask, renderInSlices } from "./slices.ts";

/**
 * Resolves when the live page is on screen. Until it is whole it is laid out unseen, in short
 * tasks; then it is shown in one frame, with every part of it at the place of what it replaces.
 */
export async function showLab(store: Store): Promise<void> {
  await nextTask();
  const first = document.querySelector("#first-paint");
  const app = document.createElement("lab-app");
  app.store = store;
  const slices = renderInSlices();
  app.classList.add("unseen");
  first?.before(app);
  await slices.idle();
  // Elements learn their size with a frame, and draw for it.
  await nextFrame();
  await slices.idle();
  slices.end();
  first?.remove();
  app.classList.remove("unseen");
  await nextFrame();
}
