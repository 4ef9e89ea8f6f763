/** Rows of small gray images on a canvas. */

/** How far a given pixel stands back from the predicted ones beside it. */
const DIMMED = 0.45;

/**
 * Draws one row of `count` gray images side by side, values 0 to 1, a pixel apart; the first is
 * number `from` of `values`, [images, height * width].
 */
export function drawRow(
  canvas: HTMLCanvasElement,
  values: Float32Array,
  width: number,
  height: number,
  count: number,
  shade?: (pixel: number) => "full" | "dimmed" | "empty",
  from = 0,
): void {
  canvas.width = count * (width + 1) - 1;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return;
  const pixels = context.createImageData(width, height);
  for (let n = 0; n < count; n += 1) {
    for (let i = 0; i < width * height; i += 1) {
      // Uint8ClampedArray rounds and clamps: linear models overshoot [0, 1].
      const gray = 255 * values[(from + n) * width * height + i];
      const kind = shade?.(i) ?? "full";
      const alpha =
        kind === "full" ? 255 : kind === "dimmed" ? 255 * DIMMED : 0;
      pixels.data.set([gray, gray, gray, alpha], 4 * i);
    }
    context.putImageData(pixels, n * (width + 1), 0);
  }
}

/** What is given of an image stands back from what is predicted, or stands alone. */
export function shadeOf(
  given: Uint8Array,
  part: "given" | "predicted",
): (pixel: number) => "full" | "dimmed" | "empty" {
  return (pixel) =>
    part === "given"
      ? given[pixel]
        ? "full"
        : "empty"
      : given[pixel]
        ? "dimmed"
        : "full";
}
