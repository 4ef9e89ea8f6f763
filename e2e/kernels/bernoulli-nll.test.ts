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

/** Logits of order 1, with 0 and both ends among them. */
function drawLogits(count: number): number[] {
  return values(count, 2).map((x, i) => {
    if (i % 7 === 0) return 0;
    return i % 5 === 0 ? 100 * Math.sign(x) : Math.fround(3 * x);
  });
}

/** Targets in 0..1, most of them at an end. */
function drawTargets(count: number): number[] {
  return values(count, 1).map((x, i) =>
    i % 3 === 0 ? Math.fround(Math.abs(Math.sin(x))) : Number(x > 0),
  );
}

for (const tier of TIERS) {
  for (const add of [false, true]) {
    test(`${tier}: nats and gradient${add ? ", added" : ""}`, async ({
      gpuPage,
    }) => {
      for (const width of ODD_SIZES) {
        const batch = 7;
        const weight = 1.25;
        const observed = drawTargets(batch * width);
        const logits = drawLogits(batch * width);
        const before = values(batch * width, 3);
        const padded = pad(before, batch, width);
        const { dLogits, partials } = await runKernel(gpuPage, {
          launcher: "bernoulliNll",
          tier,
          args: [{ batch, width, scalar: 1, offset: 3 }, add],
          tensors: {
            observed: pad(observed, batch, width),
            logits: pad(logits, batch, width),
            dLogits: add ? padded : garbage(padded.length),
            partials: garbage(batch + 3),
          },
          step: {
            scalars: [
              [9, 9],
              [1, weight],
            ],
          },
        });
        const factor = weight / batch;
        const want = logits.map(
          (l, i) =>
            factor * (1 / (1 + Math.exp(-l)) - observed[i]) +
            (add ? before[i] : 0),
        );
        // exp of -|l| is good to 3 + 2 |l| roundings of a number below 1 / (1 + |l|): five of 1;
        // sum, quotient (2.5), difference, factor, product; then the sum.
        expectWithin(
          "dLogits",
          dLogits,
          pad(want, batch, width),
          (i) => 12 * U * factor + U * Math.abs(padded[i]) * 2,
        );
        const nats = new Array<number>(batch).fill(0);
        const size = new Array<number>(batch).fill(0);
        logits.forEach((l, i) => {
          const b = Math.floor(i / width);
          const softplus = Math.max(l, 0) + Math.log1p(Math.exp(-Math.abs(l)));
          nats[b] += softplus - observed[i] * l;
          size[b] += softplus + Math.abs(observed[i] * l);
        });
        expectWithin("partials", partials, [1e3, 1e3, 1e3, ...nats], (i) =>
          // A sum of width numbers of three roundings; exp as above, and the logarithm of 1 to 2 is
          // good to 2^-21.
          i < 3 ? 0 : (width + 8) * U * size[i - 3] + width * 2 ** -20,
        );
      }
    });
  }
}
