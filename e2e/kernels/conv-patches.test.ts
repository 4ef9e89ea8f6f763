import type { ConvShape } from "../../src/model/ops.ts";
import { CONV_SHAPES, describeConv, windowsOf } from "../harness/conv-check.ts";
import { expect, test } from "../harness/fixture.ts";
import {
  expectWithin,
  garbage,
  pad,
  runKernel,
  TIERS,
  U,
  values,
} from "../harness/kernel-check.ts";

function sizesOf(shape: ConvShape, batch: number) {
  const { height, width, channels, outHeight, outWidth, kernel } = shape;
  return {
    numbers: height * width * channels,
    rows: batch * outHeight * outWidth,
    window: kernel * kernel * channels,
  };
}

test("the shapes cover every way the kernels take", () => {
  const way = (channels: number, line: number): number => {
    if (channels % 4 === 0) return 2;
    return line % 4 === 0 ? 1 : 0;
  };
  const ways = CONV_SHAPES.map(({ kernel, stride, width, channels }) => [
    `unfold ${way(channels, kernel * channels)}`,
    `fold ${way(channels, width * channels)}, ${channels % 4 === 0 ? Math.min(3, Math.ceil(kernel / stride)) : "any"} windows`,
  ]);
  expect([...new Set(ways.flat())].sort()).toEqual([
    "fold 0, any windows",
    "fold 1, any windows",
    "fold 2, 1 windows",
    "fold 2, 2 windows",
    "fold 2, 3 windows",
    "unfold 0",
    "unfold 1",
    "unfold 2",
  ]);
});

for (const tier of TIERS) {
  test(`${tier}: unfold copies windows`, async ({ gpuPage }) => {
    for (const [at, shape] of CONV_SHAPES.entries()) {
      const batch = 1 + (at % 9);
      const { numbers, rows, window } = sizesOf(shape, batch);
      const image = values(batch * numbers, 1);
      const places = windowsOf(shape);
      const want = Array.from({ length: rows * window }, (_, i) => {
        const b = Math.floor(i / places.length);
        const place = places[i % places.length];
        return place < 0 ? 0 : image[b * numbers + place];
      });
      const padded = pad(want, rows, window);
      const { patches } = await runKernel(gpuPage, {
        launcher: "unfold",
        tier,
        args: [shape, batch],
        tensors: {
          image: pad(image, batch, numbers),
          patches: garbage(padded.length),
        },
      });
      expect(patches, `${describeConv(shape)} x ${batch}`).toEqual(padded);
    }
  });

  for (const add of [false, true]) {
    for (const biased of [false, true]) {
      test(`${tier}: fold sums windows${biased ? " and bias" : ""}${add ? ", added" : ""}`, async ({
        gpuPage,
      }) => {
        for (const [at, shape] of CONV_SHAPES.entries()) {
          const batch = 1 + (at % 9);
          const { numbers, rows, window } = sizesOf(shape, batch);
          const { channels } = shape;
          const patches = values(rows * window, 1);
          const before = values(batch * numbers, 2);
          const bias = values(channels, 3);
          const want = before.map(
            (x, i) => (add ? x : 0) + (biased ? bias[i % channels] : 0),
          );
          const size = before.map(
            (x, i) => Math.abs(x) + Math.abs(bias[i % channels]),
          );
          const places = windowsOf(shape);
          patches.forEach((x, i) => {
            const place = places[i % places.length];
            if (place < 0) return;
            const to = Math.floor(i / places.length) * numbers + place;
            want[to] += x;
            size[to] += Math.abs(x);
          });
          const paddedBefore = pad(before, batch, numbers);
          const bound = pad(size, batch, numbers);
          const { image } = await runKernel(gpuPage, {
            launcher: "fold",
            tier,
            args: [shape, batch, { add }],
            tensors: {
              patches: pad(patches, rows, window),
              image: add ? paddedBefore : garbage(paddedBefore.length),
              ...(biased ? { bias: pad(bias, 1, channels) } : {}),
            },
          });
          // At most kernel^2 entries, the bias and what was there.
          expectWithin(
            `${describeConv(shape)} x ${batch}`,
            image,
            pad(want, batch, numbers),
            (i) => (shape.kernel ** 2 + 1) * U * bound[i],
          );
        }
      });
    }
  }
}

test("an image too large to count is refused", async ({ gpuPage }) => {
  const side = 1500;
  const shape: ConvShape = {
    height: side,
    width: side,
    channels: 1,
    outHeight: side,
    outWidth: side,
    outChannels: 1,
    kernel: 1,
    stride: 1,
    padding: 0,
  };
  await expect(
    runKernel(gpuPage, {
      launcher: "unfold",
      tier: "software",
      args: [shape, 1],
      tensors: { image: [0, 0, 0, 0], patches: [0, 0, 0, 0] },
    }),
  ).rejects.toThrow("too large");
});
