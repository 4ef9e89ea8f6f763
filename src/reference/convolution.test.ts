import { expect, test } from "@playwright/test";
import type { ConvShape } from "../model/ops.ts";
import { convolve, convolveTransposed } from "./convolution.ts";
import { normals } from "./fixtures.ts";
import { checkGradients, measureWith, random } from "./gradients.ts";
import type { Tensor } from "./tensor.ts";
import { tensor } from "./tensor.ts";

const noNoise = (): void => undefined;
const BATCH = 2;

function shapeOf(
  [height, width, channels, outChannels]: readonly [
    number,
    number,
    number,
    number,
  ],
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
    outChannels,
    kernel,
    stride,
    padding,
  };
}

/** Odd sides and channels; every stride, padding and kernel. */
const SHAPES = [1, 2, 3].flatMap((stride) =>
  [0, 1, 2].flatMap((padding) =>
    [1, 2, 3, 4].map((kernel) =>
      shapeOf([5, 7, 3, 5], kernel, stride, padding),
    ),
  ),
);

const title = ({ kernel, stride, padding }: ConvShape): string =>
  `kernel ${kernel}, stride ${stride}, padding ${padding}`;

function tensorsFor(shape: ConvShape) {
  const { height, width, channels, kernel } = shape;
  const { outHeight, outWidth, outChannels } = shape;
  const window = kernel * kernel * channels;
  return {
    window,
    low: height * width * channels,
    high: outHeight * outWidth * outChannels,
    weight: random(outChannels, window, 2),
  };
}

/** The definition with an image that knows its zeros. */
function byDefinition(x: Tensor, weight: Tensor, shape: ConvShape): number[] {
  const { height, width, channels, kernel, stride, padding } = shape;
  const pixel = (b: number, y: number, at: number, c: number): number =>
    y < 0 || at < 0 || y >= height || at >= width
      ? 0
      : x.value[((b * height + y) * width + at) * channels + c];
  const out: number[] = [];
  for (let b = 0; b < x.rows; b++) {
    for (let i = 0; i < shape.outHeight; i++) {
      for (let j = 0; j < shape.outWidth; j++) {
        for (let o = 0; o < shape.outChannels; o++) {
          const kernelOf = weight.value.subarray(
            o * weight.columns,
            (o + 1) * weight.columns,
          );
          out.push(
            kernelOf.reduce((sum, w, at) => {
              const c = at % channels;
              const kx = Math.floor(at / channels) % kernel;
              const ky = Math.floor(at / channels / kernel);
              const y = i * stride + ky - padding;
              return sum + w * pixel(b, y, j * stride + kx - padding, c);
            }, 0),
          );
        }
      }
    }
  }
  return out;
}

test("a kernel's windows are counted row, column, channel", () => {
  const shape = shapeOf([3, 3, 2, 1], 2, 1, 0);
  const x = tensor(
    1,
    18,
    Array.from({ length: 18 }, (_, i) => i),
  );
  // Row 1, column 0, channel 1 of each window of two rows, two columns, two channels.
  const weight = tensor(1, 8, [0, 0, 0, 0, 0, 1, 0, 0]);
  const { output } = convolve(x, weight, tensor(1, 1, [0.5]), shape);
  expect([...output.value]).toEqual([7.5, 9.5, 13.5, 15.5]);
  const back = convolveTransposed(
    tensor(1, 4, [1, 2, 3, 4]),
    tensor(8, 1, weight.value),
    tensor(1, 2, [0.25, 0]),
    shape,
  );
  const pixels = Array.from({ length: 9 }, (_, at) => [
    back.output.value[2 * at],
    back.output.value[2 * at + 1],
  ]);
  expect(pixels).toEqual(
    [0, 0, 0, 1, 2, 0, 3, 4, 0].map((value) => [0.25, value]),
  );
});

for (const shape of SHAPES) {
  test(`conv is its definition, convTranspose its adjoint: ${title(shape)}`, () => {
    const { low, high, window, weight } = tensorsFor(shape);
    const { outChannels } = shape;
    const x = random(BATCH, low, 3);
    const y = random(BATCH, high, 4);
    const transposed = tensor(
      window,
      outChannels,
      weight.value.map(
        (_, at) =>
          weight.value[
            (at % outChannels) * window + Math.floor(at / outChannels)
          ],
      ),
    );
    const up = convolve(x, weight, undefined, shape).output.value;
    const down = convolveTransposed(y, transposed, undefined, shape).output
      .value;
    const want = byDefinition(x, weight, shape);
    // Two sums of at most `window` products below 5 x 5: each off by window 2^-53 of their sizes.
    const bound = 2 * window * 2 ** -53 * window * 25;
    expect(up).toHaveLength(want.length);
    const off = up.map((value, at) => Math.abs(value - want[at]));
    expect(Math.max(...off)).toBeLessThan(bound);
    const dot = (a: Float64Array, b: Float64Array): number =>
      a.reduce((sum, value, at) => sum + value * b[at], 0);
    const size = dot(up.map(Math.abs), y.value.map(Math.abs));
    expect(Math.abs(dot(up, y.value) - dot(x.value, down))).toBeLessThan(
      (low + high) * window * 2 ** -53 * size,
    );
    expect(size).toBeGreaterThan(1);
  });

  test(`gradients of conv and convTranspose: ${title(shape)}`, () => {
    const { low, high, window } = tensorsFor(shape);
    const { channels, outChannels } = shape;
    const up = {
      x: random(BATCH, low, 3),
      weight: random(outChannels, window, 2),
      bias: random(1, outChannels, 5),
    };
    // With a stride above the kernel's side some pixels are read by none.
    checkGradients(up, noNoise, (ops) => {
      measureWith(ops, ops.conv(up.x, up.weight, up.bias, shape));
    });
    const down = {
      x: random(BATCH, high, 3),
      weight: random(window, outChannels, 2),
      bias: random(1, channels, 5),
    };
    checkGradients(down, noNoise, (ops) => {
      measureWith(
        ops,
        ops.convTranspose(down.x, down.weight, down.bias, shape),
      );
    });
  });
}

test("without bias, and a tensor used twice", () => {
  const shape = shapeOf([3, 5, 1, 1], 3, 1, 1);
  const tensors = { x: random(2, 15, 1), weight: random(1, 9, 2) };
  checkGradients(tensors, noNoise, (ops) => {
    const { x, weight } = tensors;
    const once = ops.conv(x, weight, undefined, shape);
    const column = ops.conv(once, weight, undefined, shape);
    measureWith(ops, ops.add(column, x));
  });
});

test("wrong sizes are said in words", () => {
  const shape = shapeOf([5, 5, 2, 3], 3, 2, 1);
  const x = tensor(1, 50, normals(50, 1));
  expect(() => convolve(x, tensor(3, 9), undefined, shape)).toThrow(
    "conv weight: got [3, 9], expected [3, 18]",
  );
  expect(() => convolveTransposed(x, tensor(18, 3), undefined, shape)).toThrow(
    "convTranspose input: got [1, 50], expected [1, 27]",
  );
});
