import { test } from "../harness/fixture.ts";
import {
  expectWithin,
  garbage,
  ODD_SIZES,
  runKernel,
  TIERS,
  U,
  values,
} from "../harness/kernel-check.ts";

for (const tier of TIERS) {
  test(`${tier}: sum`, async ({ gpuPage }) => {
    for (const count of ODD_SIZES) {
      const size = 4 * count;
      const [a, b] = [values(size, 1), values(size, 2)];
      const { c } = await runKernel(gpuPage, {
        launcher: "sum",
        tier,
        args: [count],
        // Longer than `count`: what lies behind stays.
        tensors: { a, b, c: garbage(size + 4) },
      });
      const want = [...a.map((x, i) => x + b[i]), ...garbage(4)];
      expectWithin("c", c, want, (i) => (i < size ? U * Math.abs(want[i]) : 0));
    }
  });

  for (const add of [false, true]) {
    test(`${tier}: passed on${add ? ", added" : ""}`, async ({ gpuPage }) => {
      for (const count of ODD_SIZES) {
        const size = 4 * count;
        const [a, before] = [values(size, 1), values(size, 2)];
        const { c } = await runKernel(gpuPage, {
          launcher: "passOn",
          tier,
          args: [count, add],
          tensors: { a, c: [...(add ? before : garbage(size)), ...garbage(4)] },
        });
        const want = [
          ...a.map((x, i) => x + (add ? before[i] : 0)),
          ...garbage(4),
        ];
        expectWithin("c", c, want, (i) =>
          add && i < size ? U * Math.abs(want[i]) : 0,
        );
      }
    });
  }
}
