import { expect, test } from "@playwright/test";
import { readCsv } from "./read-csv.ts";
import { cleanTable } from "./table.ts";
import type { Cleaned } from "./table.ts";
import type { Dataset } from "./dataset.ts";

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function read(text: string): { dataset: Dataset; cleaned: Cleaned } {
  return cleanTable("t.csv", readCsv("t.csv", bytes(text)));
}

function rows(text: string): number[][] {
  const { x, columns } = read(text).dataset;
  return Array.from({ length: x.length / columns }, (_, i) =>
    Array.from(x.slice(i * columns, (i + 1) * columns)),
  );
}

const plain = [
  [1, 2.5],
  [3, -4],
  [0.5, 1000],
];

for (const [what, text] of [
  ["commas, no header", "1,2.5\n3,-4\n.5,1e3"],
  ["a header", "a,b\n1,2.5\n3,-4\n0.5,1000\n"],
  [
    "Windows line ends and a byte order mark",
    "\ufeffa,b\r\n1,2.5\r\n3,-4\r\n0.5,1000\r\n",
  ],
  ["tabs", "a\tb\n1\t2.5\n3\t-4\n0.5\t1000"],
  ["bars", "1|2.5\n3|-4\n0.5|1000"],
  ["semicolons and decimal commas", "a;b\n1;2,5\n3;-4\n0,5;1000"],
  ["runs of spaces", "  1.0   2.5\n  3.0  -4.0\n  0.5  1000\n"],
  ["quotes and empty lines", '"a, b","c"\n"1","2.5"\n\n3,-4\n\n0.5,1000\n\n'],
] as const) {
  test(`${what}: the same rows`, () => {
    expect(rows(text)).toEqual(plain);
    expect(read(text).cleaned).toEqual({
      droppedRows: 0,
      nonNumericCells: 0,
      droppedColumns: [],
      constantColumns: 0,
    });
  });
}

test("UTF-16 with its byte order mark", () => {
  const units = Uint16Array.from("\ufeff1,2\n3,4", (letter) =>
    letter.charCodeAt(0),
  );
  const table = readCsv("t.csv", new Uint8Array(units.buffer));
  expect(Array.from(table.x)).toEqual([1, 2, 3, 4]);
});

test("one column", () => {
  expect(rows("x\n1\n2\n3")).toEqual([[1], [2], [3]]);
});

test("rows with missing or impossible cells are dropped and counted", () => {
  const { dataset, cleaned } = read(
    "a,b\n1,2\nNA,3\n4,\n5,oops\n6,7\n8,9\n1e99,1\n10,11\n12,13",
  );
  expect(Array.from(dataset.x)).toEqual([1, 2, 6, 7, 8, 9, 10, 11, 12, 13]);
  expect([cleaned.droppedRows, cleaned.nonNumericCells]).toEqual([4, 4]);
});

test("rows of another length are dropped; empty cells at the end are no harm", () => {
  const { dataset, cleaned } = read("1,2\n3\n4,5,6\n7,8,\n9,10");
  expect(Array.from(dataset.x)).toEqual([1, 2, 7, 8, 9, 10]);
  expect([cleaned.droppedRows, cleaned.nonNumericCells]).toEqual([2, 2]);
});

test("columns that are mostly text go, by title or number; constant ones stay and are counted", () => {
  const iris = read(
    "w,h,species,one\n1,2,setosa,1\n3,4,setosa,1\n5,6,virginica,1",
  );
  expect(Array.from(iris.dataset.x)).toEqual([1, 2, 1, 3, 4, 1, 5, 6, 1]);
  expect([iris.cleaned.droppedColumns, iris.cleaned.constantColumns]).toEqual([
    ["species"],
    1,
  ]);
  const bare = read("red,1,2\nblue,3,4\ngreen,5,6");
  expect(Array.from(bare.dataset.x)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(bare.cleaned.droppedColumns).toEqual(["column 1"]);
});

test("a first row with a missing value is no header", () => {
  expect(read("NA,2\n3,4\n5,6").cleaned.droppedRows).toBe(1);
  expect(read("1,?\n3,4\n5,6").cleaned.droppedRows).toBe(1);
});

test("a label column becomes the labels and follows its rows", () => {
  const { dataset, cleaned } = read("label,a,b\n7,1,2\n3,x,4\n0,5,6\n1,7,8");
  expect(Array.from(dataset.x)).toEqual([1, 2, 5, 6, 7, 8]);
  expect(Array.from(dataset.labels ?? [])).toEqual([7, 0, 1]);
  expect(cleaned.droppedColumns).toEqual([]);
  // A measured quantity of that name is data.
  expect(read("target,a\n1.5,2\n2.5,3").dataset.columns).toBe(2);
  expect(read("label\n1\n2").dataset.columns).toBe(1);
});

test("columns titled as pixels are divided by 255 and are an image", () => {
  const titles = Array.from({ length: 64 }, (_, i) => `pixel${i}`);
  const cells = Array.from({ length: 64 }, (_, i) => String(i * 4));
  const { dataset } = read(
    [`label,${titles.join()}`, `5,${cells.join()}`, `6,${cells.join()}`].join(
      "\n",
    ),
  );
  expect(dataset.image).toEqual({ width: 8, height: 8 });
  expect(dataset.x[63]).toBe(Math.fround(252 / 255));
  // Without such titles numbers are numbers.
  const { dataset: bare } = read(`${cells.join()}\n${cells.join()}`);
  expect([bare.image, bare.x[63]]).toEqual([undefined, 252]);
});

for (const [what, text, code, message] of [
  ["only text", "a,b\nc,d\ne,f", "no-numbers", "row 1 is the first of 3 rows"],
  [
    "a header alone",
    "a,b,c\n",
    "no-numbers",
    'a single row (row 1) and no number in it: "a, b, c"',
  ],
  ["blank lines", "\n\n  \n", "empty", "nothing but empty rows"],
  [
    "no whole row",
    "a,b\n1,\n,2\n3,\n,4",
    "no-numbers",
    "each of its 4 rows (from row 2 on)",
  ],
  [
    "an open quote",
    '1,2\n3,4\n"5,6\n7,8',
    "mislabelled",
    "row 3 opens a quotation mark",
  ],
  [
    "too many columns",
    Array.from({ length: 3080 }, String).join(),
    "huge",
    "3072",
  ],
] as const) {
  test(`${what}: refused, with the row`, () => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code }));
    expect(() => read(text)).toThrow(message);
  });
}
