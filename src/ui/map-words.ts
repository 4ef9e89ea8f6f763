/** A link's map in words. Pure. */
import type { ExperimentConfig } from "../experiment/config.ts";
import { readMap } from "../session/map-link.ts";
import { setting } from "./format.ts";
import { areUsable } from "./map-fields.ts";
import { mapQuantities } from "./map-view.ts";
import { mapText as text } from "./strings-map.ts";
import { axisLabel } from "./sweep-fields.ts";

/** Null where a link's text for its map says none that the experiment can have. */
export function mapWords(config: ExperimentConfig, map: string): string | null {
  const read = readMap(map);
  if (!read || !areUsable(config, read.axes)) return null;
  const { axes, quantity, view } = read;
  const spec = { config, ...read };
  const all = mapQuantities(spec);
  const { title } = all.find(({ key }) => key === quantity) ?? all[0];
  return text.contents(
    axes
      .map(
        ({ field, from, to }) =>
          `${axisLabel(spec, field)} ${setting(from)} to ${setting(to)}`,
      )
      .join(", "),
    axes.map(({ count }) => String(count)).join(" × "),
    title,
    text.views[view].toLowerCase(),
  );
}
