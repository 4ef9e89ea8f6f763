import { expect, test } from "@playwright/test";
import type { DataSource, Settings } from "../experiment/config.ts";
import { DEFAULT_CONFIG } from "../experiment/schema.ts";
import { DataError } from "./data-error.ts";
import type { Dataset } from "./dataset.ts";
import { loadDataset, loadSplit } from "./datasets.ts";
import { splitTest } from "./held-out.ts";
import { columnStatistics } from "./scaling.ts";

/** Rows that tell their number: x is [row, -row], y [10 row], the label row % 10. */
function numbered(rows: number): Dataset & { readonly labels: Uint8Array } {
  return {
    name: "numbered",
    rows,
    columns: 2,
    x: Float32Array.from({ length: 2 * rows }, (_, at) =>
      at % 2 === 0 ? at / 2 : -(at - 1) / 2,
    ),
    y: {
      outputs: 1,
      values: Float32Array.from({ length: rows }, (_, row) => 10 * row),
    },
    labels: Uint8Array.from({ length: rows }, (_, row) => row % 10),
  };
}

const rowsOf = ({ x }: Dataset): number[] =>
  Array.from(x.filter((_, at) => at % 2 === 0));

test("every row is either trained on or held out, whole, and in order", () => {
  const all = numbered(50);
  const { train, test: held } = splitTest(all, 0.3, 7);
  if (!held) throw new Error("nothing held out");
  expect([train.rows, held.rows]).toEqual([35, 15]);
  for (const part of [train, held]) {
    const rows = rowsOf(part);
    expect(rows).toEqual(rows.toSorted((a, b) => a - b));
    expect(Array.from(part.x.filter((_, at) => at % 2 === 1))).toEqual(
      rows.map((row) => -row),
    );
    expect(Array.from(part.y?.values ?? [])).toEqual(rows.map((r) => 10 * r));
    expect(Array.from(part.labels ?? [])).toEqual(rows.map((r) => r % 10));
  }
  expect([...rowsOf(train), ...rowsOf(held)].sort((a, b) => a - b)).toEqual(
    rowsOf(all),
  );
});

test("the seed decides which rows are held out, and all are alike to it", () => {
  const all = numbered(20);
  const heldBy = (seed: number): number[] => {
    const { test: held } = splitTest(all, 0.25, seed);
    return held ? rowsOf(held) : [];
  };
  expect(heldBy(1)).toEqual(heldBy(1));
  expect(heldBy(1)).not.toEqual(heldBy(2));
  const counts = new Array<number>(20).fill(0);
  for (let seed = 0; seed < 2000; seed++) {
    for (const row of heldBy(seed)) counts[row]++;
  }
  // Binomial of mean 500, std 19.4: five of them, in each of 20 rows.
  for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(97);
});

test("a share above zero holds out at least one row and never all", () => {
  const counts = (rows: number, share: number): number[] => {
    const { train, test: held } = splitTest(numbered(rows), share, 3);
    return [train.rows, held?.rows ?? 0];
  };
  expect(counts(10, 0)).toEqual([10, 0]);
  expect(counts(10, 0.001)).toEqual([9, 1]);
  expect(counts(2, 0.5)).toEqual([1, 1]);
  expect(counts(1, 0.5)).toEqual([1, 0]);
  const all = numbered(10);
  expect(splitTest(all, 0, 3).train).toBe(all);
});

const { base } = DEFAULT_CONFIG;
const load = (change: Partial<Settings>) =>
  loadSplit({ ...base, rows: 100, testShare: 0.2, ...change }, new Map());

test("a chosen spectrum is exactly that of the examples trained on", () => {
  const theta = [3, 2, 1];
  for (const model of ["vae", "cvae"] as const) {
    const { train, test: held } = load({
      model,
      data: { kind: "spectrum", theta },
      correlation: [0],
    });
    expect([train.rows, held?.rows]).toEqual([80, 20]);
    for (const [part, exact] of [
      [train, true],
      [held, false],
    ] as const) {
      if (!part) throw new Error("nothing held out");
      const values = part.y?.values ?? part.x;
      const energy = values.reduce((sum, v) => sum + v * v, 0) / part.rows;
      // Float32 rounding of values below 10, squared, of 3 columns; another sample is a percent off.
      if (exact) expect(Math.abs(energy - 14)).toBeLessThan(14 * 2 ** -22);
      else expect(Math.abs(energy - 14)).toBeGreaterThan(0.14);
    }
  }
});

