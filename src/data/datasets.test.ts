import { expect, test } from "@playwright/test";
import type { DataSource, Settings } from "../experiment/config.ts";
import { NEUTRAL } from "../experiment/neutral.ts";
import { DataError } from "./data-error.ts";
import { DATASETS, describeSource, loadDataset } from "./datasets.ts";
import { drawDigits } from "./digits.ts";
import { columnStatistics } from "./scaling.ts";
import { drawPair, drawSpectrum } from "./spectrum.ts";
import { splitDataset } from "./split.ts";

function settings(data: DataSource, changes: Partial<Settings> = {}): Settings {
  return {
    ...NEUTRAL,
    model: "vae",
    data,
    rows: 30,
    scaling: "none",
    latents: 2,
    beta: 1,
    etaDec: 1,
    etaEnc: 1,
    encoderVariance: { kind: "learnable", std: 1 },
    latents2: 2,
    beta2: 1,
    encoderVariance2: { kind: "learnable", std: 1 },
    condition: { kind: "correlated" },
    correlation: [0],
    biases: false,
    estimator: "exact",
    optimizer: { kind: "adam", learningRate: 0.02 },
    batchSize: 8,
    initScale: 0.1,
    seed: 7,
    steps: 10,
    pace: 0,
    ...changes,
  };
}

const file = {
  kind: "file",
  name: "a.csv",
  bytes: 12,
  hash: "0011223344556677",
} as const;
const opened = { name: "a.csv", rows: 2, columns: 1, x: Float32Array.of(1, 3) };

test("every kind is loaded by its own row", () => {
  const none = new Map();
  expect(
    loadDataset(settings({ kind: "spectrum", theta: [2, 1] }), none),
  ).toEqual(drawSpectrum([2, 1], 30, 7));
  expect(loadDataset(settings({ kind: "digits8" }), none)).toEqual(
    drawDigits("digits8", 30, 7),
  );
  expect(
    loadDataset(settings({ kind: "digits28" }, { seed: 8 }), none),
  ).toEqual(drawDigits("digits28", 30, 8));
  expect(loadDataset(settings(file), new Map([[file.hash, opened]]))).toBe(
    opened,
  );
  for (const [kind, row] of Object.entries(DATASETS))
    expect(row.kind).toBe(kind);
});

test("scaling is applied", () => {
  const files = new Map([[file.hash, opened]]);
  expect(loadDataset(settings(file, { scaling: "center" }), files).x).toEqual(
    Float32Array.of(-1, 1),
  );
  const { std } = columnStatistics(
    loadDataset(
      settings({ kind: "spectrum", theta: [5, 3] }, { scaling: "standardize" }),
      files,
    ).x,
    30,
    2,
  );
  for (const value of std) expect(value).toBeCloseTo(1, 6);
});

test("descriptions name what matters", () => {
  expect(describeSource({ kind: "spectrum", theta: [3, 2.4] }, 100)).toContain(
    "3, 2.4",
  );
  expect(describeSource({ kind: "digits28" }, 100)).toContain(
    "100 handwritten-like digits",
  );
  expect(describeSource(file, 0)).toContain("a.csv (12 bytes)");
});

test("a file that is not open is asked for; a namesake is told apart", () => {
  const attempt = (files: Map<string, typeof opened>): DataError => {
    try {
      loadDataset(settings(file), files);
    } catch (error) {
      if (error instanceof DataError) return error;
    }
    throw new Error("no DataError");
  };
  const absent = attempt(new Map());
  expect(absent.code).toBe("file-needed");
  expect(absent.message).toContain(
    "the file a.csv (12 bytes, hash 0011223344556677)",
  );
  expect(absent.message).not.toContain("its content is another");
  expect(attempt(new Map([["ff", opened]])).message).toContain(
    "its content is another",
  );
});

test("numbers of rows that cannot be drawn are refused", () => {
  for (const rows of [0, -1, 2.5, NaN]) {
    expect(() =>
      loadDataset(settings({ kind: "digits8" }, { rows }), new Map()),
    ).toThrow("one by one");
  }
});

test("a conditional model gets pairs, whatever its data", () => {
  const cvae = (data: DataSource, changes: Partial<Settings>): Settings =>
    settings(data, { model: "cvae", ...changes });
  const none = new Map();
  const spectrum = { kind: "spectrum", theta: [2, 1] } as const;
  expect(loadDataset(cvae(spectrum, { correlation: [0.5] }), none)).toEqual(
    drawPair([2, 1], [0.5], 30, 7),
  );
  const half = { kind: "half" } as const;
  expect(
    loadDataset(cvae({ kind: "digits8" }, { condition: half }), none),
  ).toEqual(splitDataset(drawDigits("digits8", 30, 7), half));
  const table = {
    name: "a.csv",
    rows: 2,
    columns: 3,
    x: Float32Array.of(1, 2, 3, 3, 6, 9),
  };
  const files = new Map([[file.hash, table]]);
  const condition = { kind: "columns", columns: [1] } as const;
  const centered = loadDataset(
    cvae(file, { condition, scaling: "center" }),
    files,
  );
  expect(centered.x).toEqual(Float32Array.of(-2, 2));
  expect(centered.y?.values).toEqual(Float32Array.of(-1, -3, 1, 3));
  expect(() =>
    loadDataset(cvae(file, { condition: { kind: "quarter" } }), files),
  ).toThrow(/no images/);
  // The other models take the rows whole.
  expect(loadDataset(settings(spectrum, { model: "mhvae" }), none)).toEqual(
    drawSpectrum([2, 1], 30, 7),
  );
});
