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

for (const tier of TIERS) {
  for (const broadcast of [true, false]) {
    for (const add of [false, true]) {
      const shape = broadcast ? "[1, k]" : "[B, k]";
      test(`${tier}, logVar ${shape}${add ? ", added" : ""}`, async ({
        gpuPage,
      }) => {
        for (const [batch, units] of [
          [1, 1],
          [7, 5],
          [65, 8],
          [3, 65],
        ]) {
          const rows = broadcast ? 1 : batch;
          const [prior, weight] = [1.75, 0.5];
          const mean = values(batch * units, 1);
          const logVar = values(rows * units, 2);
          const before = values(batch * units, 3);
          const beforeVar = values(rows * units, 4);
          const result = await runKernel(gpuPage, {
            launcher: "gaussianKl",
            tier,
            args: [
              { batch, units, scalar: 1, offset: 0 },
              broadcast,
              { mean: add, logVar: add },
            ],
            tensors: {
              mean: pad(mean, batch, units),
              logVar: pad(logVar, rows, units),
              dMean: add
                ? pad(before, batch, units)
                : garbage(pad(before, batch, units).length),
              dLogVar: add
                ? pad(beforeVar, rows, units)
                : garbage(pad(beforeVar, rows, units).length),
              partials: garbage(batch),
            },
            step: {
              scalars: [
                [9, 9],
                [prior, weight],
              ],
            },
          });
          const dMean = mean.map(
            (x, i) => (weight * x) / (batch * prior) + (add ? before[i] : 0),
          );
          expectWithin(
            "dMean",
            result.dMean,
            pad(dMean, batch, units),
            (i) =>
              // Three roundings of the factor, product, quotient, sum.
              8 *
              U *
              (1 +
                Math.abs(pad(before, batch, units)[i]) +
                Math.abs(pad(mean, batch, units)[i])),
          );
          const scale = broadcast ? weight : weight / batch;
          const dLogVar = logVar.map(
            (x, i) =>
              0.5 * scale * (Math.exp(x) / prior - 1) +
              (add ? beforeVar[i] : 0),
          );
          const size = pad(
            logVar.map((x, i) => Math.exp(x) + 1 + Math.abs(beforeVar[i])),
            rows,
            units,
          );
          // exp: 3 + 2 |x| roundings, |x| < 5, and five more.
          expectWithin(
            "dLogVar",
            result.dLogVar,
            pad(dLogVar, rows, units),
            (i) => 20 * U * size[i],
          );
          const nats: number[] = [];
          const bounds: number[] = [];
          for (let b = 0; b < batch; b++) {
            let sum = 0;
            let magnitude = 0;
            for (let u = 0; u < units; u++) {
              const m = mean[b * units + u];
              const rho = logVar[broadcast ? u : b * units + u];
              const quadratic = (m * m + Math.exp(rho)) / prior;
              sum += quadratic - (rho - Math.log(prior)) - 1;
              magnitude += quadratic + Math.abs(rho) + 2;
            }
            nats.push(0.5 * sum);
            bounds.push((units + 20) * U * magnitude);
          }
          expectWithin("partials", result.partials, nats, (i) => bounds[i]);
        }
      });
    }
  }
}
