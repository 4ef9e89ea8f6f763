import { test } from "../harness/fixture.ts";
import {
  expectWithin,
  pad,
  runKernel,
  TIERS,
  U,
  values,
} from "../harness/kernel-check.ts";

/** Rows, channels, pixels. */
const SIZES = [
  [1, 1, 1],
  [9, 1, 49],
  [7, 3, 5],
  [65, 4, 9],
  [3, 5, 7],
  [33, 8, 1],
  [17, 6, 11],
  [5, 32, 49],
] as const;

for (const tier of TIERS) {
  for (const add of [false, true]) {
    test(`${tier}: sums of each channel${add ? ", added" : ""}`, async ({
      gpuPage,
    }) => {
      for (const [rows, channels, pixels] of SIZES) {
        const columns = channels * pixels;
        const image = values(rows * columns, 1);
        const before = values(channels, 2);
        const { out } = await runKernel(gpuPage, {
          launcher: "channelSum",
          tier,
          args: [{ rows, channels, columns }, add],
          tensors: {
            values: pad(image, rows, columns),
            // Nothing writes a gradient's padding: it stays as it is, 0.
            out: pad(add ? before : before.map(() => 1e3), 1, channels),
          },
        });
        const want = add ? [...before] : before.map(() => 0);
        const size = want.map(Math.abs);
        image.forEach((x, i) => {
          want[(i % columns) % channels] += x;
          size[(i % columns) % channels] += Math.abs(x);
        });
        const bound = pad(size, 1, channels);
        expectWithin(
          "out",
          out,
          pad(want, 1, channels),
          (i) => rows * pixels * U * bound[i],
        );
      }
    });
  }
}
