import { activate, activationSlope } from "../../src/reference/activation.ts";
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

const SIZES = [
  [1, 1],
  [7, 65],
  [65, 7],
] as const;

/**
 * WGSL gives tanh through exp of up to 30: some 100 roundings, which a factor of |x| < 5 and the
 * inner slope of gelu, below 4 where 1 - tanh^2 counts, magnify.
 */
const CURVED = 2000 * U;

for (const tier of TIERS) {
  test(`${tier}: bias`, async ({ gpuPage }) => {
    for (const [rows, columns] of SIZES) {
      const before = values(rows * columns, 1);
      const bias = values(columns, 2);
      const result = await runKernel(gpuPage, {
        launcher: "shift",
        tier,
        args: [{ rows, columns }],
        tensors: {
          values: pad(before, rows, columns),
          bias: pad(bias, 1, columns),
        },
      });
      const want = pad(
        before.map((x, i) => x + bias[i % columns]),
        rows,
        columns,
      );
      expectWithin("values", result.values, want, (i) => U * Math.abs(want[i]));
    }
  });

  for (const activation of ["relu", "tanh"] as const) {
    const curved = activation === "relu" ? 0 : CURVED;

    test(`${tier}: ${activation} in place, with a bias, and its slope`, async ({
      gpuPage,
    }) => {
      for (const [rows, columns] of SIZES) {
        const before = values(rows * columns, 1);
        const bias = values(columns, 2);
        const padded = pad(before, rows, columns);
        const args = [{ rows, columns }, activation];
        const alone = await runKernel(gpuPage, {
          launcher: "activateInPlace",
          tier,
          args,
          tensors: { values: padded },
        });
        expectWithin(
          "values",
          alone.values,
          padded.map((x) => activate(activation, x)),
          () => curved,
        );
        const shifted = await runKernel(gpuPage, {
          launcher: "shiftActivate",
          tier,
          args,
          tensors: { values: padded, bias: pad(bias, 1, columns) },
        });
        const sums = pad(
          before.map((x, i) => x + bias[i % columns]),
          rows,
          columns,
        );
        expectWithin(
          "values and bias",
          shifted.values,
          sums.map((x) => activate(activation, x)),
          (i) => curved + U * Math.abs(sums[i]),
        );
        const slope = pad(values(rows * columns, 3), rows, columns);
        const { d } = await runKernel(gpuPage, {
          launcher: "activateInPlaceBackward",
          tier,
          args,
          tensors: { d: slope, result: alone.values },
        });
        expectWithin(
          "d",
          d,
          slope.map((x, i) => x * activationSlope(activation, padded[i])),
          // The slope of tanh is 1 - y^2: twice the error of y.
          (i) => (2 * curved + 2 * U) * Math.abs(slope[i]),
        );
      }
    });
  }

  for (const activation of ["relu", "tanh", "gelu"] as const) {
    const curved = activation === "relu" ? 0 : CURVED;

    test(`${tier}: ${activation} and its slope`, async ({ gpuPage }) => {
      for (const [rows, columns] of SIZES) {
        // Up to saturation on both sides, and 0 itself.
        const before = values(rows * columns, 1).map((x, i) =>
          i === 0 ? 0 : Math.fround(x * (i % 5 === 0 ? 20 : 1)),
        );
        const padded = pad(before, rows, columns);
        const { y } = await runKernel(gpuPage, {
          launcher: "activate",
          tier,
          args: [{ rows, columns }, activation],
          tensors: { before: padded, y: garbage(padded.length) },
        });
        expectWithin(
          "y",
          y,
          padded.map((x) => activate(activation, x)),
          (i) => curved * Math.max(1, Math.abs(padded[i])),
        );
        const slope = values(rows * columns, 2);
        const paddedSlope = pad(slope, rows, columns);
        const { d } = await runKernel(gpuPage, {
          launcher: "activateBackward",
          tier,
          args: [{ rows, columns }, activation],
          tensors: { before: padded, d: paddedSlope },
        });
        expectWithin(
          "d",
          d,
          paddedSlope.map((x, i) => x * activationSlope(activation, padded[i])),
          (i) =>
            (curved + U) *
            Math.abs(paddedSlope[i]) *
            Math.max(1, Math.abs(padded[i])),
        );
      }
    });
  }
}
