import { test } from "../harness/fixture.ts";
import {
  expectWithin,
  runKernel,
  TIERS,
  U,
  values,
} from "../harness/kernel-check.ts";

for (const tier of TIERS) {
  test(`${tier}: one update`, async ({ gpuPage }) => {
    for (const count of [1, 7, 65]) {
      const params = values(4 * count, 1);
      const gradients = values(4 * count, 2);
      const result = await runKernel(gpuPage, {
        launcher: "sgd",
        tier,
        args: [count],
        tensors: { params, gradients },
        step: { learningRate: 0.3 },
      });
      const want = params.map((p, i) => p - 0.3 * gradients[i]);
      // The rate, the product, the difference.
      expectWithin(
        "params",
        result.params,
        want,
        (i) => 3 * U * (Math.abs(params[i]) + Math.abs(gradients[i])),
      );
    }
  });
}
