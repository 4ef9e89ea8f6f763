/**
 * The article's figures, drawn at build time from the functions that the lab predicts with, and the
 * links of their experiments. No coordinate is typed by hand.
 */
import { writeLink } from "../../src/experiment/link.ts";
import { experiment } from "./experiments.ts";
import { correlation } from "./figure-correlation.ts";
import { dead } from "./figure-dead.ts";
import { levels } from "./figure-levels.ts";
import { minima } from "./figure-minima.ts";

const FIGURES: Readonly<Record<string, () => string[]>> = {
  minima,
  dead,
  correlation,
  levels,
};

/** The panels of a figure, as SVG. */
export function panels(name: string): string[] {
  if (!Object.hasOwn(FIGURES, name))
    throw new Error(`article: there is no figure "${name}"`);
  return FIGURES[name]();
}

/** The link of a figure's experiment, "#v=1&...". */
export function link(name: string): string {
  return writeLink(experiment(name));
}
