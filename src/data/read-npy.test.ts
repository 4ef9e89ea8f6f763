import { expect, test } from "@playwright/test";
import { isNpy, readNpy } from "./read-npy.ts";

function npy(
  descr: string,
  shape: string,
  data: ArrayBufferView,
  fortran = false,
  version = 1,
) {
  const prefix = version === 1 ? 10 : 12;
  const dictionary = `{'descr': ${descr}, 'fortran_order': ${fortran ? "True" : "False"}, 'shape': ${shape}, }`;
  const text = dictionary.padEnd(128 - prefix - 1) + "\n";
  const bytes = new Uint8Array(128 + data.byteLength);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  bytes.set(new TextEncoder().encode(text), prefix);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 128);
  return bytes;
}

const six = [1, -2, 3.5, 0, 1e-3, 6];

test("float32 and float64, in rows, as one column, in every header version", () => {
  for (const version of [1, 2, 3]) {
    const table = readNpy(
      "a",
      npy("'<f4'", "(2, 3)", Float32Array.from(six), false, version),
    );
    expect([table.rows, table.columns, table.image]).toEqual([2, 3, undefined]);
    expect(Array.from(table.x)).toEqual(six.map(Math.fround));
  }
  const column = readNpy("a", npy("'<f8'", "(6,)", Float64Array.from(six)));
  expect([column.rows, column.columns, ...column.x]).toEqual([
    6,
    1,
    ...six.map(Math.fround),
  ]);
});

test("Fortran order is put right, in two dimensions and three", () => {
  const flat = readNpy(
    "a",
    npy("'<f4'", "(2, 3)", Float32Array.of(1, 4, 2, 5, 3, 6), true),
  );
  expect(Array.from(flat.x)).toEqual([1, 2, 3, 4, 5, 6]);
  // numpy.arange(12).reshape(2, 2, 3), columns first.
  const order = Uint8Array.of(0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11);
  const stack = readNpy("a", npy("'|u1'", "(2, 2, 3)", order, true));
  expect(Array.from(stack.x)).toEqual(
    Array.from({ length: 12 }, (_, i) => Math.fround(i / 255)),
  );
});

test("big-endian values and whole numbers", () => {
  const big = new DataView(new ArrayBuffer(8));
  big.setFloat32(0, 1.5);
  big.setFloat32(4, -2);
  expect(Array.from(readNpy("a", npy("'>f4'", "(1, 2)", big)).x)).toEqual([
    1.5, -2,
  ]);
  const long = readNpy(
    "a",
    npy("'<i8'", "(2,)", BigInt64Array.of(-3n, 70000n)),
  );
  expect(Array.from(long.x)).toEqual([-3, 70000]);
  expect(
    Array.from(readNpy("a", npy("'|b1'", "(2,)", Uint8Array.of(1, 0))).x),
  ).toEqual([1, 0]);
});

test("bytes that are images are divided by 255, others are not", () => {
  const stack = readNpy(
    "a",
    npy("'|u1'", "(1, 2, 2)", Uint8Array.of(0, 255, 51, 0)),
  );
  expect([stack.image, ...stack.x]).toEqual([
    { height: 2, width: 2 },
    0,
    1,
    Math.fround(0.2),
    0,
  ]);
  const square = readNpy(
    "a",
    npy("'|u1'", "(1, 64)", new Uint8Array(64).fill(255)),
  );
  expect([square.image, square.x[0]]).toEqual([{ height: 8, width: 8 }, 1]);
  const plain = readNpy("a", npy("'|u1'", "(1, 3)", Uint8Array.of(0, 255, 51)));
  expect([plain.image, ...plain.x]).toEqual([undefined, 0, 255, 51]);
  const tall = readNpy("a", npy("'<f4'", "(1, 1, 2)", Float32Array.of(-3, 3)));
  expect(tall.image).toBe(undefined);
});

const good = npy("'<f4'", "(2, 3)", Float32Array.from(six));
for (const [what, bytes, message] of [
  [
    "cut in the prefix",
    good.slice(0, 8),
    "a ends at byte 8, inside its NPY header",
  ],
  [
    "cut in the header",
    good.slice(0, 60),
    "ends at byte 60, inside its NPY header, which ends at byte 128",
  ],
  [
    "cut in the values",
    good.slice(0, 150),
    "ends at byte 150; its header promises 2 x 3 values of 4 bytes, up to byte 152",
  ],
  [
    "bytes left over",
    Uint8Array.of(...good, 0),
    "goes on for 1 bytes after byte 152",
  ],
  ["half precision", npy("'<f2'", "(2, 3)", new Uint16Array(6)), "type f2"],
  ["complex", npy("'<c8'", "(1,)", new Float32Array(2)), "type c8"],
  [
    "records",
    npy("[('x', '<f4')]", "(1,)", new Float32Array(1)),
    "records with named fields",
  ],
  [
    "four dimensions",
    npy("'<f4'", "(1, 1, 1, 1)", new Float32Array(1)),
    "shape (1, 1, 1, 1)",
  ],
  ["a single number", npy("'<f4'", "()", new Float32Array(1)), "shape ()"],
  [
    "no rows",
    npy("'<f4'", "(0, 3)", new Float32Array(0)),
    "0 rows of 3 columns",
  ],
  [
    "a huge shape",
    npy("'<f4'", "(100000000, 300)", new Float32Array(0)),
    "at most 200000000 fit",
  ],
  [
    "a torn header",
    npy("'<f4", "(2, 3)", Float32Array.from(six)),
    "gives no type, order and shape",
  ],
  [
    "a new version",
    npy("'<f4'", "(1,)", new Float32Array(1), false, 4),
    "version 4 (byte 6)",
  ],
] as const) {
  test(`${what}: refused, with the place`, () => {
    expect(() => readNpy("a", bytes)).toThrow(message);
  });
}

test("NPY is told by its first six bytes", () => {
  expect(isNpy(good)).toBe(true);
  expect(isNpy(good.slice(1))).toBe(false);
});
