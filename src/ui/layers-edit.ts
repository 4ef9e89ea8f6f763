/** Lists of layer widths as people type and click them, and networks between which the page switches. */
import type { Network } from "../experiment/config.ts";
import type { networkKind } from "../experiment/network-text.ts";
import { PARTS } from "../experiment/ranges.ts";

export type NetworkWord = ReturnType<typeof networkKind>;

/** Where a visitor who asks for layers begins. */
const FIRST_HIDDEN: readonly number[] = [128];
const FIRST_CHANNELS: readonly number[] = [16, 32];
const NARROWEST = 8;

/** The network of another kind that keeps as much of this one as it has. */
export function networkAs(network: Network, word: NetworkWord): Network {
  const hidden = network.hidden;
  if (word === "linear") return { kind: "dense", hidden: [] };
  if (word === "dense")
    return {
      kind: "dense",
      hidden: hidden.length > 0 ? hidden : FIRST_HIDDEN,
    };
  return {
    kind: "conv",
    channels: network.kind === "conv" ? network.channels : FIRST_CHANNELS,
    hidden,
  };
}

/**
 * "256, 128" to its entries; words that are no numbers stay words, for the field to refuse by
 * name. An empty text is an empty list.
 */
export function readWidths(words: string): (number | string)[] {
  return words
    .split(/[\s,;]+/)
    .filter((word) => word !== "")
    .map((word) => (/^\d+(\.\d+)?$/.test(word) ? Number(word) : word));
}

/** The list with one more layer: hidden layers narrow towards the latents, channels widen. */
export function withLayer(
  list: readonly number[],
  part: "hidden" | "channels",
): number[] {
  const last = list.at(-1);
  if (last === undefined)
    return [(part === "hidden" ? FIRST_HIDDEN : FIRST_CHANNELS)[0]];
  return [
    ...list,
    part === "hidden"
      ? Math.max(NARROWEST, Math.round(last / 2))
      : Math.min(PARTS.channels.max, 2 * last),
  ];
}

/** "64 → 128 → 8": widths from the data to the latents, as far as they are known. */
export function architecture(
  network: Network,
  latents: number,
  columns: number | null,
  image: { readonly width: number; readonly height: number } | null,
): string {
  const parts: string[] = [];
  if (network.kind === "conv" && image) {
    let { height, width } = image;
    parts.push(`${String(height)}×${String(width)}`);
    for (const channels of network.channels) {
      [height, width] = [Math.floor(height / 2), Math.floor(width / 2)];
      parts.push(`${String(height)}×${String(width)}×${String(channels)}`);
    }
  } else if (columns !== null) parts.push(String(columns));
  return [...parts, ...network.hidden.map(String), String(latents)].join(" → ");
}