test("without held-out examples all are those of old", () => {
  const whole = load({ testShare: 0 });
  expect(whole.test).toBeUndefined();
  expect(whole.train.rows).toBe(100);
  expect(loadDataset({ ...base, rows: 100 }, new Map())).toEqual(whole.train);
});

const file: DataSource = {
  kind: "file",
  name: "t.csv",
  bytes: 1,
  hash: "0123456789abcdef",
};

test("scaling is learnt from the examples trained on", () => {
  const { name, rows, columns, x } = numbered(40);
  const open = new Map([[file.hash, { name, rows, columns, x }]]);
  const settings = { ...base, data: file, testShare: 0.25 };
  const raw = loadSplit(settings, open);
  const { train, test: held } = loadSplit(
    { ...settings, scaling: "standardize" },
    open,
  );
  if (!held || !raw.test) throw new Error("nothing held out");
  const { mean, std } = columnStatistics(raw.train.x, 30, 2);
  expect(Array.from(held.x)).toEqual(
    Array.from(raw.test.x, (value, at) =>
      Math.fround((value - mean[at % 2]) * (1 / std[at % 2])),
    ),
  );
  const own = columnStatistics(train.x, 30, 2);
  for (const value of own.std) expect(value).toBeCloseTo(1, 6);
  // Row numbers 0 to 39: what is held out has a mean of its own.
  expect(columnStatistics(held.x, 10, 2).mean[0]).not.toBeCloseTo(0, 2);
});

test("binary pixels are 1 above a half", () => {
  const { train, test: held } = load({
    data: { kind: "digits8" },
    scaling: "binarize",
  });
  const given = load({ data: { kind: "digits8" } });
  for (const [binary, grey] of [
    [train.x, given.train.x],
    [held?.x, given.test?.x],
  ]) {
    expect(Array.from(binary ?? [])).toEqual(
      Array.from(grey ?? [], (value) => (value > 0.5 ? 1 : 0)),
    );
  }
  const pair = load({
    model: "cvae",
    data: { kind: "digits8" },
    condition: { kind: "half" },
    scaling: "binarize",
  });
  expect(new Set(pair.test?.y?.values)).toEqual(new Set([0, 1]));
});

test("what does not suit the network or the likelihood is refused in words", () => {
  const attempt = (dataset: Dataset, change: Partial<Settings>): string => {
    const open = new Map([[file.hash, dataset]]);
    try {
      loadSplit({ ...base, data: file, ...change }, open);
    } catch (error) {
      if (error instanceof DataError) return `${error.code}: ${error.message}`;
    }
    return "loaded";
  };
  const table = { name: "t.csv", rows: 2, columns: 4, x: new Float32Array(8) };
  const images = { ...table, image: { width: 2, height: 2 } };
  const conv = (...channels: number[]): Partial<Settings> => ({
    network: { kind: "conv", channels, hidden: [] },
  });
  expect(attempt(table, conv(4))).toContain("settings: t.csv holds no images");
  expect(attempt(images, conv(4))).toBe("loaded");
  expect(attempt(images, conv(4, 8))).toContain("cannot be halved 2 times");
  const bernoulli = { likelihood: "bernoulli" } as const;
  expect(attempt(table, bernoulli)).toBe("loaded");
  const beyond = { ...table, x: Float32Array.of(0, 1, 0.5, 1.1, 0, 0, 0, 0) };
  expect(attempt(beyond, bernoulli)).toContain("outside 0 to 1");
  expect(attempt(beyond, { ...bernoulli, scaling: "binarize" })).toBe("loaded");
});
