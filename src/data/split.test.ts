import { expect, test } from "@playwright/test";
import type { Condition } from "../experiment/config.ts";
import type { Dataset } from "./dataset.ts";
import { splitDataset } from "./split.ts";

/** Rows that count: row r holds 100 r, 100 r + 1, ... */
function counting(
  columns: number,
  image?: { width: number; height: number },
): Dataset {
  const x = Float32Array.from(
    { length: 2 * columns },
    (_, at) => 100 * Math.floor(at / columns) + (at % columns),
  );
  return {
    name: "counting.csv",
    rows: 2,
    columns,
    x,
    labels: Uint8Array.of(3, 1),
    ...(image && { image }),
  };
}
const square = counting(16, { width: 4, height: 4 });

test("a quarter is the lower left one, in rows of the image", () => {
  const { columns, x, y, parts, image, labels, rows } = splitDataset(square, {
    kind: "quarter",
  });
  expect([rows, columns, y?.outputs]).toEqual([2, 4, 12]);
  expect(parts?.x).toEqual([8, 9, 12, 13]);
  expect(parts?.y).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 14, 15]);
  expect(Array.from(x)).toEqual([8, 9, 12, 13, 108, 109, 112, 113]);
  expect(Array.from(y?.values ?? []).slice(12)).toEqual(
    parts?.y.map((column) => 100 + column),
  );
  expect(image).toEqual({ width: 4, height: 4 });
  expect(labels).toEqual(Uint8Array.of(3, 1));
  expect(square.columns).toBe(16);
});

test("a half is the left one", () => {
  const { parts } = splitDataset(square, { kind: "half" });
  expect(parts?.x).toEqual([0, 1, 4, 5, 8, 9, 12, 13]);
  expect(parts?.y).toEqual([2, 3, 6, 7, 10, 11, 14, 15]);
});

test("the middle of an odd size is predicted", () => {
  const odd = counting(15, { width: 5, height: 3 });
  expect(splitDataset(odd, { kind: "quarter" }).parts?.x).toEqual([10, 11]);
  expect(splitDataset(odd, { kind: "half" }).parts?.x).toEqual([
    0, 1, 5, 6, 10, 11,
  ]);
});

test("chosen columns of a table are given, all others predicted", () => {
  const { x, y, parts } = splitDataset(counting(5), {
    kind: "columns",
    columns: [1, 4],
  });
  expect(parts).toEqual({ x: [1, 4], y: [0, 2, 3] });
  expect(Array.from(x)).toEqual([1, 4, 101, 104]);
  expect(Array.from(y?.values ?? [])).toEqual([0, 2, 3, 100, 102, 103]);
});

test("what cannot be cut is refused in words", () => {
  const why = (data: Dataset, condition: Condition): string => {
    try {
      splitDataset(data, condition);
    } catch (error) {
      return error instanceof Error ? error.message : "";
    }
    return "nothing thrown";
  };
  const table = counting(3);
  expect(why(table, { kind: "quarter" })).toContain("no images");
  expect(why(table, { kind: "columns", columns: [0, 7] })).toContain(
    "counting.csv has 3 columns, and column 8 is to be given. Choose from columns 1 to 3.",
  );
  expect(why(table, { kind: "columns", columns: [0, 1, 2] })).toContain(
    "one left to predict",
  );
  expect(why(counting(8, { width: 1, height: 8 }), { kind: "half" })).toContain(
    "at least one has to be given",
  );
  expect(why(table, { kind: "correlated" })).toContain("chosen spectrum");
});
