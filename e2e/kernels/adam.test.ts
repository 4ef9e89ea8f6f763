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
      for (const t of [1, 10, 100_000]) {
        const params = values(4 * count, 1);
        const gradients = values(4 * count, 2);
        const m = values(4 * count, 3);
        const v = values(4 * count, 4).map((x) => Math.fround(x * x));
        const learningRate = 0.05;
        const result = await runKernel(gpuPage, {
          launcher: "adam",
          tier,
          args: [count],
          tensors: { params, m, v, gradients },
          step: { index: t - 1, learningRate },
        });
        const first = gradients.map((g, i) => 0.9 * m[i] + 0.1 * g);
        const second = gradients.map((g, i) => 0.999 * v[i] + 0.001 * g * g);
        // Two constants, two products, a sum.
        const firstBound = (i: number): number =>
          4 * U * (Math.abs(m[i]) + Math.abs(gradients[i]));
        expectWithin("m", result.m, first, firstBound);
        expectWithin("v", result.v, second, (i) => 5 * U * second[i]);
        const root = second.map((x) => Math.sqrt(x / (1 - 0.999 ** t)) + 1e-8);
        const scale = learningRate / (1 - 0.9 ** t);
        const want = params.map((p, i) => p - (scale * first[i]) / root[i]);
        expectWithin("params", result.params, want, (i) => {
          const step = (scale * Math.abs(first[i])) / root[i];
          // v and its root 6, quotient 3, four products and constants.
          return (
            U * (2 * Math.abs(params[i]) + 14 * step) +
            (scale * firstBound(i)) / root[i]
          );
        });
      }
    }
  });
}
