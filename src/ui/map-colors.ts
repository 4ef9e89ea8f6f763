/** Colors of maps: one scale from little to much whose lightness alone tells it, one about zero for differences. */
import { heatColor, type Scheme } from "./heat-colors.ts";

/**
 * Cividis, made to look alike with and without color vision deficiency (Nuñez, Anderton, Renslow,
 * "Optimizing colormaps with consideration for color vision deficiency", 2018), at equal distances.
 */
const CIVIDIS: readonly (readonly [number, number, number])[] = [
  [0, 34, 78],
  [18, 53, 112],
  [59, 73, 108],
  [87, 93, 109],
  [112, 113, 115],
  [138, 134, 120],
  [165, 157, 120],
  [192, 180, 111],
  [225, 204, 85],
  [254, 232, 56],
];

/** `t` from 0 to 1. */
export function sequential(t: number): string {
  const at = Math.min(1, Math.max(0, t)) * (CIVIDIS.length - 1);
  const low = Math.min(CIVIDIS.length - 2, Math.floor(at));
  return rgb(
    CIVIDIS[low].map((c, i) => c + (at - low) * (CIVIDIS[low + 1][i] - c)),
  );
}

const pixel = new Uint8ClampedArray(4);

/** `t` from -1 to 1; the page's background at 0. */
export function diverging(scheme: Scheme, t: number): string {
  heatColor(scheme, t, pixel, 0);
  return rgb([...pixel.subarray(0, 3)]);
}

function rgb(channels: readonly number[]): string {
  return `rgb(${channels.map((c) => Math.round(c)).join(",")})`;
}
