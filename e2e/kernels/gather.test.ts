import { uniformInt } from "../../src/math/rng.ts";
import { expect, test } from "../harness/fixture.ts";
import {
  garbage,
  ODD_SIZES,
  pad,
  runKernel,
  TIERS,
  values,
} from "../harness/kernel-check.ts";

for (const tier of TIERS) {
  test(`${tier}: copies the rows the CPU draws`, async ({ gpuPage }) => {
    for (const columns of ODD_SIZES) {
      const rows = 33;
      const batch = 65;
      const data = pad(values(rows * columns, 1), rows, columns);
      const width = data.length / rows;
      const { x } = await runKernel(gpuPage, {
        launcher: "gather",
        tier,
        args: [{ rows, batch, stride: width / 4 }],
        tensors: { data, x: garbage(batch * width) },
        step: { seed: 7, index: 3 },
      });
      const want = Array.from({ length: batch }, (_, b) => {
        const row = uniformInt(7, 3, "batch", b, rows);
        return data.slice(row * width, (row + 1) * width);
      }).flat();
      expect(x).toEqual(want);
    }
  });
}
