import { uniformInt } from "../../src/math/rng.ts";
import { test } from "../harness/fixture.ts";
import {
  expectWithin,
  garbage,
  ODD_SIZES,
  pad,
  runKernel,
  TIERS,
  U,
  values,
} from "../harness/kernel-check.ts";

/** Column j of the result: a column of x taken once, or -1 for about half. */
function drawPicks(columns: number, outColumns: number): number[] {
  const order = Array.from({ length: columns }, (_, i) => i);
  for (let i = columns - 1; i > 0; i--) {
    const other = uniformInt(1, 0, "data", i, i + 1);
    [order[i], order[other]] = [order[other], order[i]];
  }
  return Array.from({ length: outColumns }, (_, j) =>
    j < columns && uniformInt(2, 0, "data", j, 2) === 0 ? order[j] : -1,
  );
}

function inverse(picks: readonly number[], columns: number): number[] {
  const back = new Array<number>(columns).fill(-1);
  picks.forEach((column, at) => {
    if (column >= 0) back[column] = at;
  });
  return back;
}

for (const tier of TIERS) {
  for (const add of [false, true]) {
    test(`${tier}: picks columns and puts them back${add ? ", added" : ""}`, async ({
      gpuPage,
    }) => {
      for (const [at, columns] of ODD_SIZES.entries()) {
        for (const outColumns of ODD_SIZES) {
          const rows = [1, 7, 33, 65][(at + outColumns) % 4];
          const there = drawPicks(columns, outColumns);
          for (const [picks, from, to] of [
            [there, columns, outColumns],
            [inverse(there, columns), outColumns, columns],
          ] as const) {
            const x = values(rows * from, 1);
            const before = values(rows * to, 2);
            const padded = pad(before, rows, to);
            const { out } = await runKernel(gpuPage, {
              launcher: "select",
              tier,
              args: [{ rows, columns: from, outColumns: to }, add],
              tensors: {
                x: pad(x, rows, from),
                out: add ? padded : garbage(padded.length),
              },
              integers: { from: picks },
            });
            const want = before.map((value, i) => {
              const pick = picks[i % to];
              const picked = pick < 0 ? 0 : x[Math.floor(i / to) * from + pick];
              return picked + (add ? value : 0);
            });
            const expected = pad(want, rows, to);
            // A copy is exact, a sum has one rounding.
            expectWithin("out", out, expected, (i) =>
              add ? U * Math.abs(expected[i]) : 0,
            );
          }
        }
      }
    });
  }
}
