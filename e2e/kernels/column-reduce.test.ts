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
  for (const add of [false, true]) {
    test(`${tier}: sums over rows${add ? ", added" : ""}`, async ({
      gpuPage,
    }) => {
      for (const rows of ODD_SIZES) {
        for (const columns of [1, 7, 65]) {
          const matrix = values(rows * columns, 1);
          const before = values(columns, 2);
          const padded = pad(before, 1, columns);
          const { sums } = await runKernel(gpuPage, {
            launcher: "columnReduce",
            tier,
            args: [{ rows, stride: padded.length / 4 }, add],
            tensors: {
              values: pad(matrix, rows, columns),
              sums: add ? padded : garbage(padded.length),
            },
          });
          const want = add ? [...before] : new Array<number>(columns).fill(0);
          const size = want.map(Math.abs);
          matrix.forEach((x, i) => {
            want[i % columns] += x;
            size[i % columns] += Math.abs(x);
          });
          const bound = pad(size, 1, columns);
          expectWithin(
            "sums",
            sums,
            pad(want, 1, columns),
            (i) => rows * U * bound[i],
          );
        }
      }
    });
  }
}
