import type { Activation } from "../../src/model/ops.ts";
import { activate } from "../../src/reference/activation.ts";
import { test } from "../harness/fixture.ts";
import {
  expectWithin,
  garbage,
  multiply,
  pad,
  runKernel,
  TIERS,
  U,
  values,
} from "../harness/kernel-check.ts";

const SIZES = [
  [1, 1, 1],
  [7, 5, 65],
  [65, 7, 257],
  [33, 20, 9],
] as const;

for (const tier of TIERS) {
  for (const [transposeA, transposeB] of [
    [false, false],
    [true, false],
    [false, true],
  ]) {
    const name = `${transposeA ? "a^T" : "a"} ${transposeB ? "b^T" : "b"}`;
    for (const add of [false, true]) {
      test(`${tier}: ${name}${add ? ", added" : ""}`, async ({ gpuPage }) => {
        for (const [m, n, k] of SIZES) {
          const a = values(m * k, 1);
          const b = values(k * n, 2);
          const before = values(m * n, 3);
          const { c } = await runKernel(gpuPage, {
            launcher: "matmul",
            tier,
            args: [{ m, n, k, transposeA, transposeB, add }],
            tensors: {
              a: transposeA ? pad(a, k, m) : pad(a, m, k),
              b: transposeB ? pad(b, n, k) : pad(b, k, n),
              c: add ? pad(before, m, n) : garbage(pad(before, m, n).length),
            },
          });
          const { product, magnitude } = multiply(
            a,
            b,
            [m, n, k],
            transposeA,
            transposeB,
          );
          const want = product.map((x, i) => x + (add ? before[i] : 0));
          const bound = pad(
            magnitude.map(
              (x, i) => (k + 1) * U * (x + (add ? Math.abs(before[i]) : 0)),
            ),
            m,
            n,
          );
          expectWithin("c", c, pad(want, m, n), (i) => bound[i]);
        }
      });
    }
  }

  for (const activation of [
    "none",
    "relu",
    "tanh",
    "gelu",
  ] satisfies Activation[]) {
    test(`${tier}: bias and ${activation} in the epilogue`, async ({
      gpuPage,
    }) => {
      const [m, n, k] = [7, 9, 65];
      const a = values(m * k, 1).map((x) => Math.fround(x / 8));
      const b = values(n * k, 2);
      const bias = values(n, 3);
      const { c } = await runKernel(gpuPage, {
        launcher: "matmul",
        tier,
        args: [{ m, n, k, transposeB: true, activation }],
        tensors: {
          a: pad(a, m, k),
          b: pad(b, n, k),
          bias: pad(bias, 1, n),
          c: garbage(m * 12),
        },
      });
      const { product, magnitude } = multiply(a, b, [m, n, k], false, true);
      const want = product.map((x, i) => activate(activation, x + bias[i % n]));
      // Slopes are at most 1.13 (gelu); WGSL gives tanh through sinh / cosh of exp, some 20
      // roundings of arguments up to 15.
      const curved =
        activation === "tanh" || activation === "gelu" ? 300 * U : 0;
      const bound = pad(
        magnitude.map(
          (x, i) => 1.2 * (k + 2) * U * (x + Math.abs(bias[i % n])) + curved,
        ),
        m,
        n,
      );
      expectWithin("c", c, pad(want, m, n), (i) => bound[i]);
    });
  }
}
