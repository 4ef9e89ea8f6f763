/** What makes the pictures and lanes answer to one another, and to a run; loaded after the first picture of the page. */
import "./lab-differences.ts";
import "./lab-poke.ts";
import "./lab-things.ts";

export { pickKey } from "./pick-keys.ts";
export { modePicks, unitPicks } from "./picks-view.ts";
