import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { gunzip } from "./gunzip.ts";
import { describeMismatch, hashBytes, readDataFile } from "./read-file.ts";
import type { ReadResult } from "./read-file.ts";
import type { NamedBytes } from "./table.ts";

function file(
  name: string,
  content: string | readonly number[] | Uint8Array,
): NamedBytes {
  return {
    name,
    bytes: Uint8Array.from(
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    ),
  };
}

function zipped({ name, bytes }: NamedBytes): NamedBytes {
  return file(`${name}.gz`, gzipSync(bytes));
}

async function message(result: Promise<ReadResult>): Promise<string> {
  const outcome = await result;
  return "message" in outcome
    ? `${outcome.code}: ${outcome.message}`
    : "read without complaint";
}

const images = file(
  "images",
  [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 51, 0],
);
const labels = file("labels", [0, 0, 8, 1, 0, 0, 0, 2, 4, 9]);
const csv = file("t.csv", "a,b,c,d\n1,2,x,7\n3,n/a,y,7\n5,6,z,7\n8,9,,7\n");

test("a report says what was read and what was left out", async () => {
  const result = await readDataFile(csv);
  if (!("report" in result)) throw new Error(result.message);
  expect(result.report).toEqual({
    name: "t.csv",
    format: "csv",
    bytes: csv.bytes.length,
    hash: await hashBytes(csv.bytes),
    rows: 3,
    columns: 3,
    droppedRows: 1,
    nonNumericCells: 1,
    droppedColumns: ["c"],
    constantColumns: 1,
    labels: false,
  });
  expect(Array.from(result.dataset.x)).toEqual([1, 2, 7, 5, 6, 7, 8, 9, 7]);
});

test("images with labels, compressed or not, whatever the names", async () => {
  for (const [data, beside] of [
    [images, labels],
    [zipped(images), zipped(labels)],
    [file("numbers.csv", images.bytes), file("l.npy", labels.bytes)],
    [images, file("l.csv", "digit\n4\n9\n")],
  ]) {
    const result = await readDataFile(data, beside);
    if (!("report" in result)) throw new Error(result.message);
    expect(Array.from(result.dataset.labels ?? [])).toEqual([4, 9]);
    expect(Array.from(result.dataset.x)).toEqual([0, 1, Math.fround(0.2), 0]);
    expect(result.report).toMatchObject({
      name: data.name,
      format: "idx",
      bytes: data.bytes.length,
      hash: await hashBytes(data.bytes),
      labels: true,
      image: { width: 2, height: 1 },
      constantColumns: 0,
    });
  }
});

test("the hash is the start of SHA-256", async () => {
  // FIPS 180-2, "abc".
  expect(await hashBytes(file("", "abc").bytes)).toBe("ba7816bf8f01cfea");
});

for (const [what, data, beside, expected] of [
  [
    "an empty file",
    file("e.csv", ""),
    undefined,
    "empty: e.csv is empty: it has 0 bytes",
  ],
  [
    "an empty compressed file",
    zipped(file("e", "")),
    undefined,
    "empty: e.gz is empty once decompressed",
  ],
  ["labels as data", labels, undefined, "labels: labels holds 2 labels"],
  [
    "images as labels",
    csv,
    images,
    "labels: images was given as the labels of t.csv, but it holds 2 rows of 2 values",
  ],
  ["swapped files", labels, images, "labels: labels holds 2 labels"],
  [
    "labels of another set",
    images,
    file("l", [0, 0, 8, 1, 0, 0, 0, 1, 4]),
    "labels: l holds 1 labels, and images 2 rows",
  ],
  [
    "labels that are none",
    images,
    file("l.csv", "x\n3\n2.5\n"),
    "labels: l.csv: row 3 is no label",
  ],
  [
    "a web page",
    file("t.csv", "\n<!DOCTYPE html><html>404</html>"),
    undefined,
    'mislabelled: t.csv is a web page or XML (it starts with "<!DOCTYPE html>")',
  ],
  ["JSON", file("t.csv", '{"a": 1}'), undefined, "mislabelled: t.csv is JSON"],
  [
    "a ZIP archive",
    file("t.npz", "PK\x03\x04..."),
    undefined,
    "unsupported: t.npz is a ZIP archive",
  ],
  [
    "a picture",
    file("t.png", [0x89, 0x50, 0x4e, 0x47, 13, 10]),
    undefined,
    "unsupported: t.png is a PNG picture",
  ],
  [
    "unknown bytes",
    file("t.idx", [9, 13, 7, 200, 1, 2]),
    undefined,
    "mislabelled: t.idx is no text (byte 2 is 7) and starts with bytes 9 13 7 200",
  ],
  [
    "a reversed IDX number",
    file("t", [3, 8, 0, 0, 1, 0]),
    undefined,
    "mislabelled: t starts with an IDX number written in reverse (bytes 0 to 3 are 3 8 0 0)",
  ],
  [
    "prose",
    file("t.txt", "It was a dark night.\nIt rained.\n"),
    undefined,
    "no-numbers: t.txt has no column of numbers",
  ],
  [
    "a cut file",
    file("i", images.bytes.slice(0, 19)),
    undefined,
    "truncated: i ends at byte 19",
  ],
] as const) {
  test(`${what}: a message`, async () => {
    expect(await message(readDataFile(data, beside))).toContain(expected);
  });
}

test("cut and damaged compression is noticed, wherever it is cut", async () => {
  const whole = zipped(
    file(
      "t.csv",
      Array.from({ length: 500 }, (_, i) => `${i},${i * i}`).join("\n"),
    ),
  );
  for (const length of [
    2,
    9,
    17,
    200,
    whole.bytes.length - 9,
    whole.bytes.length - 1,
  ]) {
    const cut = file("t.gz", whole.bytes.slice(0, length));
    expect(await message(readDataFile(cut))).toContain(
      `truncated: t.gz is compressed (gzip), and its ${length} bytes break off`,
    );
  }
  const damaged = Uint8Array.from(whole.bytes);
  damaged[100] ^= 0xff;
  expect(await message(readDataFile(file("t.gz", damaged)))).toContain(
    "truncated: t.gz",
  );
});

test("a file that inflates past the limit is not read to its end", async () => {
  const bomb = zipped(file("bomb", new Uint8Array(4e6)));
  expect(bomb.bytes.length).toBeLessThan(1e4);
  await expect(gunzip("bomb.gz", bomb.bytes, 1e6)).rejects.toThrow(
    "grows past 1000000 bytes",
  );
  expect((await gunzip("bomb.gz", bomb.bytes, 4e6)).length).toBe(4e6);
});

test("another file than the experiment's is told by what differs", () => {
  const expected = {
    kind: "file",
    name: "a.csv",
    bytes: 10,
    hash: "00",
  } as const;
  expect(
    describeMismatch(expected, { name: "b.csv", bytes: 10, hash: "00" }),
  ).toBe(null);
  expect(
    describeMismatch(expected, { name: "a.csv", bytes: 10, hash: "11" }),
  ).toBe(
    "This is not the file of the experiment: its content has the hash 11, not 00.",
  );
  expect(
    describeMismatch(expected, { name: "b.csv", bytes: 12, hash: "11" }),
  ).toBe(
    "This is not the file of the experiment: its name is b.csv, not a.csv; it has 12 bytes, not 10; " +
      "its content has the hash 11, not 00.",
  );
});
