/**
 * A dropped file, with labels or without: what it is, whether it is whole, its rows.
 *
 * Its content tells the format, never its name alone. Nothing here leaves the device.
 */
import type { DataSource } from "../experiment/config.ts";
import { DataError } from "./data-error.ts";
import type { DataErrorCode } from "./data-error.ts";
import type { Dataset, DatasetReport } from "./dataset.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import { decodeText, readCsv } from "./read-csv.ts";
import { isIdx, readIdx } from "./read-idx.ts";
import { isNpy, readNpy } from "./read-npy.ts";
import { cleanTable } from "./table.ts";
import type { NamedBytes, Table } from "./table.ts";

export type ReadResult =
  | { readonly dataset: Dataset; readonly report: DatasetReport }
  | { readonly message: string; readonly code: DataErrorCode };

/** Kinds of file that people drop by mistake, by their first bytes. */
const OTHER_KINDS: readonly (readonly [string, string])[] = [
  [
    "PK\x03\x04",
    "a ZIP archive (or NPZ, or a spreadsheet): unpack it and drop what is inside",
  ],
  [
    "\x89PNG",
    "a PNG picture; pictures are read as IDX or NPY, many in one file",
  ],
  [
    "\xff\xd8\xff",
    "a JPEG picture; pictures are read as IDX or NPY, many in one file",
  ],
  ["GIF8", "a GIF picture; pictures are read as IDX or NPY, many in one file"],
  ["%PDF", "a PDF document"],
  ["PAR1", "a Parquet file; save it as CSV or NPY"],
  ["\x89HDF", "an HDF5 file; save it as CSV or NPY"],
  ["7z\xbc\xaf", "a 7z archive: unpack it and drop what is inside"],
  ["\xfd7zXZ", "an xz archive: unpack it and drop what is inside"],
  ["BZh", "a bzip2 archive: unpack it and drop what is inside"],
  [
    "version https://git-lfs",
    "a Git LFS pointer, not the file itself: run git lfs pull",
  ],
];

/** Reads a data file and, if given, its labels; a file that cannot be used gives a message. */
export async function readDataFile(
  data: NamedBytes,
  labels?: NamedBytes,
): Promise<ReadResult> {
  try {
    let table = await readTable(data);
    if (table.format === "idx" && table.columns === 1) {
      throw new DataError(
        "labels",
        `${data.name} holds ${table.rows} labels, one number each, and no images. Drop the images ` +
          `(their file often has "images" in its name), together with the labels if you like.`,
      );
    }
    if (labels)
      table = {
        ...table,
        labels: await readLabels(labels, data.name, table.rows),
      };
    const { dataset, cleaned } = cleanTable(data.name, table);
    const report: DatasetReport = {
      name: data.name,
      format: table.format,
      bytes: data.bytes.length,
      hash: await hashBytes(data.bytes),
      rows: dataset.rows,
      columns: dataset.columns,
      ...cleaned,
      labels: dataset.labels !== undefined,
      ...(dataset.image && { image: dataset.image }),
    };
    return { dataset, report };
  } catch (error) {
    if (error instanceof DataError)
      return { message: error.message, code: error.code };
    throw error;
  }
}

/** First 16 hex digits of the SHA-256 of the bytes. */
export async function hashBytes(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest.subarray(0, 8), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

/**
 * Why a file is not the one an experiment was made with, naming what differs; null if it is. The
 * content decides: a file that was only renamed is the same.
 */
export function describeMismatch(
  expected: Extract<DataSource, { kind: "file" }>,
  given: Pick<DatasetReport, "name" | "bytes" | "hash">,
): string | null {
  if (given.hash === expected.hash) return null;
  const differences = [
    ...(given.name === expected.name
      ? []
      : [`its name is ${given.name}, not ${expected.name}`]),
    ...(given.bytes === expected.bytes
      ? []
      : [`it has ${given.bytes} bytes, not ${expected.bytes}`]),
    `its content has the hash ${given.hash}, not ${expected.hash}`,
  ];
  return `This is not the file of the experiment: ${differences.join("; ")}.`;
}

async function readTable({ name, bytes }: NamedBytes): Promise<Table> {
  if (bytes.length === 0) {
    throw new DataError("empty", `${name} is empty: it has 0 bytes.`);
  }
  const content = isGzip(bytes) ? await gunzip(name, bytes) : bytes;
  if (content.length === 0) {
    throw new DataError("empty", `${name} is empty once decompressed.`);
  }
  if (isIdx(content)) return readIdx(name, content);
  if (isNpy(content)) return readNpy(name, content);
  refuseOtherKinds(name, content);
  return readCsv(name, content);
}

async function readLabels(
  labels: NamedBytes,
  dataName: string,
  rows: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const table = await readTable(labels);
  if (table.columns !== 1) {
    throw new DataError(
      "labels",
      `${labels.name} was given as the labels of ${dataName}, but it holds ${table.rows} rows of ` +
        `${table.columns} values; labels are one number a row. Were the two files swapped?`,
    );
  }
  if (table.rows !== rows) {
    throw new DataError(
      "labels",
      `${labels.name} holds ${table.rows} labels, and ${dataName} ${rows} rows: they do not belong ` +
        `together. Drop the labels of the same set.`,
    );
  }
  const wrong = table.x.findIndex(
    (value) => !Number.isInteger(value) || value < 0 || value > 255,
  );
  if (wrong >= 0) {
    throw new DataError(
      "labels",
      `${labels.name}: row ${(table.firstRow ?? 1) + wrong} is no label; whole numbers from 0 to ` +
        `255 are.`,
    );
  }
  return Uint8Array.from(table.x);
}

/** @throws DataError when the content is neither text nor any format that can be read. */
function refuseOtherKinds(name: string, content: Uint8Array): void {
  const head = content.subarray(0, 4096);
  const latin = String.fromCharCode(...head);
  const known = OTHER_KINDS.find(([start]) => latin.startsWith(start));
  if (known) throw new DataError("unsupported", `${name} is ${known[1]}.`);
  const expected =
    "IDX (MNIST), CSV and NPY files, also compressed as .gz, can be read";
  const [a, b, c, d] = content;
  if (c === 0 && d === 0 && isIdx(Uint8Array.of(d, c, b, a))) {
    throw new DataError(
      "mislabelled",
      `${name} starts with an IDX number written in reverse (bytes 0 to 3 are ${a} ${b} ${c} ${d}); ` +
        `IDX files are big-endian.`,
    );
  }
  const wide = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  const control = wide
    ? -1
    : head.findIndex((byte) => byte < 9 || (byte > 13 && byte < 32));
  if (control >= 0) {
    throw new DataError(
      "mislabelled",
      `${name} is no text (byte ${control} is ${head[control]}) and starts with bytes ` +
        `${Array.from(content.subarray(0, 4)).join(" ")}, as no known format does; ${expected}.`,
    );
  }
  const start = decodeText(head).trimStart();
  if (start.startsWith("<")) {
    throw new DataError(
      "mislabelled",
      `${name} is a web page or XML (it starts with "${start.slice(0, 15)}"), perhaps in place of ` +
        `a download that failed; ${expected}.`,
    );
  }
  if (/^[{[]/.test(start)) {
    throw new DataError("mislabelled", `${name} is JSON; ${expected}.`);
  }
}
