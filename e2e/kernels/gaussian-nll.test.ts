import { test } from "../harness/fixture.ts";
import {
  expectWithin,
  garbage,
  ODD_SIZES,
  pad,
  runKernel,
  TIERS,
  U,
  values,
} from "../harness/kernel-check.ts";

for (const tier of TIERS) {
  for (const [add, latent] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ]) {
    test(`${tier}: nats and gradient${latent ? ", of a latent" : ""}${add ? ", added" : ""}`, async ({
      gpuPage,
    }) => {
      for (const width of ODD_SIZES) {
        const batch = 7;
        const [variance, weight] = [0.375, 1.25];
        const observed = values(batch * width, 1);
        const mean = values(batch * width, 2);
        const before = values(batch * width, 3);
        const padded = pad(before, batch, width);
        const beforeTarget = values(batch * width, 4);
        const paddedTarget = pad(beforeTarget, batch, width);
        const { dMean, partials, dTarget } = await runKernel(gpuPage, {
          launcher: "gaussianNll",
          tier,
          args: [
            { batch, width, scalar: 1, offset: 3 },
            { mean: add, target: add },
          ],
          tensors: {
            observed: pad(observed, batch, width),
            mean: pad(mean, batch, width),
            dMean: add ? padded : garbage(padded.length),
            partials: garbage(batch + 3),
            ...(latent
              ? { dTarget: add ? paddedTarget : garbage(padded.length) }
              : {}),
          },
          step: {
            scalars: [
              [9, 9],
              [variance, weight],
            ],
          },
        });
        const factor = weight / (batch * variance);
        const want = mean.map(
          (x, i) => factor * (x - observed[i]) + (add ? before[i] : 0),
        );
        // Difference, factor (three roundings), product and sum.
        const bound = pad(
          mean.map(
            (x, i) =>
              8 *
              U *
              (factor * (Math.abs(x) + Math.abs(observed[i])) +
                Math.abs(before[i])),
          ),
          batch,
          width,
        );
        expectWithin("dMean", dMean, pad(want, batch, width), (i) => bound[i]);
        if (latent) {
          const wantTarget = mean.map(
            (x, i) => factor * (observed[i] - x) + (add ? beforeTarget[i] : 0),
          );
          expectWithin(
            "dTarget",
            dTarget,
            pad(wantTarget, batch, width),
            (i) => bound[i] + 8 * U * Math.abs(paddedTarget[i]),
          );
        }
        const constant = 0.5 * width * Math.log(2 * Math.PI * variance);
        const nats = Array.from({ length: batch }, (_, b) => {
          let sum = 0;
          for (let i = b * width; i < (b + 1) * width; i++)
            sum += (mean[i] - observed[i]) ** 2;
          return sum / (2 * variance) + constant;
        });
        expectWithin("partials", partials, [1e3, 1e3, 1e3, ...nats], (i) =>
          // A sum of width squares of differences; the logarithm is good to 2^-21.
          i < 3
            ? 0
            : (width + 12) *
                U *
                (Math.abs(nats[i - 3]) + 2 * Math.abs(constant)) +
              width * 2 ** -21,
        );
      }
    });
  }
}
