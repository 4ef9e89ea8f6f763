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
  test(`${tier}: terms and the log-variance's gradient`, async ({
    gpuPage,
  }) => {
    for (const [batch, units] of [
      [1, 1],
      [7, 3],
      [65, 8],
      [257, 65],
    ]) {
      const [weight, prior, beta] = [1.25, 1.75, 0.5];
      const nats = values(2 * batch, 1);
      const spread = values(batch * units, 2);
      const logVar = values(units, 3);
      const result = await runKernel(gpuPage, {
        launcher: "vaeFinish",
        tier,
        args: [{ batch, units, lane: 1, lanes: 2 }],
        tensors: {
          nats,
          spread: pad(spread, batch, units),
          logVar: pad(logVar, 1, units),
          dLogVar: garbage(pad(logVar, 1, units).length),
          terms: garbage(16),
        },
        step: {
          slot: 1,
          scalars: [
            [9, weight],
            [prior, beta],
          ],
        },
      });
      const mean = (from: readonly number[]): number =>
        from.reduce((a, b) => a + b, 0) / batch;
      const [left, right] = [nats.slice(0, batch), nats.slice(batch)];
      const [reconstruction, kl] = [mean(left), mean(right)];
      const size =
        weight * mean(left.map(Math.abs)) + mean(right.map(Math.abs));
      const want = garbage(16);
      want.splice(
        12,
        4,
        weight * reconstruction + beta * kl,
        reconstruction,
        kl,
        0,
      );
      expectWithin("terms", result.terms, want, (i) =>
        i < 12 ? 0 : (batch + 6) * U * size,
      );
      const gradient = logVar.map((rho, u) => {
        let sum = beta * (Math.exp(rho) / prior - 1);
        let magnitude = Math.exp(rho) + 1;
        for (let b = 0; b < batch; b++) {
          sum += spread[b * units + u];
          magnitude += Math.abs(spread[b * units + u]);
        }
        return { value: sum / 2, magnitude };
      });
      const bound = pad(
        gradient.map(({ magnitude }) => (batch + 16) * U * magnitude),
        1,
        units,
      );
      const dLogVar = pad(
        gradient.map(({ value }) => value),
        1,
        units,
      );
      expectWithin("dLogVar", result.dLogVar, dLogVar, (i) => bound[i]);
    }
  });
}
