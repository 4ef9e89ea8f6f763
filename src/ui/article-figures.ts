/**
 * Figures of the article, live: in the place of a drawing its experiment as `<lab-figure>`, with a store and
 * a worker of its own. Loaded when the first one is asked for.
 */
import { createFigure, type Figure } from "../session/store-figure.ts";
import "./lab-figure.ts";
import { figureText as words } from "./strings-share.ts";

interface Live {
  readonly figure: Figure;
  readonly close: () => void;
}

/** Open ones, by the button that opened them. */
const open = new Map<HTMLButtonElement, Live>();

/** Makes the figure around a button live and plays it, or gives it its drawing back. */
export function toggleFigure(button: HTMLButtonElement): void {
  const live = open.get(button);
  if (live) live.close();
  else play(button);
}

function play(button: HTMLButtonElement): void {
  const box = button.closest("figure");
  const panels = box?.querySelector<HTMLElement>(".panels");
  const run = box?.querySelector<HTMLAnchorElement>("a.run");
  if (!box || !panels || !run)
    throw new Error("a figure to play has panels and the link of a run");
  const figure = createFigure(run.hash);
  const element = document.createElement("lab-figure");
  element.figure = figure;
  const { height } = panels.getBoundingClientRect();
  element.style.height = `${String(height)}px`;
  panels.before(element);
  box.classList.add("live");
  button.textContent = words.close;
  const unsubscribe = onlyOneTrains(figure);
  open.set(button, {
    figure,
    close: () => {
      open.delete(button);
      unsubscribe();
      element.remove();
      figure.stop();
      box.classList.remove("live", "room");
      button.textContent = words.play;
    },
  });
  void figure.store.play();
}

/** Pauses the others whenever a figure begins to train; returns the unsubscribe. */
function onlyOneTrains({ store }: Figure): () => void {
  let before = store.state.status;
  return store.subscribe(({ status }) => {
    const begins = status === "running" && before !== "running";
    before = status;
    if (!begins) return;
    for (const { figure } of open.values())
      if (figure.store !== store && figure.store.state.status === "running")
        void figure.store.pause();
  });
}
