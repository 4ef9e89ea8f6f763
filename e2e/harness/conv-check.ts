/** Convolutions' shapes for kernel tests, and their windows by definition. */
import type { ConvShape } from "../../src/model/ops.ts";

type Sides = readonly [height: number, width: number, channels: number];

function shapeOf(
  [height, width, channels]: Sides,
  kernel: number,
  stride: number,
  padding: number,
): ConvShape {
  const out = (side: number): number =>
    Math.floor((side + 2 * padding - kernel) / stride) + 1;
  return {
    height,
    width,
    channels,
    outHeight: out(height),
    outWidth: out(width),
    outChannels: 1,
    kernel,
    stride,
    padding,
  };
}

const CHANNELS = [1, 3, 4, 5, 8];
const WIDTHS = [8, 5, 8, 7];

/** Every kernel side 1 to 5, stride 1 to 3 and padding 0 to 2; channels and widths take turns. */
export const CONV_SHAPES: readonly ConvShape[] = Array.from(
  { length: 5 * 3 * 3 },
  (_, i) => {
    const padding = i % 3;
    const stride = 1 + (Math.floor(i / 3) % 3);
    const kernel = 1 + Math.floor(i / 9);
    const channels = CHANNELS[(i + kernel) % 5];
    const sides: Sides = [5 + padding, WIDTHS[i % 4], channels];
    return shapeOf(sides, kernel, stride, padding);
  },
);

/** A name for messages. */
export function describeConv(shape: ConvShape): string {
  const { height, width, channels, kernel, stride, padding } = shape;
  return `${height}x${width}x${channels} K${kernel} s${stride} p${padding}`;
}

/** For every entry of the patches of one image, which of its numbers it is; -1 outside. */
export function windowsOf(shape: ConvShape): number[] {
  const { height, width, channels, kernel, stride, padding } = shape;
  const places: number[] = [];
  for (let oy = 0; oy < shape.outHeight; oy++)
    for (let ox = 0; ox < shape.outWidth; ox++)
      for (let ky = 0; ky < kernel; ky++)
        for (let kx = 0; kx < kernel; kx++)
          for (let c = 0; c < channels; c++) {
            const y = oy * stride - padding + ky;
            const x = ox * stride - padding + kx;
            const inside = y >= 0 && y < height && x >= 0 && x < width;
            places.push(inside ? (y * width + x) * channels + c : -1);
          }
  return places;
}
