/** The page as a figure: what `embed=1` in a link asks for, in a frame of another page. */
import type { LabStore } from "../session/client.ts";
import { createFigure } from "../session/store-figure.ts";
import "./lab-figure.ts";
import type { Lens } from "./lab-figure.ts";

/** Puts the figure in the place of everything; training starts when it is played. */
export function openEmbed(lens: string | undefined): LabStore {
  const figure = createFigure(location.hash, (link) => {
    history.replaceState(null, "", link);
  });
  const element = document.createElement("lab-figure");
  element.figure = figure;
  element.fill = true;
  element.lens = (lens ?? "modes") as Lens;
  document.body.replaceChildren(element);
  // The page leaves room for the phone's bar, which a figure has not.
  document.body.style.padding = "0";
  return figure.store;
}
