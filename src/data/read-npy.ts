/**
 * NPY, NumPy's array file: a magic string, a version, a header written as a Python dictionary,
 * then the values (NEP 1).
 */
import { DataError } from "./data-error.ts";
import { checkSize, squareImage } from "./table.ts";
import type { Table } from "./table.ts";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

type Getter = (view: DataView, offset: number, littleEndian: boolean) => number;

/** Type letter and size in bytes, as in NumPy's dtype strings without the byte order. */
const TYPES: Readonly<Record<string, Getter>> = {
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
  u1: (view, at) => view.getUint8(at),
  b1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  i2: (view, at, little) => view.getInt16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
};

interface Header {
  readonly type: string;
  readonly littleEndian: boolean;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** First byte of the values. */
  readonly start: number;
}

/** Whether the file starts as NPY files do. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * [n] gives one column, [n, columns] rows, [n, height, width] images; either byte order, C or
 * Fortran order. Bytes that are images (three dimensions, or a square number of columns from 8x8)
 * are divided by 255. Values beyond float32 count as not numbers.
 * @throws DataError naming the byte at which the file stops being what its header says.
 */
export function readNpy(name: string, bytes: Uint8Array): Table {
  const { type, littleEndian, fortran, shape, start } = readHeader(name, bytes);
  const get = TYPES[type];
  const [rows, ...rest] = shape;
  const columns = rest.reduce((product, size) => product * size, 1);
  checkSize(name, rows, columns);
  const size = Number(type.slice(1));
  const end = start + rows * columns * size;
  if (bytes.length < end) {
    throw new DataError(
      "truncated",
      `${name} ends at byte ${bytes.length}; its header promises ${shape.join(" x ")} values of ` +
        `${size} bytes, up to byte ${end}. Save or download it again.`,
    );
  }
  if (bytes.length > end) {
    throw new DataError(
      "mislabelled",
      `${name} goes on for ${bytes.length - end} bytes after byte ${end}, where its header says ` +
        `that its values end.`,
    );
  }
  const image =
    shape.length === 3
      ? { height: shape[1], width: shape[2] }
      : type === "u1"
        ? squareImage(columns)
        : undefined;
  const unit = type === "u1" && image ? 255 : 1;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const x = new Float32Array(rows * columns);
  const [height, width] = [shape[1] ?? 1, shape[2] ?? 1];
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < columns; j++) {
      const at = fortran
        ? row + rows * (Math.floor(j / width) + height * (j % width))
        : row * columns + j;
      x[row * columns + j] = get(view, start + at * size, littleEndian) / unit;
    }
  }
  const unitRange =
    unit === 255 || x.every((value) => value >= 0 && value <= 1);
  return {
    format: "npy",
    rows,
    columns,
    x,
    ...(image && unitRange && { image }),
  };
}

function readHeader(name: string, bytes: Uint8Array): Header {
  const version = bytes[6];
  const prefix = version === 1 ? 10 : 12;
  if (bytes.length < prefix) {
    throw new DataError(
      "truncated",
      `${name} ends at byte ${bytes.length}, inside its NPY header. Save or download it again.`,
    );
  }
  if (!(version >= 1 && version <= 3)) {
    throw new DataError(
      "unsupported",
      `${name} is an NPY file of version ${version} (byte 6); versions 1 to 3 can be read.`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start =
    prefix +
    (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < start) {
    throw new DataError(
      "truncated",
      `${name} ends at byte ${bytes.length}, inside its NPY header, which ends at byte ${start}. ` +
        `Save or download it again.`,
    );
  }
  const text = new TextDecoder().decode(bytes.subarray(prefix, start)).trim();
  const descr = /'descr'\s*:\s*'([<>|=]?)(\w+)'/.exec(text);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const shape = /'shape'\s*:\s*\(([^)]*)\)/.exec(text);
  if (!descr || !order || !shape) {
    const structured = /'descr'\s*:\s*\[/.test(text);
    throw new DataError(
      structured ? "unsupported" : "mislabelled",
      structured
        ? `${name} is an NPY file of records with named fields; save a plain array of numbers.`
        : `${name} starts as an NPY file, but its header (from byte ${prefix} on) reads ` +
            `"${text.slice(0, 60)}" and gives no type, order and shape.`,
    );
  }
  if (!(descr[2] in TYPES)) {
    throw new DataError(
      "unsupported",
      `${name} holds values of type ${descr[2]}; float32, float64, booleans and integers can be ` +
        `read. Save it with .astype("float32").`,
    );
  }
  const sizes = shape[1]
    .split(",")
    .map((size) => size.trim())
    .filter((size) => size !== "")
    .map(Number);
  if (
    sizes.length < 1 ||
    sizes.length > 3 ||
    !sizes.every(Number.isSafeInteger)
  ) {
    throw new DataError(
      "unsupported",
      `${name} holds an array of shape (${shape[1]}); rows x columns, images x height x width, or ` +
        `one column can be read.`,
    );
  }
  return {
    type: descr[2],
    littleEndian: descr[1] !== ">",
    fortran: order[1] === "True",
    shape: sizes,
    start,
  };
}
