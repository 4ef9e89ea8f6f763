import { expect, test } from "@playwright/test";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";

const tensors = [
  {
    name: "A.encW",
    shape: [2, 3],
    values: Float32Array.of(1, -2, 3.5, 0, NaN, 1e-30),
  },
  { name: "A.logVar", shape: [1, 0], values: new Float32Array(0) },
  { name: "B.é", shape: [1], values: Float32Array.of(7) },
];
const metadata = { link: "#v=1&m=lin&note=%C3%A9", step: "12" };

test("the bytes are those of the format", () => {
  const bytes = writeSafetensors(tensors, metadata);
  const view = new DataView(bytes.buffer);
  const length = Number(view.getBigUint64(0, true));
  expect(length % 8).toBe(0);
  const header = JSON.parse(
    new TextDecoder().decode(bytes.subarray(8, 8 + length)),
  ) as Record<string, unknown>;
  expect(header.__metadata__).toEqual(metadata);
  expect(header["A.encW"]).toEqual({
    dtype: "F32",
    shape: [2, 3],
    data_offsets: [0, 24],
  });
  expect(header["B.é"]).toEqual({
    dtype: "F32",
    shape: [1],
    data_offsets: [24, 28],
  });
  expect(bytes.length).toBe(8 + length + 28);
  // Little endian: -2 is 0xc0000000.
  expect([...bytes.subarray(8 + length + 4, 8 + length + 8)]).toEqual([
    0, 0, 0, 0xc0,
  ]);
});

test("it comes back bit for bit", () => {
  const read = readSafetensors(writeSafetensors(tensors, metadata));
  expect(read).toEqual({ tensors, metadata });
});

test("what does not fit is refused by name", () => {
  const wrong = [{ ...tensors[0], shape: [2, 2] }];
  expect(() => writeSafetensors(wrong, {})).toThrow("A.encW");
  expect(() => writeSafetensors([tensors[0], tensors[0]], {})).toThrow(
    "A.encW",
  );
  const bytes = writeSafetensors(tensors, metadata);
  expect(() => readSafetensors(bytes.subarray(0, -1))).toThrow("B.é");
  expect(() => readSafetensors(bytes.subarray(0, 20))).toThrow("header");
});
