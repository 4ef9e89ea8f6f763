import { normal } from "../../src/math/rng.ts";
import { test } from "../harness/fixture.ts";
import {
  expectWithin,
  garbage,
  pad,
  runKernel,
  TIERS,
  U,
  values,
} from "../harness/kernel-check.ts";

const SIZES = [
  [1, 1],
  [7, 3],
  [65, 7],
  [257, 8],
] as const;

for (const tier of TIERS) {
  for (const broadcast of [true, false]) {
    const name = `${tier}, logVar ${broadcast ? "[1, k]" : "[B, k]"}`;
    test(`${name}: forward`, async ({ gpuPage }) => {
      for (const [batch, units] of SIZES) {
        const rows = broadcast ? 1 : batch;
        const mean = values(batch * units, 1);
        const logVar = values(rows * units, 2);
        const { z } = await runKernel(gpuPage, {
          launcher: "reparameterize",
          tier,
          args: [{ batch, units, stream: "latent", broadcast }],
          tensors: {
            mean: pad(mean, batch, units),
            logVar: pad(logVar, rows, units),
            z: garbage(pad(mean, batch, units).length),
          },
          step: { seed: 4, index: 9 },
        });
        const noise = mean.map((_, i) => {
          const std = Math.exp(logVar[broadcast ? i % units : i] / 2);
          return std * normal(4, 9, "latent", i);
        });
        // eps: 12 roundings; exp: 3 + 2 |x|, |x| < 2.5; product and sum: 2.
        const bound = pad(
          mean.map((x, i) => 22 * U * (Math.abs(noise[i]) + Math.abs(x))),
          batch,
          units,
        );
        expectWithin(
          "z",
          z,
          pad(
            mean.map((x, i) => x + noise[i]),
            batch,
            units,
          ),
          (i) => bound[i],
        );
      }
    });

    for (const add of [false, true]) {
      test(`${name}: backward${add ? ", added" : ""}`, async ({ gpuPage }) => {
        for (const [batch, units] of SIZES) {
          const rows = broadcast ? 1 : batch;
          const dZ = values(batch * units, 1);
          const logVar = values(rows * units, 2);
          const before = values(batch * units, 3);
          const beforeVar = values(rows * units, 5);
          const padded = pad(dZ, batch, units);
          const paddedVar = pad(logVar, rows, units);
          const { dMean, dLogVar } = await runKernel(gpuPage, {
            launcher: "reparameterizeBackward",
            tier,
            args: [
              { batch, units, stream: "latent", broadcast },
              { mean: add, logVar: add },
            ],
            tensors: {
              logVar: paddedVar,
              dZ: padded,
              dMean: add ? pad(before, batch, units) : garbage(padded.length),
              dLogVar: add
                ? pad(beforeVar, rows, units)
                : garbage(paddedVar.length),
            },
            step: { seed: 4, index: 9 },
          });
          const wantMean = pad(
            dZ.map((x, i) => x + (add ? before[i] : 0)),
            batch,
            units,
          );
          expectWithin(
            "dMean",
            dMean,
            wantMean,
            (i) => U * Math.abs(wantMean[i]),
          );
          const want = new Array<number>(rows * units).fill(0);
          const size = new Array<number>(rows * units).fill(0);
          dZ.forEach((x, i) => {
            const at = broadcast ? i % units : i;
            const term =
              (x * normal(4, 9, "latent", i) * Math.exp(logVar[at] / 2)) / 2;
            want[at] += term;
            size[at] += Math.abs(term);
          });
          const wantVar = pad(
            want.map((x, i) => x + (add ? beforeVar[i] : 0)),
            rows,
            units,
          );
          const bound = pad(
            size.map(
              (x, i) =>
                (batch + 24) * U * (x + (add ? Math.abs(beforeVar[i]) : 0)),
            ),
            rows,
            units,
          );
          expectWithin("dLogVar", dLogVar, wantVar, (i) => bound[i]);
        }
      });
    }
  }
}
