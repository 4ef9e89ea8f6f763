import { expect, test } from "@playwright/test";
import { isIdx, readIdx } from "./read-idx.ts";

function idx(
  sizes: readonly number[],
  values: readonly number[],
  type = 8,
): Uint8Array {
  const header = sizes.flatMap((size) => [
    size >>> 24,
    (size >>> 16) & 255,
    (size >>> 8) & 255,
    size & 255,
  ]);
  return Uint8Array.of(0, 0, type, sizes.length, ...header, ...values);
}

const images = idx([2, 2, 3], [0, 51, 102, 153, 204, 255, 255, 0, 0, 0, 0, 0]);

test("images become rows in [0, 1]", () => {
  const table = readIdx("a", images);
  expect([table.rows, table.columns, table.image]).toEqual([
    2,
    6,
    { width: 3, height: 2 },
  ]);
  expect(Array.from(table.x.slice(0, 7))).toEqual(
    [0, 0.2, 0.4, 0.6, 0.8, 1, 1].map(Math.fround),
  );
});

test("labels stay whole numbers; two dimensions are rows without a picture", () => {
  const labels = readIdx("l", idx([3], [7, 0, 9]));
  expect([labels.columns, ...labels.x]).toEqual([1, 7, 0, 9]);
  const rows = readIdx("r", idx([1, 2], [255, 0]));
  expect([rows.columns, rows.image, ...rows.x]).toEqual([2, undefined, 1, 0]);
});

test("a view into a larger buffer is read from its own start", () => {
  const shifted = new Uint8Array(images.length + 5);
  shifted.set(images, 5);
  expect(readIdx("a", shifted.subarray(5))).toEqual(readIdx("a", images));
});

for (const [what, bytes, message] of [
  [
    "a cut header",
    images.slice(0, 10),
    "a ends at byte 10, inside its IDX header of 16 bytes",
  ],
  [
    "cut values",
    images.slice(0, 25),
    "ends at byte 25; its header promises 2 rows of 6 values, up to byte 28. Row 2",
  ],
  [
    "bytes left over",
    Uint8Array.of(...images, 1, 2),
    "goes on for 2 bytes after byte 28",
  ],
  [
    "float values",
    idx([1, 1, 1], [0, 0, 0, 0], 0x0d),
    "an IDX file of float32 (byte 2 is 13)",
  ],
  ["four dimensions", idx([1, 1, 1, 1], [0]), "4 dimensions"],
  ["no images", idx([0, 28, 28], []), "0 rows of 784 columns"],
  ["a huge header", idx([0xffffffff, 28, 28], []), "at most 200000000 fit"],
  [
    "huge images",
    idx([1, 60000, 60000], []),
    "3600000000 columns; at most 3072",
  ],
] as const) {
  test(`${what}: refused, with the place`, () => {
    expect(() => readIdx("a", bytes)).toThrow(message);
  });
}

test("IDX is told by its first four bytes", () => {
  expect(isIdx(images)).toBe(true);
  expect(isIdx(Uint8Array.of(0, 0, 8, 0))).toBe(false);
  expect(isIdx(Uint8Array.of(0, 0, 7, 1))).toBe(false);
  expect(isIdx(Uint8Array.of(3, 8, 0, 0))).toBe(false);
  expect(isIdx(new Uint8Array(0))).toBe(false);
});
