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
          const weight = 1.75;
          const logVar = values(rows * units, 1);
          const before = values(rows * units, 2);
          const padded = pad(before, rows, units);
          const { dLogVar, partials } = await runKernel(gpuPage, {
            launcher: "gaussianEntropy",
            tier,
            args: [{ batch, units, scalar: 1, offset: 2 }, broadcast, add],
            tensors: {
              logVar: pad(logVar, rows, units),
              dLogVar: add ? padded : garbage(padded.length),
              partials: garbage(batch + 2),
            },
            step: {
              scalars: [
                [9, 9],
                [9, weight],
              ],
            },
          });
          const change = -weight / (2 * (broadcast ? 1 : batch));
          const want = pad(
            before.map((x) => change + (add ? x : 0)),
            rows,
            units,
          );
          expectWithin(
            "dLogVar",
            dLogVar,
            want,
            (i) => 4 * U * (Math.abs(change) + Math.abs(padded[i])),
          );
          const constant = Math.log(2 * Math.PI) + 1;
          const nats: number[] = [];
          const bounds: number[] = [];
          for (let b = 0; b < batch; b++) {
            const first = broadcast ? 0 : b * units;
            const row = logVar.slice(first, first + units);
            nats.push(-0.5 * row.reduce((sum, x) => sum + x + constant, 0));
            const size = row.reduce((sum, x) => sum + Math.abs(x), 0);
            bounds.push((units + 4) * U * (size + units * constant));
          }
          expectWithin("partials", partials, [...garbage(2), ...nats], (i) =>
            i < 2 ? 0 : bounds[i - 2],
          );
        }
      });
    }
  }
}
