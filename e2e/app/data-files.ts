/** Small data files in memory, as the browser's file input takes them. */

export interface DataFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const binary = (name: string, ...parts: Uint8Array[]): DataFile => ({
  name,
  mimeType: "application/octet-stream",
  buffer: Buffer.concat(parts),
});

export const textFile = (name: string, content: string): DataFile => ({
  name,
  mimeType: "text/csv",
  buffer: Buffer.from(content),
});

/** A smooth, deterministic stand-in for measurements: full rank over a few columns. */
const value = (row: number, column: number): number =>
  Math.sin(1.7 * row * (column + 1) + column) * (3 - 0.4 * column);

/** IDX header: unsigned bytes of these sizes, big-endian. */
function idxHeader(...sizes: number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * sizes.length);
  header.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, at) => header.writeUInt32BE(size, 4 + 4 * at));
  return header;
}

/** `count` square images of bytes. */
export function idxImages(count: number, side: number): DataFile {
  const pixels = Uint8Array.from({ length: count * side * side }, (_, n) => {
    const row = Math.floor(n / (side * side));
    return 128 + 40 * value(row, (n % (side * side)) % 5);
  });
  return binary("images.idx3-ubyte", idxHeader(count, side, side), pixels);
}

export function idxLabels(count: number): DataFile {
  const labels = Uint8Array.from({ length: count }, (_, row) => row % 10);
  return binary("labels.idx1-ubyte", idxHeader(count), labels);
}

/** Four columns under a header; one cell of the last row is missing. */
export function csvFile(rows: number): DataFile {
  const lines = Array.from({ length: rows }, (_, row) =>
    [0, 1, 2, 3]
      .map((column) =>
        row === rows - 1 && column === 2
          ? "n/a"
          : value(row, column).toFixed(4),
      )
      .join(","),
  );
  return textFile("table.csv", ["u,v,w,x", ...lines, ""].join("\n"));
}

/** Little-endian float64, version 1.0 of the format. */
export function npyFile(rows: number, columns: number): DataFile {
  const words = `{'descr': '<f8', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const header = Buffer.from(words.padEnd(117) + "\n");
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, 118, 0]);
  const values = Float64Array.from({ length: rows * columns }, (_, n) =>
    value(Math.floor(n / columns), n % columns),
  );
  return binary("array.npy", start, header, new Uint8Array(values.buffer));
}
