/**
 * IDX, the format of the MNIST files: two zero bytes, a type, the number of dimensions, their
 * sizes (32-bit, big-endian), then the values. Unsigned bytes only, as in all sets in use.
 */
import { DataError } from "./data-error.ts";
import { checkSize } from "./table.ts";
import type { Table } from "./table.ts";

const UNSIGNED_BYTE = 0x08;
const TYPES: Readonly<Record<number, string>> = {
  0x08: "unsigned bytes",
  0x09: "signed bytes",
  0x0b: "16-bit integers",
  0x0c: "32-bit integers",
  0x0d: "float32",
  0x0e: "float64",
};

/** Whether the file starts as IDX files do. */
export function isIdx(bytes: Uint8Array): boolean {
  const [a, b, type, dimensions] = bytes;
  return (
    a === 0 && b === 0 && type in TYPES && dimensions >= 1 && dimensions <= 4
  );
}

/**
 * One dimension gives a column of labels as they are, two rows of numbers, three images; numbers
 * and pixels are divided by 255, into [0, 1].
 * @throws DataError naming the byte at which the file stops being what its header says.
 */
export function readIdx(name: string, bytes: Uint8Array): Table {
  const type = bytes[2];
  const dimensions = bytes[3];
  if (type !== UNSIGNED_BYTE) {
    throw new DataError(
      "unsupported",
      `${name} is an IDX file of ${TYPES[type]} (byte 2 is ${type}); ` +
        `only unsigned bytes (${UNSIGNED_BYTE}) can be read. CSV and NPY hold other numbers.`,
    );
  }
  if (dimensions > 3) {
    throw new DataError(
      "unsupported",
      `${name} is an IDX file of ${dimensions} dimensions (byte 3); labels have 1, images 3.`,
    );
  }
  const start = 4 + 4 * dimensions;
  if (bytes.length < start) {
    throw new DataError(
      "truncated",
      `${name} ends at byte ${bytes.length}, inside its IDX header of ${start} bytes. ` +
        `Download it again.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [rows, height, width] = [0, 1, 2].map((i) =>
    i < dimensions ? view.getUint32(4 + 4 * i) : 1,
  );
  const columns = height * width;
  checkSize(name, rows, columns);
  const end = start + rows * columns;
  if (bytes.length < end) {
    const complete = Math.floor((bytes.length - start) / columns);
    throw new DataError(
      "truncated",
      `${name} ends at byte ${bytes.length}; its header promises ${rows} rows of ${columns} ` +
        `values, up to byte ${end}. Row ${complete + 1} is the first that is not complete. ` +
        `Download it again.`,
    );
  }
  if (bytes.length > end) {
    throw new DataError(
      "mislabelled",
      `${name} goes on for ${bytes.length - end} bytes after byte ${end}, where its header says ` +
        `that its ${rows} rows of ${columns} values end.`,
    );
  }
  const x = new Float32Array(rows * columns);
  const unit = dimensions === 1 ? 1 : 255;
  for (let i = 0; i < x.length; i++) x[i] = bytes[start + i] / unit;
  return {
    format: "idx",
    rows,
    columns,
    x,
    ...(dimensions === 3 && { image: { width, height } }),
  };
}
