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
  test(`${tier}: weighted means of each kind, in their slot`, async ({
    gpuPage,
  }) => {
    for (const batch of ODD_SIZES) {
      const partials = values(4 * batch, 1);
      const weights = [1, 0.5, 4, 2];
      const { terms } = await runKernel(gpuPage, {
        launcher: "terms",
        tier,
        args: [{ batch, parts: 4, kinds: 0b10_01_01_00, lane: 1, lanes: 2 }],
        tensors: { partials, terms: garbage(4 * 2 * 3) },
        step: { slot: 2, scalars: weights.map((weight) => [9, weight]) },
      });
      const mean = (from: readonly number[]): number =>
        from.reduce((a, b) => a + b, 0) / batch;
      const parts = [0, 1, 2, 3].map((p) =>
        partials.slice(p * batch, (p + 1) * batch),
      );
      const means = parts.map(mean);
      const sizes = parts.map((part) => mean(part.map(Math.abs)));
      const want = garbage(24);
      want.splice(
        20,
        4,
        means.reduce((sum, x, p) => sum + weights[p] * x, 0),
        means[0],
        means[1] + means[2],
        means[3],
      );
      const total = sizes.reduce((sum, x, p) => sum + weights[p] * x, 0);
      expectWithin("terms", terms, want, (i) =>
        i < 20 ? 0 : (batch + 6) * U * total,
      );
    }
  });

  test(`${tier}: a part only of the loss`, async ({ gpuPage }) => {
    const batch = 65;
    const partials = values(3 * batch, 1);
    const weights = [1, 0.5, 2];
    const { terms } = await runKernel(gpuPage, {
      launcher: "terms",
      tier,
      args: [
        {
          batch,
          parts: 3,
          kinds: 0b11_01_00,
          lane: 0,
          lanes: 1,
        },
      ],
      tensors: { partials, terms: garbage(4) },
      step: { scalars: weights.map((weight) => [9, weight]) },
    });
    const [reconstruction, kl, excess] = [0, 1, 2].map(
      (p) =>
        partials
          .slice(p * batch, (p + 1) * batch)
          .reduce((sum, x) => sum + x, 0) / batch,
    );
    const size = partials.reduce((sum, x) => sum + Math.abs(x), 0) / batch;
    expectWithin(
      "terms",
      terms,
      [reconstruction + 0.5 * kl + 2 * excess, reconstruction, kl, 0],
      () => (batch + 6) * U * 2 * size,
    );
  });
}
