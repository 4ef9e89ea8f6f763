/**
 * Colors of heat maps: two hues that tell apart whatever the kind of color vision, through the
 * page's own background at zero, so that zero is empty in either theme.
 */

/** Ends of the scale, sRGB; light then dark theme. Orange and blue differ in lightness too. */
const ENDS = {
  light: { zero: [255, 255, 255], low: [163, 62, 0], high: [0, 66, 122] },
  dark: { zero: [18, 20, 23], low: [255, 160, 92], high: [104, 190, 255] },
} as const;

export type Scheme = keyof typeof ENDS;

/** Writes the color of `value`, -1 to 1, at byte `at` of `pixels`. */
export function heatColor(
  scheme: Scheme,
  value: number,
  pixels: Uint8ClampedArray,
  at: number,
): void {
  const { zero, low, high } = ENDS[scheme];
  const end = value < 0 ? low : high;
  // Small entries stay visible: the eye is to find what is exactly zero.
  const t = Number.isFinite(value) ? Math.min(1, Math.abs(value)) ** 0.75 : 0;
  for (let c = 0; c < 3; c += 1)
    pixels[at + c] = zero[c] + t * (end[c] - zero[c]);
  pixels[at + 3] = 255;
}

/** Paints the whole scale, from low to high, into a canvas one pixel high. */
export function paintRamp(canvas: HTMLCanvasElement, scheme: Scheme): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { width } = canvas;
  const pixels = context.createImageData(width, 1);
  for (let i = 0; i < width; i += 1)
    heatColor(scheme, (2 * i) / (width - 1) - 1, pixels.data, 4 * i);
  context.putImageData(pixels, 0, 0);
}
