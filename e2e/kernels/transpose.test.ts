import { expect, test } from "../harness/fixture.ts";
import {
  garbage,
  pad,
  runKernel,
  TIERS,
  values,
} from "../harness/kernel-check.ts";

for (const tier of TIERS) {
  test(`${tier}: rows become columns, padding 0`, async ({ gpuPage }) => {
    for (const [rows, columns] of [
      [1, 1],
      [1, 65],
      [7, 5],
      [65, 257],
    ]) {
      const matrix = values(rows * columns, 1);
      const want = pad(
        Array.from(
          { length: rows * columns },
          (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)],
        ),
        columns,
        rows,
      );
      const { turned } = await runKernel(gpuPage, {
        launcher: "transpose",
        tier,
        args: [{ rows, columns }],
        tensors: {
          a: pad(matrix, rows, columns),
          turned: [...garbage(want.length), ...garbage(4)],
        },
      });
      expect(turned).toEqual([...want, ...garbage(4)]);
    }
  });
}
