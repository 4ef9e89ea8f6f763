/** The same tests for every kernel that multiplies matrices. */
import type { Page } from "@playwright/test";
import { uniformInt } from "../../src/math/rng.ts";
import { test } from "./fixture.ts";
import {
  expectWithin,
  garbage,
  multiply,
  pad,
  runKernel,
  U,
  values,
} from "./kernel-check.ts";

const SIZES = [
  [1, 1, 1],
  [7, 5, 65],
  [65, 7, 257],
  [257, 65, 7],
  [33, 40, 130],
] as const;

/** Of k a multiple of eight. */
const EVEN_SIZES = [
  [7, 5, 64],
  [65, 70, 136],
] as const;

type Launcher = "matmulBlock" | "matmulQuad" | "matmulTile";

const stride = (columns: number): number => Math.ceil(columns / 4);

interface Case {
  readonly launcher: Launcher;
  readonly kind: "nn" | "tn";
  readonly accumulate?: "set" | "add" | "subtract";
  readonly columns?: number | undefined;
  readonly deep?: boolean;
}

async function check(
  page: Page,
  { launcher, kind, accumulate = "set", columns, deep }: Case,
  [m, n, k]: readonly [number, number, number],
): Promise<void> {
  const a = values(m * k, 1);
  const b = values(k * n, 2);
  const before = values(m * n, 3);
  const { c } = await runKernel(page, {
    launcher,
    tier: "software",
    args: [
      {
        kind,
        m,
        n,
        k,
        accumulate,
        strides: [stride(kind === "nn" ? k : m), stride(n), stride(n)],
        offsets: [0, 0, 0],
        ...(columns === undefined ? {} : { columns }),
        ...(deep === undefined ? {} : { deep }),
      },
    ],
    tensors: {
      a: kind === "nn" ? pad(a, m, k) : pad(a, k, m),
      b: pad(b, k, n),
      c: accumulate === "set" ? garbage(4 * m * stride(n)) : pad(before, m, n),
    },
  });
  const { product, magnitude } = multiply(a, b, [m, n, k], kind === "tn");
  const sign = { set: 0, add: 1, subtract: -1 }[accumulate];
  const want = product.map((x, i) => (sign === 0 ? x : before[i] + sign * x));
  const bound = pad(
    magnitude.map((x, i) => (k + 1) * U * (x + Math.abs(sign * before[i]))),
    m,
    n,
  );
  expectWithin(`${m} x ${k} x ${n}`, c, pad(want, m, n), (i) => bound[i]);
}

/**
 * @param widths widths of the tile to force, in vec4s; undefined leaves the choice to the launcher
 * @param deep its kernel can be unrolled further
 */
export function testProduct(
  launcher: Launcher,
  widths: readonly (number | undefined)[],
  deep = false,
): void {
  for (const kind of ["nn", "tn"] as const) {
    for (const accumulate of ["set", "add", "subtract"] as const) {
      test(`${kind}, ${accumulate}`, async ({ gpuPage }) => {
        for (const size of SIZES)
          for (const columns of accumulate === "set" ? widths : [widths[0]])
            await check(gpuPage, { launcher, kind, accumulate, columns }, size);
      });
    }

    if (deep) {
      test(`${kind}, eight terms an iteration`, async ({ gpuPage }) => {
        for (const columns of [8, 10])
          for (const size of EVEN_SIZES)
            await check(gpuPage, { launcher, kind, columns, deep: true }, size);
      });
    }

    test(`${kind}, gathered, parts of wider matrices`, async ({ gpuPage }) => {
      const [batch, width, rows, n] = [33, 13, 50, 8];
      const data = values(rows * width, 4);
      const picked = Array.from({ length: batch }, (_, i) => {
        const row = uniformInt(11, 5, "batch", i, rows);
        return data.slice(row * width, (row + 1) * width);
      }).flat();
      const [m, k] = kind === "nn" ? [batch, width] : [width, batch];
      const wide = values(k * 16, 5);
      const b = wide.filter((_, i) => i % 16 >= 8);
      const { c } = await runKernel(gpuPage, {
        launcher,
        tier: "software",
        args: [
          {
            kind,
            m,
            n,
            k,
            gatheredFrom: rows,
            strides: [stride(width), 4, 3],
            offsets: [0, 2, 1],
          },
        ],
        tensors: { a: pad(data, rows, width), b: wide, c: garbage(12 * m) },
        step: { seed: 11, index: 5 },
      });
      const { product, magnitude } = multiply(
        picked,
        b,
        [m, n, k],
        kind === "tn",
      );
      const want = garbage(12 * m);
      const bound = new Array<number>(12 * m).fill(0);
      product.forEach((x, i) => {
        const at = Math.floor(i / n) * 12 + 4 + (i % n);
        want[at] = x;
        bound[at] = (k + 1) * U * magnitude[i];
      });
      expectWithin("c", c, want, (i) => bound[i]);
    });
  }
}
