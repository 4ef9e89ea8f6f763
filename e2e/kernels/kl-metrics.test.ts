import {
  ACTIVE_KL,
  addCounts,
  emptyCounts,
  EPSILONS,
} from "../../src/reference/metrics.ts";
import { expect, test } from "../harness/fixture.ts";
import { expectWithin, TIERS, U, values } from "../harness/kernel-check.ts";
import type { CountRequest, CountResult } from "../harness/metrics.ts";

type Problem = Omit<CountRequest, "tier" | "work">;

/** Units whose KLs lie from below the least epsilon to above the largest, some of them negative. */
function problem(
  rows: number,
  units: number,
  columns: number,
  outputs: number,
): Problem {
  const inputs = columns + outputs;
  const noise = values(units * inputs, 3);
  const size = (unit: number): number => 3 * 10 ** ((-3 * unit) / units);
  return {
    rows,
    columns,
    x: values(rows * columns, 1),
    ...(outputs > 0 && {
      y: { outputs, values: values(rows * outputs, 2) },
    }),
    form: {
      units,
      inputs,
      map: noise.map(
        (value, at) =>
          (value * size(Math.floor(at / inputs))) / Math.sqrt(inputs),
      ),
      offset: values(units, 4).map((value, i) => (value * size(i)) / 3),
      scale: 0.7,
      constants: values(units, 5).map((value, i) => 0.1 * value * size(i)),
    },
    epsilons: EPSILONS,
    threshold: ACTIVE_KL,
  };
}

/** Every KL in float64 and what rounding may do to it in float32. */
function klAndBound(
  { form, columns, x, y }: Problem,
  row: number,
  unit: number,
): { kl: number; bound: number } {
  const { inputs, map, offset, scale, constants } = form;
  let mean = offset[unit];
  let size = Math.abs(mean);
  for (let c = 0; c < inputs; c++) {
    const value =
      c < columns
        ? x[row * columns + c]
        : (y?.values[row * y.outputs + c - columns] ?? NaN);
    mean += map[unit * inputs + c] * value;
    size += Math.abs(map[unit * inputs + c] * value);
  }
  // Sums of inputs + 1 terms in any order, each of two roundings: the weight's and the product's.
  const meanBound = 1.01 * (inputs + 3) * U * size;
  const square = (Math.abs(mean) + meanBound) ** 2 / scale;
  const squareBound = square - mean ** 2 / scale;
  const constant = Math.abs(constants[unit]);
  // 1 / scale, two products, the constant and the sum are rounded; tiny numbers may become zero.
  const bound =
    0.5 * (squareBound + 1.01 * U * (4 * square + 2 * constant)) + 2 ** -120;
  return { kl: (mean ** 2 / scale + constants[unit]) / 2, bound };
}

function expectCounts(of: Problem, got: CountResult, name: string): void {
  const { rows, form, epsilons, threshold } = of;
  const want = emptyCounts(form.units);
  const float64 = {
    ...form,
    map: Float64Array.from(form.map),
    offset: Float64Array.from(form.offset),
    constants: Float64Array.from(form.constants),
  };
  const y = of.y && { ...of.y, values: Float32Array.from(of.y.values) };
  addCounts(want, float64, { ...of, ...(y && { y }) } as never, 0, rows);
  const sumBound = new Float64Array(form.units);
  const unsure = new Float64Array(want.below.length);
  const activeUnsure = new Float64Array(form.units);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < form.units; i++) {
      const { kl, bound } = klAndBound(of, row, i);
      // Three additions in float32, then float64.
      sumBound[i] += bound + 4 * U * (Math.abs(kl) + bound);
      epsilons.forEach((epsilon, at) => {
        if (Math.abs(kl - epsilon) <= bound + U * epsilon)
          unsure[i * epsilons.length + at]++;
      });
      if (Math.abs(kl - threshold) <= bound + U * threshold) activeUnsure[i]++;
    }
  }
  expect(got.rows).toBe(rows);
  expectWithin(`${name}, sum`, got.sum, [...want.sum], (i) => sumBound[i]);
  expectWithin(`${name}, below`, got.below, [...want.below], (i) => unsure[i]);
  expectWithin(
    `${name}, active`,
    got.active,
    [...want.active],
    (i) => activeUnsure[i],
  );
  // Next to all counts are held to the last example.
  const total = unsure.reduce((sum, count) => sum + count, 0);
  expect(total).toBeLessThanOrEqual(1 + 1e-3 * rows * unsure.length);
}

for (const tier of TIERS) {
  for (const outputs of [0, 5]) {
    const withY = outputs > 0 ? "x and y" : "x";
    test(`${tier}: counts KLs of ${withY}`, async ({ gpuPage }) => {
      for (const rows of [1, 7, 257, 1000]) {
        for (const units of [1, 3, 20]) {
          for (const columns of [1, 65]) {
            const of = problem(rows, units, columns, outputs);
            const got = await gpuPage.evaluate(
              (request) => globalThis.harness.countKl(request),
              { ...of, tier },
            );
            expectCounts(of, got, `[${rows}, ${columns}] at ${units}`);
          }
        }
      }
    });
  }

  test(`${tier}: counts over many dispatches and read-backs`, async ({
    gpuPage,
  }) => {
    const of = problem(1001, 7, 9, 2);
    // 12 examples a dispatch.
    const got = await gpuPage.evaluate(
      (request) => globalThis.harness.countKl(request),
      { ...of, tier, work: 1000 },
    );
    expectCounts(of, got, "parts");
  });
}

test("a KL beyond float32 and a map of another width are refused", async ({
  gpuPage,
}) => {
  const of = problem(7, 3, 5, 0);
  const count = (form: Problem["form"]): Promise<string> =>
    gpuPage.evaluate(
      (request) =>
        globalThis.harness.countKl(request).then(
          () => "counted",
          (error: unknown) => String(error),
        ),
      { ...of, form, tier: "software" as const },
    );
  const huge = of.form.map.map((value) => value * 1e25);
  expect(await count({ ...of.form, map: huge })).toContain("float32");
  expect(await count({ ...of.form, inputs: 4 })).toContain("4 inputs");
});
